#include "tools/lunsim/decode.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>

#include "protocol/bytes/hex.hpp"
#include "protocol/iscsi/pdu/describe.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/sense.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

std::string joined(const DecodeOptions& options) {
  if (options.hex.size() == 1 && options.hex.front() == "-") {
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  }
  std::string text;
  for (const std::string& part : options.hex) text += part + " ";
  return text;
}

/// The first word that is not all hexadecimal digits (0x, commas and colons aside); empty if there
/// is none.
std::string first_odd_word(const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::string digits = word.starts_with("0x") ? word.substr(2) : word;
    if (digits.find_first_not_of("0123456789abcdefABCDEF:,") != std::string::npos) return word;
  }
  return {};
}

/// A guess that people make by looking: 48 bytes are a header, 70h to 73h begins sense data, the
/// rest is a CDB.
std::string guess_kind(const std::vector<std::byte>& bytes) {
  if (bytes.size() >= pdu::kBhsBytes) return "pdu";
  const auto first = static_cast<unsigned>(bytes.front()) & 0x7Fu;
  return first >= 0x70 && first <= 0x73 && bytes.size() >= 8 ? "sense" : "cdb";
}

int explain_pdu(const std::vector<std::byte>& bytes) {
  if (bytes.size() < pdu::kBhsBytes) {
    fmt::print(stderr,
               "lunsim decode: a PDU begins with a header of 48 bytes, and here are {}. "
               "For a CDB or sense data say `lunsim decode cdb` or `lunsim decode sense`.\n",
               bytes.size());
    return kExitUsage;
  }
  const pdu::BhsView bhs{bytes.data(), pdu::kBhsBytes};
  std::span<const std::byte> rest = std::span{bytes}.subspan(pdu::kBhsBytes);
  const std::size_t ahs_bytes = std::min(pdu::ahs_bytes_of(bhs), rest.size());
  const std::span<const std::byte> ahs = rest.first(ahs_bytes);
  rest = rest.subspan(ahs_bytes);
  const std::size_t data_bytes =
      std::min<std::size_t>(pdu::data_segment_bytes_of(bhs), rest.size());
  fmt::print("{}", pdu::describe({bhs, ahs, rest.first(data_bytes)}));
  if (ahs_bytes < pdu::ahs_bytes_of(bhs) || data_bytes < pdu::data_segment_bytes_of(bhs)) {
    fmt::print("(the header announces {} bytes of AHS and {} of data; {} and {} were given)\n",
               pdu::ahs_bytes_of(bhs), pdu::data_segment_bytes_of(bhs), ahs_bytes, data_bytes);
  }
  return kExitFine;
}

}  // namespace

int decode(const DecodeOptions& options) {
  const std::string text = joined(options);
  const auto bytes = bytes::from_hex(text);
  if (!bytes || bytes->empty()) {
    if (const std::string odd = first_odd_word(text); !odd.empty()) {
      fmt::print(stderr,
                 "lunsim decode: \"{}\" is no byte in hexadecimal; expected something like \"28 00 "
                 "00 00 00 00 00 00 08 00\", after `pdu`, `sense` or `cdb` if need be\n",
                 odd);
      return kExitUsage;
    }
    fmt::print(
        stderr,
        "lunsim decode: expected bytes in hexadecimal, such as \"28 00 00 00 00 00 00 00 08 00\"; "
        "{}.\n",
        bytes ? "there are none" : "something else is among them, or a digit is missing");
    return kExitUsage;
  }
  const std::string kind = options.kind.empty() ? guess_kind(*bytes) : options.kind;
  if (kind == "pdu") return explain_pdu(*bytes);
  fmt::print("{}", kind == "sense" ? scsi::describe_sense(*bytes) : scsi::describe_cdb(*bytes));
  return kExitFine;
}

}  // namespace lunsim::tools
