#include "tools/lunsim/conform_smb.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "conformance/harness/selection.hpp"
#include "conformance/smb_cases/checks.hpp"
#include "conformance/smb_proof/prove_servers.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "protocol/bytes/utf16.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "runtime/live/live_world.hpp"
#include "scenarios/engine/shard.hpp"
#include "tools/lunsim/exit_code.hpp"
#include "tools/lunsim/print_proofs.hpp"

namespace lunsim::tools {
namespace {

using conformance::srvsvc::Check;
using conformance::srvsvc::Finding;
using conformance::srvsvc::Reply;
using conformance::srvsvc::SrvsvcBench;

constexpr std::string_view kScheme = "smb://";
constexpr std::uint16_t kSmbPort = 445;
constexpr std::uint16_t kRemoteTod = 28;

/// smb://[domain;]user@host[:port]/, the last slash may be missing.
std::optional<smb_client::ClientConfig> parse_url(const std::string& url) {
  std::string rest = url.substr(kScheme.size());
  while (rest.ends_with('/')) rest.pop_back();
  const std::size_t at = rest.rfind('@');
  if (at == std::string::npos || at == 0) return std::nullopt;
  const auto server = runtime::parse_endpoint(rest.substr(at + 1), kSmbPort);
  if (!server) return std::nullopt;
  smb_client::ClientConfig config;
  config.server = *server;
  config.user = rest.substr(0, at);
  if (const std::size_t domain = config.user.find(';'); domain != std::string::npos) {
    config.domain = config.user.substr(0, domain);
    config.user.erase(0, domain + 1);
  }
  return config;
}

std::optional<std::string> smb_password(const ConformSmbOptions& options) {
  if (options.password_file.empty()) {
    const char* found = std::getenv("LUNSIM_SMB_PASSWORD");
    return found == nullptr ? "" : found;
  }
  std::ifstream file(options.password_file);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

/// A check in the words of a report: its name says what holds.
conform::Case case_of(const Check& check) {
  conform::Case made;
  made.id = check.id;
  made.requirements = {check.section};
  made.purpose = made.id.substr(made.id.rfind('/') + 1);
  std::ranges::replace(made.purpose, '_', ' ');
  return made;
}

conform::CaseResult result_of(const Check& check, const Finding& finding) {
  using conform::Verdict;
  conform::CaseResult result;
  result.id = check.id;
  result.message = finding.seen;
  switch (finding.verdict) {
    case Finding::Verdict::pass:
      result.verdict = Verdict::pass;
      break;
    case Finding::Verdict::fail:
      result.verdict = Verdict::fail;
      result.message =
          fmt::format("{} wants {}, seen: {}", check.section, finding.expected, finding.seen);
      break;
    case Finding::Verdict::skipped:
      result.verdict = Verdict::skipped;
      break;
  }
  return result;
}

/// Sessions at the server under judgement: the judge's own, and those that checks want besides.
class Courtroom {
 public:
  explicit Courtroom(smb_client::ClientConfig config) : config_(std::move(config)), world_(live()) {
    add_session();
  }

  smb_client::Outcome ask(std::uint16_t opnum, std::vector<std::byte> stub) {
    return sessions_.front()->call({}, opnum, std::move(stub));
  }
  SrvsvcBench bench(const ConformSmbOptions& options) {
    SrvsvcBench bench;
    bench.user = bytes::utf16_from_utf8(config_.user).value_or(u"");
    bench.may_end_sessions = options.may_end_sessions;
    bench.call = [this](std::uint16_t opnum, const std::vector<std::byte>& stub) {
      Reply said = reply(ask(opnum, stub));
      was_lost_ = was_lost_ || said.kind == Reply::Kind::lost;
      return said;
    };
    bench.open_session = [this] {
      return greet(add_session()).kind == smb_client::Outcome::Kind::answered;
    };
    return bench;
  }
  smb_client::Outcome greet() { return greet(*sessions_.front()); }
  /// A check whose call was not answered is tried once more; then the server is gone, or it drops
  /// connections and that is its answer.
  conform::CaseResult judge(const Check& check, SrvsvcBench& bench) {
    was_lost_ = false;
    Finding finding = check.run(bench);
    if (finding.verdict != Finding::Verdict::fail || !was_lost_) return result_of(check, finding);
    finding = check.run(bench);
    conform::CaseResult result = result_of(check, finding);
    if (finding.verdict != Finding::Verdict::fail || !was_lost_) return result;
    if (const auto again = greet(); again.kind != smb_client::Outcome::Kind::answered)
      conform::blame(result, "nobody answers any more: " + describe(again));
    return result;
  }

 private:
  static runtime::LiveOptions live() {
    runtime::LiveOptions options;
    options.reach_outside = true;
    return options;
  }
  static smb_client::Outcome greet(smb_client::WorldNetwork& session) {
    return session.call({}, kRemoteTod, rpc::srvsvc::encode_remote_tod_request({}));
  }
  static Reply reply(smb_client::Outcome outcome) {
    using Kind = smb_client::Outcome::Kind;
    if (outcome.kind == Kind::faulted) return {Reply::Kind::fault, {}, outcome.fault_status, ""};
    if (outcome.kind != Kind::answered) return {Reply::Kind::lost, {}, 0, describe(outcome)};
    return {Reply::Kind::stub, std::move(outcome.stub), 0, ""};
  }
  smb_client::WorldNetwork& add_session() {
    sessions_.push_back(std::make_unique<smb_client::WorldNetwork>(world_, ""));
    sessions_.back()->add_server(u"", config_);
    return *sessions_.back();
  }

  smb_client::ClientConfig config_;
  runtime::LiveWorld world_;
  std::vector<std::unique_ptr<smb_client::WorldNetwork>> sessions_;
  bool was_lost_ = false;  // a call of this check
};

std::vector<Check> chosen_checks(const ConformSmbOptions& options,
                                 const std::optional<scenarios::Shard>& shard) {
  const std::vector<Check> all = conformance::srvsvc::checks();
  std::vector<conform::Case> about;
  for (const Check& check : all) about.push_back(case_of(check));
  const conform::CaseSelection wanted{.only = options.only,
                                      .levels = conform::levels_named(options.levels)};
  std::vector<Check> chosen;
  for (const conform::Case* one : conform::select(about, wanted))
    if (!shard || shard->takes(one->id))
      chosen.push_back(all.at(static_cast<std::size_t>(one - about.data())));
  return chosen;
}

int list_checks(const std::vector<Check>& checks) {
  for (const Check& check : checks) fmt::print("{}\n", check.id);
  return kExitFine;
}

int prove_checks(const std::vector<Check>& checks, bool verbose) {
  return print_proofs("checks", checks.size(), conformance::srvsvc::prove(checks),
                      conformance::srvsvc::mistakes_in(checks), verbose);
}

using CheckRunner = std::function<conform::CaseResult(const Check&)>;

int dry_run_of(const std::vector<Check>& checks, bool may_end_sessions) {
  for (const Check& check : checks)
    fmt::print("would run    {}{}\n", check.id,
               check.ends_sessions && !may_end_sessions
                   ? ", and would be skipped without --allow end-sessions"
                   : "");
  return kExitFine;
}

int judge_by_checks(const ConformSmbOptions& options, const std::vector<Check>& checks,
                    const std::optional<conform::Baseline>& baseline, const CheckRunner& run) {
  std::vector<conform::Case> cases;  // the report points into it
  cases.reserve(checks.size());
  conform::ConformReport report;
  report.version = LUNSIM_VERSION;
  report.target = options.simulated ? "our server" : options.url;
  report.world = options.simulated ? "simulated" : "live";
  report.replay = "lunsim conform " + (options.simulated ? "--servers --simulated" : options.url);
  std::string killer;
  for (const Check& check : checks) {
    cases.push_back(case_of(check));
    conform::CaseResult result;
    result.id = check.id;
    result.message = "not asked: the server is gone since " + killer;
    if (killer.empty()) result = run(check);
    if (result.verdict == conform::Verdict::target_gone) killer = check.id;
    report.lines.push_back({&cases.back(), std::move(result)});
  }
  return finish_report(options.files, baseline, options.verbose, report);
}

int refuse_smb(const std::string& why) {
  fmt::print(stderr, "lunsim conform: {}\n", why);
  return kExitUsage;
}

int judge_live(const ConformSmbOptions& options, const std::vector<Check>& checks,
               const std::optional<conform::Baseline>& baseline) {
  auto config = is_smb_url(options.url) ? parse_url(options.url) : std::nullopt;
  if (!config)
    return refuse_smb(options.url.empty()
                          ? "which server? Say smb://user@host/ or smb://user@host:port/, or "
                            "--simulated for our own"
                          : "smb://user@host/ or smb://user@host:port/ is wanted, not \"" +
                                options.url + "\"");
  const auto secret = smb_password(options);
  if (!secret)
    return refuse_smb("there is no password in the first line of " + options.password_file);
  config->password = *secret;
  config->answer_timeout =
      std::chrono::duration_cast<runtime::Duration>(config->answer_timeout * options.time_scale);
  Courtroom court(std::move(*config));
  if (const auto greeted = court.greet(); greeted.kind != smb_client::Outcome::Kind::answered) {
    fmt::print(stderr, "lunsim conform: the server cannot be judged: {}\n", describe(greeted));
    return kExitPeerUnreachable;
  }
  SrvsvcBench bench = court.bench(options);
  if (conformance::srvsvc::refuses_everything(bench)) {
    fmt::print(stderr,
               "lunsim conform: the server cannot be judged by this user: levels 502, 2 and 1 of "
               "NetrSessionEnum are refused with 5 (access denied); an administrator is wanted\n");
    return kExitPeerUnreachable;
  }
  if (options.dry_run) return dry_run_of(checks, options.may_end_sessions);
  return judge_by_checks(options, checks, baseline,
                         [&](const Check& check) { return court.judge(check, bench); });
}

}  // namespace

bool is_smb_url(const std::string& url) { return url.starts_with(kScheme); }

int conform_smb(const ConformSmbOptions& options) {
  const auto shard = scenarios::parse_shard(options.shard);
  if (!options.shard.empty() && !shard)
    return refuse_smb("--shard is written as 2/4: the second of four");
  const std::vector<Check> checks = chosen_checks(options, shard);
  if (checks.empty()) {
    fmt::print(stderr,
               "lunsim conform: no check fits; `lunsim conform --servers --list` has all ids\n");
    return kExitNothingRan;
  }
  if (options.list) return list_checks(checks);
  if (options.prove) return prove_checks(checks, options.verbose);
  std::optional<conform::Baseline> baseline;  // a bad one is told before anything is sent
  std::vector<std::string> ids;
  for (const Check& check : conformance::srvsvc::checks()) ids.emplace_back(check.id);
  if (!prepare_files(options.files, ids, baseline)) return kExitUsage;
  if (options.simulated)
    return judge_by_checks(options, checks, baseline, [](const Check& check) {
      return result_of(check, conformance::srvsvc::judge_own_server(check));
    });
  return judge_live(options, checks, baseline);
}

}  // namespace lunsim::tools
