#include "conformance/target_cases/scsi_exchange.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/target_cases/case_list.hpp"
#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {

using pdu::Opcode;

namespace {

constexpr std::uint64_t kCheckCondition = 0x02;
constexpr std::size_t kPdusMax = 65536;
constexpr std::size_t kDataBytesMax = std::size_t{8} << 20;
constexpr int kAttentionsMax = 8;

std::uint8_t at(const std::vector<std::byte>& bytes, std::size_t index) {
  return index < bytes.size() ? std::to_integer<std::uint8_t>(bytes[index]) : std::uint8_t{0};
}

void append(Cdb& cdb, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) cdb.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// What the target takes in one PDU, as it declared in an ordinary login.
std::size_t segment_bytes(const Profile& profile) {
  LoginResult declared;
  declared.answers = profile.defaults;
  return static_cast<std::size_t>(declared.number("MaxRecvDataSegmentLength", 8192));
}

void answer_request(CaseContext& c, Connection& one, const Seen& r2t,
                    const std::vector<std::byte>& data) {
  const std::size_t begin = static_cast<std::size_t>(r2t.get("Buffer Offset"));
  const std::size_t end = begin + static_cast<std::size_t>(r2t.get("Desired Data Transfer Length"));
  if (end <= begin || end - begin > kDataBytesMax) return;
  const std::size_t step = segment_bytes(c.profile());
  std::uint32_t data_sn = 0;
  for (std::size_t from = begin; from < end; from += step) {
    const std::size_t to = std::min(from + step, end);
    std::vector<std::byte> part(to - from);
    for (std::size_t i = from; i < to && i < data.size(); ++i) part[i - from] = data[i];
    RawPdu out(Opcode::data_out);
    out.set("F", to == end ? 1 : 0).set("LUN", r2t.get("LUN"));
    out.set("Initiator Task Tag", r2t.get("Initiator Task Tag"));
    out.set("Target Transfer Tag", r2t.get("Target Transfer Tag"));
    out.set("ExpStatSN", one.exp_stat_sn).set("DataSN", data_sn++).set("Buffer Offset", from);
    one.send(out.with_data(std::move(part)));
  }
}

void keep_data(ScsiAnswer& answer, const Seen& seen) {
  const std::size_t offset = static_cast<std::size_t>(seen.get("Buffer Offset"));
  if (offset + seen.pdu.data.size() > kDataBytesMax) return;
  if (answer.data.size() < offset + seen.pdu.data.size())
    answer.data.resize(offset + seen.pdu.data.size());
  std::copy(seen.pdu.data.begin(), seen.pdu.data.end(),
            answer.data.begin() + static_cast<std::ptrdiff_t>(offset));
}

ScsiAnswer ask_once(CaseContext& c, Connection& one, const Cdb& cdb, const Asked& asked) {
  RawPdu request = c.scsi_command(cdb);
  request.set("R", asked.reads ? 1 : 0).set("W", asked.writes ? 1 : 0);
  request.set("Expected Data Transfer Length", asked.expected_bytes);
  if (asked.lun) request.set("LUN", *asked.lun);
  if (asked.attribute) request.set("ATTR", *asked.attribute);
  ScsiAnswer answer;
  answer.tag = one.issue(request);
  for (std::size_t i = 0; i < kPdusMax; ++i) {
    Seen seen = one.answer_to(answer.tag);
    if (seen.is(Opcode::data_in)) keep_data(answer, seen);
    if (seen.is(Opcode::r2t)) {
      answer_request(c, one, seen, asked.data);
      answer.requests.push_back(std::move(seen));
      continue;
    }
    const bool goes_on = seen.is(Opcode::data_in) && seen.get("S") == 0;
    if (seen.is(Opcode::data_in)) answer.data_pdus.push_back(seen);
    answer.end = std::move(seen);
    if (!goes_on) break;
  }
  return answer;
}

}  // namespace

