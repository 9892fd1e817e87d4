// Lines of an explanation for people: where a field is, what the standard calls it, what it says.
// Within this room only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace lunsim::scsi {

class FieldLines {
 public:
  /// "  byte 4..7    LOGICAL BLOCK ADDRESS   16".
  void add(std::string_view where, std::string_view field, std::string_view value);
  /// A line of its own, without columns.
  void say(std::string_view sentence);
  /// Raw bytes from `from` on, if there are any.
  void add_rest(std::span<const std::byte> bytes, std::size_t from, std::string_view field);

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string hex_bytes(std::span<const std::byte> bytes);

}  // namespace lunsim::scsi
