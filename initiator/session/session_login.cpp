#include "initiator/session/session_core.hpp"
#include "initiator/session/target_records.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::uint16_t kIscsiPort = 3260;

std::string_view text_of(std::span<const std::byte> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// A TargetAddress value, "host[:port][,portal group tag]", as an endpoint. RFC 7143 §13.8
std::optional<runtime::Endpoint> endpoint_of(std::string_view target_address) {
  if (!is_sound_target_address(target_address)) return std::nullopt;
  return runtime::parse_endpoint(target_address.substr(0, target_address.find(',')), kIscsiPort);
}

}  // namespace

void InitiatorSession::Impl::connect_to(const runtime::Endpoint& portal, TimePoint now) {
  link = std::make_unique<Link>(runtime::ConnectionId{next_connection++}, tap);
  numbering = session::CommandNumbering(config.login.first_cmd_sn, is_joined());
  state = State::connecting;
  peer = portal;
  local = {};
  phase_deadline = now + config.limits.connect_timeout;
  actions.emplace_back(runtime::Connect{link->id, portal});
}

void InitiatorSession::Impl::handle_connected(const runtime::Endpoint& from,
                                              const runtime::Endpoint& at, TimePoint now) {
  if (state != State::connecting) return;
  state = State::logging_in;
  peer = from;
  local = at;
  phase_deadline = now + config.limits.login_timeout;
  login.emplace(config.login, fresh_tag(), [this](std::span<std::byte> out) { entropy.fill(out); });
  send_login(login->start(), now);
}

void InitiatorSession::Impl::send_login(const login::InitiatorLogin::Request& request,
                                        TimePoint now) {
  link->send(request.request, std::as_bytes(std::span(request.text)), now);
}

void InitiatorSession::Impl::handle_login_pdu(const pdu::PduView& view, TimePoint now) {
  using Kind = login::InitiatorLogin::Outcome::Kind;
  if (pdu::opcode_of(view.bhs) != pdu::Opcode::login_response)
    return violate("something other than a Login Response during login", "RFC 7143 §6.3");
  const Result<pdu::LoginResponse> response = pdu::decode_login_response(view);
  if (!response) return violate(response.error());
  // A response with an error status has no valid numbers. RFC 7143 §11.13
  if (response->status_class == 0 && !admit(response)) return;
  const login::InitiatorLogin::Outcome outcome =
      login->handle_response(*response, text_of(view.data));
  switch (outcome.kind) {
    case Kind::send_next:
      return send_login(outcome.next, now);
    case Kind::full_feature_phase:
      return enter_full_feature_phase(now);
    case Kind::redirected:
      return follow_redirect(outcome, now);
    case Kind::refused:
      return fail_login(
          {.why = LoginFailed::Why::refused_by_target, .status = outcome.status, .error = {}});
    case Kind::peer_violation:
      return fail_login({.why = outcome.authentication ? LoginFailed::Why::authentication
                                                       : LoginFailed::Why::peer_violation,
                         .status = {},
                         .error = outcome.error});
  }
}

void InitiatorSession::Impl::follow_redirect(const login::InitiatorLogin::Outcome& outcome,
                                             TimePoint now) {
  if (redirects >= config.limits.redirects_max)
    return fail_login(
        {.why = LoginFailed::Why::redirected_too_often, .status = outcome.status, .error = {}});
  const std::optional<runtime::Endpoint> portal = endpoint_of(outcome.redirect_to);
  if (!portal)
    return fail_login(
        {.why = LoginFailed::Why::peer_violation,
         .status = outcome.status,
         .error = {"the redirection names no address", "RFC 7143 §13.8", 0, "TargetAddress"}});
  ++redirects;
  close_link(false);
  connect_to(*portal, now);
}

void InitiatorSession::Impl::enter_full_feature_phase(TimePoint now) {
  using negotiation::Digest;
  const negotiation::ConnectionParameters& connection = login->connection_parameters();
  const negotiation::SessionParameters& session = login->session_parameters();
  const bool header = connection.header_digest == Digest::crc32c;
  const bool data = connection.data_digest == Digest::crc32c;
  link->inbox.set_limits({.data_segment_bytes_max = connection.our_max_recv_data_segment_bytes});
  link->inbox.set_digests(header, data);
  link->outbox.set_digests(header, data);
  write_rules = write_rules_of(session, connection);
  data_in_order = session.data_pdu_in_order && session.data_sequence_in_order;
  state = State::full_feature;
  phase_deadline.reset();
  if (!is_discovery()) nop.start(now);
  events.emplace_back(LoggedIn{});
}

void InitiatorSession::Impl::fail_login(LoginFailed failure) {
  close_link(failure.why == LoginFailed::Why::peer_violation ||
             failure.why == LoginFailed::Why::timed_out);
  end_everything(CommandOutcome::connection_lost);
  events.emplace_back(std::move(failure));
}

}  // namespace lunsim::initiator