std::optional<SenseSeen> sense_in(const std::vector<std::byte>& bytes, std::size_t from) {
  const std::uint8_t code = at(bytes, from) & 0x7F;
  const bool is_fixed = code == 0x70 || code == 0x71;
  const bool has_descriptors = code == 0x72 || code == 0x73;
  if (bytes.size() < from + (is_fixed ? 14u : 4u) || (!is_fixed && !has_descriptors))
    return std::nullopt;
  const std::size_t key = is_fixed ? 2 : 1;
  const std::size_t additional = is_fixed ? 12 : 2;
  return SenseSeen{code, static_cast<std::uint8_t>(at(bytes, from + key) & 0x0F),
                   static_cast<std::uint16_t>(at(bytes, from + additional) << 8 |
                                              at(bytes, from + additional + 1))};
}

bool ScsiAnswer::has_status() const {
  return end.is(Opcode::scsi_response) || (end.is(Opcode::data_in) && end.get("S") == 1);
}

std::optional<SenseSeen> ScsiAnswer::sense() const {
  if (!end.is(Opcode::scsi_response)) return std::nullopt;
  return sense_in(end.pdu.data, 2);
}

std::uint8_t ScsiAnswer::byte(std::size_t index) const { return at(data, index); }

std::uint64_t ScsiAnswer::number(std::size_t from, std::size_t bytes) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | byte(from + i);
  return value;
}

ScsiAnswer ask(CaseContext& c, Connection& one, const Cdb& cdb, const Asked& asked) {
  for (int attempt = 0;; ++attempt) {
    ScsiAnswer answer = ask_once(c, one, cdb, asked);
    const auto sense = answer.sense();
    const bool is_attention = answer.has_status() && answer.status() == kCheckCondition && sense &&
                              sense->key == kUnitAttention;
    if (!is_attention || !asked.takes_attentions || attempt == kAttentionsMax) return answer;
  }
}

ScsiAnswer ask(CaseContext& c, Connection& one, const Cdb& cdb, std::uint32_t expected_bytes) {
  return ask(c, one, cdb, Asked{.expected_bytes = expected_bytes, .reads = expected_bytes > 0});
}

ScsiAnswer give(CaseContext& c, Connection& one, const Cdb& cdb, std::vector<std::byte> data) {
  const auto bytes = static_cast<std::uint32_t>(data.size());
  return ask(
      c, one, cdb,
      Asked{.expected_bytes = bytes, .reads = false, .writes = bytes > 0, .data = std::move(data)});
}

namespace {

Objection no_status(const Seen& seen) { return {describe(seen), ""}; }

bool carries_status(const Seen& seen) {
  return seen.is(Opcode::scsi_response) || (seen.is(Opcode::data_in) && seen.get("S") == 1);
}

std::string words(const Seen& seen) {
  const auto sense =
      seen.is(Opcode::scsi_response) ? sense_in(seen.pdu.data, 2) : std::optional<SenseSeen>{};
  std::string out = fmt::format("status {:02X}h", seen.get("Status"));
  if (sense) out += fmt::format(", sense {:X}h/{:04X}h", sense->key, sense->code);
  return out;
}

}  // namespace

Outcome good() {
  return such_that("GOOD", [](const Seen& seen) -> Objection {
    if (!carries_status(seen)) return no_status(seen);
    if (seen.get("Response") != 0) return {"Response is not 00h", "Response"};
    if (seen.get("Status") == 0) return {};
    return {words(seen), "Status"};
  });
}

Outcome condition(std::uint8_t key, std::vector<std::uint16_t> codes) {
  std::string name = fmt::format("CHECK CONDITION, sense key {:X}h", key);
  for (const std::uint16_t code : codes)
    name += fmt::format("{} {:04X}h", code == codes.front() ? "," : " or", code);
  return such_that(name, [key, codes = std::move(codes)](const Seen& seen) -> Objection {
    if (!carries_status(seen)) return no_status(seen);
    if (seen.get("Status") != kCheckCondition) return {words(seen), "Status"};
    const auto sense = sense_in(seen.pdu.data, 2);
    if (!seen.is(Opcode::scsi_response) || !sense)
      return {"CHECK CONDITION without sense data", "DataSegmentLength"};
    const bool fits =
        codes.empty() || std::find(codes.begin(), codes.end(), sense->code) != codes.end();
    if (sense->key == key && fits) return {};
    return {words(seen), "data"};
  });
}

bool is_not_offered(const ScsiAnswer& answer) {
  const auto sense = answer.sense();
  return answer.has_status() && answer.status() == kCheckCondition && sense &&
         sense->key == kIllegalRequest && sense->code == kInvalidOpcode;
}

