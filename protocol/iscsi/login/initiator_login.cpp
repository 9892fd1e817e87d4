#include "protocol/iscsi/login/login.hpp"

#include <optional>
#include <utility>

#include "protocol/iscsi/login/initiator_authentication.hpp"
#include "protocol/iscsi/login/stage.hpp"
#include "protocol/iscsi/negotiation/negotiator.hpp"
#include "protocol/iscsi/negotiation/text_transfer.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::login {

using negotiation::find_pair;
using negotiation::TextBuilder;
using negotiation::TextPair;
using Pairs = std::span<const TextPair>;
using Kind = InitiatorLogin::Outcome::Kind;

namespace {

constexpr unsigned kExchangesMax = 64;  // §6.2: a bound of our own choice, six at least
constexpr std::string_view kLoginResponse = "RFC 7143 §11.13";

ProtocolError broken(std::string_view reason, std::string_view section,
                     std::string_view field = {}) {
  return {reason, section, 0, field};
}

}  // namespace

struct InitiatorLogin::State {
  State(InitiatorLoginConfig wanted, InitiatorTaskTag itt, const FillRandom& fill_random)
      : config(std::move(wanted)),
        tag(itt),
        authentication(config, fill_random),
        negotiator({negotiation::Role::initiator, config.wishes, config.target_name.empty(),
                    config.tsih == 0}) {}

  InitiatorLoginConfig config;
  InitiatorTaskTag tag;
  InitiatorAuthentication authentication;
  negotiation::Negotiator negotiator;
  negotiation::TextAssembler incoming;
  negotiation::TextSplitter outgoing;
  pdu::Stage stage = pdu::Stage::security_negotiation;
  pdu::LoginRequest last;  // what the awaited response answers
  bool awaiting = false;
  unsigned exchanges = 0;
  std::uint16_t tsih = 0;
  std::string target_alias;
  std::uint16_t target_portal_group_tag = 0;

  Request start();
  Request next_request();
  Outcome handle(const pdu::LoginResponse& response, std::string_view text);
  Outcome handle_refusal(const pdu::LoginResponse& response, std::string_view text);
  std::optional<ProtocolError> judge_refusal(const pdu::LoginResponse& response) const;
  std::optional<ProtocolError> judge_header(const pdu::LoginResponse& response) const;
  std::optional<ProtocolError> judge_transition(const pdu::LoginResponse& response) const;
  Outcome handle_segment(const pdu::LoginResponse& response);
  void note_declarations(Pairs pairs);
  Outcome take_transition(const pdu::LoginResponse& response);
  Outcome finish(const pdu::LoginResponse& response);
  Outcome send_next();
  Outcome fail(ProtocolError error, bool authentication_failed = false);
};

InitiatorLogin::Request InitiatorLogin::State::start() {
  TextBuilder out;
  out.add("InitiatorName", config.initiator_name);
  if (!config.initiator_alias.empty()) out.add("InitiatorAlias", config.initiator_alias);
  if (config.target_name.empty()) {
    out.add("SessionType", "Discovery");
  } else {
    if (config.tsih == 0) out.add("SessionType", "Normal");
    out.add("TargetName", config.target_name);
  }
  authentication.begin(out);
  negotiator.enter(negotiation::Phase::security);
  outgoing.load(out.take());
  return next_request();
}

InitiatorLogin::Request InitiatorLogin::State::next_request() {
  const bool security = stage == pdu::Stage::security_negotiation;
  auto part = outgoing.next();
  Request next;
  next.text = std::move(part.text);
  next.request.continues = part.continues;
  next.request.transit =
      !part.continues && !incoming.is_partial() && (!security || authentication.is_ready());
  next.request.current_stage = stage;
  if (next.request.transit) {
    next.request.next_stage =
        security ? pdu::Stage::login_operational_negotiation : pdu::Stage::full_feature_phase;
  }
  next.request.isid = config.isid;
  next.request.tsih = config.tsih;
  next.request.initiator_task_tag = tag;
  next.request.cid = config.cid;
  next.request.cmd_sn = config.first_cmd_sn;
  last = next.request;
  awaiting = true;
  return next;
}

