#include "scenarios/engine/io_request.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "scenarios/engine/api_decode.hpp"

namespace lunsim::scenarios {

std::vector<std::byte> pattern_bytes(std::string_view pattern, std::uint64_t lba,
                                     std::uint64_t blocks, std::uint32_t block_bytes) {
  const std::uint64_t size = blocks * block_bytes;
  if (pattern == "zeros" || pattern.empty()) return std::vector<std::byte>(size, std::byte{0});
  if (pattern == "ones") return std::vector<std::byte>(size, std::byte{0xFF});
  std::vector<std::byte> out(size);
  const std::uint64_t first = lba * block_bytes;
  if (pattern == "counting") {
    for (std::uint64_t i = 0; i + 8 <= size; i += 8) bytes::store_be64(&out[i], first + i);
    return out;
  }
  // One whole pattern, begun where this place begins it, then what is there doubled.
  const std::uint64_t once = std::min<std::uint64_t>(size, pattern.size());
  for (std::uint64_t i = 0; i < once; ++i)
    out[i] = static_cast<std::byte>(pattern[(first + i) % pattern.size()]);
  for (std::uint64_t done = once; done < size;) {
    const std::uint64_t more = std::min(done, size - done);
    std::copy_n(out.begin(), more, out.begin() + static_cast<std::ptrdiff_t>(done));
    done += more;
  }
  return out;
}

initiator::SendScsi io_request(const IoStep& step, const initiator::UniqueId& session,
                               std::uint64_t lba, std::uint64_t blocks, std::uint32_t block_bytes) {
  initiator::SendScsi request;
  request.session = session;
  request.lun = step.lun;
  request.timeout_ns = step.timeout_ns;
  if (step.kind == IoStep::Kind::scsi) {
    request.cdb = step.cdb;
    request.data_in_bytes = step.data_in_bytes;
    request.data_out = step.data_out;
    return request;
  }
  const auto count = static_cast<std::uint32_t>(blocks);
  const bool is_read = step.kind == IoStep::Kind::read;
  const scsi::Command command = is_read ? scsi::make_read(lba, count, block_bytes)
                                        : scsi::make_write(lba, count, block_bytes);
  request.cdb.assign(command.cdb().begin(), command.cdb().end());
  if (is_read) {
    request.data_in_bytes = static_cast<std::uint32_t>(command.data_in_bytes);
  } else {
    request.data_out = pattern_bytes(step.pattern, lba, blocks, block_bytes);
  }
  return request;
}

std::map<std::string, Seen> observe_io(const initiator::Reply& reply) {
  std::map<std::string, Seen> out;
  out.emplace("return", Seen::of_number(reply.code, Names::return_code));
  const auto* scsi = std::get_if<initiator::ScsiReply>(&reply.data);
  const bool answered = scsi != nullptr && scsi->answered;
  out.emplace("answered", Seen::of_number(answered ? 1 : 0, Names::yes_no));
  if (!answered) {
    for (const char* name : {"status", "sense", "data", "data_bytes", "underflow", "overflow"})
      out.emplace(name, Seen::absent_because("the target did not answer"));
    return out;
  }
  out.emplace("status", Seen::of_number(scsi->scsi_status, Names::scsi_status));
  Seen sense =
      scsi->sense.empty() ? Seen::absent_because("no sense data") : decode_sense_data(scsi->sense);
  sense.bytes = scsi->sense;
  sense.valid_bytes = scsi->sense.size();
  out.emplace("sense", std::move(sense));
  out.emplace("data", Seen::of_bytes(scsi->data_in));
  out.emplace("data_bytes", Seen::of_number(scsi->data_in.size()));
  out.emplace("underflow", Seen::of_number(scsi->underflow_bytes));
  out.emplace("overflow", Seen::of_number(scsi->overflow_bytes));
  return out;
}

std::optional<std::string> pattern_mismatch(const IoStep& step, std::uint64_t lba,
                                            std::uint64_t blocks, std::uint32_t block_bytes,
                                            const initiator::Reply& reply) {
  const auto* scsi = std::get_if<initiator::ScsiReply>(&reply.data);
  if (step.kind != IoStep::Kind::read || step.pattern.empty()) return std::nullopt;
  if (reply.code != 0 || scsi == nullptr || !scsi->answered || scsi->scsi_status != 0)
    return std::nullopt;
  const std::vector<std::byte> wanted = pattern_bytes(step.pattern, lba, blocks, block_bytes);
  if (scsi->data_in.size() != wanted.size())
    return fmt::format("{} bytes were read, {} were expected", scsi->data_in.size(), wanted.size());
  if (std::memcmp(wanted.data(), scsi->data_in.data(), wanted.size()) == 0) return std::nullopt;
  const auto [mine, theirs] = std::mismatch(wanted.begin(), wanted.end(), scsi->data_in.begin());
  if (mine == wanted.end()) return std::nullopt;
  const auto at = static_cast<std::uint64_t>(mine - wanted.begin());
  return fmt::format("the data differs from \"{}\" at block {}, byte {}", step.pattern,
                     lba + at / block_bytes, at % block_bytes);
}

}  // namespace lunsim::scenarios
