#include "tools/lunsim/conform.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "conformance/harness/run_case.hpp"
#include "conformance/harness/selection.hpp"
#include "conformance/harness/target_url.hpp"
#include "conformance/proof/proving_target.hpp"
#include "conformance/report/report.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "runtime/live/live_world.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

using conform::Case;

struct ConformOptions {
  std::string url;
  bool list = false, prove = false, simulated = false, verbose = false, strict = false;
  bool dry_run = false;
  std::vector<std::string> only, levels, allow;
  std::string secret_file, mutual_secret_file, chap_target;
  std::string initiator;
  bool scratch_lun = false;
  std::string lba;
  double time_scale = 1;
  std::string json;
};

/// A real network: a world of its own for each case.
class LiveGround final : public conform::Ground {
 public:
  LiveGround() : world_(options()) {}
  runtime::World& world() override { return world_; }

 private:
  static runtime::LiveOptions options() {
    runtime::LiveOptions live;
    live.reach_outside = true;
    live.linger = std::chrono::seconds(1);
    return live;
  }
  runtime::LiveWorld world_;
};

int usage(const std::string& why) {
  fmt::print(stderr, "lunsim conform: {}\n", why);
  return kExitUsage;
}

/// The first line of a file.
std::optional<std::string> read_secret(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && !line.empty() ? std::optional(line) : std::nullopt;
}

std::vector<const Case*> chosen(const ConformOptions& options) {
  conform::CaseSelection selection{.only = options.only, .levels = {}};
  using conform::Level;
  for (const std::string& name : options.levels)
    for (const Level level :
         {Level::must, Level::should, Level::may, Level::interop, Level::security})
      if (name == conform::name_of(level)) selection.levels.push_back(level);
  return conform::select(conform::target_cases(), selection);
}

bool read_lba(const std::string& text, conform::JudgedTarget& target) {
  unsigned long long first = 0, last = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%llu..%llu%c", &first, &last, &rest) != 2 || last < first)
    return false;
  target.first_lba = first;
  target.last_lba = last;
  return true;
}

/// Empty if all is well.
std::string read_permissions(const ConformOptions& options, conform::JudgedTarget& target) {
  target.scratch = options.scratch_lun;
  if (options.scratch_lun && !read_lba(options.lba, target))
    return "--scratch-lun wants --lba FIRST..LAST: which blocks may be written to";
  for (const std::string& one : options.allow) {
    target.reset_allowed = target.reset_allowed || one == "reset";
    target.destructive_allowed = target.destructive_allowed || one == "destructive";
  }
  if (!options.secret_file.empty()) {
    const auto secret = read_secret(options.secret_file);
    if (!secret) return "there is no secret in " + options.secret_file;
    target.chap.secret = *secret;
    target.chap_name = options.chap_target.empty() ? target.name : options.chap_target;
  }
  if (!options.mutual_secret_file.empty()) {
    const auto secret = read_secret(options.mutual_secret_file);
    if (!secret) return "there is no secret in " + options.mutual_secret_file;
    target.mutual_secret = *secret;
  }
  return {};
}

int list(const std::vector<const Case*>& cases) {
  for (const Case* one : cases) fmt::print("{}\n", one->id);
  return cases.empty() ? kExitNothingRan : kExitFine;
}

int prove(const ConformOptions& options, const std::vector<const Case*>& cases) {
  std::vector<Case> copies;
  for (const Case* one : cases) copies.push_back(*one);
  const std::vector<std::string> mistakes = conform::mistakes_in(copies);
  for (const std::string& mistake : mistakes) fmt::print("{}\n", mistake);
  std::size_t bad = 0, mutants = 0;
  for (const conform::Proof& proof : conform::prove(copies)) {
    mutants += !proof.mutant.empty();
    bad += !proof.ok;
    if (proof.ok && !options.verbose) continue;
    fmt::print("{} {}{}{}\n  {}\n", proof.ok ? "ok  " : "FAIL", proof.case_id,
               proof.mutant.empty() ? "" : " on mutant ", proof.mutant, proof.message);
  }
  fmt::print("{} cases, {} mutants, {} not proved, {} mistakes\n", cases.size(), mutants, bad,
             mistakes.size());
  return bad == 0 && mistakes.empty() ? kExitFine : kExitCheckFailed;
}

bool write_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    fmt::print("{}", text);
    return true;
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (!file) fmt::print(stderr, "lunsim conform: cannot write {}\n", path);
  return file.good();
}

conform::CaseLine judge(const Case& one, const conform::GroundMaker& grounds,
                            const conform::JudgedTarget& target,
                            const conform::Profile& profile, std::uint64_t number,
                            bool strict) {
  if (auto excuse = conform::excused(one, profile)) return {&one, std::move(*excuse)};
  return {&one, conform::run_case(one, grounds, target, profile, number, strict)};
}

