#include "scenarios/engine/node.hpp"

#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

Place place_of(const YAML::Mark& mark, const std::string& file) {
  if (mark.line < 0) return {file, 0, 0};
  return {file, static_cast<std::uint32_t>(mark.line) + 1,
          static_cast<std::uint32_t>(mark.column) + 1};
}

Place place_at(std::string_view text, std::size_t offset, const std::string& file) {
  Place place{file, 1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    ++place.column;
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    }
  }
  return place;
}

/// The reader behind us takes a quote without an end, so quotes are scanned beforehand: outside
/// comments and block text, a quote that begins a value must end in the file. Returns where one
/// does not.
class QuoteScan {
 public:
  explicit QuoteScan(std::string_view text) : text_(text) {}

  std::optional<std::size_t> unterminated() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        start_line();
      } else if (c == '#' && begins_word()) {
        skip_line();
      } else if ((c == '|' || c == '>') && begins_value() && ends_line_after_indicator()) {
        enter_block();
      } else if ((c == '"' || c == '\'') && begins_value()) {
        const std::size_t open = at_;
        if (!skip_quoted(c)) return open;
      } else {
        note_bracket(c);
        ++at_;
      }
    }
    return std::nullopt;
  }

  /// Where the last bracket stands that nothing closes; for files that are no YAML, once
  /// unterminated() has gone through.
  std::optional<std::size_t> unclosed() const {
    if (open_.empty()) return std::nullopt;
    return open_.back();
  }

 private:
  void note_bracket(char c) {
    if ((c == '[' || c == '{') && (!open_.empty() || begins_value())) open_.push_back(at_);
    if (open_.empty() || (c != ']' && c != '}')) return;
    if (text_[open_.back()] == (c == ']' ? '[' : '{')) open_.pop_back();
  }
  bool begins_word() const {
    return at_ == 0 || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t' || text_[at_ - 1] == '\n';
  }
  /// A value begins at the start of a line and behind the indicators; inside a plain word a quote
  /// is just a character.
  bool begins_value() const {
    std::size_t i = at_;
    while (i > line_start_ && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    if (i == line_start_) return true;
    const char before = text_[i - 1];
    if (before == '[' || before == '{' || before == ',') return true;
    return i < at_ && (before == ':' || before == '-' || before == '?');
  }
  bool ends_line_after_indicator() const {
    std::size_t i = at_ + 1;
    while (i < text_.size() &&
           (text_[i] == '-' || text_[i] == '+' || (text_[i] >= '0' && text_[i] <= '9')))
      ++i;
    while (i < text_.size() && text_[i] == ' ') ++i;
    return i >= text_.size() || text_[i] == '\n' || text_[i] == '#' || text_[i] == '\r';
  }
  void start_line() {
    ++at_;
    line_start_ = at_;
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }
  std::size_t indent_at(std::size_t i) const {
    std::size_t n = 0;
    while (i + n < text_.size() && text_[i + n] == ' ') ++n;
    return n;
  }
  /// Lines of block text are deeper than the line that announced them, or empty.
  void enter_block() {
    const std::size_t announced = indent_at(line_start_);
    skip_line();
    while (at_ < text_.size()) {
      const std::size_t line = at_ + 1;
      const std::size_t indent = indent_at(line);
      const bool blank = line + indent >= text_.size() || text_[line + indent] == '\n' ||
                         text_[line + indent] == '\r';
      if (!blank && indent <= announced) return;
      start_line();
      skip_line();
    }
  }
  bool skip_quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') line_start_ = at_ + 1;
      if (quote == '"' && text_[at_] == '\\') {
        ++at_;
        continue;
      }
      if (text_[at_] != quote) continue;
      const bool doubled = quote == '\'' && at_ + 1 < text_.size() && text_[at_ + 1] == quote;
      ++at_;
      if (!doubled) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::vector<std::size_t> open_;  // brackets
};

/// The first tab among the blanks that a line begins with.
std::optional<std::size_t> tab_in_indentation(std::string_view text) {
  bool in_indentation = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t' && in_indentation) return i;
    in_indentation = text[i] == '\n' || (in_indentation && text[i] == ' ');
  }
  return std::nullopt;
}