void want_offered(CaseContext& c, const ScsiAnswer& answer, std::string_view command) {
  if (is_not_offered(answer))
    c.unsupported(fmt::format("{} is answered with INVALID COMMAND OPERATION CODE", command));
}

namespace {

Cdb block_cdb(std::uint8_t opcode_6, int form, std::uint64_t lba, std::uint32_t blocks) {
  const int group = form == 6 ? 0x00 : form == 10 ? 0x20 : form == 12 ? 0xA0 : 0x80;
  Cdb cdb{static_cast<std::uint8_t>(opcode_6 + group)};
  if (form == 6) {
    append(cdb, lba & 0x1FFFFF, 3);
    append(cdb, blocks, 1);
  } else if (form == 10) {
    append(cdb, 0, 1);
    append(cdb, lba, 4);
    append(cdb, 0, 1);
    append(cdb, blocks, 2);
  } else {
    append(cdb, 0, 1);
    append(cdb, lba, form == 12 ? 4 : 8);
    append(cdb, blocks, 4);
    append(cdb, 0, 1);
  }
  cdb.push_back(0);
  return cdb;
}

}  // namespace

Cdb read_cdb(int form, std::uint64_t lba, std::uint32_t blocks) {
  return block_cdb(0x08, form, lba, blocks);
}

Cdb write_cdb(int form, std::uint64_t lba, std::uint32_t blocks) {
  return block_cdb(0x0A, form, lba, blocks);
}

Cdb inquiry_cdb(std::optional<std::uint8_t> page, std::uint16_t allocation_length) {
  Cdb cdb{0x12, static_cast<std::uint8_t>(page ? 1 : 0), page.value_or(0)};
  append(cdb, allocation_length, 2);
  cdb.push_back(0);
  return cdb;
}

std::string on_command(std::string_view command, std::string_view what_it_does) {
  return fault(fmt::format("receive: {}", command), what_it_does);
}

std::string always_good(std::string_view command) { return on_command(command, "{status: GOOD}"); }

std::string puts(std::string_view command, std::size_t from, std::string_view hex) {
  return on_command(command, fmt::format("{{data: {{put: \"{}\", at: {}}}}}", hex, from));
}

std::uint64_t last_block(CaseContext& c, Connection& one) {
  Cdb long_form(16);
  long_form[0] = 0x9E;
  long_form[1] = 0x10;
  long_form[13] = 32;
  const ScsiAnswer told = ask(c, one, long_form, 32);
  if (told.has_status() && told.status() == 0 && told.data.size() >= 12) return told.number(0, 8);
  const ScsiAnswer short_told = ask(c, one, {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
  if (!short_told.has_status() || short_told.status() != 0 || short_told.data.size() < 8)
    c.inconclusive("READ CAPACITY was not answered: " + describe(short_told.end));
  return short_told.number(0, 4);
}

void expect_data(CaseContext& c, const ScsiAnswer& answer, const std::vector<std::byte>& wanted,
                 std::string_view about) {
  const std::vector<std::byte>& data = answer.data;
  if (data == wanted) return c.judged();
  const auto differs = std::mismatch(data.begin(), data.end(), wanted.begin(), wanted.end());
  const auto where = static_cast<std::size_t>(differs.first - data.begin());
  if (where >= data.size() || where >= wanted.size())
    c.fail(fmt::format("{}: {} bytes come, not {}", about, data.size(), wanted.size()), answer.end);
  for (const Seen& one : answer.data_pdus) {
    const std::size_t begin = one.get("Buffer Offset");
    if (where < begin || where - begin >= one.pdu.data.size()) continue;
    c.fail(fmt::format("{}: byte {} is {:02X}h, not {:02X}h", about, where, at(data, where),
                       at(wanted, where)),
           one, fmt::format("data+{}:1", where - begin));
  }
  c.fail(fmt::format("{}: byte {} never came", about, where), answer.end);
}

std::vector<std::byte> pattern(std::size_t bytes, std::uint8_t seed) {
  std::vector<std::byte> out(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    out[i] = static_cast<std::byte>((i * 7 + (i / 512) * 31 + seed) & 0xFF);
  return out;
}

}  // namespace lunsim::conform
