// For tests only: shorthands for texts and PDUs of a login, and a counter in place of chance.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/iscsi/login/login.hpp"

namespace lunsim::login::testing {

inline constexpr auto kSecurity = pdu::Stage::security_negotiation;
inline constexpr auto kOperational = pdu::Stage::login_operational_negotiation;
inline constexpr auto kFullFeature = pdu::Stage::full_feature_phase;

inline constexpr std::string_view kNames =
    "InitiatorName=iqn.2026-01.test:i|TargetName=iqn.2026-01.test:t|";

/// '|' stands for the null behind each pair.
inline std::string wire(std::string_view readable) {
  std::string text(readable);
  for (char& c : text) {
    if (c == '|') c = '\0';
  }
  return text;
}
inline std::string readable(std::string text) {
  for (char& c : text) {
    if (c == '\0') c = '|';
  }
  return text;
}
inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
/// The value of a key in readable text, or "<none>".
inline std::string value_in(std::string_view text, std::string_view key) {
  const std::string prefix = std::string(key) + "=";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('|', at);
    const std::string_view pair = text.substr(at, end - at);
    if (pair.starts_with(prefix)) return std::string(pair.substr(prefix.size()));
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return "<none>";
}

inline FillRandom counting(unsigned from = 0) {
  return [next = from](std::span<std::byte> out) mutable {
    for (std::byte& b : out) b = static_cast<std::byte>(++next);
  };
}

inline pdu::Isid isid() {
  return {{std::byte{0x80}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}}};
}

inline pdu::LoginRequest request(pdu::Stage current,
                                 std::optional<pdu::Stage> next = std::nullopt) {
  pdu::LoginRequest request;
  request.current_stage = current;
  request.transit = next.has_value();
  if (next) request.next_stage = *next;
  request.isid = isid();
  request.initiator_task_tag = InitiatorTaskTag{0x1234};
  request.cid = 7;
  request.cmd_sn = CmdSn{100};
  return request;
}

inline LoginStatus status_of(const TargetLogin::Answer& answer) {
  return LoginStatus{static_cast<std::uint16_t>(answer.response.status_class << 8 |
                                                answer.response.status_detail)};
}

/// A target that admits everybody under one policy and remembers who came.
struct Target {
  explicit Target(TargetLoginPolicy wanted = {}, Admission first_answer = {})
      : login(
            [this, wanted, first_answer](const LoginClaim& claim) {
              ++admissions;
              seen = claim;
              Admission admission = first_answer;
              admission.policy = wanted;
              return admission;
            },
            counting()) {}
  Target(const Target&) = delete;

  TargetLogin::Answer send(const pdu::LoginRequest& pdu, std::string_view text) {
    auto answer = login.handle_request(pdu, wire(text));
    last = readable(answer.text);
    return answer;
  }

  int admissions = 0;
  LoginClaim seen;
  std::string last;
  TargetLogin login;
};

inline TargetLoginPolicy chap_policy(bool mutual = false) {
  TargetLoginPolicy policy;
  policy.chap_required = true;
  policy.initiator_must_be = Secret{"user", "initiator-secret"};
  if (mutual) policy.target_proves_itself = Secret{"target", "target-secret-1"};
  return policy;
}

}  // namespace lunsim::login::testing
