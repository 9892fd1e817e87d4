// The target's half of the security stage: which AuthMethod is taken, and CHAP step by step,
// one-way or mutual. Text in, text out; stages and PDUs are the login's. RFC 7143 §6.3.2, §9.2,
// §12.1, §12.1.3.
#pragma once

#include <span>

#include "protocol/iscsi/login/chap.hpp"
#include "protocol/iscsi/login/login.hpp"
#include "protocol/iscsi/negotiation/text_segment.hpp"

namespace lunsim::login {

class TargetAuthentication {
 public:
  TargetAuthentication(const TargetLoginPolicy& policy, const FillRandom& fill_random);

  /// One logical text segment of the security stage; keys that are not of authentication are passed
  /// over.
  /// Returns  kSuccess to go on, with answers appended
  /// Errors   0201h wrong proof or nothing acceptable offered, 0207h a key of the step is missing,
  ///          0200h a key out of its step or a value that cannot be read. Never tried again: the
  ///          login is over then.
  LoginStatus handle(std::span<const negotiation::TextPair> pairs,
                     negotiation::TextBuilder& answers);

  /// The security stage may end: no proof is asked for, or it has been given.
  bool is_complete() const;
  bool has_begun() const { return step_ != Step::idle; }

 private:
  enum class Step : std::uint8_t { idle, chap_selected, challenged, done };
  using Pairs = std::span<const negotiation::TextPair>;

  LoginStatus select_method(std::string_view offered, negotiation::TextBuilder& answers);
  LoginStatus send_challenge(Pairs pairs, negotiation::TextBuilder& answers);
  LoginStatus judge_response(Pairs pairs, negotiation::TextBuilder& answers);
  LoginStatus prove_ourselves(Pairs pairs, std::span<const std::byte> their_response,
                              negotiation::TextBuilder& answers);
  bool is_supported(std::string_view method) const;

  TargetLoginPolicy policy_;
  FillRandom fill_random_;
  Step step_ = Step::idle;
  ChapAlgorithm algorithm_ = ChapAlgorithm::md5;
  ChapChallenge challenge_;
};

}  // namespace lunsim::login
