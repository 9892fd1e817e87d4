#include "target_sim/session/login_front.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lunsim::target_sim {
namespace {

constexpr std::uint32_t kLoginDataBytesMax =
    8192;  // before MaxRecvDataSegmentLength is declared   §13.12

login::Admission refusal(login::LoginStatus status) {
  login::Admission admission;
  admission.status = status;
  return admission;
}

/// What a list of those who may log in says of this one; an empty list admits everybody.
login::Admission with_access(login::Admission admission, const std::vector<InitiatorAccess>& list,
                             const login::LoginClaim& claim) {
  if (list.empty()) return admission;
  const auto access = std::find_if(list.begin(), list.end(), [&](const InitiatorAccess& a) {
    return a.initiator == claim.initiator_name || a.initiator == "*";
  });
  if (access == list.end()) return refusal(login::kAuthorizationFailure);
  admission.policy.chap_required = access->chap.has_value();
  admission.policy.initiator_must_be = access->chap;
  admission.policy.target_proves_itself = access->mutual;
  return admission;
}

}  // namespace

std::string initiator_port_name(std::string_view initiator, const pdu::Isid& isid) {
  return fmt::format("{},i,0x{:012x}", initiator, bytes::load_be48(isid.bytes.data()));
}

LoginFront::LoginFront(const TargetServerConfig& config, SessionTable& sessions,
                       runtime::Entropy& entropy, SessionOwner& owner)
    : config_(config), sessions_(sessions), entropy_(entropy), owner_(owner) {}

void LoginFront::accept(Connection& connection, runtime::TimePoint now) {
  connection.inbox.set_limits({.data_segment_bytes_max = kLoginDataBytesMax});
  connection.login_deadline = now + config_.login_timeout;
  connection.login = std::make_unique<login::TargetLogin>(
      [this, &connection](const login::LoginClaim& claim) { return admit(connection, claim); },
      [this](std::span<std::byte> out) { entropy_.fill(out); });
}

std::optional<std::size_t> LoginFront::find_node(const Connection& connection,
                                                 std::string_view name) const {
  for (std::size_t i = 0; i < config_.nodes.size(); ++i) {
    const TargetNodeConfig& node = config_.nodes[i];
    if (node.name != name) continue;
    const bool here = std::find(node.portals.begin(), node.portals.end(), connection.portal) !=
                      node.portals.end();
    if (here) return i;
  }
  return std::nullopt;
}

login::Admission LoginFront::admit(const Connection& connection,
                                   const login::LoginClaim& claim) const {
  if (!config_.accepts_logins) return refusal(login::kServiceUnavailable);
  if (sessions_.size() >= config_.sessions_max) return refusal(login::kOutOfResources);
  if (claim.discovery) {
    login::Admission admission;
    // Whatever discovery asks for, it tells each initiator only of the nodes that know it. The
    // first node of the portal speaks for it.
    for (const TargetNodeConfig& node : config_.nodes) {
      if (std::find(node.portals.begin(), node.portals.end(), connection.portal) ==
          node.portals.end())
        continue;
      admission.policy.target_portal_group_tag = node.portal_group_tag;
      admission.policy.wishes = node.wishes;
      break;
    }
    if (claim.tsih != 0) return refusal(login::kSessionDoesNotExist);
    return with_access(std::move(admission), config_.discovery_access, claim);
  }
  const std::optional<std::size_t> node = find_node(connection, claim.target_name);
  if (!node) return refusal(login::kNotFound);
  const login::LoginStatus joins = judge_tsih(claim, *node);
  if (joins != login::kSuccess) return refusal(joins);
  return admit_to_node(*node, claim);
}

