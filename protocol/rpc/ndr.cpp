#include "protocol/rpc/ndr.hpp"

namespace lunsim::rpc {

void NdrWriter::text(std::u16string_view text) {
  const auto units = static_cast<std::uint32_t>(text.size() + 1);
  u32(units);
  u32(0);
  u32(units);
  writer_.utf16(text);
  writer_.u16(0);
}

void NdrWriter::unique_text(const OptionalText& optional) {
  pointer(optional.has_value());
  if (optional) text(*optional);
}

void NdrWriter::unique_u32(std::optional<std::uint32_t> value) {
  pointer(value.has_value());
  if (value) u32(*value);
}

void NdrWriter::byte_array(std::span<const std::byte> data) {
  u32(static_cast<std::uint32_t>(data.size()));
  writer_.bytes(data);
}

std::u16string NdrReader::text() {
  const std::size_t max_units = u32();
  const std::size_t offset = u32();
  const std::size_t units = u32();
  if (offset != 0 || units > max_units || units == 0) reader_.fail();
  std::u16string text = reader_.utf16(units);
  if (is_big_)
    for (char16_t& unit : text) unit = swapped(static_cast<std::uint16_t>(unit));
  if (text.empty() || text.back() != u'\0') {
    reader_.fail();
    return {};
  }
  text.pop_back();
  // What stands behind an earlier null is not part of a string.
  if (const std::size_t null = text.find(u'\0'); null != text.npos) text.resize(null);
  return text;
}

OptionalText NdrReader::unique_text() {
  if (!pointer() || failed()) return std::nullopt;
  return text();
}

std::optional<std::uint32_t> NdrReader::unique_u32() {
  if (!pointer() || failed()) return std::nullopt;
  return u32();
}

std::vector<std::byte> NdrReader::byte_array() {
  const std::size_t size = u32();
  const auto raw = reader_.bytes(size);
  return {raw.begin(), raw.end()};
}

std::size_t NdrReader::array_size(std::size_t element_bytes) {
  const std::size_t count = u32();
  if (failed() || count > reader_.remaining() / element_bytes) {
    reader_.fail();
    return 0;
  }
  return count;
}

}  // namespace lunsim::rpc
