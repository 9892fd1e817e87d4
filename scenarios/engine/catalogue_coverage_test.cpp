// That the covered_catalogue leaves nothing out which the standards list and people have met: read
// from what its scenarios do, not from what they say of themselves.                RFC 7143 §11
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/engine/runner.hpp"

namespace scenarios = lunsim::scenarios;
namespace pdu = lunsim::pdu;
namespace scsi = lunsim::scsi;
namespace target_sim = lunsim::target_sim;
using scenarios::Scenario;

namespace {

struct Catalogue {
  std::vector<scenarios::ScenarioFile> files;
  std::vector<Scenario> scenarios;
};

/// What the files include lies beside them.
std::optional<std::string> included_by(const std::string& path) {
  std::ifstream in(std::filesystem::path(LUNSIM_SOURCE_DIR) / path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

const Catalogue& covered_catalogue() {
  static const Catalogue kAll = [] {
    const std::filesystem::path root =
        std::filesystem::path(LUNSIM_SOURCE_DIR) / "scenarios/catalog";
    Catalogue all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      // A part is none by itself: those that include it show it.
      if (!entry.is_regular_file() || entry.path().string().ends_with(".part.yaml")) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const auto path = entry.path().lexically_relative(root);
      auto id = path;
      all.files.push_back({{std::istreambuf_iterator<char>(in), {}},
                           "scenarios/catalog/" + path.generic_string(),
                           id.replace_extension().generic_string()});
    }
    scenarios::LoadedScenarios loaded = scenarios::load_scenarios(all.files, {included_by, {}});
    for (const std::string& problem : loaded.problems) BOOST_ERROR(problem);
    all.scenarios = std::move(loaded.scenarios);
    return all;
  }();
  return kAll;
}

template <class Visit>
void each_fault(const Visit& visit) {
  for (const Scenario& scenario : covered_catalogue().scenarios)
    for (const scenarios::TargetModel& target : scenario.targets)
      for (const scenarios::FaultModel& fault : target.faults) visit(fault.rule);
}

template <class Step, class Visit>
void each_step(const Visit& visit) {
  for (const Scenario& scenario : covered_catalogue().scenarios)
    for (const scenarios::Step& step : scenario.steps)
      if (const Step* body = std::get_if<Step>(&step.body)) visit(*body);
}

/// What is written into a field of PDUs of this kind that faults send of their own.
std::set<std::uint64_t> injected(pdu::Opcode opcode, std::string_view field) {
  std::set<std::uint64_t> out;
  each_fault([&](const target_sim::FaultRule& rule) {
    const target_sim::WireAction& wire = rule.action.wire;
    for (const auto* list : {&wire.before, &wire.after})
      for (const target_sim::InjectedPdu& made : *list)
        for (const target_sim::FieldChange& change : made.fields)
          if (!made.copy && made.opcode == opcode && change.field == field)
            out.insert(change.value);
  });
  return out;
}

void numbers_in(const scenarios::Matcher& matcher, std::set<std::uint64_t>& out) {
  if (matcher.kind == scenarios::Matcher::Kind::number) out.insert(matcher.number.value);
  if (matcher.kind == scenarios::Matcher::Kind::one_of)
    for (const scenarios::Matcher& one : matcher.of) numbers_in(one, out);
}

void needs_all(std::string_view what, const std::set<std::uint64_t>& found,
               std::initializer_list<std::uint64_t> wanted) {
  for (const std::uint64_t one : wanted)
    if (!found.contains(one)) BOOST_ERROR(fmt::format("no scenario has {} {:#x}", what, one));
}

bool has_tag(const Scenario& scenario, std::string_view beginning) {
  return std::any_of(scenario.tags.begin(), scenario.tags.end(),
                     [&](const std::string& tag) { return tag.starts_with(beginning); });
}

/// The text of a file with every number as one sign, and without what only names it.
std::string shape_of(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const bool names = line.starts_with('#') || line.starts_with("scenario:") ||
                       line.starts_with("tags:") || line.starts_with("checks:") ||
                       line.starts_with("live:");
    if (names) continue;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool begins = std::isdigit(static_cast<unsigned char>(line[i])) != 0 &&
                          (i == 0 || std::isalnum(static_cast<unsigned char>(line[i - 1])) == 0);
      if (!begins) {
        out += line[i];
        continue;
      }
      while (i + 1 < line.size() && std::isalnum(static_cast<unsigned char>(line[i + 1])) != 0) ++i;
      out += '#';
    }
    out += '\n';
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue_coverage)

BOOST_AUTO_TEST_CASE(it_is_large_and_nearly_all_of_it_plays_live) {
  const auto& all = covered_catalogue().scenarios;
  BOOST_TEST(all.size() >= 240u);
  const auto skipped = std::count_if(all.begin(), all.end(), [](const Scenario& scenario) {
    return scenario.live_skip_reason.has_value();
  });
  BOOST_TEST(static_cast<std::size_t>(skipped) * 10 <= all.size());
}

BOOST_AUTO_TEST_CASE(every_login_status_is_met, *boost::unit_test::label("rfc7143-11.13.5")) {
  std::set<std::uint64_t> found;
  each_fault([&](const target_sim::FaultRule& rule) {
    const target_sim::WireAction& wire = rule.action.wire;
    if (wire.login_status) found.insert(*wire.login_status);
    if (wire.redirect) found.insert(wire.redirect->permanent ? 0x0102 : 0x0101);
  });
  needs_all("login status", found,
            {0x0101, 0x0102, 0x0200, 0x0201, 0x0202, 0x0203, 0x0204, 0x0205, 0x0206, 0x0207, 0x0208,
             0x0209, 0x020A, 0x020B, 0x0300, 0x0301, 0x0302});
}

BOOST_AUTO_TEST_CASE(every_reject_reason_is_met, *boost::unit_test::label("rfc7143-11.17.1")) {
  needs_all("Reject reason", injected(pdu::Opcode::reject, "Reason"),
            {0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C});
}

BOOST_AUTO_TEST_CASE(every_asynchronous_event_is_met, *boost::unit_test::label("rfc7143-11.9.1")) {
  needs_all("asynchronous event", injected(pdu::Opcode::async_message, "AsyncEvent"),
            {0, 1, 2, 3, 4, 5, 255});
}

BOOST_AUTO_TEST_CASE(every_task_management_function_and_response_is_met,
                     *boost::unit_test::label("rfc7143-11.6.1")) {
  std::set<std::uint64_t> functions, responses;
  each_step<scenarios::ManageStep>([&](const scenarios::ManageStep& step) {
    functions.insert(static_cast<std::uint64_t>(step.function));
    for (const scenarios::ExpectRow& row : step.rows)
      if (const auto response = row.out.find("response"); response != row.out.end())
        numbers_in(response->second, responses);
  });
  needs_all("task management function", functions, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  needs_all("task management response", responses, {0, 1, 2, 3, 4, 5, 6, 255});
}

BOOST_AUTO_TEST_CASE(every_sense_key_that_hosts_act_on_is_met) {
  std::set<std::uint64_t> found;
  each_fault([&](const target_sim::FaultRule& rule) {
    if (rule.action.sense) found.insert(static_cast<std::uint64_t>(rule.action.sense->key));
  });
  using Key = scsi::SenseKey;
  for (const Key key : {Key::recovered_error, Key::not_ready, Key::medium_error,
                        Key::hardware_error, Key::illegal_request, Key::unit_attention,
                        Key::data_protect, Key::aborted_command, Key::miscompare})
    if (!found.contains(static_cast<std::uint64_t>(key)))
      BOOST_ERROR(fmt::format("no fault has the sense key {}", scsi::name_of(key)));
}

BOOST_AUTO_TEST_CASE(every_field_fault_and_defect_has_a_scenario) {
  std::set<std::string> left;
  std::ifstream in(std::filesystem::path(LUNSIM_SOURCE_DIR) /
                   "scenarios/engine/required_stories.txt");
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line.front() != '#') left.insert(line);
  BOOST_TEST(left.size() > 50u);
  for (const Scenario& scenario : covered_catalogue().scenarios)
    for (const std::string& tag : scenario.tags) left.erase(tag);
  for (const std::string& tag : left) BOOST_ERROR(tag + " is required, and no scenario has it");
}

BOOST_AUTO_TEST_CASE(every_scenario_says_what_it_shows_and_what_it_stands_for) {
  for (const scenarios::ScenarioFile& file : covered_catalogue().files)
    if (!file.text.starts_with("# ") && !file.text.starts_with("-- "))
      BOOST_ERROR(file.path + " does not begin with a sentence of what it shows");
  for (const Scenario& scenario : covered_catalogue().scenarios) {
    const bool stands = !scenario.checks.empty() || has_tag(scenario, "rfc") ||
                        has_tag(scenario, "field-") || has_tag(scenario, "defect-") ||
                        has_tag(scenario, "sam-") || has_tag(scenario, "spc-") ||
                        has_tag(scenario, "sbc-") || has_tag(scenario, "iscsidsc") ||
                        has_tag(scenario, "ms-") || has_tag(scenario, "lmshare");
    if (!stands) BOOST_ERROR(scenario.file + " names no rule, standard or field fault");
  }
}

BOOST_AUTO_TEST_CASE(no_two_scenarios_differ_in_numbers_only) {
  std::map<std::string, std::string> seen;
  for (const scenarios::ScenarioFile& file : covered_catalogue().files) {
    const auto [other, is_new] = seen.emplace(shape_of(file.text), file.path);
    if (!is_new)
      BOOST_ERROR(fmt::format("{} and {} differ in numbers only", other->second, file.path));
  }
}

BOOST_AUTO_TEST_SUITE_END()
