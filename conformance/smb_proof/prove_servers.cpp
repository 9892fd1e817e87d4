#include "conformance/smb_proof/prove_servers.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "initiator/smb_client/world_network.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace lunsim::conformance::srvsvc {
namespace {

using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::Opnum;
using rpc::srvsvc::SessionInfo;
using Response = rpc::srvsvc::EnumResponse<SessionInfo>;

const runtime::Endpoint kServer{"10.0.0.10", 445};
constexpr const char* kTrialUser = "admin";

/// A server that is wrong in one way: what it makes of a call, what it makes of its answer, or what
/// it says for a code.
struct Defect {
  std::string_view check;
  std::string_view name;
  void (*request)(EnumRequest&) = nullptr;
  void (*response)(const EnumRequest&, Response&) = nullptr;
  std::optional<std::uint32_t> del_code{};  // of NetrSessionDel, whatever it is
};

void refuse(Response& response, std::uint32_t code) {
  response.entries.clear();
  response.total_entries = 0;
  response.status = code;
}
template <std::uint32_t kLevel>
void serves_not(const EnumRequest& request, Response& response) {
  if (request.level == kLevel) refuse(response, 124);
}
template <std::size_t kQualifier>
void ignores(EnumRequest& request) {
  request.qualifiers[kQualifier].reset();
}
void takes_no_backslashes(EnumRequest& request) {
  auto& client = request.qualifiers[0];
  if (client && !client->starts_with(u"\\\\")) client = u"\\\\" + *client;
}
template <std::size_t kQualifier>
void cuts_long_names(EnumRequest& request) {
  auto& name = request.qualifiers[kQualifier];
  if (name && name->size() > 1000) name->resize(1000);
}
/// Every name at once must match here; this one is content with either.
void takes_either(EnumRequest& request) {
  if (request.qualifiers[0] && request.qualifiers[1]) request.qualifiers[1].reset();
}
void refuses_empty(const EnumRequest& request, Response& response) {
  if (request.qualifiers[0] == u"") refuse(response, 87);
}
void wants_its_name(const EnumRequest& request, Response& response) {
  if (request.server) refuse(response, 53);
}
void refuses_what_matches(const EnumRequest& request, Response& response) {
  if (request.qualifiers[0] && request.qualifiers[1]) refuse(response, 2312);
}
void ignores_length(EnumRequest& request) { request.preferred_maximum_length = 0xffff'ffff; }
void limits(EnumRequest& request) {
  if (request.preferred_maximum_length > 120) request.preferred_maximum_length = 120;
}
void gives_one_entry(const EnumRequest& request, Response& response) {
  if (request.preferred_maximum_length == 1) refuse(response, 0);
}
void counts_all(const EnumRequest& request, Response& response) {
  if (request.resume_handle) response.total_entries += *request.resume_handle;
}
void begins_again(EnumRequest& request) {
  if (request.resume_handle) request.resume_handle = 0;
}
void refuses_beyond(const EnumRequest& request, Response& response) {
  if (request.resume_handle > 1000u) refuse(response, 87);
}
void wants_a_handle(const EnumRequest& request, Response& response) {
  if (request.resume_handle == 0u) refuse(response, 87);
}
/// From 1 on, one too few: the page after a page misses an entry.
void skips_one(EnumRequest& request) {
  if (request.resume_handle && *request.resume_handle > 1) ++*request.resume_handle;
}
template <std::uint32_t kLevel>
void counts_wrongly(const EnumRequest& request, Response& response) {
  if (request.level == kLevel) response.total_entries += 77;
}
template <std::uint32_t kLevel>
void stores_a_handle(const EnumRequest& request, Response& response) {
  if (request.level == kLevel && !request.resume_handle) response.resume_handle = 5;
}
void finds_everybody(EnumRequest& request) {
  if (request.qualifiers[0] && request.qualifiers[1]) request.qualifiers = {};
}
template <std::size_t kQualifier>
void refuses_1024(const EnumRequest& request, Response& response) {
  const auto& name = request.qualifiers[kQualifier];
  if (name && name->size() + 1 == 1024) refuse(response, 87);
}
void tells_somebody_else(const EnumRequest& request, Response& response) {
  if (request.qualifiers[0] == u"" && !response.entries.empty())
    response.entries.back().cname = u"WS9";
}
void gives_the_first_again(const EnumRequest& request, Response& response) {
  if (request.resume_handle.value_or(0) == 0 || response.entries.empty()) return;
  response.entries.back().cname = u"WS1";
  response.entries.back().username = u"alice";
}
void hands_out_an_offset(const EnumRequest&, Response& response) {
  if (response.status == 234 && response.resume_handle) *response.resume_handle *= 16;
}
void opens_more_at_level_2(const EnumRequest& request, Response& response) {
  if (request.level == 2)
    for (SessionInfo& one : response.entries) ++one.num_opens;
}
void other_times_at_level_10(const EnumRequest& request, Response& response) {
  if (request.level == 10)
    for (SessionInfo& one : response.entries) one.time_s += 1000;
}
void no_times(const EnumRequest&, Response& response) {
  for (SessionInfo& one : response.entries) one.time_s = 0xffff'ffff;
}
void idle_before_it_was(const EnumRequest&, Response& response) {
  for (SessionInfo& one : response.entries) one.idle_time_s = one.time_s + 100;
}
void takes_other_levels(const EnumRequest& request, Response& response) {
  if (SessionInfo::fields(request.level).empty()) response.status = 0;
}

const Defect kDefects[] = {
    {"ms-srvs/3.1.4.5/level_0_is_served", "serves_no_level_0", nullptr, serves_not<0>},
    {"ms-srvs/3.1.4.5/level_1_is_served", "serves_no_level_1", nullptr, serves_not<1>},
    {"ms-srvs/3.1.4.5/level_2_is_served", "serves_no_level_2", nullptr, serves_not<2>},
    {"ms-srvs/3.1.4.5/level_10_is_served", "serves_no_level_10", nullptr, serves_not<10>},
    {"ms-srvs/3.1.4.5/level_502_is_served", "serves_no_level_502", nullptr, serves_not<502>},
    {"ms-srvs/3.1.4.5/other_levels_are_invalid", "takes_any_level", nullptr, takes_other_levels},
    {"ms-srvs/3.1.4.5/a_client_that_has_none_is_not_found", "ignores_client", ignores<0>},
    {"ms-srvs/3.1.4.5/a_user_who_has_none_is_not_found", "ignores_user", ignores<1>},
    {"ms-srvs/3.1.4.5/both_qualifiers_must_match", "either_name_is_enough", takes_either},
    {"ms-srvs/3.1.4.5/what_matches_comes", "finds_nothing_by_two_names", nullptr,
     refuses_what_matches},
    {"ms-srvs/3.1.4.5/what_does_not_match_stays_away", "finds_everybody_by_two_names",
     finds_everybody},
    {"ms-srvs/3.1.4.5/a_client_beyond_1024_characters_is_invalid", "refuses_clients_of_1024",
     nullptr, refuses_1024<0>},
    {"ms-srvs/3.1.4.5/a_user_beyond_1024_characters_is_invalid", "refuses_users_of_1024", nullptr,
     refuses_1024<1>},
    {"ms-srvs/3.1.4.5/an_empty_name_qualifies_nothing", "tells_somebody_else_for_empty_names",
     nullptr, tells_somebody_else},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", "total_of_level_2", nullptr,
     counts_wrongly<2>},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", "total_of_level_502", nullptr,
     counts_wrongly<502>},
    {"ms-srvs/3.1.4.5/a_handle_of_zero_begins_and_none_stores_none", "handle_out_of_nothing",
     nullptr, stores_a_handle<502>},
    {"ms-srvs/3.1.4.5/the_handle_is_the_index_of_the_last_entry", "handle_is_an_offset", nullptr,
     hands_out_an_offset},
    {"ms-srvs/3.1.4.5/pages_have_every_session_once", "gives_the_first_again", nullptr,
     gives_the_first_again},
    {"ms-srvs/3.1.4.5/levels_tell_the_same", "opens_more_at_level_2", nullptr,
     opens_more_at_level_2},
    {"ms-srvs/3.1.4.5/levels_tell_the_same", "other_times_at_level_10", nullptr,
     other_times_at_level_10},
    {"ms-srvs/2.2.4.12/times_are_those_of_the_session", "no_times", nullptr, no_times},
    {"ms-srvs/2.2.4.12/times_are_those_of_the_session", "idle_before_it_was", nullptr,
     idle_before_it_was},
    {"ms-srvs/3.1.4.5/a_client_begins_with_two_backslashes", "takes_bare_names",
     takes_no_backslashes},
    {"ms-srvs/3.1.4.5/a_client_beyond_1024_characters_is_invalid", "cuts_long_clients",
     cuts_long_names<0>},
    {"ms-srvs/3.1.4.5/a_user_beyond_1024_characters_is_invalid", "cuts_long_users",
     cuts_long_names<1>},
    {"ms-srvs/3.1.4.5/an_empty_name_qualifies_nothing", "refuses_empty_names", nullptr,
     refuses_empty},
    {"ms-srvs/3.1.4.5/the_servers_name_is_ignored", "wants_its_own_name", nullptr, wants_its_name},
    {"ms-srvs/3.1.4.5/what_does_not_fit_is_more_data", "ignores_length", ignores_length},
    {"ms-srvs/3.1.4.5/one_byte_holds_no_entry", "one_byte_is_success", nullptr, gives_one_entry},
    {"ms-srvs/3.1.4.5/the_maximum_length_returns_everything", "limits_every_page", limits},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", "total_of_all", nullptr,
     counts_all},
    {"ms-srvs/3.1.4.5/a_handle_is_the_index_to_go_on_after", "begins_again", begins_again},
    {"ms-srvs/3.1.4.5/a_handle_beyond_the_list_is_success_without_entries",
     "refuses_beyond_the_list", nullptr, refuses_beyond},
    {"ms-srvs/3.1.4.5/a_handle_of_zero_begins_and_none_stores_none", "wants_a_handle", nullptr,
     wants_a_handle},
    {"ms-srvs/3.1.4.5/pages_have_every_session_once", "skips_one", skips_one},
    {"ms-srvs/3.1.4.6/a_client_without_backslashes_is_not_found", "del_says_invalid_name", nullptr,
     nullptr, 2351},
    {"ms-srvs/3.1.4.6/a_client_that_has_none_is_not_found", "del_says_denied", nullptr, nullptr, 5},
    {"ms-srvs/3.1.4.6/a_user_who_has_none_is_not_found", "del_says_no_user", nullptr, nullptr,
     2221},
    {"ms-srvs/3.1.4.6/a_client_beyond_1024_characters_is_invalid", "del_takes_long_clients",
     nullptr, nullptr, 2312},
    {"ms-srvs/3.1.4.6/a_user_beyond_1024_characters_is_invalid", "del_takes_long_users", nullptr,
     nullptr, 2312},
    {"ms-srvs/3.1.4.6/without_names_nothing_is_found", "del_says_success", nullptr, nullptr, 0},
    {"ms-srvs/3.1.4.6/sessions_that_match_end", "del_ends_nobody", nullptr, nullptr, 2312},
};