InitiatorLogin::Outcome InitiatorLogin::State::send_next() {
  Outcome outcome;
  outcome.kind = Kind::send_next;
  outcome.next = next_request();
  return outcome;
}

InitiatorLogin::Outcome InitiatorLogin::State::fail(ProtocolError error,
                                                    bool authentication_failed) {
  Outcome outcome;
  outcome.kind = Kind::peer_violation;
  outcome.error = error;
  outcome.authentication = authentication_failed;
  return outcome;
}

InitiatorLogin::Outcome InitiatorLogin::State::handle(const pdu::LoginResponse& response,
                                                      std::string_view text) {
  if (!awaiting) return fail(broken("a Login Response that nobody waits for", kLoginResponse));
  awaiting = false;
  if (response.status_class != 0) return handle_refusal(response, text);
  if (const auto error = judge_header(response)) return fail(*error);
  if (++exchanges > kExchangesMax) return fail(broken("the login does not end", "RFC 7143 §6.2"));
  if (outgoing.has_more()) {
    if (text.empty() && !response.continues && !response.transit) return send_next();
    return fail(broken("an answer before our text was whole", "RFC 7143 §6.2"));
  }
  switch (incoming.append(text, response.continues)) {
    case negotiation::TextAssembler::Progress::more:
      return send_next();
    case negotiation::TextAssembler::Progress::too_long:
      return fail(broken("a text longer than we accept", "RFC 7143 §6.1"));
    case negotiation::TextAssembler::Progress::complete:
      break;
  }
  return handle_segment(response);
}

InitiatorLogin::Outcome InitiatorLogin::State::handle_refusal(const pdu::LoginResponse& response,
                                                              std::string_view text) {
  if (const auto error = judge_refusal(response)) return fail(*error);
  Outcome outcome;
  outcome.status.code =
      static_cast<std::uint16_t>(response.status_class << 8 | response.status_detail);
  outcome.kind = Kind::refused;
  if (outcome.status.status_class() != kTargetMovedTemporarily.status_class()) return outcome;
  const auto pairs = negotiation::parse_text(text);
  const TextPair* address = pairs ? find_pair(*pairs, "TargetAddress") : nullptr;
  if (address == nullptr || address->value.empty()) {
    return fail(broken("a redirection without TargetAddress", "RFC 7143 §11.13.5"));
  }
  outcome.kind = Kind::redirected;
  outcome.redirect_to = address->value;
  return outcome;
}

// A refusal or a redirection must be ours before it is believed. Some targets (tgtd) leave the ISID
// of a refusal at zero; only another one than ours is foreign.
std::optional<ProtocolError> InitiatorLogin::State::judge_refusal(
    const pdu::LoginResponse& response) const {
  if (response.initiator_task_tag != tag) {
    return broken("another Initiator Task Tag", "RFC 7143 §6.3", "Initiator Task Tag");
  }
  if (response.isid != config.isid && response.isid != pdu::Isid{}) {
    return broken("another ISID", kLoginResponse, "ISID");
  }
  return std::nullopt;
}

std::optional<ProtocolError> InitiatorLogin::State::judge_header(
    const pdu::LoginResponse& response) const {
  if (response.initiator_task_tag != tag) {
    return broken("another Initiator Task Tag", "RFC 7143 §6.3", "Initiator Task Tag");
  }
  if (response.isid != config.isid) return broken("another ISID", kLoginResponse, "ISID");
  if (response.version_active != 0) {
    return broken("a version that we do not speak", "RFC 7143 §11.13.2", "Version-active");
  }
  if (response.current_stage != stage) {
    return broken("another stage than the request's", "RFC 7143 §6.3", "CSG");
  }
  if (config.tsih != 0 && response.tsih != config.tsih) {
    return broken("another TSIH than the session's", "RFC 7143 §11.13.3", "TSIH");
  }
  return judge_transition(response);
}

