#include "scenarios/engine/schema.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "scenarios/engine/knob_table.hpp"
#include "scenarios/engine/loader.hpp"
#include "scenarios/engine/node.hpp"

namespace scenarios = lunsim::scenarios;
using scenarios::KeyRecord;
using scenarios::MapForm;

namespace {

std::vector<std::string> schema_catalogue() {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  const fs::path folder = fs::path(LUNSIM_SOURCE_DIR) / "scenarios/catalog";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return out;
}

/// Keys that `used` asks for and `known` has not: "a target: luns".
std::vector<std::string> missing(const KeyRecord& used, const KeyRecord& known) {
  std::vector<std::string> out;
  for (const auto& [name, form] : used.forms()) {
    const auto there = known.forms().find(name);
    for (const auto& [key, values] : form.keys) {
      const bool is_there = there != known.forms().end() &&
                            (there->second.is_open ||
                             std::any_of(there->second.keys.begin(), there->second.keys.end(),
                                         [&](const auto& one) { return one.first == key; }));
      if (!is_there) out.push_back(name + ": " + key);
    }
  }
  return out;
}

/// The texts that stand where `pattern` has its group, in the loader's own source.
std::set<std::string> in_source(const std::regex& pattern) {
  std::set<std::string> out;
  const std::filesystem::path folder =
      std::filesystem::path(LUNSIM_SOURCE_DIR) / "scenarios/engine";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("load") || !name.ends_with(".cpp") || name.ends_with("_test.cpp"))
      continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (auto at = std::sregex_iterator(text.begin(), text.end(), pattern);
         at != std::sregex_iterator(); ++at)
      out.insert((*at)[1].str());
  }
  return out;
}

/// Parts of a fault's `on:` and `do:`: `lunsim knobs` explains them.
const std::set<std::string> kOfFaults{"a fault's on",
                                      "a fault's do",
                                      "a cut",
                                      "a fault's do to bytes",
                                      "a cut of bytes",
                                      "a PDU of our own",
                                      "a Reject",
                                      "a field's value",
                                      "a ping",
                                      "a response",
                                      "a value",
                                      "an AHS",
                                      "corrupt",
                                      "an Asynchronous Message",
                                      "answer",
                                      "apply",
                                      "capacity",
                                      "data",
                                      "flip",
                                      "hold",
                                      "identity",
                                      "luns",
                                      "pad",
                                      "redirect",
                                      "repeat",
                                      "swap",
                                      "text",
                                      "torn",
                                      "the data of a PDU",
                                      "a fault's change",
                                      "a host fault's on",
                                      "a host fault's do"};

