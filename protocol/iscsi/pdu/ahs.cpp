#include "protocol/iscsi/pdu/ahs.hpp"

#include <algorithm>
#include <utility>

namespace lunsim::pdu {
namespace {

constexpr std::size_t kAhsHeadBytes = 3;  // AHSLength and AHSType, which AHSLength does not count
constexpr std::uint16_t kBidirectionalLength = 5;

tl::unexpected<ProtocolError> refuse_length(std::string_view reason, std::string_view section,
                                            std::size_t byte_offset) {
  return violation(reason, section, byte_offset, "AHSLength");
}

}  // namespace

std::string_view name_of(AhsType type) {
  switch (type) {
    case AhsType::extended_cdb:
      return "Extended CDB";
    case AhsType::bidirectional_read_length:
      return "Bidirectional Read Expected Data Transfer Length";
  }
  return "reserved";
}

Result<Ahs> AhsWalk::next() {
  const std::span<const std::byte> all = std::exchange(rest_, {});
  const std::size_t at = byte_offset_;
  if (all.size() < 4)
    return refuse_length("an AHS has at least four bytes", "RFC 7143 §11.2.2", at);
  const std::size_t length = bytes::load_be16(all.data());
  const auto type = static_cast<AhsType>(bytes::load_u8(&all[2]) & 0x3F);
  if (type != AhsType::extended_cdb && type != AhsType::bidirectional_read_length) {
    return violation("the AHS type is reserved", "RFC 7143 §11.2.2.1", at + 2, "AHSType");
  }
  if (type == AhsType::bidirectional_read_length && length != kBidirectionalLength) {
    return refuse_length("the length for this type is 5", "RFC 7143 §11.2.2.4", at);
  }
  // Length 1 is an extended CDB of no bytes: CDBs up to 16 bytes do not use this AHS at all.
  if (length < 2) {
    return refuse_length("an extended CDB adds at least one byte", "RFC 7143 §11.2.2.3", at);
  }
  const std::size_t end = kAhsHeadBytes + length;
  const std::size_t padded = end + padding_of(end);
  if (padded > all.size()) {
    return refuse_length("the AHS is longer than TotalAHSLength leaves", "RFC 7143 §11.2.2.2", at);
  }
  rest_ = all.subspan(padded);
  byte_offset_ += padded;
  return Ahs{type, at, all.subspan(4, end - 4)};
}

Result<CommandAhs> decode_command_ahs(std::span<const std::byte> all) {
  CommandAhs found;
  for (AhsWalk walk(all); !walk.is_done();) {
    const auto ahs = walk.next();
    if (!ahs) return tl::unexpected(ahs.error());
    const bool is_cdb = ahs->type == AhsType::extended_cdb;
    const bool is_second =
        is_cdb ? !found.cdb_rest.empty() : found.bidirectional_read_length.has_value();
    if (is_second) {
      return violation("a second AHS of this type", "RFC 7143 §11.2.2", ahs->byte_offset + 2,
                       "AHSType");
    }
    if (is_cdb) {
      found.cdb_rest = ahs->specific;
    } else {
      found.bidirectional_read_length = bytes::load_be32(ahs->specific.data());
    }
  }
  return found;
}

Result<LongCdb> collect_cdb(std::span<const std::byte, kCdbBytesInBhs> first,
                            std::span<const std::byte> all_ahs) {
  const auto ahs = decode_command_ahs(all_ahs);
  if (!ahs) return tl::unexpected(ahs.error());
  if (ahs->cdb_rest.size() > kCdbBytesMax - kCdbBytesInBhs) {
    return violation("the CDB is longer than 260 bytes", "SPC-4 §4.3.3", kBhsBytes, "AHSLength");
  }
  LongCdb cdb;
  auto end = std::copy(first.begin(), first.end(), cdb.bytes.begin());
  std::copy(ahs->cdb_rest.begin(), ahs->cdb_rest.end(), end);
  cdb.size = kCdbBytesInBhs + ahs->cdb_rest.size();
  return cdb;
}

void append_ahs(std::vector<std::byte>& out, std::uint16_t ahs_length, std::uint8_t type,
                std::span<const std::byte> specific) {
  const std::array<std::byte, kAhsHeadBytes> head{
      static_cast<std::byte>(ahs_length >> 8), static_cast<std::byte>(ahs_length), std::byte{type}};
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), specific.begin(), specific.end());
  out.resize(out.size() + padding_of(kAhsHeadBytes + specific.size()));
}

void append_extended_cdb(std::vector<std::byte>& out, std::span<const std::byte> cdb) {
  if (cdb.size() <= kCdbBytesInBhs) return;
  std::vector<std::byte> specific{std::byte{0}};  // byte 3 is reserved
  specific.insert(specific.end(), cdb.begin() + kCdbBytesInBhs, cdb.end());
  append_ahs(out, static_cast<std::uint16_t>(specific.size()),
             static_cast<std::uint8_t>(AhsType::extended_cdb), specific);
}

void append_bidirectional_read_length(std::vector<std::byte>& out, std::uint32_t length_bytes) {
  std::array<std::byte, 5> specific{};
  bytes::store_be32(&specific[1], length_bytes);
  append_ahs(out, kBidirectionalLength,
             static_cast<std::uint8_t>(AhsType::bidirectional_read_length), specific);
}

}  // namespace lunsim::pdu
