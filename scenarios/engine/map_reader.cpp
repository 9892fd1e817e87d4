#include "scenarios/engine/map_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {

void expected_but(const Node& node, std::string_view wanted, Problems& problems,
                  std::string suggestion) {
  const std::string seen =
      node.is_scalar() ? '"' + node.text + '"' : std::string(describe(node.kind));
  problems.add(node.place, fmt::format("expected {}, found {}", wanted, seen),
               std::move(suggestion));
}

std::string meant_number(std::string_view text, Names names) {
  const bool is_hex = !text.empty() && text.size() <= 16 &&
                      text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return is_hex ? std::string(text) + "h" : nearest(text, names_of(names));
}

MapReader::MapReader(const Node& node, std::string_view what, Problems& problems)
    : node_(node), what_(what), problems_(problems), form_(what) {
  if (KeyRecord* record = problems.record(); record != nullptr && node.is_map())
    record->enter(node, form_);
  if (!node.is_map()) expected_but(node, what_ + " as a map of keys", problems_);
}

void MapReader::refine(std::string_view more) {
  const std::string refined = form_ + " " + std::string(more);
  if (KeyRecord* record = problems_.record(); record != nullptr && node_.is_map())
    record->refine(node_, form_, refined);
  form_ = refined;
}

void MapReader::open() {
  if (KeyRecord* record = problems_.record(); record != nullptr && node_.is_map())
    record->enter(node_, form_).is_open = true;
}

void MapReader::record_form(std::string_view key, ValueForm::Kind kind,
                            std::vector<std::string> words) {
  KeyRecord* record = problems_.record();
  if (record == nullptr || !node_.is_map()) return;
  ValueForm form;
  form.kind = kind;
  form.words = std::move(words);
  add_form(record->enter(node_, form_).forms_of(key), std::move(form));
}

void MapReader::record_number(std::string_view key, std::uint64_t min, std::uint64_t max,
                              Names names) {
  KeyRecord* record = problems_.record();
  if (record == nullptr || !node_.is_map()) return;
  ValueForm form;
  form.kind = ValueForm::Kind::number;
  form.min = min;
  form.max = max;
  form.names = names;
  add_form(record->enter(node_, form_).forms_of(key), std::move(form));
}

void note_words(const Node& node, std::vector<std::string> words, Problems& problems) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = ValueForm::Kind::words;
  form.words = std::move(words);
  problems.record()->value(node, std::move(form));
}

void note_described(const Node& node, std::string_view what, Problems& problems) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = ValueForm::Kind::described;
  form.name = what;
  problems.record()->value(node, std::move(form));
}

void note_number(const Node& node, std::uint64_t min, std::uint64_t max, Problems& problems,
                 Names names) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = ValueForm::Kind::number;
  form.min = min;
  form.max = max;
  form.names = names;
  problems.record()->value(node, std::move(form));
}

void note_duration(const Node& node, Problems& problems) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = ValueForm::Kind::duration;
  problems.record()->value(node, std::move(form));
}

void note_counts(const Node& node, const Shape& shape, Problems& problems,
                 std::string_view function) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = ValueForm::Kind::counts;
  form.shape = &shape;
  form.name = function;
  problems.record()->value(node, std::move(form));
}

void note_function(const Node& node, ValueForm::Kind kind, std::string_view function,
                   Problems& problems) {
  if (problems.record() == nullptr) return;
  ValueForm form;
  form.kind = kind;
  form.name = function;
  problems.record()->value(node, std::move(form));
}

const Node* MapReader::take(std::string_view key) {
  if (!is_known(key)) known_.emplace_back(key);
  const Node* node = node_.find(key);
  if (KeyRecord* record = problems_.record(); record != nullptr && node_.is_map())
    record->asked(form_, key, node);
  return node;
}

const Node* MapReader::need(std::string_view key) {
  if (KeyRecord* record = problems_.record(); record != nullptr && node_.is_map())
    record->enter(node_, form_).needed.insert(std::string(key));
  const Node* found = take(key);
  if (found == nullptr && node_.is_map()) missing_.emplace_back(key);
  return found;
}

bool MapReader::text(std::string_view key, std::string& out) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::text);
  return read_text(key, node, out);
}

bool MapReader::word(std::string_view key, std::string& out,
                     const std::vector<std::string>& known) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::words, known);
  return read_text(key, node, out);
}

bool MapReader::read_text(std::string_view key, const Node* node, std::string& out) {
  if (node == nullptr) return false;
  if (!node->is_scalar()) {
    expected_but(*node, fmt::format("text for \"{}\"", key), problems_);
    return false;
  }
  out = node->text;
  return true;
}

