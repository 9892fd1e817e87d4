#include "protocol/scsi/text_match.hpp"

namespace lunsim::scsi {

namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Leaves out spaces that stand before a parenthesis.
void skip_spaces_before_parenthesis(std::string_view& text) {
  const std::size_t next = text.find_first_not_of(' ');
  if (next != std::string_view::npos && next != 0 && text[next] == '(') text.remove_prefix(next);
}

}  // namespace

bool matches_name(std::string_view typed, std::string_view standard) {
  while (true) {
    skip_spaces_before_parenthesis(typed);
    skip_spaces_before_parenthesis(standard);
    if (typed.empty() || standard.empty()) return typed.empty() && standard.empty();
    if (upper(typed.front()) != upper(standard.front())) return false;
    typed.remove_prefix(1);
    standard.remove_prefix(1);
  }
}

}  // namespace lunsim::scsi
