#include "tools/lunsim/conform.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "conformance/harness/selection.hpp"
#include "conformance/harness/target_url.hpp"
#include "conformance/proof/proving_target.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "scenarios/engine/problem.hpp"
#include "scenarios/engine/shard.hpp"
#include "tools/lunsim/conform_listen.hpp"
#include "tools/lunsim/conform_run.hpp"
#include "tools/lunsim/conform_smb.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/print_proofs.hpp"

namespace lunsim::tools {
namespace {

using conform::Case;

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
  return conform::select(conform::target_cases(),
                         {.only = options.only, .levels = conform::levels_named(options.levels)});
}

/// "did you mean x? ", if a part of an id is nearly one.
std::string suggestion(const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const Case& one : conform::target_cases()) {
    names.push_back(one.id);
    names.push_back(one.id.substr(one.id.rfind('/') + 1));
  }
  for (const std::string& word : only)
    if (const std::string near = scenarios::nearest(word, names); !near.empty())
      return fmt::format("did you mean {}? ", near);
  return {};
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
  if (!options.lba.empty() && !read_lba(options.lba, target))
    return "--lba is written FIRST..LAST, as in 0..4095, and not \"" + options.lba + "\"";
  if (!options.lba.empty() && !options.scratch_lun)
    return "--lba says where may be written; --scratch-lun allows it";
  if (options.scratch_lun && options.lba.empty())
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
  return print_proofs("cases", cases.size(), conform::prove(copies), conform::mistakes_in(copies),
                      options.verbose);
}

int judge_other_side(const ConformOptions& options) {
  ListenRun run{.list = options.list,
                .prove = options.prove,
                .simulated = options.simulated,
                .verbose = options.verbose,
                .strict = options.strict,
                .only = options.only,
                .levels = options.levels,
                .shard = options.shard,
                .time_scale = options.time_scale,
                .files = options.files,
                .captures = options.captures};
  for (auto [file, secret] : {std::pair{&options.secret_file, &run.secret},
                              std::pair{&options.mutual_secret_file, &run.own_secret}}) {
    if (file->empty()) continue;
    const auto found = read_secret(*file);
    if (!found) return usage("there is no secret in " + *file);
    *secret = *found;
  }
  return judge_initiator(options.listen, run);
}

int judge_server(const ConformOptions& options) {
  ConformSmbOptions smb;
  smb.url = options.url;
  smb.password_file = options.secret_file;
  smb.only = options.only;
  smb.levels = options.levels;
  smb.shard = options.shard;
  smb.time_scale = options.time_scale;
  smb.dry_run = options.dry_run;
  smb.may_end_sessions =
      std::find(options.allow.begin(), options.allow.end(), "end-sessions") != options.allow.end();
  smb.files = options.files;
  smb.verbose = options.verbose;
  smb.list = options.list;
  smb.prove = options.prove;
  smb.simulated = options.simulated;
  return conform_smb(smb);
}

/// What is given and means nothing for initiators or servers, where it would be passed over.
std::string misplaced(const CLI::App& verb, const ConformOptions& options) {
  const bool initiators = options.listen.is_wanted();
  const bool servers = !initiators && (options.servers || is_smb_url(options.url));
  if (!initiators && !servers) return {};
  const std::string whom = initiators ? "initiators" : "servers";
  std::vector<std::string_view> others{"--repeat",    "--time-limit",  "--dut-reset",   "--dut-log",
                                       "--initiator", "--chap-target", "--scratch-lun", "--lba"};
  if (initiators) others.insert(others.end(), {"--dry-run", "--allow"});
  if (servers) others.insert(others.end(), {"--captures", "--mutual-secret-file"});
  for (const std::string_view one : others)
    if (verb.get_option(std::string(one))->count() > 0)
      return fmt::format("{} is for targets; {} are judged without it", one, whom);
  for (const std::string& one : options.allow)
    if (servers && one != "end-sessions")
      return fmt::format("--allow {} is for targets; of a server it is end-sessions", one);
  return {};
}

