#include "scenarios/engine/lua_places.hpp"

#include <vector>

namespace lunsim::scenarios {
namespace {

struct Token {
  enum class Kind : std::uint8_t { end, word, text, sign };
  Kind kind = Kind::end;
  std::string text;  // word, text without its quotes, sign of one character ("=" is never "==")
  std::uint32_t line = 0, column = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    skip_blanks();
    Token token{Token::Kind::end, "", line_, static_cast<std::uint32_t>(at_ - line_start_) + 1};
    if (at_ >= text_.size()) return token;
    const char c = text_[at_];
    if (is_word(c)) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.')) ++at_;
      token.kind = Token::Kind::word;
      token.text = std::string(text_.substr(begin, at_ - begin));
      return token;
    }
    if (c == '"' || c == '\'') {
      token.kind = Token::Kind::text;
      token.text = quoted(c);
      return token;
    }
    if (c == '[') {
      if (const std::size_t level = long_bracket(at_); level > 0) {
        token.kind = Token::Kind::text;
        skip_long(level);
        return token;
      }
    }
    token.kind = Token::Kind::sign;
    token.text = std::string(1, c);
    advance();
    // Comparisons are no assignments.
    if ((c == '=' || c == '~' || c == '<' || c == '>') && at_ < text_.size() && text_[at_] == '=') {
      token.text += '=';
      advance();
    }
    return token;
  }

 private:
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  void advance() {
    if (text_[at_] == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    ++at_;
  }
  /// The number of characters of "[[" or "[=*[" at `at`; 0 if there is none.
  std::size_t long_bracket(std::size_t at) const {
    if (at >= text_.size() || text_[at] != '[') return 0;
    std::size_t i = at + 1;
    while (i < text_.size() && text_[i] == '=') ++i;
    return i < text_.size() && text_[i] == '[' ? i - at + 1 : 0;
  }
  void skip_long(std::size_t level) {
    const std::string close = "]" + std::string(level - 2, '=') + "]";
    const std::size_t end = std::min(text_.find(close, at_), text_.size());
    while (at_ < std::min(end + close.size(), text_.size())) advance();
  }
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance();
      } else if (text_.substr(at_).starts_with("--")) {
        at_ += 2;
        if (const std::size_t level = long_bracket(at_); level > 0)
          skip_long(level);
        else
          while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }
  std::string quoted(char quote) {
    std::string out;
    for (advance(); at_ < text_.size() && text_[at_] != quote; advance()) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) advance();
      out += text_[at_];
    }
    if (at_ < text_.size()) advance();
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
};

/// One open bracket or block.
struct Frame {
  enum class Kind : std::uint8_t { table, other } kind = Kind::other;
  std::string path;        // table
  std::uint64_t next = 1;  // table: number of the next item without a key
  bool is_item_start = true;
};

class Finder {
 public:
  Finder(std::string_view text, const std::string& file) : file_(file) {
    Lexer lexer(text);
    for (Token token = lexer.next(); token.kind != Token::Kind::end; token = lexer.next())
      tokens_.push_back(std::move(token));
  }

  LuaPlaces find() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) look();
    return std::move(places_);
  }

 private:
  bool is_sign(std::size_t i, char c) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::sign && tokens_[i].text[0] == c &&
           tokens_[i].text.size() == 1;
  }
  bool is_word(std::size_t i, std::string_view word) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::word && tokens_[i].text == word;
  }
  bool in_table() const { return !frames_.empty() && frames_.back().kind == Frame::Kind::table; }
  void note(const std::string& path, const Token& token) {
    places_.emplace(path, Place{file_, token.line, token.column});
  }
  static std::string join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "/" + key;
  }

  void look() {
    const Token& token = tokens_[at_];
    if (in_table() && frames_.back().is_item_start && !is_sign(at_, '}')) begin_item();
    const Token& now = tokens_[std::min(at_, tokens_.size() - 1)];
    (void)token;
    if (now.kind == Token::Kind::word) return look_at_word(now.text);
    if (now.kind != Token::Kind::sign || now.text.size() != 1) return;
    switch (now.text[0]) {
      case '{':
        return open_table();
      case '(':
      case '[':
        frames_.push_back({});
        return;
      case '}':
      case ')':
      case ']':
        if (!frames_.empty()) frames_.pop_back();
        return;
      case ',':
      case ';':
        if (in_table()) frames_.back().is_item_start = true;
        return;
      default:
        return;
    }
  }
  /// `key =`, `["key"] =` or just a value; at_ stands on the value afterwards.
  void begin_item() {
    Frame& frame = frames_.back();
    frame.is_item_start = false;
    const Token& token = tokens_[at_];
    if (token.kind == Token::Kind::word && is_sign(at_ + 1, '=')) {
      key_ = join(frame.path, token.text);
      note(key_, token);
      at_ += 2;
    } else if (is_sign(at_, '[') && is_sign(at_ + 2, ']') && is_sign(at_ + 3, '=')) {
      key_ = join(frame.path, tokens_[at_ + 1].text);
      note(key_, token);
      at_ += 4;
    } else {
      key_ = join(frame.path, std::to_string(frame.next++));
      note(key_, token);
    }
    if (at_ < tokens_.size() && is_sign(at_, '{')) value_is_table_ = true;
  }
  void open_table() {
    Frame frame;
    if (value_is_table_) {
      frame.kind = Frame::Kind::table;
      frame.path = key_;
    } else if (is_root()) {
      frame.kind = Frame::Kind::table;
      note("", tokens_[at_]);
    }
    value_is_table_ = false;
    frames_.push_back(frame);
  }
  /// `return {`, `scenario {` or `scenario({` outside of any other bracket.
  bool is_root() const {
    if (at_ == 0) return false;
    if (frames_.empty()) return is_word(at_ - 1, "return") || is_word(at_ - 1, "scenario");
    return frames_.size() == 1 && at_ > 1 && is_sign(at_ - 1, '(') && is_word(at_ - 2, "scenario");
  }
  /// What opens a block that `end` or `until` closes. `while` and `for` open theirs with `do`.
  void look_at_word(const std::string& word) {
    if (word == "function" || word == "do" || word == "if" || word == "repeat")
      frames_.push_back({});
    if ((word == "end" || word == "until") && !frames_.empty()) frames_.pop_back();
  }

  std::string file_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
  std::string key_;
  bool value_is_table_ = false;
  LuaPlaces places_;
};

}  // namespace

LuaPlaces find_lua_places(std::string_view text, const std::string& file) {
  return Finder(text, file).find();
}

}  // namespace lunsim::scenarios
