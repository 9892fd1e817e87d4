#include "tools/lunsim/conform_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "conformance/harness/run_case.hpp"
#include "conformance/harness/scratch.hpp"
#include "conformance/harness/target_url.hpp"
#include "conformance/proof/proving_target.hpp"
#include "conformance/target_cases/case_list.hpp"
#include "scenarios/engine/text.hpp"
#include "tools/lunsim/conform_files.hpp"
#include "tools/lunsim/conform_ground.hpp"
#include "tools/lunsim/conform_progress.hpp"
#include "tools/lunsim/exit_code.hpp"

namespace lunsim::tools {
namespace {

using conform::Case;
using conform::CaseResult;
using conform::Verdict;

constexpr std::size_t kDeviceLogBytesMax = 65536;
constexpr auto kResetPatience = std::chrono::seconds(30);

void say(const std::string& text) { fmt::print(stderr, "lunsim conform: {}\n", text); }

/// A shell command of whoever runs this; it finds the case in LUNSIM_CASE.
void hand_over(const std::string& command, std::string_view id, Verdict verdict) {
  setenv("LUNSIM_DUT_COMMAND", command.c_str(), 1);
  setenv("LUNSIM_CASE", std::string(id).c_str(), 1);
  setenv("LUNSIM_VERDICT", std::string(conform::name_of(verdict)).c_str(), 1);
}

std::string device_log(const std::string& command, std::string_view id, Verdict verdict) {
  hand_over(command, id, verdict);
  std::FILE* pipe =
      popen("timeout 20 sh -c \"$LUNSIM_DUT_COMMAND\" 2>&1 </dev/null | head -c 65536", "r");
  if (pipe == nullptr) return "(the command did not start)";
  std::string out(kDeviceLogBytesMax, '\0');
  out.resize(std::fread(out.data(), 1, out.size(), pipe));
  pclose(pipe);
  return out;
}

int badness(Verdict verdict) {
  constexpr std::array kOrder{Verdict::skipped,    Verdict::unsupported, Verdict::pass,
                              Verdict::pass_loose, Verdict::warn,        Verdict::inconclusive,
                              Verdict::time_out,   Verdict::fail,        Verdict::target_gone};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), verdict) - kOrder.begin());
}

/// One run against one target.
class Run {
 public:
  Run(const ConformOptions& options, const conform::JudgedTarget& target)
      : options_(options),
        target_(target),
        bare_grounds_(options.simulated ? conform::proving_grounds(nullptr) : live_grounds()),
        grounds_([this] { return captures_.around(bare_grounds_()); }) {}

  int operator()(const std::vector<const Case*>& cases);

 private:
  bool probe();
  int dry_run(const std::vector<const Case*>& cases) const;
  void judge_all(const std::vector<const Case*>& cases);
  conform::CaseLine judge(const Case& one, std::uint64_t& number);
  void judge_repeatedly(conform::CaseLine& line, std::uint64_t& number);
  bool bring_back(const conform::CaseLine& after);
  conform::CaseLine* last_run();

  const ConformOptions& options_;
  conform::JudgedTarget target_;
  CaseCaptures captures_;
  conform::GroundMaker bare_grounds_, grounds_;
  conform::ConformReport report_;
  std::optional<conform::Baseline> baseline_;
  std::string stopped_by_;
};

std::chrono::seconds limit_of(const ConformOptions& options) {
  return options.time_limit == 0 ? std::chrono::hours(24)
                                 : std::chrono::seconds(options.time_limit);
}

/// What a case is judged by besides the URL, as it was given.
std::string given(const ConformOptions& options) {
  std::string out;
  const auto add = [&out](std::string_view option, const std::string& value) {
    if (!value.empty()) out += fmt::format(" {} {}", option, scenarios::shell_word(value));
  };
  if (options.scratch_lun) out += " --scratch-lun";
  add("--lba", options.lba);
  for (const std::string& one : options.allow) add("--allow", one);
  add("--secret-file", options.secret_file);
  add("--mutual-secret-file", options.mutual_secret_file);
  add("--chap-target", options.chap_target);
  add("--initiator", options.initiator);
  if (options.time_scale != 1) add("--time-scale", fmt::format("{}", options.time_scale));
  if (options.strict) out += " --strict";
  return out;
}

