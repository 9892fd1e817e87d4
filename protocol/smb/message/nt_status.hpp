// NTSTATUS and Win32 codes by their names, as far as SMB2, NTLM and srvsvc need them here. Two
// number spaces: an SMB2 header carries the first, the end of an srvsvc answer the second. MS-ERREF
// §2.2, §2.3.1
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lunsim::smb {

enum class NtStatus : std::uint32_t {
  success = 0x0000'0000,
  pending = 0x0000'0103,
  buffer_overflow = 0x8000'0005,
  no_more_files = 0x8000'0006,
  unsuccessful = 0xc000'0001,
  invalid_info_class = 0xc000'0003,
  invalid_handle = 0xc000'0008,
  invalid_parameter = 0xc000'000d,
  no_such_file = 0xc000'000f,
  invalid_device_request = 0xc000'0010,
  end_of_file = 0xc000'0011,
  more_processing_required = 0xc000'0016,
  access_denied = 0xc000'0022,
  buffer_too_small = 0xc000'0023,
  object_name_invalid = 0xc000'0033,
  object_name_not_found = 0xc000'0034,
  object_name_collision = 0xc000'0035,
  object_path_not_found = 0xc000'003a,
  sharing_violation = 0xc000'0043,
  no_such_user = 0xc000'0064,
  wrong_password = 0xc000'006a,
  logon_failure = 0xc000'006d,
  account_restriction = 0xc000'006e,
  invalid_logon_hours = 0xc000'006f,
  invalid_workstation = 0xc000'0070,
  password_expired = 0xc000'0071,
  account_disabled = 0xc000'0072,
  insufficient_resources = 0xc000'009a,
  pipe_not_available = 0xc000'00ac,
  instance_not_available = 0xc000'00ab,
  pipe_disconnected = 0xc000'00b0,
  pipe_busy = 0xc000'00ae,
  pipe_empty = 0xc000'00d9,
  file_is_a_directory = 0xc000'00ba,
  not_supported = 0xc000'00bb,
  network_name_deleted = 0xc000'00c9,
  bad_network_name = 0xc000'00cc,
  request_not_accepted = 0xc000'00d0,
  cancelled = 0xc000'0120,
  file_closed = 0xc000'0128,
  logon_type_not_granted = 0xc000'015b,
  account_expired = 0xc000'0193,
  user_session_deleted = 0xc000'0203,
  password_must_change = 0xc000'0224,
  not_found = 0xc000'0225,
  account_locked_out = 0xc000'0234,
  fs_driver_required = 0xc000'019c,
  network_session_expired = 0xc000'035c,
  smb_bad_cluster_dialect = 0xc05d'0001,
};
/// "STATUS_ACCESS_DENIED", or the number as 0xc0000022 if it has no name here.
std::string to_string(NtStatus status);
/// All that have a name here.
struct StatusName {
  NtStatus status;
  std::string_view name;
};
std::span<const StatusName> nt_status_names();
inline bool is_error(NtStatus status) { return (static_cast<std::uint32_t>(status) >> 30) == 3; }

}  // namespace lunsim::smb
