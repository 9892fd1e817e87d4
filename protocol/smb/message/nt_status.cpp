#include "protocol/smb/message/nt_status.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lunsim::smb {
namespace {

constexpr std::array kNames{
    StatusName{NtStatus::success, "STATUS_SUCCESS"},
    StatusName{NtStatus::pending, "STATUS_PENDING"},
    StatusName{NtStatus::buffer_overflow, "STATUS_BUFFER_OVERFLOW"},
    StatusName{NtStatus::no_more_files, "STATUS_NO_MORE_FILES"},
    StatusName{NtStatus::unsuccessful, "STATUS_UNSUCCESSFUL"},
    StatusName{NtStatus::invalid_info_class, "STATUS_INVALID_INFO_CLASS"},
    StatusName{NtStatus::invalid_handle, "STATUS_INVALID_HANDLE"},
    StatusName{NtStatus::invalid_parameter, "STATUS_INVALID_PARAMETER"},
    StatusName{NtStatus::no_such_file, "STATUS_NO_SUCH_FILE"},
    StatusName{NtStatus::invalid_device_request, "STATUS_INVALID_DEVICE_REQUEST"},
    StatusName{NtStatus::end_of_file, "STATUS_END_OF_FILE"},
    StatusName{NtStatus::more_processing_required, "STATUS_MORE_PROCESSING_REQUIRED"},
    StatusName{NtStatus::access_denied, "STATUS_ACCESS_DENIED"},
    StatusName{NtStatus::buffer_too_small, "STATUS_BUFFER_TOO_SMALL"},
    StatusName{NtStatus::object_name_invalid, "STATUS_OBJECT_NAME_INVALID"},
    StatusName{NtStatus::object_name_not_found, "STATUS_OBJECT_NAME_NOT_FOUND"},
    StatusName{NtStatus::object_name_collision, "STATUS_OBJECT_NAME_COLLISION"},
    StatusName{NtStatus::object_path_not_found, "STATUS_OBJECT_PATH_NOT_FOUND"},
    StatusName{NtStatus::sharing_violation, "STATUS_SHARING_VIOLATION"},
    StatusName{NtStatus::no_such_user, "STATUS_NO_SUCH_USER"},
    StatusName{NtStatus::wrong_password, "STATUS_WRONG_PASSWORD"},
    StatusName{NtStatus::logon_failure, "STATUS_LOGON_FAILURE"},
    StatusName{NtStatus::account_restriction, "STATUS_ACCOUNT_RESTRICTION"},
    StatusName{NtStatus::invalid_logon_hours, "STATUS_INVALID_LOGON_HOURS"},
    StatusName{NtStatus::invalid_workstation, "STATUS_INVALID_WORKSTATION"},
    StatusName{NtStatus::password_expired, "STATUS_PASSWORD_EXPIRED"},
    StatusName{NtStatus::account_disabled, "STATUS_ACCOUNT_DISABLED"},
    StatusName{NtStatus::insufficient_resources, "STATUS_INSUFFICIENT_RESOURCES"},
    StatusName{NtStatus::pipe_not_available, "STATUS_PIPE_NOT_AVAILABLE"},
    StatusName{NtStatus::instance_not_available, "STATUS_INSTANCE_NOT_AVAILABLE"},
    StatusName{NtStatus::pipe_disconnected, "STATUS_PIPE_DISCONNECTED"},
    StatusName{NtStatus::pipe_busy, "STATUS_PIPE_BUSY"},
    StatusName{NtStatus::pipe_empty, "STATUS_PIPE_EMPTY"},
    StatusName{NtStatus::file_is_a_directory, "STATUS_FILE_IS_A_DIRECTORY"},
    StatusName{NtStatus::not_supported, "STATUS_NOT_SUPPORTED"},
    StatusName{NtStatus::network_name_deleted, "STATUS_NETWORK_NAME_DELETED"},
    StatusName{NtStatus::bad_network_name, "STATUS_BAD_NETWORK_NAME"},
    StatusName{NtStatus::request_not_accepted, "STATUS_REQUEST_NOT_ACCEPTED"},
    StatusName{NtStatus::cancelled, "STATUS_CANCELLED"},
    StatusName{NtStatus::file_closed, "STATUS_FILE_CLOSED"},
    StatusName{NtStatus::logon_type_not_granted, "STATUS_LOGON_TYPE_NOT_GRANTED"},
    StatusName{NtStatus::account_expired, "STATUS_ACCOUNT_EXPIRED"},
    StatusName{NtStatus::user_session_deleted, "STATUS_USER_SESSION_DELETED"},
    StatusName{NtStatus::password_must_change, "STATUS_PASSWORD_MUST_CHANGE"},
    StatusName{NtStatus::not_found, "STATUS_NOT_FOUND"},
    StatusName{NtStatus::account_locked_out, "STATUS_ACCOUNT_LOCKED_OUT"},
    StatusName{NtStatus::fs_driver_required, "STATUS_FS_DRIVER_REQUIRED"},
    StatusName{NtStatus::network_session_expired, "STATUS_NETWORK_SESSION_EXPIRED"},
    StatusName{NtStatus::smb_bad_cluster_dialect, "STATUS_SMB_BAD_CLUSTER_DIALECT"},
};

}  // namespace

std::span<const StatusName> nt_status_names() { return kNames; }

std::string to_string(NtStatus status) {
  const auto* found = std::ranges::find(kNames, status, &StatusName::status);
  if (found != kNames.end()) return std::string(found->name);
  return fmt::format("{:#010x}", static_cast<std::uint32_t>(status));
}

}  // namespace lunsim::smb