KeyRecord record_of(const std::vector<std::string>& texts) {
  KeyRecord record;
  scenarios::record_keys(texts, record);
  return record;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(every_key_that_the_loader_reads_is_in_it) {
  const std::vector<std::string> texts = schema_catalogue();
  BOOST_TEST(texts.size() > 100u);
  const KeyRecord known = record_of(scenarios::schema_probes());
  for (const std::string& key : missing(record_of(texts), known)) BOOST_ERROR(key);
  // It can fail: one world without its faults is not enough.
  BOOST_TEST(!missing(record_of(texts), record_of({scenarios::schema_probes().front()})).empty());
}

BOOST_AUTO_TEST_CASE(no_reader_of_the_loader_is_missed) {
  // What neither a probe nor a story reaches shows in the source: kinds of maps, and keys.
  const KeyRecord known = record_of(scenarios::schema_probes());
  const std::set<std::string> kinds =
      in_source(std::regex(R"re(MapReader \w+\([^;"]*"([^"]+)"[^;"]*problems\);)re"));
  BOOST_TEST(kinds.size() > 40u);
  for (const std::string& kind : kinds)
    // Records that are passed to calls are in it by the tables of the API; steps by their kinds.
    if (kind != "this argument" && kind != "a step of {}" && !known.forms().contains(kind))
      BOOST_ERROR(kind + " is no form of the schema");
  std::set<std::string> keys;
  for (const auto& [name, form] : known.forms())
    for (const auto& [key, values] : form.keys) keys.insert(key);
  const std::set<std::string> asked = in_source(std::regex(
      R"re(\b\w+\.(?:take|need|text|word|flag|duration|size|texts|number)\("([^"]+)")re"));
  const std::set<std::string> by_hand =
      in_source(std::regex(R"re(\bread_(?:word|hex|signed|list|pairs|keys)\(\w+, "([^"]+)")re"));
  BOOST_TEST(asked.size() > 150u);
  BOOST_TEST(by_hand.size() > 10u);
  for (const auto& all : {asked, by_hand})
    for (const std::string& key : all)
      if (!keys.contains(key)) BOOST_ERROR(key + " is no key of the schema");
}

BOOST_AUTO_TEST_CASE(every_probe_is_read) {
  // A slip of the pen in one would only make the schema smaller.
  for (const std::string& text : scenarios::schema_probes()) {
    scenarios::Problems problems;
    scenarios::read_yaml(text, "probe", problems);
    for (const scenarios::Problem& problem : problems.kept()) BOOST_ERROR(to_string(problem));
  }
}

BOOST_AUTO_TEST_CASE(the_loader_knows_every_key_of_it) {
  // What the probes hold is what the schema takes; a key that the loader does not know is told.
  for (const std::string& text : scenarios::schema_probes()) {
    scenarios::Problems problems;
    KeyRecord record;
    problems.set_record(&record);
    scenarios::load_scenario(text, "probe", "probe", problems);
    for (const scenarios::Problem& problem : problems.kept())
      BOOST_TEST(problem.reason.find("unknown key") == std::string::npos, to_string(problem));
  }
}

BOOST_AUTO_TEST_CASE(every_key_is_in_the_documents) {
  std::ifstream file(std::filesystem::path(LUNSIM_SOURCE_DIR) / "docs/scenarios.md");
  const std::string documents{std::istreambuf_iterator<char>(file), {}};
  const std::string with_knobs = documents + scenarios::knobs_text();
  const KeyRecord known = record_of(scenarios::schema_probes());
  const auto is_explained = [](const std::string& key, const std::string& text) {
    const auto is_part = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
      if (!is_part(text[at - 1]) && !is_part(text[at + key.size()])) return true;
    return false;
  };
  BOOST_TEST(!is_explained("lunz", documents));
  for (const auto& [name, form] : known.forms()) {
    // What comes out of a function is in its own documents.
    if (name.starts_with("an expectation ") || form.is_open || form.is_split) continue;
    const std::string& text = kOfFaults.contains(name) ? with_knobs : documents;
    for (const auto& [key, forms] : form.keys)
      if (!is_explained(key, text)) BOOST_ERROR(name + ": " + key);
  }
}

BOOST_AUTO_TEST_CASE(every_map_of_it_is_there_and_closed) {
  const auto schema = boost::json::parse(scenarios::json_schema());
  const auto& definitions = schema.at("definitions").as_object();
  BOOST_TEST(definitions.size() > 50u);
  const auto check = [&](const auto& self, const boost::json::value& value) -> void {
    if (value.is_array())
      for (const auto& item : value.as_array()) self(self, item);
    if (!value.is_object()) return;
    for (const auto& [key, item] : value.as_object()) {
      if (key != "$ref" || !item.is_string()) {
        self(self, item);
        continue;
      }
      const std::string name(item.as_string().c_str() + std::string("#/definitions/").size());
      BOOST_TEST(definitions.contains(name), name);
    }
  };
  check(check, schema);
  const auto& target = definitions.at("a_target").as_object();
  BOOST_TEST(target.at("additionalProperties") == false);
  BOOST_TEST(target.at("properties").as_object().contains("luns"));
}

BOOST_AUTO_TEST_SUITE_END()
