// The login phase as two values, one for each role: Login PDUs in, Login PDUs out, until full
// feature phase or a reason why not. Neither knows a socket, a session table or a clock. RFC 7143
// §6.2, §6.3, §11.12, §11.13
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/iscsi/negotiation/parameters.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"

namespace lunsim::login {

/// Status-Class and Status-Detail as one number: 0x0201 is "authentication failure". §11.13.5
struct LoginStatus {
  std::uint16_t code = 0;
  std::uint8_t status_class() const { return static_cast<std::uint8_t>(code >> 8); }
  std::uint8_t status_detail() const { return static_cast<std::uint8_t>(code); }
  friend bool operator==(LoginStatus, LoginStatus) = default;
};
inline constexpr LoginStatus kSuccess{0x0000}, kTargetMovedTemporarily{0x0101},
    kTargetMovedPermanently{0x0102}, kInitiatorError{0x0200}, kAuthenticationFailure{0x0201},
    kAuthorizationFailure{0x0202}, kNotFound{0x0203}, kTargetRemoved{0x0204},
    kUnsupportedVersion{0x0205}, kTooManyConnections{0x0206}, kMissingParameter{0x0207},
    kCannotIncludeInSession{0x0208}, kSessionTypeNotSupported{0x0209}, kSessionDoesNotExist{0x020A},
    kInvalidDuringLogin{0x020B}, kTargetError{0x0300}, kServiceUnavailable{0x0301},
    kOutOfResources{0x0302};
/// "Authentication failure", or "unknown login status".
std::string_view describe(LoginStatus status);

enum class ChapAlgorithm : std::uint8_t { md5 = 5, sha1 = 6, sha256 = 7, sha3_256 = 8 };  // §12.1.3

struct Secret {
  std::string name;    // CHAP_N
  std::string secret;  // 1 byte or more; 12..16 recommended by the Windows API, not by CHAP
};

/// Fills `out` with unpredictable (or seeded) bytes.
using FillRandom = std::function<void(std::span<std::byte> out)>;

// ---------------------------------------------------------------------------------------------------------------------

struct TargetLoginPolicy {
  bool chap_required = false;               // refuse AuthMethod=None and CSG=1 first (0201h)
  std::optional<Secret> initiator_must_be;  // whom CHAP proves; with chap_required
  std::optional<Secret>
      target_proves_itself;  // our name and secret, if the initiator asks for mutual CHAP
  std::vector<ChapAlgorithm> algorithms{ChapAlgorithm::sha256, ChapAlgorithm::md5};  // acceptable
  std::size_t challenge_bytes = 0;  // of CHAP_C; 0: as many as the digest has
  negotiation::Wishes wishes;
  std::uint16_t target_portal_group_tag = 1;  // §13.9
  std::string target_alias;                   // §13.5, sent if not empty
};

/// Who knocks: known once the first logical text segment of the login has arrived.
struct LoginClaim {
  std::string initiator_name;
  std::string target_name;  // empty in a discovery session
  bool discovery = false;
  pdu::Isid isid;
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
};

/// The target's answer to who knocks, from whoever owns the session table.
struct Admission {
  LoginStatus status;       // kSuccess to go on; 01xxh redirects; anything else refuses
  std::string redirect_to;  // with 01xxh: TargetAddress value ("10.0.0.1:3260[,1]")
  TargetLoginPolicy policy;
};

class TargetLogin {
 public:
  using Admit = std::function<Admission(const LoginClaim&)>;
  TargetLogin(Admit admit, FillRandom fill_random);
  ~TargetLogin();
  TargetLogin(TargetLogin&&) noexcept;
  TargetLogin& operator=(TargetLogin&&) noexcept;

  struct Answer {
    pdu::LoginResponse response;  // StatSN, ExpCmdSN, MaxCmdSN and TSIH are the caller's to fill
    std::string text;             // data segment, at most 8192 bytes
    bool finished = false;  // full feature phase after this response; or, with a status class, over
  };
  /// One Login Request with its text. Answers with exactly one Login Response.
  /// Errors   violations of the login rules come as an Answer with the status that §11.13.5 wants
  /// (0200h mostly)
  Answer handle_request(const pdu::LoginRequest& request, std::string_view text);

  const LoginClaim& claim() const;
  const negotiation::SessionParameters& session_parameters() const;
  const negotiation::ConnectionParameters& connection_parameters() const;
  CmdSn first_cmd_sn() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------------------------------------------------------------

struct InitiatorLoginConfig {
  std::string initiator_name;
  std::string initiator_alias;
  std::string target_name;  // empty: discovery session
  pdu::Isid isid;
  std::uint16_t tsih = 0;  // not 0: a further connection of a session
  std::uint16_t cid = 0;
  CmdSn first_cmd_sn{1};
  std::optional<Secret>
      chap;  // we prove ourselves: AuthMethod CHAP is offered (with None only if allow_none)
  std::optional<Secret>
      mutual;  // the target must prove itself with this secret (its name is only compared if set)
  bool allow_none = true;  // without chap
  // In the order of preference. MD5 first although SHA-256 is stronger: targets in use
  // (tgtd 1.0.85) take 7 for SHA1, as old drafts had it, choose it whenever it is listed before 5,
  // and then refuse a right SHA-256 response.
  std::vector<ChapAlgorithm> algorithms{ChapAlgorithm::md5, ChapAlgorithm::sha256};
  negotiation::Wishes wishes;
};

class InitiatorLogin {
 public:
  InitiatorLogin(InitiatorLoginConfig config, InitiatorTaskTag tag, FillRandom fill_random);
  ~InitiatorLogin();
  InitiatorLogin(InitiatorLogin&&) noexcept;
  InitiatorLogin& operator=(InitiatorLogin&&) noexcept;

  struct Request {
    pdu::LoginRequest request;  // ExpStatSN is the caller's to fill
    std::string text;
  };
  /// The first request.
  Request start();

  struct Outcome {
    enum class Kind : std::uint8_t {
      send_next,
      full_feature_phase,
      refused,
      redirected,
      peer_violation
    };
    Kind kind = Kind::send_next;
    Request next;             // send_next
    LoginStatus status;       // refused, redirected
    std::string redirect_to;  // redirected: TargetAddress value
    ProtocolError error;      // peer_violation (also: the target failed mutual CHAP; then
                              // `authentication` is true)
    bool authentication = false;
  };
  Outcome handle_response(const pdu::LoginResponse& response, std::string_view text);

  std::uint16_t tsih() const;
  std::string target_alias() const;
  std::uint16_t target_portal_group_tag() const;
  const negotiation::SessionParameters& session_parameters() const;
  const negotiation::ConnectionParameters& connection_parameters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lunsim::login