std::optional<ProtocolError> InitiatorLogin::State::judge_transition(
    const pdu::LoginResponse& response) const {
  if (!response.transit) return std::nullopt;
  if (response.continues) return broken("C and T are both 1", "RFC 7143 §11.13.7", "C");
  if (!last.transit) return broken("a transition that was not asked for", "RFC 7143 §11.13.6", "T");
  if (response.next_stage > last.next_stage || !is_legal_transition(stage, response.next_stage)) {
    return broken("a stage that was not proposed", "RFC 7143 §6.3", "NSG");
  }
  return std::nullopt;
}

void InitiatorLogin::State::note_declarations(Pairs pairs) {
  if (const TextPair* alias = find_pair(pairs, "TargetAlias")) target_alias = alias->value;
  if (const TextPair* tag_value = find_pair(pairs, "TargetPortalGroupTag")) {
    target_portal_group_tag =
        static_cast<std::uint16_t>(negotiation::parse_number(tag_value->value).value_or(0));
  }
}

InitiatorLogin::Outcome InitiatorLogin::State::handle_segment(const pdu::LoginResponse& response) {
  const auto pairs = negotiation::parse_text(incoming.text());
  if (!pairs) return fail(pairs.error());
  TextBuilder out;
  if (const auto handled = negotiator.handle(*pairs, out); !handled) return fail(handled.error());
  if (stage == pdu::Stage::security_negotiation) {
    const auto step = authentication.handle(*pairs, response.transit, out);
    if (!step) return fail(step.error().error, step.error().authentication);
  }
  note_declarations(*pairs);
  if (response.transit && negotiator.has_answered_offers()) {
    return fail(broken("an offer in a response that ends the stage", "RFC 7143 §11.13.6", "T"));
  }
  if (response.transit) return take_transition(response);
  outgoing.load(out.take());
  return send_next();
}

InitiatorLogin::Outcome InitiatorLogin::State::take_transition(const pdu::LoginResponse& response) {
  stage = response.next_stage;
  if (stage == pdu::Stage::full_feature_phase) return finish(response);
  negotiator.enter(negotiation::Phase::operational);
  TextBuilder out;
  negotiator.offer_everything(out);
  outgoing.load(out.take());
  return send_next();
}

InitiatorLogin::Outcome InitiatorLogin::State::finish(const pdu::LoginResponse& response) {
  if (const auto settled = negotiator.settle(); !settled) return fail(settled.error());
  if (response.tsih == 0) {
    return fail(broken("the final response has no TSIH", "RFC 7143 §11.13.3", "TSIH"));
  }
  tsih = response.tsih;
  Outcome outcome;
  outcome.kind = Kind::full_feature_phase;
  return outcome;
}

InitiatorLogin::InitiatorLogin(InitiatorLoginConfig config, InitiatorTaskTag tag,
                               FillRandom fill_random)
    : state_(std::make_unique<State>(std::move(config), tag, fill_random)) {}
InitiatorLogin::~InitiatorLogin() = default;
InitiatorLogin::InitiatorLogin(InitiatorLogin&&) noexcept = default;
InitiatorLogin& InitiatorLogin::operator=(InitiatorLogin&&) noexcept = default;

InitiatorLogin::Request InitiatorLogin::start() { return state_->start(); }
InitiatorLogin::Outcome InitiatorLogin::handle_response(const pdu::LoginResponse& response,
                                                        std::string_view text) {
  return state_->handle(response, text);
}
std::uint16_t InitiatorLogin::tsih() const { return state_->tsih; }
std::string InitiatorLogin::target_alias() const { return state_->target_alias; }
std::uint16_t InitiatorLogin::target_portal_group_tag() const {
  return state_->target_portal_group_tag;
}
const negotiation::SessionParameters& InitiatorLogin::session_parameters() const {
  return state_->negotiator.session();
}
const negotiation::ConnectionParameters& InitiatorLogin::connection_parameters() const {
  return state_->negotiator.connection();
}

}  // namespace lunsim::login