/// Whether a login with a TSIH may join that session, as things stand now.        §6.3, §6.3.4
login::LoginStatus LoginFront::judge_tsih(const login::LoginClaim& claim, std::size_t node) const {
  if (claim.tsih == 0) return login::kSuccess;
  const TargetSession* session = sessions_.find(claim.tsih);
  if (session == nullptr || session->config().discovery || session->config().node != node ||
      session->config().initiator_name != claim.initiator_name ||
      session->config().isid != claim.isid)
    return login::kSessionDoesNotExist;
  const bool reinstates = std::any_of(session->connections().begin(), session->connections().end(),
                                      [&](const Connection* c) { return c->cid == claim.cid; });
  // At ErrorRecoveryLevel 2 there is room for one that recovers another.                §6.3.4
  const negotiation::SessionParameters& parameters = session->config().parameters;
  const std::size_t room =
      std::size_t{parameters.max_connections} + (parameters.error_recovery_level > 1 ? 1u : 0u);
  if (!reinstates && session->connections().size() >= room) return login::kTooManyConnections;
  return login::kSuccess;
}

login::Admission LoginFront::admit_to_node(std::size_t index,
                                           const login::LoginClaim& claim) const {
  const TargetNodeConfig& node = config_.nodes[index];
  login::Admission admission;
  admission.policy.wishes = node.wishes;
  admission.policy.target_portal_group_tag = node.portal_group_tag;
  admission.policy.target_alias = node.alias;
  admission.policy.algorithms = node.chap_algorithms;
  admission.policy.challenge_bytes = node.chap_challenge_bytes;
  return with_access(std::move(admission), node.access, claim);
}

void LoginFront::handle_pdu(Connection& connection, const pdu::PduView& pdu,
                            runtime::TimePoint now) {
  if (pdu::opcode_of(pdu.bhs) != pdu::Opcode::login_request) {
    // The first PDU of a connection is a Login Request, or nothing is said at all.        §4.2.4
    return connection.login_begun ? refuse_non_login(connection, pdu, now)
                                  : owner_.close(connection, true);
  }
  connection.login_begun = true;
  const Result<pdu::LoginRequest> request = pdu::decode_login_request(pdu);
  if (!request) return refuse_non_login(connection, pdu, now);
  const std::string_view text{reinterpret_cast<const char*>(pdu.data.data()), pdu.data.size()};
  connection.cid = request->cid;
  answer(connection, connection.login->handle_request(*request, text), request->cmd_sn, now);
}

/// A PDU that is no Login Request, or a malformed one: the login fails and the connection ends.
/// §6.3, §11.13.5
void LoginFront::refuse_non_login(Connection& connection, const pdu::PduView& pdu,
                                  runtime::TimePoint now) {
  owner_.violated(connection, "no proper Login Request where one was due");
  const pdu::Opcode opcode = pdu::opcode_of(pdu.bhs);
  if (!pdu::is_known(opcode) || !pdu::is_from_initiator(opcode))
    return owner_.close(connection, true);
  login::TargetLogin::Answer refusal;
  const login::LoginStatus status =
      opcode == pdu::Opcode::login_request ? login::kInitiatorError : login::kInvalidDuringLogin;
  refusal.response.initiator_task_tag = pdu::initiator_task_tag_of(pdu.bhs);
  refusal.response.status_class = status.status_class();
  refusal.response.status_detail = status.status_detail();
  refusal.finished = true;
  answer(connection, std::move(refusal), CmdSn{bytes::load_be32(&pdu.bhs[24])}, now);
}

void LoginFront::answer(Connection& connection, login::TargetLogin::Answer answer, CmdSn exp_cmd_sn,
                        runtime::TimePoint now) {
  pdu::LoginResponse& response = answer.response;
  const bool succeeded = answer.finished && response.status_class == 0;
  if (succeeded) {
    const login::LoginStatus status = enter_full_feature(connection, now);
    response.status_class = status.status_class();
    response.status_detail = status.status_detail();
    if (status == login::kSuccess) {
      response.tsih = connection.session->config().tsih;
    } else {
      response.transit = false;
      answer.text.clear();
    }
  }
  response.data_segment_bytes = static_cast<std::uint32_t>(answer.text.size());
  response.stat_sn = connection.stat_sn.take();
  response.exp_cmd_sn = connection.session ? connection.session->exp_cmd_sn() : exp_cmd_sn;
  response.max_cmd_sn = connection.session ? connection.session->max_cmd_sn()
                                           : exp_cmd_sn + (config_.command_window - 1);
  pdu::BhsBytes bhs;
  encode(response, bhs);
  connection.outbox.push(bhs, std::as_bytes(std::span{answer.text.data(), answer.text.size()}),
                         now.since_start_ns);
  owner_.wants_transmit(connection);
  if (connection.session != nullptr) {
    // Digests hold from the first PDU after the login on. §6.3
    const auto& parameters = connection.parameters;
    const bool header = parameters.header_digest == negotiation::Digest::crc32c;
    const bool data = parameters.data_digest == negotiation::Digest::crc32c;
    connection.inbox.set_digests(header, data);
    connection.outbox.set_digests(header, data);
    connection.inbox.set_limits(
        {.data_segment_bytes_max = parameters.our_max_recv_data_segment_bytes});
    connection.login.reset();
    connection.login_deadline.reset();
  } else if (answer.finished) {
    owner_.close(connection, false);
  }
}

