#include "protocol/iscsi/login/initiator_authentication.hpp"

#include "protocol/iscsi/login/authentication_keys.hpp"
#include "protocol/iscsi/negotiation/binary_value.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::login {

using negotiation::find_pair;
using negotiation::TextBuilder;
using negotiation::TextPair;

namespace {

constexpr std::string_view kMethods = "RFC 7143 §12.1", kChap = "RFC 7143 §12.1.3",
                           kMutual = "RFC 7143 §9.2.1";

tl::unexpected<InitiatorAuthentication::Failure> broken_step(std::string_view reason,
                                                             std::string_view section,
                                                             std::string_view field = {}) {
  return tl::unexpected(
      InitiatorAuthentication::Failure{ProtocolError{reason, section, 0, field}, false});
}
tl::unexpected<InitiatorAuthentication::Failure> unproved(std::string_view reason,
                                                          std::string_view section,
                                                          std::string_view field = {}) {
  return tl::unexpected(
      InitiatorAuthentication::Failure{ProtocolError{reason, section, 0, field}, true});
}

std::string methods_of(const InitiatorLoginConfig& config) {
  if (!config.chap) return "None";
  // A target that is to prove itself cannot be left the choice of None.
  return config.allow_none && !config.mutual ? "CHAP,None" : "CHAP";
}

}  // namespace

InitiatorAuthentication::InitiatorAuthentication(const InitiatorLoginConfig& config,
                                                 const FillRandom& fill_random)
    : secret_(config.chap),
      target_secret_(config.mutual),
      algorithms_(config.algorithms),
      methods_(methods_of(config)),
      fill_random_(fill_random) {}

void InitiatorAuthentication::begin(TextBuilder& out) { out.add("AuthMethod", methods_); }

bool InitiatorAuthentication::is_ready() const {
  if (state_ == State::method_offered) return !secret_;
  return state_ == State::response_sent || state_ == State::done;
}

InitiatorAuthentication::Step InitiatorAuthentication::handle(Pairs pairs, bool transit,
                                                              TextBuilder& out) {
  switch (state_) {
    case State::method_offered:
      return handle_method(pairs, transit, out);
    case State::algorithms_offered:
      return handle_challenge(pairs, transit, out);
    case State::response_sent:
      return judge_target(pairs);
    case State::done:
      break;
  }
  if (has_step_key_outside(pairs, {})) {
    return broken_step("an authentication key behind the last step", kMethods);
  }
  return {};
}

InitiatorAuthentication::Step InitiatorAuthentication::finish_without_proof() {
  if (!negotiation::list_contains(methods_, negotiation::kNone)) {
    return unproved("the target goes on without the authentication that we need", kMethods,
                    "AuthMethod");
  }
  if (target_secret_) return unproved("the target has not proved itself", kMutual);
  state_ = State::done;
  return {};
}

InitiatorAuthentication::Step InitiatorAuthentication::handle_method(Pairs pairs, bool transit,
                                                                     TextBuilder& out) {
  if (has_step_key_outside(pairs, {"AuthMethod"})) {
    return broken_step("an authentication key before its method", kMethods);
  }
  const TextPair* method = find_pair(pairs, "AuthMethod");
  if (method == nullptr) {
    // §6.3.1 knows targets that skip the stage with a portal group tag only: as good as None.
    if (transit) return finish_without_proof();
    return {};
  }
  if (method->value == negotiation::kReject) {
    return unproved("the target rejects every authentication method", kMethods, "AuthMethod");
  }
  if (method->value.find(',') != std::string_view::npos ||
      !negotiation::list_contains(methods_, method->value)) {
    return broken_step("an authentication method that was not offered", "RFC 7143 §6.2.1",
                       "AuthMethod");
  }
  if (method->value == negotiation::kNone) return finish_without_proof();
  if (transit) return unproved("the target skips the steps of CHAP", kChap);
  out.add("CHAP_A", list_of(algorithms_));
  state_ = State::algorithms_offered;
  return {};
}

