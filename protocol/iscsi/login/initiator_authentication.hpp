// The initiator's half of the security stage: the methods offered, our proof by CHAP, and the
// target's proof if it is asked for. Text in, text out; stages and PDUs are the login's. RFC 7143
// §6.3.2, §9.2, §12.1, §12.1.3.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/iscsi/login/chap.hpp"
#include "protocol/iscsi/login/login.hpp"
#include "protocol/iscsi/negotiation/text_segment.hpp"

namespace lunsim::login {

class InitiatorAuthentication {
 public:
  InitiatorAuthentication(const InitiatorLoginConfig& config, const FillRandom& fill_random);

  /// The AuthMethod list of the first request.
  void begin(negotiation::TextBuilder& out);

  struct Failure {
    ProtocolError error;
    bool authentication = false;  // proof missing or wrong, no method in common; else a broken step
  };
  using Step = tl::expected<void, Failure>;
  /// One logical text segment of the security stage.
  /// Shape    `transit`: the response has T=1
  /// Returns  the next step's keys in `out`
  /// Errors   never tried again: the connection has to be closed (§9.2)
  Step handle(std::span<const negotiation::TextPair> pairs, bool transit,
              negotiation::TextBuilder& out);

  /// What we have to say is said: the next request may ask for the next stage.
  bool is_ready() const;

 private:
  enum class State : std::uint8_t { method_offered, algorithms_offered, response_sent, done };
  using Pairs = std::span<const negotiation::TextPair>;

  Step handle_method(Pairs pairs, bool transit, negotiation::TextBuilder& out);
  Step finish_without_proof();
  Step handle_challenge(Pairs pairs, bool transit, negotiation::TextBuilder& out);
  Step send_response(std::uint8_t identifier, std::span<const std::byte> challenge,
                     negotiation::TextBuilder& out);
  Step challenge_target(std::span<const std::byte> their_challenge, negotiation::TextBuilder& out);
  Step judge_target(Pairs pairs);
  Step judge_target_response(std::string_view name, std::string_view response);

  std::optional<Secret> secret_, target_secret_;
  std::vector<ChapAlgorithm> algorithms_;
  std::string methods_;
  FillRandom fill_random_;
  State state_ = State::method_offered;
  ChapAlgorithm algorithm_ = ChapAlgorithm::md5;
  ChapChallenge ours_;
};

}  // namespace lunsim::login