/// The target was gone before the case could say a word.
bool never_came(const CaseResult& result) {
  const auto& frames = result.exchange.frames;
  return result.verdict == Verdict::target_gone &&
         std::none_of(frames.begin(), frames.end(), [](const conform::Frame& frame) {
           return frame.kind == conform::Frame::Kind::pdu ||
                  frame.kind == conform::Frame::Kind::bytes;
         });
}

bool Run::probe() {
  report_.version = LUNSIM_VERSION;
  report_.target = conform::url_of(target_);
  report_.world = options_.simulated ? "simulated" : "live";
  report_.replay =
      "lunsim conform " + (options_.simulated ? "--simulated" : report_.target + given(options_));
  report_.profile = conform::probe(grounds_, target_);
  if (!report_.profile.reachable) say(report_.target + ": " + report_.profile.trouble);
  if (!report_.profile.mistake.empty()) say(report_.target + ": " + report_.profile.mistake);
  return report_.profile.reachable && report_.profile.mistake.empty();
}

int Run::dry_run(const std::vector<const Case*>& cases) const {
  std::size_t would_run = 0;
  for (const Case* one : cases) {
    const auto excuse = conform::excused(*one, report_.profile);
    would_run += !excuse;
    fmt::print("{:<12} {}{}{}\n", excuse ? conform::name_of(excuse->verdict) : "would run", one->id,
               excuse ? ": " : "", excuse ? excuse->message : "");
  }
  fmt::print("{} of {} cases would run\n", would_run, cases.size());
  return would_run > 0 ? kExitFine : kExitNothingRan;
}

/// The worst of all runs; a case that comes out differently says so.
void Run::judge_repeatedly(conform::CaseLine& line, std::uint64_t& number) {
  std::optional<CaseResult> worst;
  std::map<Verdict, unsigned> counts;
  for (unsigned i = 0; i < options_.repeat; ++i) {
    const std::string capture = captures_.begin(line.about->id, i + 1);
    CaseResult result = conform::run_case(*line.about, grounds_, target_, report_.profile, number++,
                                          options_.strict);
    captures_.number(result.exchange);
    ++counts[result.verdict];
    const bool is_gone = result.verdict == Verdict::target_gone;
    if (!worst || badness(result.verdict) > badness(worst->verdict)) {
      worst = std::move(result);
      line.capture = capture;
    }
    if (is_gone) break;
  }
  if (counts.size() > 1) {
    std::string sums;
    for (const auto& [verdict, count] : counts)
      sums += fmt::format("{}{} {}", sums.empty() ? "" : ", ", count, conform::name_of(verdict));
    worst->message = fmt::format("unstable ({}): {}", sums, worst->message);
  }
  line.result = std::move(*worst);
}

conform::CaseLine Run::judge(const Case& one, std::uint64_t& number) {
  if (auto excuse = conform::excused(one, report_.profile)) return {&one, std::move(*excuse)};
  conform::CaseLine line{&one, {}};
  judge_repeatedly(line, number);
  if (!options_.dut_log.empty() && !conform::is_pass(line.result.verdict))
    line.device_log = device_log(options_.dut_log, one.id, line.result.verdict);
  return line;
}

