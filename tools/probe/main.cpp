// lunsim-probe: the cases of conformance/api_cases on a library that is there already, through the
// service that it speaks to, against the targets of the YAML files here. README.md says how.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include <fmt/format.h>

#include "conformance/api_cases/forms.hpp"
#include "initiator/host/status_code.hpp"
#include "tools/probe/clear_host.hpp"
#include "tools/probe/report.hpp"

namespace lunsim::probe {
namespace {

using conformance::ApiCase;
using conformance::Bench;
using conformance::Judge;
using conformance::Reading;

#ifdef _WIN32
constexpr const char* kLibrary = "iscsidsc.dll";
#else
constexpr const char* kLibrary = "libiscsidsc.so";
#endif

struct Options {
  std::string library = kLibrary, reading = "documented", output, only, restart;
  std::string portal = "127.0.0.10", other_portal = "127.0.0.11", empty_portal = "127.0.0.12";
  std::string absent = "127.0.0.99", isns, other_isns, socket = "3260";
  bool clears = false;
};

constexpr const char* kUsage =
    "usage: lunsim-probe [--library FILE] [--reading documented|windows] [--output FILE]\n"
    "                    [--only CASE] [--portal A] [--other-portal A] [--empty-portal A]\n"
    "                    [--socket PORT] [--absent A] [--isns A --other-isns A] [--clear-host]\n"
    "                    [--restart COMMAND]\n"
    "Asks the iSCSI functions of this machine and prints what they answered, as JSON. It logs in\n"
    "and out and sets names and secrets: a host that has anything is left alone, unless\n"
    "--clear-host says that it may be taken away. Targets: lunsim serve with array.yaml,\n"
    "other.yaml and empty.yaml. COMMAND ends the service and starts it again; without one, what\n"
    "survives a service is not asked.\n"
    "exit codes: 0 no documented rule is broken, 1 one is, 2 usage, 3 not run\n";

bool read_options(int argc, char** argv, Options& options) {
  const std::map<std::string, std::string*> texts{
      {"--library", &options.library},
      {"--reading", &options.reading},
      {"--output", &options.output},
      {"--only", &options.only},
      {"--portal", &options.portal},
      {"--other-portal", &options.other_portal},
      {"--empty-portal", &options.empty_portal},
      {"--absent", &options.absent},
      {"--isns", &options.isns},
      {"--other-isns", &options.other_isns},
      {"--socket", &options.socket},
      {"--restart", &options.restart},
  };
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--clear-host") == 0) {
      options.clears = true;
      continue;
    }
    const auto found = texts.find(argv[i]);
    if (found == texts.end() || i + 1 == argc) return false;
    *found->second = argv[++i];
  }
  const int socket = std::atoi(options.socket.c_str());
  return socket > 0 && socket < 65536 &&
         (options.reading == "documented" || options.reading == "windows");
}

Bench bench_of(const Options& options, const conformance::Functions& functions) {
  static unsigned marks = 0;
  Bench bench;
  bench.api = functions;
  bench.reading = options.reading == "windows" ? Reading::windows : Reading::documented;
  bench.portal = options.portal;
  bench.other_portal = options.other_portal;
  bench.empty_portal = options.empty_portal;
  bench.absent_server = options.absent;
  bench.socket = static_cast<USHORT>(std::atoi(options.socket.c_str()));
  bench.isns_server = options.isns;
  bench.other_isns_server = options.other_isns;
  if (!options.restart.empty())
    bench.restart_service = [command = options.restart] {
      if (std::system(command.c_str()) != 0)
        throw conformance::NotAsked("it needs a --restart that succeeds");
    };
  // A preshared key cannot be taken away: every case has a name of its own for its key.
  bench.mark = fmt::format("case-{}.example", ++marks);
  bench.is_known_code = [](ISDSC_STATUS code) {
    return initiator::name_of(code) != "unknown status code";
  };
  return bench;
}

