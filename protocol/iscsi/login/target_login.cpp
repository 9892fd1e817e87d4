#include "protocol/iscsi/login/login.hpp"

#include <optional>
#include <utility>

#include "protocol/iscsi/login/iscsi_name.hpp"
#include "protocol/iscsi/login/stage.hpp"
#include "protocol/iscsi/login/target_authentication.hpp"
#include "protocol/iscsi/negotiation/negotiator.hpp"
#include "protocol/iscsi/negotiation/text_transfer.hpp"

namespace lunsim::login {

using negotiation::find_pair;
using negotiation::TextBuilder;
using negotiation::TextPair;
using Pairs = std::span<const TextPair>;

namespace {

constexpr std::uint8_t kVersion = 0;            // §11.12.4: the only one there is
constexpr unsigned kRequestsPerLoginMax = 128;  // §6.2: a bound of our own choice, six at least

/// §13.8: a redirect's address comes without the portal group tag.
std::string_view without_portal_group_tag(std::string_view address) {
  return address.substr(0, address.find(','));
}

}  // namespace

struct TargetLogin::State {
  Admit admit;
  FillRandom fill_random;
  LoginClaim claim;
  std::optional<pdu::LoginRequest> first;
  bool over = false;
  unsigned requests = 0;
  pdu::Stage stage = pdu::Stage::security_negotiation;
  negotiation::TextAssembler incoming;
  negotiation::TextSplitter outgoing;
  TargetLoginPolicy policy;
  std::optional<TargetAuthentication> authentication;  // from the admission on
  std::optional<negotiation::Negotiator> negotiator;   // from the admission on
  negotiation::SessionParameters session;
  negotiation::ConnectionParameters connection;

