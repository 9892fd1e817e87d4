#include "scenarios/engine/story_test_kit.hpp"

#include <ctime>
#include <fstream>

namespace scenarios = lunsim::scenarios;
using namespace lunsim::scenarios::test;

namespace {

// Sanitizers keep freed memory back and check every access.
#ifdef __SANITIZE_ADDRESS__
constexpr long kSanitizerFactor = 5;
#else
constexpr long kSanitizerFactor = 1;
#endif
// Of processor time, in a build without optimisation.
constexpr double kSecondsMax = 20.0 * kSanitizerFactor;
constexpr long kGrowthKibMax = 400L * 1024 * kSanitizerFactor;

/// The most memory that this process has had.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  BOOST_ERROR("the kernel tells no VmHWM");
  return 0;
}

/// Refused, with a place, in bounded time and memory; returns what was said first.
std::string refusal(const std::string& text) {
  const std::clock_t begin = std::clock();
  const long peak = peak_kib();
  const std::vector<std::string> told = refusals(text);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  BOOST_TEST(seconds < kSecondsMax);
  BOOST_TEST(peak_kib() - peak < kGrowthKibMax);
  BOOST_REQUIRE(!told.empty());
  BOOST_TEST(told.front().starts_with("x.yaml:"), told.front().substr(0, 200));
  for (const std::string& one : told) BOOST_TEST(one.size() < 1000u);
  return told.front();
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string kBadHead = "language: 1\nscenario: t\n";

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}
std::string numbered(const std::string& before, const std::string& after, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += before + std::to_string(i) + after;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(a_bomb_of_aliases) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string name = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(name + ", ", 9) +
            name + "]\n";
  }
  BOOST_TEST(contains(refusal(bomb), "once aliases are followed"));
}

