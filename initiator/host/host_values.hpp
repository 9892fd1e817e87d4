// The values that requests, replies and a host's configuration have in common. Plain values with
// plain fields: what they mean is judged where they are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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
  friend bool operator==(const Portal&, const Portal&) = default;
};

/// Only what InformationSpecified names is present. Secrets are never printed.
struct LoginOptions {
  std::uint32_t version = 0;
  std::uint32_t login_flags = 0;                            // ISCSI_LOGIN_FLAG_*
  std::optional<std::uint32_t> auth_type;                   // 0 none, 1 CHAP, 2 mutual CHAP
  std::optional<std::uint32_t> header_digest, data_digest;  // 0 none, 1 CRC32C
  std::optional<std::uint32_t> maximum_connections, default_time2wait_s, default_time2retain_s;
  std::optional<std::string> username, password;
  friend bool operator==(const LoginOptions&, const LoginOptions&) = default;
};

struct MappedLun {
  std::uint32_t os_lun = 0;
  std::uint64_t target_lun = 0;      // plain number
  std::uint64_t target_lun_raw = 0;  // the eight bytes
  friend bool operator==(const MappedLun&, const MappedLun&) = default;
};

/// Where a target's units are in the operating system: as they are, or as a caller wants them.
struct MappingInfo {
  std::string initiator_name, target_name, os_device_name;
  UniqueId session;
  std::uint32_t os_bus = 0, os_target = 0;
  std::vector<MappedLun> luns;
  friend bool operator==(const MappingInfo&, const MappingInfo&) = default;
};

/// IKE_AUTHENTICATION_INFORMATION. Secrets are never printed.
struct IkeAuthentication {
  std::uint32_t method = 1;  // 1: preshared key, and no other
  std::uint64_t security_flags = 0;
  std::uint8_t id_type = 0;  // ID_IPV4_ADDR, ID_FQDN, ID_USER_FQDN, ID_IPV6_ADDR
  std::string id, key;       // bytes
  friend bool operator==(const IkeAuthentication&, const IkeAuthentication&) = default;
};

}  // namespace lunsim::initiator