  Answer handle(const pdu::LoginRequest& request, std::string_view text);
  LoginStatus judge_header(const pdu::LoginRequest& request) const;
  LoginStatus judge_constancy(const pdu::LoginRequest& request) const;
  void begin(const pdu::LoginRequest& request);
  Answer handle_segment(const pdu::LoginRequest& request);
  LoginStatus read_claim(Pairs pairs);
  Answer admit_or_refuse(const pdu::LoginRequest& request, Pairs pairs, TextBuilder& answers);
  Answer negotiate(const pdu::LoginRequest& request, Pairs pairs, TextBuilder& answers);
  LoginStatus negotiate_security(const pdu::LoginRequest& request, Pairs pairs,
                                 TextBuilder& answers);
  Answer answer_part(const pdu::LoginRequest& request);
  bool is_ready() const;
  Answer take_transition(const pdu::LoginRequest& request, Answer answer);
  Answer accept(const pdu::LoginRequest& request) const;
  Answer refuse(const pdu::LoginRequest& request, LoginStatus status);
};

TargetLogin::Answer TargetLogin::State::accept(const pdu::LoginRequest& request) const {
  Answer answer;
  answer.response.current_stage = request.current_stage;
  answer.response.version_max = kVersion;
  answer.response.version_active = kVersion;
  answer.response.isid = request.isid;
  answer.response.tsih = request.tsih;
  answer.response.initiator_task_tag = request.initiator_task_tag;
  return answer;
}

TargetLogin::Answer TargetLogin::State::refuse(const pdu::LoginRequest& request,
                                               LoginStatus status) {
  over = true;
  Answer answer = accept(request);
  answer.response.current_stage = pdu::Stage::security_negotiation;  // reserved here, §6.3.1
  answer.response.status_class = status.status_class();
  answer.response.status_detail = status.status_detail();
  answer.finished = true;
  return answer;
}

LoginStatus TargetLogin::State::judge_constancy(const pdu::LoginRequest& request) const {
  const bool same =
      request.isid == first->isid && request.tsih == first->tsih && request.cid == first->cid &&
      request.initiator_task_tag == first->initiator_task_tag &&
      request.version_max == first->version_max && request.version_min == first->version_min;
  return same && request.current_stage == stage ? kSuccess : kInitiatorError;
}

LoginStatus TargetLogin::State::judge_header(const pdu::LoginRequest& request) const {
  if (request.version_min > kVersion) return kUnsupportedVersion;
  if (!is_negotiation_stage(request.current_stage)) return kInitiatorError;
  if (request.transit && request.continues) return kInitiatorError;  // §11.12.2
  if (request.transit && !is_legal_transition(request.current_stage, request.next_stage)) {
    return kInitiatorError;
  }
  return first ? judge_constancy(request) : kSuccess;
}

void TargetLogin::State::begin(const pdu::LoginRequest& request) {
  first = request;
  stage = request.current_stage;
  claim.isid = request.isid;
  claim.tsih = request.tsih;
  claim.cid = request.cid;
}

TargetLogin::Answer TargetLogin::State::handle(const pdu::LoginRequest& request,
                                               std::string_view text) {
  if (over) return refuse(request, kInvalidDuringLogin);
  if (++requests > kRequestsPerLoginMax) return refuse(request, kInitiatorError);
  if (const auto status = judge_header(request); status != kSuccess) return refuse(request, status);
  if (!first) begin(request);
  if (outgoing.has_more()) {
    // §6.2: while our answer continues, requests are empty.
    if (!text.empty() || request.continues) return refuse(request, kInitiatorError);
    return answer_part(request);
  }
  switch (incoming.append(text, request.continues)) {
    case negotiation::TextAssembler::Progress::more:
      return accept(request);
    case negotiation::TextAssembler::Progress::too_long:
      return refuse(request, kOutOfResources);
    case negotiation::TextAssembler::Progress::complete:
      break;
  }
  return handle_segment(request);
}

TargetLogin::Answer TargetLogin::State::handle_segment(const pdu::LoginRequest& request) {
  const auto pairs = negotiation::parse_text(incoming.text());
  if (!pairs) return refuse(request, kInitiatorError);
  TextBuilder answers;
  if (!negotiator) return admit_or_refuse(request, *pairs, answers);
  return negotiate(request, *pairs, answers);
}

LoginStatus TargetLogin::State::read_claim(Pairs pairs) {
  const TextPair* initiator = find_pair(pairs, "InitiatorName");
  if (initiator == nullptr) return kMissingParameter;
  if (!is_acceptable_iscsi_name(initiator->value)) return kInitiatorError;
  claim.initiator_name = initiator->value;
  if (const TextPair* type = find_pair(pairs, "SessionType")) {
    claim.discovery = type->value == "Discovery";
    if (!claim.discovery && type->value != "Normal") return kSessionTypeNotSupported;
  }
  const TextPair* target = find_pair(pairs, "TargetName");
  if (target == nullptr) return claim.discovery ? kSuccess : kMissingParameter;
  if (!is_acceptable_iscsi_name(target->value)) return kInitiatorError;
  claim.target_name = target->value;
  return kSuccess;
}

TargetLogin::Answer TargetLogin::State::admit_or_refuse(const pdu::LoginRequest& request,
                                                        Pairs pairs, TextBuilder& answers) {
  if (const auto status = read_claim(pairs); status != kSuccess) return refuse(request, status);
  Admission admission = admit(claim);
  if (admission.status != kSuccess) {
    Answer answer = refuse(request, admission.status);
    if (admission.status.status_class() == kTargetMovedTemporarily.status_class()) {
      answers.add("TargetAddress", without_portal_group_tag(admission.redirect_to));
      answer.text = answers.take();
    }
    return answer;
  }
  policy = std::move(admission.policy);
  if (policy.chap_required && stage != pdu::Stage::security_negotiation) {
    return refuse(request, kAuthenticationFailure);  // §6.3.1
  }
  authentication.emplace(policy, fill_random);
  negotiator.emplace(negotiation::Negotiator::Setup{negotiation::Role::target, policy.wishes,
                                                    claim.discovery, claim.tsih == 0});
  // §6.3.1: with the first answer to a whole text, in sessions of every type.
  answers.add_number("TargetPortalGroupTag", policy.target_portal_group_tag);
  if (!policy.target_alias.empty() && !claim.discovery) {
    answers.add("TargetAlias", policy.target_alias);
  }
  return negotiate(request, pairs, answers);
}

LoginStatus TargetLogin::State::negotiate_security(const pdu::LoginRequest& request, Pairs pairs,
                                                   TextBuilder& answers) {
  const LoginStatus status = authentication->handle(pairs, answers);
  if (status != kSuccess) return status;
  // Whoever asks to leave the stage without having proposed a method wants none.
  const bool wants_none = request.transit && !authentication->has_begun();
  return wants_none && policy.chap_required ? kAuthenticationFailure : kSuccess;
}

TargetLogin::Answer TargetLogin::State::negotiate(const pdu::LoginRequest& request, Pairs pairs,
                                                  TextBuilder& answers) {
  const bool security = stage == pdu::Stage::security_negotiation;
  negotiator->enter(security ? negotiation::Phase::security : negotiation::Phase::operational);
  if (!negotiator->handle(pairs, answers)) return refuse(request, kInitiatorError);
  if (security) {
    const LoginStatus status = negotiate_security(request, pairs, answers);
    if (status != kSuccess) return refuse(request, status);
  } else {
    negotiator->declare_receive_limit(answers);
    // Not before the initiator has said all that it has to say: it may be about to offer the same
    // key.
    if (request.transit) negotiator->propose_missing(answers);
  }
  outgoing.load(answers.take());
  return answer_part(request);
}

TargetLogin::Answer TargetLogin::State::answer_part(const pdu::LoginRequest& request) {
  Answer answer = accept(request);
  auto part = outgoing.next();
  answer.text = std::move(part.text);
  answer.response.continues = part.continues;
  if (part.continues || !request.transit || !is_ready()) return answer;
  return take_transition(request, std::move(answer));
}

bool TargetLogin::State::is_ready() const {
  if (stage == pdu::Stage::security_negotiation) return authentication->is_complete();
  return !negotiator->awaits_answers();
}

TargetLogin::Answer TargetLogin::State::take_transition(const pdu::LoginRequest& request,
                                                        Answer answer) {
  pdu::Stage next = request.next_stage;
  const bool skips =
      stage == pdu::Stage::security_negotiation && next == pdu::Stage::full_feature_phase;
  // §6.3: the target picks the stage, not beyond the one proposed.
  if (skips && negotiator->has_something_to_propose()) {
    next = pdu::Stage::login_operational_negotiation;
  }
  if (next == pdu::Stage::full_feature_phase) {
    if (!negotiator->settle()) return refuse(request, kInitiatorError);
    session = negotiator->session();
    connection = negotiator->connection();
    over = true;
    answer.finished = true;
  }
  stage = next;
  answer.response.transit = true;
  answer.response.next_stage = next;
  return answer;
}

TargetLogin::TargetLogin(Admit admit, FillRandom fill_random) : state_(std::make_unique<State>()) {
  state_->admit = std::move(admit);
  state_->fill_random = std::move(fill_random);
}
TargetLogin::~TargetLogin() = default;
TargetLogin::TargetLogin(TargetLogin&&) noexcept = default;
TargetLogin& TargetLogin::operator=(TargetLogin&&) noexcept = default;

TargetLogin::Answer TargetLogin::handle_request(const pdu::LoginRequest& request,
                                                std::string_view text) {
  return state_->handle(request, text);
}
const LoginClaim& TargetLogin::claim() const { return state_->claim; }
const negotiation::SessionParameters& TargetLogin::session_parameters() const {
  return state_->session;
}
const negotiation::ConnectionParameters& TargetLogin::connection_parameters() const {
  return state_->connection;
}
CmdSn TargetLogin::first_cmd_sn() const { return state_->first ? state_->first->cmd_sn : CmdSn{}; }

}  // namespace lunsim::login
