#include "protocol/scsi/field_lines.hpp"

#include <iterator>

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

void FieldLines::add(std::string_view where, std::string_view field, std::string_view value) {
  fmt::format_to(std::back_inserter(text_), "  {:<16} {:<30} {}\n", where, field, value);
}

void FieldLines::say(std::string_view sentence) {
  text_ += sentence;
  text_ += '\n';
}

void FieldLines::add_rest(std::span<const std::byte> bytes, std::size_t from,
                          std::string_view field) {
  if (bytes.size() <= from) return;
  const std::string where = bytes.size() == from + 1
                                ? fmt::format("byte {}", from)
                                : fmt::format("byte {}..{}", from, bytes.size() - 1);
  add(where, field, hex_bytes(bytes.subspan(from)));
}

std::string hex_bytes(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte& byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{}{:02x}", text.empty() ? "" : " ",
                   bytes::load_u8(&byte));
  }
  return text;
}

}  // namespace lunsim::scsi
