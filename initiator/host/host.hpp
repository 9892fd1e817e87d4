// What a Windows host remembers of iSCSI, as requests and replies: the one interface between the C
// faces (initiator/api) and whoever owns the sessions. Two forms: direct (same process, DirectHost)
// and remote (later). Every request is an operation that can be started, polled and taken; call()
// waits for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lunsim::initiator {

/// ERROR_* (small), Winsock or ISDSC_* (0xEFFFnnnn) as the API returns it.
using StatusCode = std::uint32_t;

struct UniqueId {
  std::uint64_t adapter_unique = 0;
  std::uint64_t adapter_specific = 0;
  friend bool operator==(const UniqueId&, const UniqueId&) = default;
};

struct Portal {
  std::string symbolic_name;
  std::string address;
  std::uint16_t port = 3260;
};

/// Only what InformationSpecified names is present. Secrets are never printed.
struct LoginOptions {
  std::uint32_t version = 0;
  std::uint32_t login_flags = 0;                            // ISCSI_LOGIN_FLAG_*
  std::optional<std::uint32_t> auth_type;                   // 0 none, 1 CHAP, 2 mutual CHAP
  std::optional<std::uint32_t> header_digest, data_digest;  // 0 none, 1 CRC32C
  std::optional<std::uint32_t> maximum_connections, default_time2wait_s, default_time2retain_s;
  std::optional<std::string> username, password;
};

// --- requests, each named for the API function behind it ---

struct AddSendTargetPortal {
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = 0xFFFF'FFFF;
  std::optional<LoginOptions> options;
  std::uint64_t security_flags = 0;
  Portal portal;
};
struct ReportTargets {
  bool force_update = false;
};
struct LoginTarget {
  std::string target_name;
  bool informational = false;
  std::optional<std::string> initiator_instance;
  std::uint32_t initiator_port = 0xFFFF'FFFF;
  std::optional<Portal> portal;
  std::uint64_t security_flags = 0;
  std::optional<LoginOptions> options;
  bool persistent = false;
};
struct LogoutTarget {
  UniqueId session;
};
struct ListSessions {};
struct ListMappings {};
/// A CDB for a unit of a session. Exactly one SCSI command goes out: no hidden retry.
struct SendScsi {
  UniqueId session;
  std::uint64_t lun = 0;  // plain number, or the raw field if `lun_is_raw`
  bool lun_is_raw = false;
  std::vector<std::byte> cdb;
  std::uint32_t data_in_bytes = 0;  // allocation length, for the wire
  std::vector<std::byte> data_out;
  std::int64_t timeout_ns = 0;  // 0: the host's default
};

using Request = std::variant<AddSendTargetPortal, ReportTargets, LoginTarget, LogoutTarget,
                             ListSessions, ListMappings, SendScsi>;

// --- replies ---

struct ConnectionInfo {
  UniqueId id;
  std::string initiator_address, target_address;
  std::uint16_t initiator_port = 0, target_port = 0;
  std::uint16_t cid = 0;
};
struct SessionInfo {
  UniqueId id;
  std::string initiator_name, target_name;
  std::array<std::uint8_t, 6> isid{};
  std::uint16_t tsih = 0;
  std::vector<ConnectionInfo> connections;  // empty while the session is being re-established
};
struct MappedLun {
  std::uint32_t os_lun = 0;
  std::uint64_t target_lun = 0;      // plain number
  std::uint64_t target_lun_raw = 0;  // the eight bytes
};
struct MappingInfo {
  std::string initiator_name, target_name, os_device_name;
  UniqueId session;
  std::uint32_t os_bus = 0, os_target = 0;
  std::vector<MappedLun> luns;
};
struct ScsiReply {
  bool answered = false;  // the target answered with a SCSI status; the code is then 0
  std::uint8_t scsi_status = 0;
  std::vector<std::byte> data_in, sense;
  std::uint32_t underflow_bytes = 0, overflow_bytes = 0;  // residual of the response, by its flag
};
struct LoginReply {
  UniqueId session, connection;
};
/// Of a task management request that a test started (DirectHost::start_management).
struct ManagementReply {
  bool answered = false;
  std::uint8_t response = 0;  // RFC 7143 §11.6.1
};

struct Reply {
  StatusCode code = 0;
  std::variant<std::monostate, LoginReply, std::vector<std::string>, std::vector<SessionInfo>,
               std::vector<MappingInfo>, ScsiReply, ManagementReply>
      data;
};

enum class OperationId : std::uint64_t {};

class Host {
 public:
  virtual ~Host() = default;
  virtual OperationId start(Request request) = 0;
  /// True when the operation has ended and take() may be called.
  virtual bool poll(OperationId operation) = 0;
  /// The reply; once.
  virtual Reply take(OperationId operation) = 0;
  /// start, wait (turning the world, where there is one to turn), take. Not from inside a callback.
  virtual Reply call(Request request) = 0;

  /// How ambiguous rules are read; see conformance/rules. The faces ask.
  struct Profile {
    bool raw_lun_numbers = false;  // LUN arguments and TargetLUN are the eight bytes as a number
    bool empty_list_probe_insufficient = false;  // GISL-R10, RATM-R10 profile B
    bool sense_cap_18 = true;  // SRC-R14: never more than 18 if the caller passed 18
    bool sense_too_small_is_insufficient_buffer = false;  // SRC-R13, the other reading
    bool read_capacity_16 = false;                        // SRC-R32
  };
  virtual const Profile& profile() const = 0;
};

/// The host that the C entry points of this thread talk to; null for none (then they return
/// ISDSC_SERVICE_NOT_RUNNING).
Host* current_host();
void set_current_host(Host* host);

}  // namespace lunsim::initiator