/// Our server, a judge's session, and the defect between them.
class Court {
 public:
  explicit Court(const Defect* defect = nullptr) : defect_(defect) {
    smb_server::ServerConfig config;
    config.users = {{kTrialUser, "secret", true}};
    config.sessions = {{"WS1", "alice", 3, 7200, 60, 0, "Windows"}};
    config.access = *smb_server::access_profile("legacy");
    config.epoch_s = world_.epoch_s();
    server_.emplace(std::move(config), world_.entropy("server"));
    world_.attach(*server_, kServer.address, std::span(&kServer, 1));
    add_network();
  }
  ~Court() {
    networks_.clear();
    world_.detach(*server_);
  }
  Court(const Court&) = delete;
  Court& operator=(const Court&) = delete;

  SrvsvcBench bench() {
    SrvsvcBench bench;
    bench.user = u"admin";
    bench.may_end_sessions = true;
    bench.call = [this](std::uint16_t opnum, const Bytes& stub) { return call(opnum, stub); };
    bench.open_session = [this] {
      return add_network().call({}, 28, rpc::srvsvc::encode_remote_tod_request({})).kind ==
             smb_client::Outcome::Kind::answered;
    };
    return bench;
  }

 private:
  smb_client::WorldNetwork& add_network() {
    smb_client::ClientConfig config;
    config.server = kServer;
    config.user = kTrialUser;
    config.password = "secret";
    networks_.push_back(std::make_unique<smb_client::WorldNetwork>(world_, "10.0.0.1"));
    networks_.back()->add_server(u"", std::move(config));
    return *networks_.back();
  }