bool MapReader::flag(std::string_view key, bool& out) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::flag);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? number_named(node->text, Names::yes_no) : std::nullopt;
  if (!value) {
    expected_but(*node, fmt::format("true or false for \"{}\"", key), problems_);
    return false;
  }
  out = *value != 0;
  return true;
}

bool MapReader::duration(std::string_view key, std::int64_t& out_ns, std::int64_t max_ns) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::duration);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? parse_duration_ns(node->text) : std::nullopt;
  if (value ? *value > max_ns : node->is_scalar() && looks_like_duration(node->text)) {
    constexpr std::int64_t kDayNs = std::int64_t{24} * 3600 * 1'000'000'000;
    const std::string limit = max_ns % kDayNs == 0 ? fmt::format("{} days", max_ns / kDayNs)
                                                   : fmt::format("{} s", max_ns / 1'000'000'000);
    problems_.add(node->place,
                  fmt::format("{} is out of range: \"{}\" is at most {}", node->text, key, limit));
    return false;
  }
  if (!value) {
    expected_but(*node, fmt::format("a time with its unit for \"{}\", like 5 s or 200 ms", key),
                 problems_);
    return false;
  }
  out_ns = *value;
  return true;
}

bool MapReader::size(std::string_view key, std::uint64_t& out_bytes) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::size);
  if (node == nullptr) return false;
  const auto value = node->is_scalar() ? parse_size(node->text) : std::nullopt;
  if (!value) {
    expected_but(*node, fmt::format("a size for \"{}\", like 64 MiB", key), problems_);
    return false;
  }
  out_bytes = *value;
  return true;
}

bool MapReader::texts(std::string_view key, std::vector<std::string>& out) {
  const Node* node = take(key);
  record_form(key, ValueForm::Kind::texts);
  if (node == nullptr) return false;
  if (node->is_scalar()) {
    out.push_back(node->text);
    return true;
  }
  if (!node->is_list()) {
    expected_but(*node, fmt::format("a name or a list of names for \"{}\"", key), problems_);
    return false;
  }
  for (const Node& item : node->items) {
    if (item.is_scalar()) {
      out.push_back(item.text);
    } else {
      expected_but(item, "a name", problems_);
    }
  }
  return true;
}

std::optional<std::uint64_t> MapReader::read_number(const Node& node, std::uint64_t min,
                                                    std::uint64_t max, Names names) {
  note_number(node, min, max, problems_, names);
  std::optional<std::uint64_t> value;
  if (node.is_scalar()) value = parse_number(node.text);
  if (!value && node.is_scalar()) value = number_named(node.text, names);
  if (!value) {
    if (names != Names::none && node.is_scalar()) {
      problems_.add(node.place, fmt::format("unknown name \"{}\"", node.text),
                    meant_number(node.text, names));
    } else {
      expected_but(node, fmt::format("a number from {}", min), problems_,
                   node.is_scalar() ? meant_number(node.text, names) : std::string{});
    }
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    problems_.add(node.place,
                  fmt::format("{} is out of range: {} to {} is possible", node.text, min, max));
    return std::nullopt;
  }
  return value;
}

bool MapReader::is_known(std::string_view key) const {
  return std::find(known_.begin(), known_.end(), key) != known_.end();
}

bool MapReader::is_misspelt(std::string_view key) const {
  return std::any_of(node_.keys.begin(), node_.keys.end(), [&](const std::string& written) {
    return !is_known(written) && nearest(written, known_) == key;
  });
}

void MapReader::finish() {
  if (is_skipped_) return;
  for (const std::string& key : missing_)
    if (!is_misspelt(key))
      problems_.add(node_.place, fmt::format("{} needs the key \"{}\"", what_, key));
  for (std::size_t i = 0; i < node_.keys.size(); ++i) {
    if (is_known(node_.keys[i])) continue;
    if (problems_.total() >= Problems::kKeptMax) {  // it will not be told, only counted
      problems_.add(node_.key_places[i], "unknown key");
      continue;
    }
    std::string reason = fmt::format("unknown key \"{}\" in {}", node_.keys[i], what_);
    std::string meant = nearest(node_.keys[i], known_);
    if (meant.empty() && !known_.empty()) reason += ": possible is " + one_of_text(known_);
    problems_.add(node_.key_places[i], std::move(reason), std::move(meant));
  }
}

}  // namespace lunsim::scenarios
