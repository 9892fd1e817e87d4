// `lunsim`: the one command. Only reads the command line; each verb has a file of its own.
#include <charconv>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/lunsim/bench_api.hpp"
#include "tools/lunsim/bench_scenarios.hpp"
#include "tools/lunsim/bench_target.hpp"
#include "tools/lunsim/conform.hpp"
#include "tools/lunsim/decode.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/host.hpp"
#include "tools/lunsim/iscsicli.hpp"
#include "tools/lunsim/smb_verbs.hpp"
#include "tools/lunsim/verbs.hpp"

namespace lunsim::tools {

std::optional<std::uint64_t> parse_seed(const std::string& text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  const char* first = text.data() + (is_hex ? 2 : 0);
  const char* last = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(first, last, value, is_hex ? 16 : 10);
  if (error != std::errc{} || end != last || first == last) return std::nullopt;
  return value;
}

namespace {

constexpr const char* kFooter = R"(Examples
  lunsim run scenarios/catalog                 the shipped catalogue in the simulated world
  lunsim run my.yaml --live --pcap captures    the same story over loopback TCP, with a capture
  lunsim run my.yaml --seed 0x2a               one seed replays everything
  lunsim run stories --jobs 8 --html report.html
  lunsim run stories --seed 7 --shard 2/4 --jsonl 2.jsonl    one of four machines; then
  lunsim merge *.jsonl --junit report.xml
  lunsim serve my.yaml --listen 127.0.0.1:3260 its targets for anybody's initiator
  lunsim exec my.yaml -- ./my_test             a program of yours on its targets, judged
  lunsim init                                  a first scenario and a CI file
  lunsim check my.yaml                         mistakes with file:line:column, nothing run
  lunsim decode cdb 28 00 00 00 00 00 00 00 08 00

Exit codes
  0 fine   1 a check failed   2 usage or a bad scenario   3 peer unreachable
  4 harness error   5 nothing selected, or all skipped
)";

void add_seed(CLI::App& verb, std::optional<std::uint64_t>& seed) {
  verb.add_option_function<std::string>(
          "--seed",
          [&seed](const std::string& text) {
            seed = parse_seed(text);
            if (!seed)
              throw CLI::ValidationError("--seed",
                                         "a number is wanted, such as 42 or 0x2a, not " + text);
          },
          "the seed that everything is drawn from; otherwise drawn and printed")
      ->type_name("N");
}

void add_reports(CLI::App& verb, ReportFiles& files) {
  verb.add_option("--junit", files.junit, "write JUnit XML to this file (- is standard output)");
  verb.add_option("--jsonl", files.jsonl, "write JSON lines: what `lunsim merge` reads");
  verb.add_option("--markdown", files.markdown, "write Markdown, for the summary of a CI job");
  verb.add_flag("--summary", files.summary,
                "append the Markdown to the file that GITHUB_STEP_SUMMARY names");
  verb.add_option("--sarif", files.sarif, "write SARIF 2.1.0");
  verb.add_option("--html", files.html, "write one HTML page that needs nothing else");
}

void add_scale(CLI::App& verb, RunOptions& options) {
  verb.add_option("--jobs", options.jobs,
                  "play so many scenarios at once; the report does not depend on it")
      ->check(CLI::Range(1, 1024));
  verb.add_option("--shard", options.shard,
                  "play only part I of N of the scenarios (I/N, from 1); without it what a test or "
                  "job engine says in the environment")
      ->type_name("I/N");
  verb.add_option("--repeat", options.repeat,
                  "play everything so often, from the second time on with other seeds")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  verb.add_flag("--until-fail", options.until_fail,
                "repeat (without --repeat for ever) until something is red");
  verb.add_flag("--fail-fast", options.fail_fast, "stop at the first scenario that is red");
  verb.add_option("--case-timeout", options.case_timeout_s,
                  "fail a case that takes more seconds of wall time than this")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
}

constexpr const char* kExecFooter =
    R"(The program follows two hyphens: lunsim exec story.yaml -- ./my_test --its-own-option
The scenario's targets listen on loopback; its steps are not played, the program takes their place.
The program finds in its environment, for a target `array` (other characters become _):
  LUNSIM_ISCSI_ARRAY       127.0.0.1:PORT of its first portal; _2, _3 ... for the others
  LUNSIM_TARGET_ARRAY      its iSCSI name
  LUNSIM_SEED              the seed that the faults are drawn from
  LUNSIM_CONTROL           host:port of the control channel, JSON lines: docs/control.md
  LUNSIM_CONTROL_TOKEN_FILE  the file with the token that it wants first
  LUNSIM_HOST, LUNSIM_HOST_TOKEN_FILE  the run's own host, for a program that is linked with
                           libiscsidsc.so or loads iscsidsc.dll under Wine
Its standard streams are ours; it has a process group of its own, which ends with it.
Judged: its exit code, the faults that had to fire, sessions left open (a warning), violations of
RFC 7143 that the targets met. A time-out or a signal is a failed check; exit code 2 if the program
cannot be started.)";