int judge_target(const CLI::App& verb, const ConformOptions& options) {
  if (const std::string why = misplaced(verb, options); !why.empty()) return usage(why);
  if (options.listen.is_wanted()) return judge_other_side(options);
  if (options.servers || is_smb_url(options.url)) return judge_server(options);
  std::vector<const Case*> cases = chosen(options);
  if (cases.empty()) {
    fmt::print(stderr, "lunsim conform: no case fits; {}`lunsim conform --list` has all ids\n",
               suggestion(options.only));
    return kExitNothingRan;
  }
  if (!options.shard.empty()) {
    const auto shard = scenarios::parse_shard(options.shard);
    if (!shard) return usage("--shard is written as 2/4: the second of four");
    std::erase_if(cases, [&](const Case* one) { return !shard->takes(one->id); });
    if (cases.empty()) return kExitNothingRan;
  }
  if (options.list) return list(cases);
  if (options.prove) return prove(options, cases);
  if (options.simulated) return run_conform(options, cases, conform::proving_target());
  auto target = conform::parse_target_url(options.url);
  if (!target) return usage(target.error());
  if (!options.initiator.empty()) target->initiator = options.initiator;
  target->time_scale = options.time_scale;
  if (const std::string why = read_permissions(options, *target); !why.empty()) return usage(why);
  return run_conform(options, cases, *target);
}

void add_running(CLI::App& verb, ConformOptions& options) {
  verb.add_flag("--dry-run", options.dry_run,
                "probe the target, say which cases would run and which not and why");
  verb.add_option("--shard", options.shard, "2/4: the second of four parts of the cases");
  verb.add_option("--repeat", options.repeat, "run each case so often; the worst verdict counts")
      ->check(CLI::Range(1U, 1000U));
  verb.add_option("--time-limit", options.time_limit,
                  "so many seconds for the run; what is left then is inconclusive");
  verb.add_option("--jobs", options.jobs, "accepted; cases share a target, so one runs at a time");
  verb.add_option("--dut-reset", options.dut_reset,
                  "a shell command that brings the target back when it is gone");
  verb.add_option("--dut-log", options.dut_log,
                  "a shell command whose output goes into the report of each case that is no pass");
  verb.add_option("--captures", options.captures, "write a capture of each case into this folder");
}

void add_reports(CLI::App& verb, ConformOptions& options) {
  verb.add_option("--json", options.files.json, "write the report as JSON (- is standard output)");
  verb.add_option("--junit", options.files.junit, "write the report as JUnit XML");
  verb.add_option("--html", options.files.html, "write the report as one page, for people");
  verb.add_option("--markdown", options.files.markdown, "write what is no plain pass as Markdown");
  verb.add_option("--baseline", options.files.baseline,
                  "a file of known verdicts: others that are red, and passes of these, are red");
  verb.add_option("--update-baseline", options.files.update_baseline,
                  "write the baseline that makes this run green; reasons of --baseline are kept");
}

}  // namespace

void add_conform_verb(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ConformOptions>();
  CLI::App* verb = app.add_subcommand(
      "conform",
      "judge an iSCSI target or initiator (--listen) by RFC 7143, or an SMB server by MS-SRVS");
  verb->add_option(
      "target", options->url,
      "iscsi://[user@]host[:port]/iqn...[/lun], or smb://user@host[:port]/ for the session "
      "management of a server by MS-SRVS");
  verb->add_flag("--list", options->list, "print the ids of the cases, and run nothing");
  verb->add_flag("--simulated", options->simulated, "judge our own target in the simulated world");
  verb->add_flag("--prove", options->prove,
                 "prove the cases: each acquits our healthy target and convicts its mutants");
  verb->add_flag("--servers", options->servers,
                 "with --list, --prove or --simulated: the checks for SMB servers");
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
  verb->add_option("--allow", options->allow,
                   "reset, destructive; of a server: end-sessions: what cases may do besides")
      ->check(CLI::IsMember({"reset", "destructive", "end-sessions"}))
      ->allow_extra_args(false);
  verb->add_option("--time-scale", options->time_scale, "so many times longer waits")
      ->check(CLI::Range(0.1, 100.0));
  add_running(*verb, *options);
  add_reports(*verb, *options);
  add_listen_options(*verb, options->listen);
  verb->callback([verb, options, &exit_code] { exit_code = judge_target(*verb, *options); });
}

}  // namespace lunsim::tools