  Reply call(std::uint16_t opnum, const Bytes& stub) {
    if (opnum == kSessionDel && defect_ != nullptr && defect_->del_code)
      return {Reply::Kind::stub, rpc::srvsvc::encode_status(*defect_->del_code), 0, ""};
    if (opnum != kSessionEnum || defect_ == nullptr) return real(opnum, stub);
    const auto asked = rpc::srvsvc::decode_enum_request(Opnum::session_enum, stub);
    if (!asked) return {Reply::Kind::fault, {}, asked.error(), ""};
    EnumRequest request = *asked;
    if (defect_->request != nullptr) defect_->request(request);
    Reply reply = real(opnum, rpc::srvsvc::encode(Opnum::session_enum, request));
    if (defect_->response == nullptr || reply.kind != Reply::Kind::stub) return reply;
    auto response = rpc::srvsvc::decode_enum_response<SessionInfo>(reply.stub);
    if (!response) return reply;
    defect_->response(*asked, *response);
    reply.stub = rpc::srvsvc::encode(*response);
    return reply;
  }
  Reply real(std::uint16_t opnum, std::vector<std::byte> stub) {
    auto outcome = networks_.front()->call({}, opnum, std::move(stub));
    if (outcome.kind == smb_client::Outcome::Kind::faulted)
      return {Reply::Kind::fault, {}, outcome.fault_status, ""};
    if (outcome.kind != smb_client::Outcome::Kind::answered)
      return {Reply::Kind::lost, {}, 0, describe(outcome)};
    return {Reply::Kind::stub, std::move(outcome.stub), 0, ""};
  }