/// What the reader's own words mean to somebody who wrote the file.
std::string in_plain_words(const std::string& message) {
  const auto says = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (says("alias") || says("anchor"))
    return "this is not YAML: a value that begins with * or & is to be quoted, like \"*\"";
  if (says("flow end")) return "this is not YAML: a bracket is closed here that nothing opened";
  if (says("end of map") || says("end of sequence") || says("block entry") || says("map key"))
    return "this is not YAML: this line is indented otherwise than those before it, or a \":\" or "
           "\"- \" is missing";
  if (says("map value"))
    return "this is not YAML: a second \": \" in one line, or a line indented too far; a text with "
           "\": \" in it is to be quoted";
  return "this is not YAML: " + message;
}

/// Finds what the reader stumbled over, which is often before where it noticed.
void tell_syntax(std::string_view text, const YAML::Exception& error, const std::string& file,
                 Problems& problems) {
  QuoteScan scan(text);
  scan.unterminated();
  if (const auto tab = tab_in_indentation(text)) {
    problems.add(place_at(text, *tab, file), "a tab is used for indentation; only spaces can be");
  } else if (const auto bracket = scan.unclosed()) {
    problems.add(place_at(text, *bracket, file),
                 fmt::format("this \"{}\" is never closed", text[*bracket]));
  } else {
    problems.add(place_of(error.mark, file), in_plain_words(error.msg));
  }
}

/// Hears of every document, and keeps nothing.
class Documents final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { began_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  const YAML::Mark& began() const { return began_; }

 private:
  YAML::Mark began_;
};

/// Where a second document begins. Asked for all of them at once, the reader would find one after
/// the other for ever behind a bracket that is followed by a comma.
std::optional<YAML::Mark> second_document(std::string_view text) {
  std::istringstream in{std::string(text)};
  YAML::Parser parser(in);
  Documents documents;
  if (!parser.HandleNextDocument(documents)) return std::nullopt;
  if (!parser.HandleNextDocument(documents)) return std::nullopt;
  return documents.began();
}

class Converter {
 public:
  Converter(std::string_view text, const std::string& file, Problems& problems,
            const ReadLimits& limits)
      : text_(text), file_(file), problems_(problems), limits_(limits) {}

  Node convert(const YAML::Node& yaml, std::size_t depth) {
    Node out;
    out.place = place_of(yaml.Mark(), file_);
    if (gave_up_) return out;
    if (depth > limits_.depth_max)
      return give_up(out, fmt::format("nested deeper than {} levels", limits_.depth_max));
    if (++nodes_ > limits_.nodes_max)
      return give_up(
          out, fmt::format("more than {} values once aliases are followed", limits_.nodes_max));
    if (yaml.IsScalar()) {
      convert_scalar(yaml, out);
    } else if (yaml.IsSequence()) {
      out.kind = Node::Kind::list;
      for (const YAML::Node& item : yaml) out.items.push_back(convert(item, depth + 1));
    } else if (yaml.IsMap()) {
      convert_map(yaml, out, depth);
    } else if (is_written_null(yaml)) {
      out.kind = Node::Kind::scalar;
      out.text = "NULL";
    }
    return out;
  }

