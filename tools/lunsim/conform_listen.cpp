#include "tools/lunsim/conform_listen.hpp"

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "conformance/harness/selection.hpp"
#include "conformance/initiator_cases/case_list.hpp"
#include "conformance/initiator_proof/driven_session.hpp"
#include "conformance/initiator_proof/prove_initiators.hpp"
#include "conformance/report/report.hpp"
#include "runtime/live/live_world.hpp"
#include "scenarios/engine/shard.hpp"
#include "tools/lunsim/child_process.hpp"
#include "tools/lunsim/conform_files.hpp"
#include "tools/lunsim/conform_ground.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/print_proofs.hpp"

namespace lunsim::tools {
namespace {

using conform::InitiatorCase;
using conform::Verdict;
using Cases = std::vector<const InitiatorCase*>;

constexpr std::string_view kTargetName = "iqn.2026-11.org.lunsim:played";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// A program of the user's that sets an initiator to work.
class ProgramDriver final : public conform::Driver {
 public:
  explicit ProgramDriver(std::string command) : command_(std::move(command)) {}

  void start(const runtime::Endpoint& portal, const std::string& target_name) override {
    const std::string where = runtime::to_string(portal);
    std::string command = replaced(command_, "{portal}", where);
    command = replaced(replaced(command, "{target}", target_name), "{lun}", "0");
    child_.emplace(std::vector<std::string>{"sh", "-c", command},
                   std::vector<std::string>{"LUNSIM_ISCSI_TARGET=" + where,
                                            "LUNSIM_TARGET_TARGET=" + target_name, "LUNSIM_LUN=0"},
                   true);
  }
  bool has_ended() override { return child_ && child_->has_ended(); }
  bool ended_well() override {
    return has_ended() && child_->end()->signal == 0 && child_->end()->exit_code == 0;
  }
  std::string end() override {
    if (!has_ended()) return {};
    if (child_->end()->signal != 0) return "ended by " + signal_text(child_->end()->signal);
    return fmt::format("it ended with exit code {}", child_->end()->exit_code);
  }

 private:
  std::string command_;
  std::optional<ChildProcess> child_;
};

class ListeningGround final : public conform::InitiatorGround {
 public:
  ListeningGround(runtime::Endpoint listen, const std::string& command)
      : world_(options()), driver_(command), listen_(std::move(listen)) {
    world_.wake_on_child_signals();
  }
  runtime::World& world() override { return world_; }
  conform::Driver& driver() override { return driver_; }
  runtime::Endpoint listen() const override { return listen_; }