  const Defect* defect_;
  runtime::SimulatedWorld world_{1};
  std::optional<smb_server::SmbServer> server_;
  std::vector<std::unique_ptr<smb_client::WorldNetwork>> networks_;
};

Finding judged(const Check& check, const Defect* defect) {
  Court court(defect);
  SrvsvcBench bench = court.bench();
  return check.run(bench);
}

std::string told(const Finding& finding) {
  switch (finding.verdict) {
    case Finding::Verdict::pass:
      return "pass";
    case Finding::Verdict::skipped:
      return "skipped: " + finding.seen;
    case Finding::Verdict::fail:
      break;
  }
  return fmt::format("fail: wanted {}, seen {}", finding.expected, finding.seen);
}

}  // namespace

Finding judge_own_server(const Check& check) { return judged(check, nullptr); }

std::vector<conform::Proof> prove(std::span<const Check> checks) {
  std::vector<conform::Proof> proofs;
  for (const Check& check : checks) {
    const Finding healthy = judged(check, nullptr);
    proofs.push_back({check.id, "", healthy.verdict == Finding::Verdict::pass, told(healthy)});
    for (const Defect& defect : kDefects) {
      if (defect.check != check.id) continue;
      const Finding broken = judged(check, &defect);
      proofs.push_back({check.id, std::string(defect.name),
                        broken.verdict == Finding::Verdict::fail, told(broken)});
    }
  }
  return proofs;
}

std::vector<std::string> mistakes_in(std::span<const Check> checks) {
  std::vector<std::string> mistakes;
  std::set<std::string_view> ids, mutants;
  for (const Check& check : checks) {
    if (!ids.insert(check.id).second)
      mistakes.push_back(fmt::format("{} is there twice", check.id));
    if (std::ranges::none_of(kDefects, [&](const Defect& one) { return one.check == check.id; }))
      mistakes.push_back(fmt::format("{} has no mutant", check.id));
  }
  const std::vector<Check> all = srvsvc::checks();
  for (const Defect& defect : kDefects) {
    if (!mutants.insert(defect.name).second)
      mistakes.push_back(fmt::format("two mutants are called {}", defect.name));
    if (std::ranges::none_of(all, [&](const Check& one) { return defect.check == one.id; }))
      mistakes.push_back(
          fmt::format("the mutant {} is for {}, which is no check", defect.name, defect.check));
  }
  return mistakes;
}

}  // namespace lunsim::conformance::srvsvc
