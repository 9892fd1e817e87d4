#include "conformance/mutants/srvsvc_trial.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "conformance/smb_cases/checks.hpp"
#include "initiator/smb_client/world_network.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "runtime/simulated/simulated_world.hpp"
#include "target_sim/smb_server/smb_server.hpp"

namespace lunsim::conformance {
namespace {

using namespace rpc::srvsvc;
using srvsvc::Check;
using srvsvc::Finding;
using srvsvc::Reply;
using srvsvc::SrvsvcBench;
using Response = EnumResponse<SessionInfo>;

const runtime::Endpoint kServer{"10.0.0.10", 445};
constexpr const char* kTrialUser = "admin";

/// A server that is wrong in one way: what it makes of a call, what it makes of its answer, or what
/// it says for a code.
struct Defect {
  std::string_view check;
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
void takes_other_levels(const EnumRequest& request, Response& response) {
  if (SessionInfo::fields(request.level).empty()) response.status = 0;
}

const Defect kDefects[] = {
    {"ms-srvs/3.1.4.5/level_0_is_served", nullptr, serves_not<0>},
    {"ms-srvs/3.1.4.5/level_1_is_served", nullptr, serves_not<1>},
    {"ms-srvs/3.1.4.5/level_2_is_served", nullptr, serves_not<2>},
    {"ms-srvs/3.1.4.5/level_10_is_served", nullptr, serves_not<10>},
    {"ms-srvs/3.1.4.5/level_502_is_served", nullptr, serves_not<502>},
    {"ms-srvs/3.1.4.5/other_levels_are_invalid", nullptr, takes_other_levels},
    {"ms-srvs/3.1.4.5/a_client_that_has_none_is_not_found", ignores<0>},
    {"ms-srvs/3.1.4.5/a_user_who_has_none_is_not_found", ignores<1>},
    {"ms-srvs/3.1.4.5/both_qualifiers_must_match", takes_either},
    {"ms-srvs/3.1.4.5/what_matches_comes_and_nothing_else", nullptr, refuses_what_matches},
    {"ms-srvs/3.1.4.5/a_client_begins_with_two_backslashes", takes_no_backslashes},
    {"ms-srvs/3.1.4.5/a_client_beyond_1024_characters_is_invalid", cuts_long_names<0>},
    {"ms-srvs/3.1.4.5/a_user_beyond_1024_characters_is_invalid", cuts_long_names<1>},
    {"ms-srvs/3.1.4.5/an_empty_name_qualifies_nothing", nullptr, refuses_empty},
    {"ms-srvs/3.1.4.5/the_servers_name_is_ignored", nullptr, wants_its_name},
    {"ms-srvs/3.1.4.5/what_does_not_fit_is_more_data", ignores_length},
    {"ms-srvs/3.1.4.5/one_byte_holds_no_entry", nullptr, gives_one_entry},
    {"ms-srvs/3.1.4.5/the_maximum_length_returns_everything", limits},
    {"ms-srvs/3.1.4.5/the_total_counts_from_the_resume_position", nullptr, counts_all},
    {"ms-srvs/3.1.4.5/a_handle_is_the_index_to_go_on_after", begins_again},
    {"ms-srvs/3.1.4.5/a_handle_beyond_the_list_is_success_without_entries", nullptr,
     refuses_beyond},
    {"ms-srvs/3.1.4.5/a_handle_of_zero_begins_and_none_stores_none", nullptr, wants_a_handle},
    {"ms-srvs/3.1.4.5/pages_have_every_session_once", skips_one},
    {"ms-srvs/3.1.4.6/a_client_without_backslashes_is_not_found", nullptr, nullptr, 2351},
    {"ms-srvs/3.1.4.6/a_client_that_has_none_is_not_found", nullptr, nullptr, 5},
    {"ms-srvs/3.1.4.6/a_user_who_has_none_is_not_found", nullptr, nullptr, 2221},
    {"ms-srvs/3.1.4.6/a_client_beyond_1024_characters_is_invalid", nullptr, nullptr, 2312},
    {"ms-srvs/3.1.4.6/a_user_beyond_1024_characters_is_invalid", nullptr, nullptr, 2312},
    {"ms-srvs/3.1.4.6/without_names_nothing_is_found", nullptr, nullptr, 0},
    {"ms-srvs/3.1.4.6/sessions_that_match_end", nullptr, nullptr, 2312},
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
    bench.call = [this](std::uint16_t opnum, const srvsvc::Bytes& stub) {
      return call(opnum, stub);
    };
    bench.open_session = [this] {
      return add_network().call({}, 28, encode_remote_tod_request({})).kind ==
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

  Reply call(std::uint16_t opnum, const srvsvc::Bytes& stub) {
    if (opnum == srvsvc::kSessionDel && defect_ != nullptr && defect_->del_code)
      return {Reply::Kind::stub, encode_status(*defect_->del_code), 0, ""};
    if (opnum != srvsvc::kSessionEnum || defect_ == nullptr) return real(opnum, stub);
    const auto asked = decode_enum_request(Opnum::session_enum, stub);
    if (!asked) return {Reply::Kind::fault, {}, asked.error(), ""};
    EnumRequest request = *asked;
    if (defect_->request != nullptr) defect_->request(request);
    Reply reply = real(opnum, encode(Opnum::session_enum, request));
    if (defect_->response == nullptr || reply.kind != Reply::Kind::stub) return reply;
    auto response = decode_enum_response<SessionInfo>(reply.stub);
    if (!response) return reply;
    defect_->response(*asked, *response);
    reply.stub = encode(*response);
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

}  // namespace

bool all_srvsvc_checks_hold() {
  bool hold = true;
  for (const Check& check : srvsvc::checks()) {
    const Finding finding = judged(check, nullptr);
    if (finding.verdict == Finding::Verdict::pass) continue;
    fmt::print("{}: our server is not acquitted: expected {}, seen {}\n", check.id,
               finding.expected, finding.seen);
    hold = false;
  }
  return hold && !srvsvc::checks().empty();
}

bool all_srvsvc_mutants_are_convicted() {
  std::size_t convicted = 0;
  bool hold = true;
  for (const Check& check : srvsvc::checks()) {
    bool has_mutant = false;
    for (const Defect& defect : kDefects) {
      if (defect.check != check.id) continue;
      has_mutant = true;
      if (judged(check, &defect).verdict == Finding::Verdict::fail) {
        ++convicted;
        continue;
      }
      fmt::print("{} acquits its mutant\n", check.id);
      hold = false;
    }
    if (has_mutant) continue;
    fmt::print("{} has no mutant\n", check.id);
    hold = false;
  }
  fmt::print("{} checks of MS-SRVS, {} mutants convicted\n", srvsvc::checks().size(), convicted);
  return hold && convicted == std::size(kDefects);
}

}  // namespace lunsim::conformance
