// SCSI commands of cases that want more than their end: what came of data, status, sense and
// residual, and the outcomes that the command standards allow. Judges nothing by itself.
// SAM-5 §5, SPC-4 §4.5
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/case_context.hpp"

namespace lunsim::conform {

using Cdb = std::vector<std::uint8_t>;

struct SenseSeen {
  std::uint8_t response_code = 0, key = 0;
  std::uint16_t code = 0;  // ASC and ASCQ: 2400h
};
/// Sense data as it stands behind SenseLength, or as parameter data; nothing if it is none.
std::optional<SenseSeen> sense_in(const std::vector<std::byte>& bytes, std::size_t at);

struct ScsiAnswer {
  Seen end;                     // what carried the status, or what ended the wait
  std::vector<Seen> data_pdus;  // Data-Ins, in the order in which they came
  std::vector<Seen> requests;   // R2Ts
  std::vector<std::byte> data;  // put together by Buffer Offset
  std::uint32_t tag = 0;

  bool has_status() const;
  std::uint8_t status() const { return static_cast<std::uint8_t>(end.get("Status")); }
  std::optional<SenseSeen> sense() const;
  std::uint8_t byte(std::size_t at) const;
  /// The PDU that the data begins in, to be marked with "data"; the end if no data came.
  const Seen& shown() const { return data_pdus.empty() ? end : data_pdus.front(); }
  std::uint64_t number(std::size_t at, std::size_t bytes) const;  // big-endian; 0 beyond the end
};

/// What a command is beside its CDB.
struct Asked {
  std::uint32_t expected_bytes = 0;
  bool reads = true, writes = false;
  std::vector<std::byte> data = {};            // that R2Ts are answered with
  std::optional<std::uint64_t> lun = {};       // the LUN field, raw
  std::optional<std::uint8_t> attribute = {};  // simple if not said
  bool takes_attentions = true;                // repeats the command while they come
};

/// Sends a command, answers R2Ts with its data, waits for its end.
ScsiAnswer ask(CaseContext& c, Connection& one, const Cdb& cdb, const Asked& asked);
/// One that reads.
ScsiAnswer ask(CaseContext& c, Connection& one, const Cdb& cdb, std::uint32_t expected_bytes);
/// One that writes.
ScsiAnswer give(CaseContext& c, Connection& one, const Cdb& cdb, std::vector<std::byte> data);

/// A status GOOD.
Outcome good();
/// CHECK CONDITION with this sense key and one of these codes, if any are named.
Outcome condition(std::uint8_t key, std::vector<std::uint16_t> codes = {});
/// The command answers ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE: it is not offered.
bool is_not_offered(const ScsiAnswer& answer);
/// Ends the case as unsupported if the command is not offered.
void want_offered(CaseContext& c, const ScsiAnswer& answer, std::string_view command);

constexpr std::uint8_t kIllegalRequest = 5, kUnitAttention = 6, kMiscompare = 0x0E;
constexpr std::uint16_t kInvalidOpcode = 0x2000, kOutOfRange = 0x2100, kInvalidField = 0x2400,
                        kNoSuchUnit = 0x2500, kInvalidParameter = 0x2600;

/// READ and WRITE in their forms: `form` is 6, 10, 12 or 16 bytes.              SBC-3 §5
Cdb read_cdb(int form, std::uint64_t lba, std::uint32_t blocks);
Cdb write_cdb(int form, std::uint64_t lba, std::uint32_t blocks);
Cdb inquiry_cdb(std::optional<std::uint8_t> page, std::uint16_t allocation_length);

/// A mutant's fault on a command: what the device does with it.
std::string on_command(std::string_view command, std::string_view what_it_does);
/// The same that ends the command in GOOD without doing anything.
std::string always_good(std::string_view command);
/// Bytes of the answer replaced.
std::string puts(std::string_view command, std::size_t at, std::string_view hex);

/// The last block by READ CAPACITY(16), else (10); ends the case if neither is answered.
std::uint64_t last_block(CaseContext& c, Connection& one);
/// Fails at the first byte of the answer's data that is not as `wanted`, with that byte marked.
void expect_data(CaseContext& c, const ScsiAnswer& answer, const std::vector<std::byte>& wanted,
                 std::string_view about);
/// Bytes that differ from block to block and from `seed` to `seed`.
std::vector<std::byte> pattern(std::size_t bytes, std::uint8_t seed);

}  // namespace lunsim::conform