void add_params(CLI::App& verb, std::vector<std::string>& params) {
  verb.add_option("--param", params, "name=value: goes before what `params:` of a scenario says")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
}

void add_exec(CLI::App& app, ExecOptions& options, int& exit_code) {
  CLI::App* verb =
      app.add_subcommand("exec", "run a program of yours on a scenario's targets and judge it");
  verb->add_option("scenario", options.path, "scenario file")->required();
  verb->add_option("program", options.program, "the program and its arguments, after --")
      ->required();
  add_seed(*verb, options.seed);
  add_params(*verb, options.params);
  verb->add_option_function<std::string>(
          "--timeout",
          [&options](const std::string& text) {
            const auto parsed = parse_time_limit_ns(text);
            if (!parsed)
              throw CLI::ValidationError(
                  "--timeout", "a time is wanted, such as 90, \"90 s\" or 5min, not " + text);
            options.timeout_ns = *parsed;
          },
          "how long the program may take (seconds without a unit; 5min if not given)")
      ->type_name("TIME");
  verb->add_flag("-v,--verbose", options.verbose, "print every case, not only what failed");
  add_reports(*verb, options.reports);
  verb->add_option("--control", options.control.listen,
                   "where the control channel listens (127.0.0.1:0 if not given)");
  verb->add_option("--token-file", options.control.token_file,
                   "write its token there, not to a temporary file");
  CLI::Option* explore =
      verb->add_option("--explore", options.explore,
                       "outcomes: run it once for every outcome that the documentation allows for "
                       "each API call that it makes through the library or the control channel")
          ->check(CLI::IsMember({"outcomes"}));
  verb->add_option("--point", options.point, "of an exploration: this point only")->needs(explore);
  verb->callback([&options, &exit_code] { exit_code = exec(options); });
}

void add_init(CLI::App& app, InitOptions& options, int& exit_code) {
  CLI::App* verb = app.add_subcommand("init", "write a first scenario and a CI file that plays it");
  verb->add_option("folder", options.folder, "where; this folder if not given");
  verb->add_option("--ci", options.ci, "whose CI: github, gitlab, or none")
      ->check(CLI::IsMember({"github", "gitlab", "none"}));
  verb->add_option("--image", options.image,
                   "the image that the job runs in: one that has lunsim, or debian:12");
  verb->add_option("--source", options.source,
                   "git URL of lunsim's source, for an image that does not have it");
  verb->add_flag("--force", options.force, "replace files that are there already");
  verb->callback([&options, &exit_code] { exit_code = init(options); });
}

