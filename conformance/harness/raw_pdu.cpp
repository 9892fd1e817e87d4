#include "conformance/harness/raw_pdu.hpp"

#include <algorithm>
#include <cassert>
#include <span>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/bytes/crc32c.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::conform {

RawPdu::RawPdu(pdu::Opcode opcode) { bhs[0] = static_cast<std::byte>(opcode); }

RawPdu& RawPdu::set(std::string_view field, std::uint64_t value) {
  const pdu::Field* found = pdu::find_field(opcode(), field);
  assert(found != nullptr && "this kind of PDU has no such field");
  if (found != nullptr) pdu::write_field(bhs, *found, value);
  return *this;
}

RawPdu& RawPdu::put(std::size_t byte_offset, std::uint8_t value) {
  bhs.at(byte_offset) = static_cast<std::byte>(value);
  return *this;
}

std::uint64_t RawPdu::get(std::string_view field) const {
  return pdu::read_field(pdu::BhsView{bhs}, field).value_or(0);
}

bool RawPdu::has(std::string_view field) const {
  return pdu::find_field(opcode(), field) != nullptr;
}

RawPdu& RawPdu::with_data(std::vector<std::byte> bytes) {
  data = std::move(bytes);
  bytes::store_be24(&bhs[5], static_cast<std::uint32_t>(data.size()));
  return *this;
}

RawPdu& RawPdu::with_data(std::size_t bytes, std::uint8_t filled_with) {
  return with_data(std::vector<std::byte>(bytes, static_cast<std::byte>(filled_with)));
}

RawPdu& RawPdu::with_text(const Pairs& pairs) { return with_raw_text(text_of(pairs)); }

RawPdu& RawPdu::with_raw_text(std::string_view text) { return with_data(to_bytes(text)); }

RawPdu& RawPdu::with_ahs(std::vector<std::byte> bytes) {
  ahs = std::move(bytes);
  bhs[4] = static_cast<std::byte>(ahs.size() / 4);
  return *this;
}

Pairs RawPdu::pairs() const {
  Pairs out;
  std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (one.empty()) continue;
    const std::size_t equals = one.find('=');
    out.emplace_back(one.substr(0, equals),
                     equals == one.npos ? std::string_view{} : one.substr(equals + 1));
  }
  return out;
}

namespace {

void append_digest(std::vector<std::byte>& out, std::size_t from, bool spoiled) {
  const std::uint32_t crc = bytes::crc32c(std::span(out).subspan(from));
  std::byte digest[4];
  bytes::store_digest(digest, spoiled ? ~crc : crc);
  out.insert(out.end(), std::begin(digest), std::end(digest));
}

}  // namespace

bool takes_cmd_sn(pdu::Opcode opcode) {
  return opcode == pdu::Opcode::nop_out || opcode == pdu::Opcode::scsi_command ||
         opcode == pdu::Opcode::task_management_request || opcode == pdu::Opcode::text_request ||
         opcode == pdu::Opcode::logout_request;
}

std::vector<std::byte> wire_bytes(const RawPdu& pdu, bool header_digest, bool data_digest) {
  std::vector<std::byte> out(pdu.bhs.begin(), pdu.bhs.end());
  out.insert(out.end(), pdu.ahs.begin(), pdu.ahs.end());
  if (header_digest) append_digest(out, 0, pdu.spoil_header_digest);
  if (pdu.data.empty()) return out;
  const std::size_t begin = out.size();
  out.insert(out.end(), pdu.data.begin(), pdu.data.end());
  if (!pdu.omit_padding) out.resize(out.size() + pdu::padding_of(pdu.data.size()));
  if (data_digest) append_digest(out, begin, pdu.spoil_data_digest);
  return out;
}

std::string text_of(const Pairs& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    text += key + "=" + value;
    text.push_back('\0');
  }
  return text;
}

std::optional<std::string> value_of(const Pairs& pairs, std::string_view key) {
  const auto found =
      std::find_if(pairs.begin(), pairs.end(), [&](const auto& one) { return one.first == key; });
  return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

std::size_t count_of(const Pairs& pairs, std::string_view key) {
  return static_cast<std::size_t>(
      std::count_if(pairs.begin(), pairs.end(), [&](const auto& one) { return one.first == key; }));
}

std::vector<std::byte> to_bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace lunsim::conform