BOOST_AUTO_TEST_CASE(a_bomb_of_one_long_text) {
  const std::string text = kBadHead + "a: &a \"" + std::string(400'000, 'x') + "\"\nb: [" +
                           repeated("*a, ", 100'000) + "*a]\n";
  BOOST_TEST(contains(refusal(text), "too much text once aliases are followed"));
}

BOOST_AUTO_TEST_CASE(aliases_in_a_circle) {
  BOOST_TEST(contains(refusal("&a [*a, *a, *a, *a, *a, *a, *a, *a]\n"), "deeper than 32 levels"));
  BOOST_TEST(contains(refusal("&a {b: *a, c: *a}\n"), "deeper than 32 levels"));
}

BOOST_AUTO_TEST_CASE(deep_nesting) {
  BOOST_TEST(refusal(repeated("[", 500'000)) == "x.yaml:1:129: nested deeper than 32 levels");
  BOOST_TEST(contains(refusal("language: 1\n" + repeated("[", 500)), "x.yaml:2:129: nested"));
  BOOST_TEST(contains(refusal(repeated("{a: ", 200'000)), "deeper than"));
  BOOST_TEST(contains(refusal(repeated("- ", 400'000) + "a\n"), "deeper than"));
  refusal(repeated("? ", 400'000) + "a\n");
  std::string stairs;
  for (std::size_t i = 0; i < 1300; ++i) stairs += std::string(i, ' ') + "a:\n";
  refusal(stairs);
}

BOOST_AUTO_TEST_CASE(quotes_that_nothing_ends) {
  BOOST_TEST(refusal("language: 1\nscenario: \"never\ntargets: {}\n") ==
             "x.yaml:2:11: this quote is never closed");
  BOOST_TEST(refusal("language: 1\nscenario: 'never\ntargets: {}\n") ==
             "x.yaml:2:11: this quote is never closed");
  BOOST_TEST(refusal("language: 1\nscenario: t\ntargets: {array: {alias: \"x}}\n") ==
             "x.yaml:3:26: this quote is never closed");
}

BOOST_AUTO_TEST_CASE(what_is_no_text) {
  BOOST_TEST(refusal("language: 1\nscenario: \xC3\x28\n") == "x.yaml:2:11: this is not UTF-8");
  BOOST_TEST(contains(refusal("language: 1\nscenario: \xED\xA0\x80\n"), "not UTF-8"));
  BOOST_TEST(contains(refusal(std::string("language: 1\nscenario: a\0b\n", 25)), "zero byte"));
  refusal(
      std::string("\xFF\xFE"
                  "l\0a\0",
                  6));
  std::string noise;
  for (std::uint32_t i = 0, x = 1; i < 500'000; ++i, x = x * 1664525 + 1013904223)
    noise.push_back(static_cast<char>(x >> 24));
  refusal(noise);
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes) {
  BOOST_TEST(refusal(std::string(100u << 20, '#')) ==
             "x.yaml: the file has 104857600 bytes; at most 1048576 are read");
}

BOOST_AUTO_TEST_CASE(a_megabyte_of_one_thing) {
  refusal(kBadHead + "targets:\n" + numbered("  t", ": {}\n", 90'000));
  refusal(kBadHead + "targets:\n  a:\n    luns:\n" + numbered("      - lun: ", "\n", 50'000));
  refusal(kBadHead + "targets: {a: {}}\nsteps:\n" +
          numbered("  - login: {target: a, as: s", "}\n", 12'000) +
          numbered("  - logout: s", "\n", 12'000));
  refusal(kBadHead + numbered("k", ": 1\n", 90'000));
  refusal(kBadHead + "targets: {a: {}}\nhosts:\n" + numbered("  h", ": {}\n", 90'000));
  refusal(kBadHead + "targets: {a: {}}\nhost_faults:\n" +
          numbered("  - f", ": {on: {call: LogoutIScsiTarget}, do: hang}\n", 18'000));
  refusal(std::string(1'000'000, 'a'));
  refusal(kBadHead + "targets: {a: {}}\n" + std::string(900'000, 'k') + ": 1\n");
  refusal(kBadHead + "targets: {a: {alias: [" + std::string(900'000, 'k') + "]}}\n");
  refusal(kBadHead + "seed: " + std::string(900'000, '1') + "\ntargets: {a: {}}\n");
  refusal(repeated("a: ", 300'000) + "\n");
  refusal(repeated("&a ", 300'000) + "\n");
  refusal(repeated("!!x ", 250'000) + "\n");
  refusal(repeated("--- a\n", 150'000));
  // The reader finds documents without end in it.
  BOOST_TEST(
      contains(refusal(repeated("[a, {b: c}], ", 75'000) + "\n"), "x.yaml:1:12: a file holds one"));
  refusal(repeated("'a' ", 250'000) + "\n");
  refusal(repeated("a\n", 500'000));
  refusal(repeated("\t", 1'000'000));
  refusal(repeated("|\n", 500'000));
  refusal(repeated("%YAML 1.2\n", 100'000));
}

BOOST_AUTO_TEST_CASE(more_than_a_scenario_can_have) {
  const auto says = [](const std::string& text, const std::string& part) {
    const std::string told = refusal(kBadHead + text);
    BOOST_TEST(contains(told, part), told);
  };
  says("targets:\n" + numbered("  t", ": {}\n", 1025), "1025 targets: at most 1024 are possible");
  says("targets:\n  a:\n    luns:\n" + numbered("      - lun: ", "\n", 4097),
       "x.yaml:6:7: 4097 units of one target: at most 4096");
  says("targets:\n  a:\n    faults:\n" +
           numbered("      - f", ": {on: {send: Reject}, do: drop}\n", 1025),
       "1025 faults of one target: at most 1024");
  says("targets: {a: {}}\nsteps:\n" + repeated("  - sleep: 0\n", 10'001),
       "10001 steps: at most 10000");
}

BOOST_AUTO_TEST_CASE(check_condition_comes_with_sense_data) {
  const std::string head = kBadHead + "targets:\n  a:\n    faults:\n      - f: {on: {receive: ";
  BOOST_TEST(contains(refusal(head + "READ(10)}, do: {status: CHECK CONDITION}}\n"),
                      "x.yaml:6:12: CHECK CONDITION comes with sense data"));
  BOOST_TEST(refusals(head + "READ(10)}, do: {status: CHECK CONDITION, sense: {key: NOT READY, "
                             "code: 0401h}}}\n")
                 .empty());
}

BOOST_AUTO_TEST_CASE(every_beginning_of_a_file_is_loaded_or_told) {
  const std::string text =
      kBadHead +
      "params: {n: 3}\ntargets:\n  a: {alias: \"x${n}\", luns: [{lun: 1}]}\nhost_faults:\n"
      "  - f: {on: {call: LogoutIScsiTarget}, do: hang}\nsteps:\n"
      "  - login: {target: a, as: s1}\n  - observe: {wire: [{send: R2T, times: 2}], never: "
      "reset}\n  - start: {logout: s1, as: o}\n  - await: {o: {within: 5 s}}\n";
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    const scenarios::ScenarioFile file{text.substr(0, cut), "x.yaml", "x"};
    const auto loaded = scenarios::load_scenarios({&file, 1});
    BOOST_TEST(loaded.scenarios.empty() != loaded.problems.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