/// What only the bench of the simulated world has.
const char* lack_of(const ApiCase& one, const Options& options) {
  if (one.function.find("ISNS") != std::string::npos && options.isns.empty())
    return "it needs two iSNS servers (--isns, --other-isns)";
  if (one.sweep == "codes") return "it needs a service that fails by order";
  if (one.sweep == "memory") return "it needs a library whose memory can run out by order";
  if (one.sweep == "breaks") return "it needs a connection that breaks by order";
  return nullptr;
}

CaseReport ask(const ApiCase& one, bool ansi, const Options& options, Bench bench) {
  CaseReport report{one.name + (ansi ? " (A)" : ""), one.function, {}, {}};
  if (const char* lack = lack_of(one, options)) {
    report.not_asked.push_back({{}, lack});
    return report;
  }
  clear_host(bench);
  take_answers();
  Judge judge;
  judge.set_witness([&](std::string_view rule, std::string_view what, bool holds) {
    report.expectations.push_back({std::string(rule), std::string(what), holds, take_answers()});
  });
  conformance::run(ansi ? one.ansi : one.wide, bench, judge);
  report.not_asked = judge.not_asked();
  return report;
}

bool is_selected(const Options& options, const ApiCase& one) {
  return one.name.find(options.only) != std::string::npos;
}

Report probe(const Options& options, const Library& library) {
  Report report{options.library, options.reading, library.missing, {}};
  for (const ApiCase& one : conformance::api_cases())
    for (const bool ansi : {false, true}) {
      if (ansi && !one.ansi) continue;
      if (!is_selected(options, one)) continue;
      report.cases.push_back(ask(one, ansi, options, bench_of(options, library.functions)));
    }
  Bench bench = bench_of(options, library.functions);
  clear_host(bench);
  return report;
}

bool write_report(const Options& options, const std::string& json) {
  std::FILE* file = options.output.empty() ? stdout : std::fopen(options.output.c_str(), "wb");
  if (file == nullptr) return false;
  const bool is_written = std::fwrite(json.data(), 1, json.size(), file) == json.size();
  return (options.output.empty() ? std::fflush(file) : std::fclose(file)) == 0 && is_written;
}

int run(const Options& options) {
  const auto& cases = conformance::api_cases();
  if (std::none_of(cases.begin(), cases.end(),
                   [&](const ApiCase& one) { return is_selected(options, one); })) {
    fmt::print(stderr, "lunsim-probe: --only {}: no case has that in its name\n", options.only);
    return 2;
  }
  const Library library = load_library(options.library);
  if (!library.trouble.empty()) {
    fmt::print(stderr, "lunsim-probe: cannot load {}: {}\n", options.library, library.trouble);
    return 3;
  }
  Bench bench = bench_of(options, library.functions);
  if (const std::string found = what_is_there(bench); !found.empty() && !options.clears) {
    fmt::print(stderr, "lunsim-probe: this host has {}; say --clear-host to take it away\n", found);
    return 3;
  }
  const Report report = probe(options, library);
  if (!write_report(options, to_json(report))) {
    fmt::print(stderr, "lunsim-probe: cannot write {}\n", options.output);
    return 3;
  }
  auto tally = report.tally();
  fmt::print(stderr, "{} cases: {} pass, {} differ in an open question, {} fail, {} not asked\n",
             report.cases.size(), tally[Verdict::pass], tally[Verdict::differs],
             tally[Verdict::fail], tally[Verdict::not_asked]);
  if (tally[Verdict::pass] + tally[Verdict::differs] + tally[Verdict::fail] == 0) return 3;
  return tally[Verdict::fail] == 0 ? 0 : 1;
}

}  // namespace
}  // namespace lunsim::probe

int main(int argc, char** argv) {
  lunsim::probe::Options options;
  if (!lunsim::probe::read_options(argc, argv, options)) {
    std::fputs(lunsim::probe::kUsage, stderr);
    return 2;
  }
  return lunsim::probe::run(options);
}