int run(const ConformOptions& options, const std::vector<const Case*>& cases,
        const conform::JudgedTarget& target, const conform::GroundMaker& grounds) {
  conform::ConformReport report;
  report.version = LUNSIM_VERSION;
  report.target = conform::url_of(target);
  report.world = options.simulated ? "simulated" : "live";
  report.replay = "lunsim conform " + (options.simulated ? "--simulated" : report.target);
  report.profile = conform::probe(grounds, target);
  if (!report.profile.reachable) {
    fmt::print(stderr, "lunsim conform: {}: {}\n", report.target, report.profile.trouble);
    return kExitPeerUnreachable;
  }
  std::uint64_t number = 1;
  for (const Case* one : cases) {
    report.lines.push_back(judge(*one, grounds, target, report.profile, number++, options.strict));
    if (report.lines.back().result.verdict == conform::Verdict::target_gone) {
      fmt::print(stderr, "lunsim conform: the target is gone since {}\n", one->id);
      break;
    }
  }
  fmt::print("{}", conform::to_text(report, options.verbose));
  if (!options.json.empty() && !write_file(options.json, conform::to_json(report)))
    return kExitHarnessError;
  bool red = false, ran = false;
  for (const conform::CaseLine& line : report.lines) {
    red = red || conform::is_red(line);
    ran = ran || (line.result.verdict != conform::Verdict::skipped &&
                  line.result.verdict != conform::Verdict::unsupported);
  }
  return red ? kExitCheckFailed : ran ? kExitFine : kExitNothingRan;
}

int judge_target(const ConformOptions& options) {
  const std::vector<const Case*> cases = chosen(options);
  if (cases.empty()) {
    fmt::print(stderr, "lunsim conform: no case fits; `lunsim conform --list` has all ids\n");
    return kExitNothingRan;
  }
  if (options.list) return list(cases);
  if (options.prove) return prove(options, cases);
  if (options.simulated)
    return run(options, cases, conform::proving_target(),
               conform::proving_grounds(nullptr));
  auto target = conform::parse_target_url(options.url);
  if (!target) return usage(target.error());
  if (!options.initiator.empty()) target->initiator = options.initiator;
  target->time_scale = options.time_scale;
  if (const std::string why = read_permissions(options, *target); !why.empty()) return usage(why);
  return run(options, cases, *target, [] { return std::make_unique<LiveGround>(); });
}

}  // namespace

void add_conform_verb(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ConformOptions>();
  CLI::App* verb = app.add_subcommand(
      "conform", "judge an iSCSI target by the requirements of RFC 7143, one case each");
  verb->add_option("target", options->url, "iscsi://[user@]host[:port]/iqn...[/lun]");
  verb->add_flag("--list", options->list, "print the ids of the cases, and run nothing");
  verb->add_flag("--simulated", options->simulated, "judge our own target in the simulated world");
  verb->add_flag("--prove", options->prove,
                 "prove the cases: each acquits our healthy target and convicts its mutants");
  verb->add_option("--only", options->only,
                   "only cases whose id has this part, or fits this glob; ! in front leaves out")
      ->allow_extra_args(false);
  verb->add_option("--level", options->levels, "only cases of this level")
      ->check(CLI::IsMember({"MUST", "SHOULD", "MAY", "INTEROP", "SECURITY"}))
      ->allow_extra_args(false);
  verb->add_flag("--strict", options->strict, "a SHOULD that is not obeyed fails");
  verb->add_flag("-v,--verbose", options->verbose, "print every case, with what was sent and seen");
  verb->add_option("--initiator", options->initiator, "our iSCSI name");
  verb->add_option("--secret-file", options->secret_file,
                   "the CHAP secret of the URL's user, in the first line of a file");
  verb->add_option("--mutual-secret-file", options->mutual_secret_file,
                   "the secret that the target proves itself with");
  verb->add_option("--chap-target", options->chap_target,
                   "the name of the target that wants CHAP, if it is another at the same portal");
  verb->add_flag("--scratch-lun", options->scratch_lun, "the LUN may be written to, within --lba");
  verb->add_option("--lba", options->lba, "FIRST..LAST: the blocks that may be written to");
  verb->add_option("--allow", options->allow, "reset, destructive: what cases may do besides")
      ->check(CLI::IsMember({"reset", "destructive"}))
      ->allow_extra_args(false);
  verb->add_option("--time-scale", options->time_scale, "so many times longer waits")
      ->check(CLI::Range(0.1, 100.0));
  verb->add_option("--json", options->json, "write the report as JSON (- is standard output)");
  verb->callback([options, &exit_code] { exit_code = judge_target(*options); });
}

}  // namespace lunsim::tools