login::LoginStatus LoginFront::enter_full_feature(Connection& connection, runtime::TimePoint now) {
  const login::LoginClaim& claim = connection.login->claim();
  connection.parameters = connection.login->connection_parameters();
  if (claim.tsih != 0) {
    // Other logins may have come to their end since this one was admitted.
    const std::optional<std::size_t> node = find_node(connection, claim.target_name);
    const login::LoginStatus joins = node ? judge_tsih(claim, *node) : login::kSessionDoesNotExist;
    if (joins != login::kSuccess) return joins;
  }
  TargetSession* session = session_for(connection, now);
  if (session == nullptr) return login::kOutOfResources;
  session->add_connection(connection);
  return login::kSuccess;
}

/// The same initiator port again: session reinstatement. §6.3.5, §7.4.2
void LoginFront::end_reinstated(TargetSession& old, runtime::TimePoint now) {
  const std::vector<Connection*> connections = old.connections();
  for (Connection* c : connections) {
    c->is_logged_out = true;
    old.remove_connection(*c, now);
    owner_.close(*c, true);
  }
  sessions_.remove(old);
}

TargetSession* LoginFront::session_for(Connection& connection, runtime::TimePoint now) {
  const login::LoginClaim& claim = connection.login->claim();
  if (claim.tsih != 0) {
    TargetSession* session = sessions_.find(claim.tsih);
    if (session == nullptr) return nullptr;  // it ended while this login was under way
    // The same CID again: the old connection ends, its tasks with it. §6.3.4
    session->reinstate(claim.cid, now);
    const std::vector<Connection*> old = session->connections();
    for (Connection* c : old) {
      if (c->cid != claim.cid) continue;
      session->remove_connection(*c, now);
      owner_.close(*c, true);
    }
    return session;
  }
  TargetSession::Config config;
  config.initiator_name = claim.initiator_name;
  config.isid = claim.isid;
  config.discovery = claim.discovery;
  config.parameters = connection.login->session_parameters();
  config.first_cmd_sn = connection.login->first_cmd_sn();
  config.command_window = config_.command_window;
  if (claim.discovery) {
    config.discovery_scope = claim.target_name.empty()
                                 ? runtime::to_string(config_.portals[connection.portal])
                                 : claim.target_name;
    if (TargetSession* old =
            sessions_.find(config.node, claim.initiator_name, claim.isid, config.discovery_scope))
      end_reinstated(*old, now);
  } else {
    const std::optional<std::size_t> node = find_node(connection, claim.target_name);
    if (!node) return nullptr;
    config.node = *node;
    config.target_name = claim.target_name;
    if (TargetSession* old = sessions_.find(*node, claim.initiator_name, claim.isid)) {
      const NexusId nexus = old->config().nexus;
      end_reinstated(*old, now);
      config_.nodes[*node].device->close_nexus(nexus);
    }
    config.device = config_.nodes[*node].device;
    config.nexus = config.device->open_nexus(initiator_port_name(claim.initiator_name, claim.isid));
  }
  config.tsih = sessions_.free_tsih();
  if (config.tsih == 0) return nullptr;
  return &sessions_.add(std::make_unique<TargetSession>(std::move(config), owner_));
}

}  // namespace lunsim::target_sim
