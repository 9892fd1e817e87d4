#include "protocol/iscsi/negotiation/text_transfer.hpp"

#include <utility>

namespace lunsim::negotiation {

TextAssembler::Progress TextAssembler::append(std::string_view part, bool continues) {
  if (!partial_) text_.clear();
  if (part.size() > bytes_max_ - text_.size()) {
    text_.clear();
    partial_ = false;
    return Progress::too_long;
  }
  text_ += part;
  partial_ = continues;
  return continues ? Progress::more : Progress::complete;
}

void TextSplitter::load(std::string text) {
  text_ = std::move(text);
  at_ = 0;
}

TextSplitter::Part TextSplitter::next(std::size_t bytes_max) {
  Part part{text_.substr(at_, bytes_max), false};
  at_ += part.text.size();
  part.continues = has_more();
  if (!part.continues) load({});
  return part;
}

}  // namespace lunsim::negotiation