InitiatorAuthentication::Step InitiatorAuthentication::handle_challenge(Pairs pairs, bool transit,
                                                                        TextBuilder& out) {
  if (transit) return unproved("the target skips the steps of CHAP", kChap);
  const TextPair* algorithm = find_pair(pairs, "CHAP_A");
  const TextPair* identifier = find_pair(pairs, "CHAP_I");
  const TextPair* challenge = find_pair(pairs, "CHAP_C");
  if (algorithm == nullptr || identifier == nullptr || challenge == nullptr) {
    return broken_step("CHAP_A, CHAP_I or CHAP_C is missing", kChap);
  }
  if (has_step_key_outside(pairs, {"CHAP_A", "CHAP_I", "CHAP_C"})) {
    return broken_step("an authentication key out of its step", kChap);
  }
  const bool one = algorithm->value.find(',') == std::string_view::npos;
  const auto chosen = choose_algorithm(algorithm->value, algorithms_);
  if (!one || !chosen) return broken_step("an algorithm that was not offered", kChap, "CHAP_A");
  const auto id = parse_identifier(identifier->value);
  if (!id) return broken_step("not a number of one byte", kChap, "CHAP_I");
  const auto bytes = negotiation::decode_binary(challenge->value, kChapBytesMax);
  if (!bytes) return broken_step("not a binary value of 1 to 1024 bytes", kChap, "CHAP_C");
  algorithm_ = *chosen;
  return send_response(*id, *bytes, out);
}

InitiatorAuthentication::Step InitiatorAuthentication::send_response(
    std::uint8_t identifier, std::span<const std::byte> challenge, TextBuilder& out) {
  const auto response = chap_response(algorithm_, identifier, secret_->secret, challenge);
  if (!response) return broken_step("the algorithm is not available here", kChap, "CHAP_A");
  out.add("CHAP_N", secret_->name);
  out.add("CHAP_R", negotiation::encode_hex(*response));
  state_ = State::response_sent;
  if (!target_secret_) return {};
  return challenge_target(challenge, out);
}

InitiatorAuthentication::Step InitiatorAuthentication::challenge_target(
    std::span<const std::byte> their_challenge, TextBuilder& out) {
  ours_ = draw_challenge(algorithm_, fill_random_);
  // §9.2.1: the target's challenge is not used for the other direction, not even by chance.
  if (is_equal_in_constant_time(ours_.bytes, their_challenge)) ours_.bytes[0] ^= std::byte{0x80};
  out.add_number("CHAP_I", ours_.identifier);
  out.add("CHAP_C", negotiation::encode_hex(ours_.bytes));
  return {};
}

InitiatorAuthentication::Step InitiatorAuthentication::judge_target(Pairs pairs) {
  if (!target_secret_) {
    if (has_step_key_outside(pairs, {})) {
      return broken_step("a proof that was not asked for", kChap);
    }
    state_ = State::done;
    return {};
  }
  if (has_step_key_outside(pairs, {"CHAP_N", "CHAP_R"})) {
    return broken_step("an authentication key out of its step", kChap);
  }
  const TextPair* name = find_pair(pairs, "CHAP_N");
  const TextPair* response = find_pair(pairs, "CHAP_R");
  if (name == nullptr || response == nullptr) {
    return unproved("the target has not proved itself", kChap, "CHAP_R");
  }
  return judge_target_response(name->value, response->value);
}

InitiatorAuthentication::Step InitiatorAuthentication::judge_target_response(
    std::string_view name, std::string_view response) {
  const auto theirs = negotiation::decode_binary(response, kChapBytesMax);
  if (!theirs) return broken_step("not a binary value of 1 to 1024 bytes", kChap, "CHAP_R");
  const auto right =
      chap_response(algorithm_, ours_.identifier, target_secret_->secret, ours_.bytes);
  const auto reflected = chap_response(algorithm_, ours_.identifier, secret_->secret, ours_.bytes);
  if (!right || !reflected) return broken_step("the algorithm is not available here", kChap);
  if (!is_equal_in_constant_time(*theirs, *right)) {
    return unproved("the target's proof is wrong", kChap, "CHAP_R");
  }
  if (is_equal_in_constant_time(*theirs, *reflected)) {
    return unproved("the target's proof is one that we could have given", kMutual, "CHAP_R");
  }
  if (!target_secret_->name.empty() && target_secret_->name != name) {
    return unproved("the target proves itself under another name", kChap, "CHAP_N");
  }
  state_ = State::done;
  return {};
}

}  // namespace lunsim::login