 private:
  static runtime::LiveOptions options() {
    runtime::LiveOptions live;
    live.keep_addresses = true;
    live.linger = std::chrono::seconds(1);
    return live;
  }
  runtime::LiveWorld world_;
  ProgramDriver driver_;
  runtime::Endpoint listen_;
};

int usage(std::string_view why) {
  fmt::print(stderr, "lunsim conform: {}\n", why);
  return kExitUsage;
}

Cases chosen(const ListenRun& run, const std::optional<scenarios::Shard>& shard) {
  std::vector<conform::Case> about;
  for (const InitiatorCase& one : conform::initiator_cases()) about.push_back(one.about);
  const conform::CaseSelection selection{.only = run.only,
                                         .levels = conform::levels_named(run.levels)};
  Cases out;
  for (const conform::Case* one : conform::select(about, selection))
    if (!shard || shard->takes(one->id))
      out.push_back(&conform::initiator_cases().at(static_cast<std::size_t>(one - about.data())));
  return out;
}

int prove(const ListenRun& run, const Cases& cases) {
  std::vector<InitiatorCase> copies;
  for (const InitiatorCase* one : cases) copies.push_back(*one);
  return print_proofs("cases", cases.size(), conform::prove(copies), conform::mistakes_in(copies),
                      run.verbose);
}

int judge(const ListenRun& run, const Cases& cases, const conform::JudgedTarget& target,
          const conform::InitiatorGroundMaker& bare_grounds, const std::string& who,
          const std::string& replay) {
  std::optional<conform::Baseline> baseline;
  std::vector<std::string> ids;
  for (const InitiatorCase& one : conform::initiator_cases()) ids.push_back(one.about.id);
  if (!prepare_files(run.files, ids, baseline)) return kExitUsage;
  CaseCaptures captures;
  if (!run.captures.empty())
    if (const std::string why = captures.open(run.captures); !why.empty()) return usage(why);
  const auto grounds = [&](const InitiatorCase& one) { return captures.around(bare_grounds(one)); };
  conform::ConformReport report;
  report.version = LUNSIM_VERSION;
  report.target = who;
  report.world = run.simulated ? "simulated" : "live";
  report.replay = replay;
  bool met = false;
  for (const InitiatorCase* one : cases) {
    const std::string file = captures.begin(one->about.id);
    report.lines.push_back(
        {&one->about, conform::run_initiator_case(*one, grounds, target, run.strict)});
    conform::CaseLine& line = report.lines.back();
    captures.number(line.result.exchange);
    if (!line.result.exchange.frames.empty()) line.capture = file;
    met = met || !line.result.exchange.frames.empty();
  }
  const int exit_code = finish_report(run.files, baseline, run.verbose, report);
  if (!met) {
    fmt::print(stderr,
               "lunsim conform: no connection came; does the command of --drive use "
               "{{portal}}?\n");
    return kExitPeerUnreachable;
  }
  return exit_code;
}

}  // namespace

void add_listen_options(CLI::App& verb, ListenOptions& options) {
  verb.add_option("--listen", options.listen,
                  "judge an initiator: ADDRESS:PORT to wait at (port 0: a free one)");
  verb.add_option("--drive", options.drive,
                  "the command that sets the initiator to work, once for each case; {portal}, "
                  "{target} and {lun} stand for where we are");
  verb.add_flag("--initiators", options.initiators,
                "with --list, --prove or --simulated: the cases for initiators");
  verb.add_option("--drive-user", options.user,
                  "the initiator's CHAP name; its secret: --secret-file, ours: "
                  "--mutual-secret-file");
  verb.add_option("--own-user", options.own_user, "our CHAP name, for mutual CHAP");
}

int judge_initiator(const ListenOptions& options, const ListenRun& run) {
  const auto shard = scenarios::parse_shard(run.shard);
  if (!run.shard.empty() && !shard) return usage("--shard is written as 2/4: the second of four");
  const Cases cases = chosen(run, shard);
  if (cases.empty()) {
    fmt::print(stderr,
               "lunsim conform: no case fits; `lunsim conform --initiators --list` has "
               "all ids\n");
    return kExitNothingRan;
  }
  if (run.list) {
    for (const InitiatorCase* one : cases) fmt::print("{}\n", one->about.id);
    return kExitFine;
  }
  if (run.prove) return prove(run, cases);
  if (run.simulated) {
    conform::JudgedTarget target = conform::played_target();
    return judge(run, cases, target, conform::driven_grounds(nullptr, target), "our initiator",
                 "lunsim conform --initiators --simulated");
  }
  const auto listen = runtime::parse_endpoint(options.listen, 3260);
  if (!listen) return usage("--listen wants ADDRESS:PORT, as in 127.0.0.1:0");
  if (options.drive.empty())
    return usage(
        "--drive is missing: the command that sets the initiator to work, as in "
        "\"iscsi-inq iscsi://{portal}/{target}/{lun}\"");
  if (!options.user.empty() && run.secret.empty())
    return usage("--drive-user wants its secret in the file of --secret-file");
  conform::JudgedTarget target;
  target.name = kTargetName;
  target.time_scale = run.time_scale;
  if (!options.user.empty()) target.chap = {options.user, run.secret};
  target.chap_name = options.own_user;
  target.mutual_secret = run.own_secret;
  const auto grounds = [&](const InitiatorCase&) {
    return std::make_unique<ListeningGround>(*listen, options.drive);
  };
  return judge(
      run, cases, target, grounds, "an initiator: " + options.drive,
      fmt::format("lunsim conform --listen {} --drive '{}'", options.listen, options.drive));
}

}  // namespace lunsim::tools