/// Whether somebody answers again.
bool Run::bring_back(const conform::CaseLine& after) {
  say(fmt::format("the target is gone since {}", after.about->id));
  if (options_.dut_reset.empty()) return false;
  hand_over(options_.dut_reset, after.about->id, after.result.verdict);
  const int status =
      std::system("timeout 120 sh -c \"$LUNSIM_DUT_COMMAND\" </dev/null >&2");  // NOLINT
  if (status != 0)
    say(WIFEXITED(status)
            ? fmt::format("the reset command ended with exit code {}", WEXITSTATUS(status))
            : std::string("the reset command was ended by a signal"));
  const auto until = std::chrono::steady_clock::now() + kResetPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (conform::is_there(grounds_, target_)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  say("nobody answers after the reset command");
  return false;
}

conform::CaseLine not_run(const Case& one, const std::string& why) {
  conform::CaseLine line{&one, {}};
  line.result.id = one.id;
  line.result.message = std::string(conform::kNotRun) + why;
  return line;
}

void Run::judge_all(const std::vector<const Case*>& cases) {
  std::uint64_t number = 1;
  std::string killer;
  const Progress progress(cases.size());
  const auto began = std::chrono::steady_clock::now();
  for (const Case* one : cases) {
    if (stop_signal() == 0 && std::chrono::steady_clock::now() - began > limit_of(options_))
      stopped_by_ = fmt::format("the time limit of {} s", options_.time_limit);
    if (stop_signal() != 0) stopped_by_ = "a signal";
    if (!stopped_by_.empty()) {
      report_.lines.push_back(not_run(*one, "the run was stopped by " + stopped_by_));
      continue;
    }
    progress.at(one->id, report_.lines.size());
    if (!killer.empty()) {
      report_.lines.push_back(not_run(*one, "the target is gone since " + killer));
      continue;
    }
    conform::CaseLine line = judge(*one, number);
    conform::CaseLine* before = last_run();
    if (before != nullptr && never_came(line.result)) {
      conform::blame(before->result, "nobody answered any more when the next case began");
      if (bring_back(*before)) {
        line = judge(*one, number);
      } else {
        killer = before->about->id;
        line = not_run(*one, "the target is gone since " + killer);
      }
    }
    report_.lines.push_back(std::move(line));
    if (killer.empty() && report_.lines.back().result.verdict == Verdict::target_gone &&
        !bring_back(report_.lines.back()))
      killer = one->id;
  }
}

/// The last case that said anything to the target.
conform::CaseLine* Run::last_run() {
  for (std::size_t i = report_.lines.size(); i-- > 0;)
    if (!report_.lines[i].result.exchange.frames.empty()) return &report_.lines[i];
  return nullptr;
}

int Run::operator()(const std::vector<const Case*>& cases) {
  std::vector<std::string> ids;
  for (const Case& one : conform::target_cases()) ids.push_back(one.id);
  if (!prepare_files(options_.files, ids, baseline_)) return kExitUsage;
  if (!options_.captures.empty())
    if (const std::string why = captures_.open(options_.captures); !why.empty()) {
      say(why);
      return kExitUsage;
    }
  if (!probe()) return kExitPeerUnreachable;
  if (options_.dry_run) return dry_run(cases);
  if (target_.scratch && !options_.simulated) {
    const std::string why = conform::claim_scratch(grounds_, target_, report_.profile);
    if (!why.empty()) {
      say(why);
      return kExitUsage;
    }
  }
  if (options_.jobs > 1)
    say("--jobs: cases share the target and what it remembers; they run one at a time");
  catch_stop_signals();
  judge_all(cases);
  if (!stopped_by_.empty()) say("stopped by " + stopped_by_ + "; what was judged is in the report");
  const int exit_code = finish_report(options_.files, baseline_, options_.verbose, report_);
  if (stop_signal() != 0) return 128 + stop_signal();
  if (exit_code != kExitFine || report_.profile.has(conform::Need::login)) return exit_code;
  say("an ordinary login does not succeed, and most cases want one: " +
      report_.profile.abilities[conform::Need::login].detail);
  return kExitCheckFailed;
}

}  // namespace

int run_conform(const ConformOptions& options, const std::vector<const Case*>& cases,
                const conform::JudgedTarget& target) {
  return Run(options, target)(cases);
}

}  // namespace lunsim::tools
