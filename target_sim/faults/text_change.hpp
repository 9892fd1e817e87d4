// Edits of the key=value pairs of Login and Text PDUs, and what such PDUs said last for each key.
// Strict about nothing: whatever is asked for is written. Not a negotiation.          RFC 7143 §6.1
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "target_sim/faults/wire_action.hpp"

namespace lunsim::target_sim {

/// The last value of each key that was received and sent, over all connections; bounded.
class TextMemory {
 public:
  void keep(pdu::Direction direction, std::span<const std::byte> text);
  /// Empty if it was never heard.
  std::string_view last(pdu::Direction direction, const std::string& key) const;

 private:
  static constexpr std::size_t kKeysMax = 1024;
  std::map<std::string, std::string> received_, sent_;
};

/// The value of the first pair with this key; empty if there is none.
std::string_view text_value(std::string_view text, std::string_view key);

/// The text after the changes, in their order; the same text if none of them found what it changes.
std::string changed_text(std::span<const TextChange> changes, std::string_view text,
                         const TextMemory& memory);

}  // namespace lunsim::target_sim