 private:
  /// NULL is a value that a call can be made with; nothing at all behind a key is not.
  bool is_written_null(const YAML::Node& yaml) const {
    const int at = yaml.Mark().pos;
    return at >= 0 && static_cast<std::size_t>(at) < text_.size() &&
           text_.substr(static_cast<std::size_t>(at)).starts_with("NULL");
  }
  void convert_scalar(const YAML::Node& yaml, Node& out) {
    out.kind = Node::Kind::scalar;
    bytes_ += yaml.Scalar().size();
    if (bytes_ > 2 * limits_.file_bytes_max) {
      out = give_up(out, "too much text once aliases are followed");
      return;
    }
    out.text = yaml.Scalar();
    out.quoted = yaml.Tag() == "!";
    const auto at = static_cast<std::size_t>(std::max(yaml.Mark().pos, 0));
    out.is_block = out.quoted && at < text_.size() && (text_[at] == '|' || text_[at] == '>');
  }
  void convert_map(const YAML::Node& yaml, Node& out, std::size_t depth) {
    out.kind = Node::Kind::map;
    std::set<std::string> seen;
    for (const auto& entry : yaml) {
      const Place place = place_of(entry.first.Mark(), file_);
      if (!entry.first.IsScalar()) {
        problems_.add(place, "a key must be a word");
        continue;
      }
      const std::string key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        problems_.add(place, fmt::format("the key \"{}\" stands here a second time", key));
        continue;
      }
      bytes_ += key.size();
      out.keys.push_back(key);
      out.key_places.push_back(place);
      out.items.push_back(convert(entry.second, depth + 1));
      if (out.items.back().place.line == 0) out.items.back().place = place;
    }
  }
  Node give_up(const Node& where, std::string reason) {
    gave_up_ = true;
    problems_.add(where.place, std::move(reason));
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  Problems& problems_;
  const ReadLimits& limits_;
  std::size_t nodes_ = 0, bytes_ = 0;
  bool gave_up_ = false;
};

/// A line behind more lines that each are deeper than the one before.
std::optional<std::size_t> indented_too_deeply(std::string_view text, std::size_t depth_max) {
  std::vector<std::size_t> open;
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t word = text.find_first_not_of(' ', line);
    const std::size_t end = std::min(text.find('\n', line), text.size());
    if (word < end) {
      while (!open.empty() && open.back() >= word - line) open.pop_back();
      open.push_back(word - line);
      if (open.size() > 4 * depth_max) return word;
    }
    line = end + 1;
  }
  return std::nullopt;
}

/// Brackets and indentation deep enough to hurt a recursive reader are refused before it sees them:
/// where they get too deep.
std::optional<std::size_t> nested_too_deeply(std::string_view text, std::size_t depth_max) {
  std::size_t flow = 0;
  std::size_t indicators = 0;  // "- " and "? " one behind the other
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{') ++flow;
    if ((c == ']' || c == '}') && flow > 0) --flow;
    if (c == '-' || c == '?') ++indicators;
    if (c == '\n' || (c != '-' && c != '?' && c != ' ')) indicators = 0;
    if (flow > 4 * depth_max || indicators > 4 * depth_max) return i;
  }
  return indented_too_deeply(text, depth_max);
}

}  // namespace

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "nothing";
}

Node read_yaml(std::string_view text, const std::string& file, Problems& problems,
               const ReadLimits& limits) {
  if (text.size() > limits.file_bytes_max) {
    problems.add({file, 0, 0}, fmt::format("the file has {} bytes; at most {} are read",
                                           text.size(), limits.file_bytes_max));
    return {};
  }
  if (const auto bad = first_bad_utf8(text)) {
    problems.add(place_at(text, *bad, file), "this is not UTF-8");
    return {};
  }
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    problems.add(place_at(text, zero, file), "a zero byte has no place in a scenario");
    return {};
  }
  if (const auto quote = QuoteScan(text).unterminated()) {
    problems.add(place_at(text, *quote, file), "this quote is never closed");
    return {};
  }
  if (const auto deep = nested_too_deeply(text, limits.depth_max)) {
    problems.add(place_at(text, *deep, file),
                 fmt::format("nested deeper than {} levels", limits.depth_max));
    return {};
  }
  try {
    if (const auto second = second_document(text)) {
      problems.add(place_of(*second, file),
                   "a file holds one scenario; a second document begins here");
      return {};
    }
    const YAML::Node document = YAML::Load(std::string(text));
    if (document.IsNull()) {
      problems.add({file, 1, 1}, "the file holds no scenario");
      return {};
    }
    return Converter(text, file, problems, limits).convert(document, 0);
  } catch (const YAML::Exception& error) {
    tell_syntax(text, error, file, problems);
  }
  return {};
}

}  // namespace lunsim::scenarios
