#include "conformance/mutants/net_world.hpp"

#include "protocol/bytes/utf16.hpp"

namespace lunsim::conformance {
namespace {

using namespace rpc::srvsvc;

constexpr std::uint16_t kSmbPort = 445;
constexpr const char *kFileServer = "10.0.0.10", *kMember = "10.0.0.11", *kHardened = "10.0.0.12";
constexpr const char *kAdministrator = "admin", *kOrdinaryUser = "dave";
constexpr std::uint16_t kSessionEnum = static_cast<std::uint16_t>(Opnum::session_enum);

std::string utf8(const std::u16string& text) {
  return bytes::utf8_from_utf16(text).value_or(std::string());
}

smb_server::DeclaredSession declared(const KnownSession& known) {
  smb_server::DeclaredSession session;
  session.client = utf8(known.client);
  session.user = utf8(known.user);
  session.num_opens = known.opens;
  session.time_s = known.time_s;
  session.idle_s = known.idle_s;
  session.user_flags = known.flags;
  session.client_type = utf8(known.client_type);
  return session;
}

/// What a server says that answers nothing but a code.
std::vector<std::byte> refusal(std::uint16_t opnum, std::span<const std::byte> stub, DWORD code) {
  if (opnum != kSessionEnum) return encode_status(code);
  const auto request = decode_enum_request(Opnum::session_enum, stub);
  EnumResponse<SessionInfo> response;
  response.level = request ? request->level : 0;
  response.status = code;
  return encode(response);
}

}  // namespace

NetWorld::NetWorld(NetDefect defect) : defect_(std::move(defect)) {
  smb_server::AccessRules member = *smb_server::access_profile("legacy");
  member.session_details = smb_server::Caller::authenticated;
  add_server(kFileServer, *smb_server::access_profile("legacy"));
  add_server(kMember, member);
  add_server(kHardened, *smb_server::access_profile("windows-2019"));
  const NetBench names;
  add_name(u"", kFileServer, kAdministrator);
  add_name(names.server, kFileServer, kAdministrator);
  add_name(names.as_user, kFileServer, kOrdinaryUser);
  add_name(names.member, kMember, kOrdinaryUser);
  add_name(names.hardened, kHardened, kOrdinaryUser);
}

NetWorld::~NetWorld() {
  for (auto& server : servers_) world_.detach(*server);
}

void NetWorld::add_server(const char* address, const smb_server::AccessRules& access) {
  const NetBench known;
  smb_server::ServerConfig config;
  config.users = {{kAdministrator, "of-admin", true}, {kOrdinaryUser, "of-dave", false}};
  for (const KnownSession* session : {&known.first, &known.second, &known.older, &known.newer})
    config.sessions.push_back(declared(*session));
  config.access = access;
  config.epoch_s = world_.epoch_s();
  auto server = std::make_unique<smb_server::SmbServer>(std::move(config), world_.entropy(address));
  const runtime::Endpoint listen{address, kSmbPort};
  world_.attach(*server, address, std::span(&listen, 1));
  servers_.push_back(std::move(server));
}

void NetWorld::add_name(const std::u16string& name, const char* address, const char* user) {
  smb_client::ClientConfig config;
  config.server = {address, kSmbPort};
  config.user = user;
  config.password = std::string("of-") + user;
  network_.add_server(name, std::move(config));
}

smb_client::Outcome NetWorld::call(const rpc::OptionalText& server, std::uint16_t opnum,
                                   std::vector<std::byte> stub) {
  smb_client::Outcome outcome;
  if (answer_) {
    outcome.stub = refusal(opnum, stub, *answer_);
    return outcome;
  }
  rpc::OptionalText meant = server;
  if (defect_.name) defect_.name(meant);
  if (opnum != kSessionEnum) return network_.call(meant, opnum, std::move(stub));
  auto request = decode_enum_request(Opnum::session_enum, stub).value();
  if (defect_.request) defect_.request(request);
  outcome = network_.call(meant, opnum, encode(Opnum::session_enum, request));
  if (!defect_.response || outcome.kind != smb_client::Outcome::Kind::answered) return outcome;
  auto response = decode_enum_response<SessionInfo>(outcome.stub).value();
  defect_.response(response);
  outcome.stub = encode(response);
  return outcome;
}

NetBench NetWorld::bench() {
  NetBench bench;
  if (defect_.functions) defect_.functions(bench.api);
  bench.wait = [this](DWORD seconds) {
    world_.run_until([] { return false; }, world_.now() + std::chrono::seconds(seconds));
  };
  bench.answer_with = [this](DWORD code) {
    answer_.reset();
    if (code != 0) answer_ = code;
  };
  return bench;
}

}  // namespace lunsim::conformance
