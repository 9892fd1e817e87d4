// Logical text segments over several PDUs, by the C bit: one value that gathers what arrives,
// bounded, and one that hands out a long text in parts. Neither knows Login from Text PDUs. RFC
// 7143 §6.1, §6.2, §11.10.2.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/iscsi/negotiation/text_segment.hpp"

namespace lunsim::negotiation {

/// Data segment of a Login PDU, whatever has been declared meanwhile: §6.3.
inline constexpr std::size_t kLoginTextBytesMax = 8192;

class TextAssembler {
 public:
  explicit TextAssembler(std::size_t bytes_max = kLogicalTextBytesMax) : bytes_max_(bytes_max) {}

  enum class Progress : std::uint8_t { more, complete, too_long };
  /// Takes one PDU's text. After `complete` the next append begins anew; after `too_long` nothing
  /// is kept.
  Progress append(std::string_view part, bool continues);
  /// After `complete`, until the next append.
  const std::string& text() const { return text_; }
  bool is_partial() const { return partial_; }

 private:
  std::size_t bytes_max_;
  std::string text_;
  bool partial_ = false;
};

class TextSplitter {
 public:
  /// A part is cut anywhere: a pair may span PDUs.
  struct Part {
    std::string text;
    bool continues = false;   // C
  };
  void load(std::string text);
  bool has_more() const { return at_ < text_.size(); }
  /// The next part, at most `bytes_max` bytes; empty if nothing is left.
  Part next(std::size_t bytes_max = kLoginTextBytesMax);

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace lunsim::negotiation
