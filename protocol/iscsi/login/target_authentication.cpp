#include "protocol/iscsi/login/target_authentication.hpp"

#include "protocol/iscsi/login/authentication_keys.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::login {

using negotiation::find_pair;
using negotiation::TextBuilder;
using negotiation::TextPair;

TargetAuthentication::TargetAuthentication(const TargetLoginPolicy& policy,
                                           const FillRandom& fill_random)
    : policy_(policy), fill_random_(fill_random) {}

bool TargetAuthentication::is_complete() const {
  return step_ == Step::done || (step_ == Step::idle && !policy_.chap_required);
}

LoginStatus TargetAuthentication::handle(Pairs pairs, TextBuilder& answers) {
  switch (step_) {
    case Step::idle: {
      if (has_step_key_outside(pairs, {"AuthMethod"})) return kInitiatorError;
      const TextPair* method = find_pair(pairs, "AuthMethod");
      return method == nullptr ? kSuccess : select_method(method->value, answers);
    }
    case Step::chap_selected:
      return send_challenge(pairs, answers);
    case Step::challenged:
      return judge_response(pairs, answers);
    case Step::done:
      break;
  }
  return has_step_key_outside(pairs, {}) ? kInitiatorError : kSuccess;
}

bool TargetAuthentication::is_supported(std::string_view method) const {
  if (method == "CHAP") return policy_.initiator_must_be.has_value();
  return method == negotiation::kNone && !policy_.chap_required;
}

LoginStatus TargetAuthentication::select_method(std::string_view offered, TextBuilder& answers) {
  for (const std::string_view method : negotiation::split_list(offered)) {
    if (!is_supported(method)) continue;
    answers.add("AuthMethod", method);
    step_ = method == "CHAP" ? Step::chap_selected : Step::done;
    return kSuccess;
  }
  return kAuthenticationFailure;
}

LoginStatus TargetAuthentication::send_challenge(Pairs pairs, TextBuilder& answers) {
  if (has_step_key_outside(pairs, {"CHAP_A"})) return kInitiatorError;
  const TextPair* algorithms = find_pair(pairs, "CHAP_A");
  if (algorithms == nullptr) return kMissingParameter;
  const auto chosen = choose_algorithm(algorithms->value, policy_.algorithms);
  if (!chosen) return kAuthenticationFailure;
  algorithm_ = *chosen;
  challenge_ = draw_challenge(algorithm_, fill_random_, policy_.challenge_bytes);
  answers.add_number("CHAP_A", static_cast<std::uint64_t>(algorithm_));
  answers.add_number("CHAP_I", challenge_.identifier);
  answers.add("CHAP_C", negotiation::encode_hex(challenge_.bytes));
  step_ = Step::challenged;
  return kSuccess;
}

LoginStatus TargetAuthentication::judge_response(Pairs pairs, TextBuilder& answers) {
  if (has_step_key_outside(pairs, {"CHAP_N", "CHAP_R", "CHAP_I", "CHAP_C"})) {
    return kInitiatorError;
  }
  const TextPair* name = find_pair(pairs, "CHAP_N");
  const TextPair* response = find_pair(pairs, "CHAP_R");
  if (name == nullptr || response == nullptr) return kMissingParameter;  // §9.2
  const auto theirs = negotiation::decode_binary(response->value, kChapBytesMax);
  if (!theirs) return kInitiatorError;
  const Secret& expected = *policy_.initiator_must_be;
  const auto right =
      chap_response(algorithm_, challenge_.identifier, expected.secret, challenge_.bytes);
  if (!right) return kTargetError;
  const bool proved = is_equal_in_constant_time(*theirs, *right);
  if (!proved || name->value != expected.name) return kAuthenticationFailure;
  const LoginStatus status = prove_ourselves(pairs, *theirs, answers);
  if (status == kSuccess) step_ = Step::done;
  return status;
}

LoginStatus TargetAuthentication::prove_ourselves(Pairs pairs,
                                                  std::span<const std::byte> their_response,
                                                  TextBuilder& answers) {
  const TextPair* identifier = find_pair(pairs, "CHAP_I");
  const TextPair* challenge = find_pair(pairs, "CHAP_C");
  if (identifier == nullptr && challenge == nullptr) return kSuccess;  // one-way
  if (identifier == nullptr || challenge == nullptr) return kMissingParameter;
  const auto id = parse_identifier(identifier->value);
  const auto bytes = negotiation::decode_binary(challenge->value, kChapBytesMax);
  if (!id || !bytes) return kInitiatorError;
  if (!policy_.target_proves_itself) return kAuthenticationFailure;  // §11.13.5: not supported
  // §9.2.1: our own challenge sent back would have us answer it for the initiator.
  if (is_equal_in_constant_time(*bytes, challenge_.bytes)) return kAuthenticationFailure;
  const Secret& ours = *policy_.target_proves_itself;
  // §9.2.1: a response that we could have given ourselves proves nothing about the other side.
  const auto reflected =
      chap_response(algorithm_, challenge_.identifier, ours.secret, challenge_.bytes);
  const auto proof = chap_response(algorithm_, *id, ours.secret, *bytes);
  if (!reflected || !proof) return kTargetError;
  if (is_equal_in_constant_time(*reflected, their_response)) return kAuthenticationFailure;
  answers.add("CHAP_N", ours.name);
  answers.add("CHAP_R", negotiation::encode_hex(*proof));
  return kSuccess;
}

}  // namespace lunsim::login