int run_program(int argc, char** argv) {
  CLI::App app{"an iSCSI simulator and conformance harness", "lunsim"};
  app.set_version_flag("--version", "lunsim " LUNSIM_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  int exit_code = kExitFine;

  RunOptions run_options;
  CLI::App* run_verb = app.add_subcommand("run", "play scenarios and judge them");
  run_verb->add_option("path", run_options.paths, "scenario files, or folders of them")->required();
  add_seed(*run_verb, run_options.seed);
  add_params(*run_verb, run_options.params);
  run_verb->add_flag("--live", run_options.live,
                     "over TCP on loopback instead of the simulated world");
  run_verb->add_flag("--list", run_options.list, "list what would run, and run nothing");
  run_verb->add_flag("-v,--verbose", run_options.verbose, "print every case, not only what failed");
  run_verb
      ->add_option(
          "--filter", run_options.filters,
          "only scenarios and cases whose id matches (a part of it, or * and ?); also "
          "tag:T, rule:R, path:P; ! in front of it leaves scenarios out; several must all hold")
      ->allow_extra_args(false);
  add_reports(*run_verb, run_options.reports);
  add_scale(*run_verb, run_options);
  run_verb->add_option("--pcap", run_options.pcap,
                       "write a capture of each scenario into this folder");
  CLI::Option* explore_option =
      run_verb->add_option("--explore", run_options.explore,
                           "play it again and again with trouble at every point: reset, drop, "
                           "delay, duplicate, reorder, stall, crash, "
                           "outcomes, split, oom; "
                           "swarm: random combinations of faults and login values");
  run_verb->add_option("--point", run_options.point, "of an exploration: this point only")
      ->needs(explore_option);
  run_verb
      ->add_option(
          "--shrink-to", run_options.shrink_to,
          "of an exploration: make findings small and write each as a file of its own into "
          "this folder")
      ->needs(explore_option);
  run_verb->add_option("--count", run_options.count, "of --explore swarm: so many runs")
      ->needs(explore_option);
  run_verb->callback(
      [&] { exit_code = run_options.explore.empty() ? run(run_options) : explore(run_options); });

  MergeOptions merge_options;
  CLI::App* merge_verb = app.add_subcommand("merge", "make one report of those of all shards");
  merge_verb->add_option("report", merge_options.paths, "what --jsonl wrote, of every shard")
      ->required();
  merge_verb->add_flag("-v,--verbose", merge_options.verbose,
                       "print every scenario, not only what did not pass");
  add_reports(*merge_verb, merge_options.reports);
  merge_verb->callback([&] { exit_code = merge(merge_options); });

  ServeOptions serve_options;
  CLI::App* serve_verb =
      app.add_subcommand("serve", "serve a scenario's targets and SMB servers to anybody's client");
  serve_verb->add_option("scenario", serve_options.path, "scenario file")->required();
  serve_verb
      ->add_option("--listen", serve_options.listen,
                   "address:port; once for all portals (port 0: free ones), or once for each")
      ->allow_extra_args(false);
  serve_verb
      ->add_option("--listen-smb", serve_options.listen_smb,
                   "the same for SMB servers (127.0.0.1:0 if not given)")
      ->allow_extra_args(false);
  serve_verb->add_option("--port-file", serve_options.port_file,
                         "write the ports there, a line for each portal, then for each server");
  serve_verb->add_option("--control", serve_options.control,
                         "take requests there, a line of JSON each: 127.0.0.1:0 (docs/control.md)");
  serve_verb->add_option("--token-file", serve_options.token_file,
                         "write the token of the control channel there, not to a temporary file");
  add_seed(*serve_verb, serve_options.seed);
  add_params(*serve_verb, serve_options.params);
  serve_verb->callback([&] { exit_code = serve(serve_options); });

  ExecOptions exec_options;
  add_exec(app, exec_options, exit_code);

  add_smb_verbs(app, exit_code);
  add_host_verb(app, exit_code);
  add_iscsicli_verb(app, exit_code);
  add_conform_verb(app, exit_code);
  add_compare_verbs(app, exit_code);

  InitOptions init_options;
  add_init(app, init_options, exit_code);

  CheckOptions check_options;
  CLI::App* check_verb =
      app.add_subcommand("check", "look for mistakes in scenarios without running them");
  check_verb->add_option("path", check_options.paths, "scenario files, or folders of them")
      ->required();
  add_params(*check_verb, check_options.params);
  check_verb->callback([&] { exit_code = check(check_options); });

  LuaOptions lua_options;
  CLI::App* lua_verb = app.add_subcommand("lua", "a Lua prompt on a running, simulated world");
  lua_verb->add_option("scenario", lua_options.path, "scenario file whose world it is");
  add_params(*lua_verb, lua_options.params);
  lua_verb->add_flag("--annotations", lua_options.annotations,
                     "print the definitions of all functions for the Lua language server");
  add_seed(*lua_verb, lua_options.seed);
  lua_verb->callback([&] { exit_code = lua(lua_options); });

  DecodeOptions decode_options;
  CLI::App* decode_verb =
      app.add_subcommand("decode", "explain a PDU, sense data or a CDB field by field");
  decode_verb
      ->add_option(
          "bytes", decode_options.hex,
          "hexadecimal; first `pdu`, `sense` or `cdb` to say what it is; - reads standard input")
      ->required();
  decode_verb->callback([&] {
    const std::string& first = decode_options.hex.front();
    if (first == "pdu" || first == "sense" || first == "cdb") {
      decode_options.kind = first;
      decode_options.hex.erase(decode_options.hex.begin());
    }
    exit_code = decode(decode_options);
  });

  BenchTargetOptions bench_options;
  CLI::App* bench_verb =
      app.add_subcommand("bench", "measure, always as a ratio in one interleaved run");
  bench_verb->require_subcommand(1);
  CLI::App* bench_target_verb =
      bench_verb->add_subcommand("target", "our target beside tgtd, driven by iscsi-perf");
  bench_target_verb->add_option("--pairs", bench_options.pairs,
                                "interleaved pairs of measurements");
  bench_target_verb->add_option("--seconds", bench_options.seconds, "length of each");
  bench_target_verb->add_option("--depth", bench_options.depth, "commands outstanding");
  bench_target_verb->add_option("--blocks", bench_options.blocks, "blocks of 512 bytes per read");
  bench_target_verb->add_option("--sessions", bench_options.sessions,
                                "idle sessions for the memory figure");
  bench_target_verb->add_option("--at-least", bench_options.ratio_at_least,
                                "exit 1 if the median ratio is below this");
  bench_target_verb->callback([&] { exit_code = bench_target(bench_options); });

  BenchScenariosOptions bench_scenarios_options;
  CLI::App* bench_scenarios_verb = bench_verb->add_subcommand(
      "scenarios", "small scenarios per second and core, in the simulated world");
  bench_scenarios_verb->add_option("--seconds", bench_scenarios_options.seconds,
                                   "processor time of each slice");
  bench_scenarios_verb->add_option("--slices", bench_scenarios_options.slices,
                                   "slices; the median counts");
  bench_scenarios_verb->add_option("--at-least", bench_scenarios_options.at_least,
                                   "exit 1 if the median is below this");
  bench_scenarios_verb->callback([&] { exit_code = bench_scenarios(bench_scenarios_options); });

  BenchApiOptions bench_api_options;
  CLI::App* bench_api_verb = bench_verb->add_subcommand(
      "api", "the Windows functions: lists at hosts of different sizes, READ CAPACITY by each form");
  bench_api_verb->add_option("--sessions", bench_api_options.sessions,
                             "sizes of hosts, ascending (1 100 10000)");
  bench_api_verb->add_option("--seconds", bench_api_options.seconds, "length of each measurement");
  bench_api_verb->add_option("--rounds", bench_api_options.rounds, "interleaved; medians count");
  bench_api_verb->add_option("--growth-at-most", bench_api_options.growth_at_most,
                             "exit 1 if a session costs so many times more at the largest host "
                             "than at the one before");
  bench_api_verb->callback([&] { exit_code = bench_api(bench_api_options); });

  CLI::App* rules_verb =
      app.add_subcommand("rules", "list the documented rules, their cases and mutants");
  bool rules_summary = false;
  rules_verb->add_flag("--summary", rules_summary,
                       "how many are proved, which are not and why, and how many are open");
  std::string rules_spec;
  rules_verb
      ->add_option("--spec", rules_spec,
                   "the requirements of a standard that a target can be seen to keep, each with its "
                   "cases or why it has none")
      ->check(CLI::IsMember({"rfc7143"}));
  rules_verb->callback([&] {
    exit_code = rules_spec.empty() ? rules(rules_summary) : spec_rules(rules_summary);
  });

  bool knobs_as_json = false;
  CLI::App* knobs_verb = app.add_subcommand(
      "knobs", "list every fault that a scenario can have, each with an example");
  knobs_verb->add_flag("--json", knobs_as_json, "as a JSON array");
  knobs_verb->callback([&] { exit_code = knobs(knobs_as_json); });

  CLI::App* schema_verb =
      app.add_subcommand("schema", "print the language as a JSON Schema, for editors");
  schema_verb->callback([&] { exit_code = schema(); });

  // A verb begins with the footer of all.
  for (CLI::App* verb : app.get_subcommands({}))
    if (verb->get_footer() == app.get_footer()) verb->footer("");
  app.get_subcommand("exec")->footer(kExecFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are no errors; all others are usage.
    return app.exit(error) == 0 ? kExitFine : kExitUsage;
  }
  // A report that could not be written (a full disk, say) is no report.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "lunsim: standard output cannot be written\n");
    return kExitHarnessError;
  }
  return exit_code;
}

}  // namespace
}  // namespace lunsim::tools

int main(int argc, char** argv) {
  try {
    return lunsim::tools::run_program(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "lunsim: {}\n", error.what());
    return lunsim::tools::kExitHarnessError;
  }
}
