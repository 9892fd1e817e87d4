#include "tools/lunsim/conform_smb.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "conformance/smb_cases/checks.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "protocol/bytes/utf16.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "runtime/live/live_world.hpp"
#include "tools/lunsim/exit_code.hpp"

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

std::optional<std::string> password(const ConformSmbOptions& options) {
  if (options.password_file.empty()) {
    const char* found = std::getenv("LUNSIM_SMB_PASSWORD");
    return found == nullptr ? "" : found;
  }
  std::ifstream file(options.password_file);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
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
      return reply(ask(opnum, stub));
    };
    bench.open_session = [this] {
      return greet(add_session()).kind == smb_client::Outcome::Kind::answered;
    };
    return bench;
  }
  smb_client::Outcome greet() { return greet(*sessions_.front()); }

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
};

const char* name_of(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::pass:
      return "pass";
    case Finding::Verdict::fail:
      return "FAIL";
    case Finding::Verdict::skipped:
      return "skip";
  }
  return "?";
}

void print(const Check& check, const Finding& finding) {
  fmt::print("{} {}\n", name_of(finding.verdict), check.id);
  if (finding.verdict == Finding::Verdict::fail)
    fmt::print("  {} wants  {}\n  seen  {}\n", check.section, finding.expected, finding.seen);
  if (finding.verdict == Finding::Verdict::skipped) fmt::print("  {}\n", finding.seen);
}

bool is_chosen(const ConformSmbOptions& options, std::string_view id) {
  return options.only.empty() ||
         std::any_of(options.only.begin(), options.only.end(),
                     [&](const std::string& one) { return id.starts_with(one); });
}

int list(const ConformSmbOptions& options) {
  bool any = false;
  for (const Check& check : conformance::srvsvc::checks()) {
    if (!is_chosen(options, check.id)) continue;
    fmt::print("{}\n", check.id);
    any = true;
  }
  return any ? kExitFine : kExitNothingRan;
}

int usage(const std::string& why) {
  fmt::print(stderr, "lunsim conform: {}\n", why);
  return kExitUsage;
}

}  // namespace

bool is_smb_url(const std::string& url) { return url.starts_with(kScheme); }

int conform_smb(const ConformSmbOptions& options) {
  if (options.only_list) return list(options);
  auto config = parse_url(options.url);
  if (!config)
    return usage("smb://user@host/ or smb://user@host:port/ is wanted, not " + options.url);
  const auto secret = password(options);
  if (!secret) return usage("there is no password in the first line of " + options.password_file);
  config->password = *secret;
  Courtroom court(std::move(*config));
  if (const auto greeted = court.greet(); greeted.kind != smb_client::Outcome::Kind::answered) {
    fmt::print(stderr, "lunsim conform: the server cannot be judged: {}\n", describe(greeted));
    return kExitPeerUnreachable;
  }
  SrvsvcBench bench = court.bench(options);
  std::size_t passed = 0, failed = 0, skipped = 0;
  boost::json::array findings;
  for (const Check& check : conformance::srvsvc::checks()) {
    if (!is_chosen(options, check.id)) continue;
    const Finding finding = check.run(bench);
    passed += finding.verdict == Finding::Verdict::pass;
    failed += finding.verdict == Finding::Verdict::fail;
    skipped += finding.verdict == Finding::Verdict::skipped;
    print(check, finding);
    findings.push_back(
        {{"id", check.id},
         {"section", check.section},
         {"verdict", finding.verdict == Finding::Verdict::fail ? "fail" : name_of(finding.verdict)},
         {"expected", finding.expected},
         {"seen", finding.seen}});
  }
  fmt::print("{} passed, {} failed, {} skipped\n", passed, failed, skipped);
  if (!options.json.empty()) {
    std::ofstream file(options.json);
    file << boost::json::serialize(findings) << "\n";
    if (!file.flush()) return usage("cannot write " + options.json);
  }
  if (passed + failed == 0) return kExitNothingRan;
  return failed == 0 ? kExitFine : kExitCheckFailed;
}

}  // namespace lunsim::tools
