#include "protocol/smb/message/nt_status.hpp"

#include <fmt/format.h>

namespace lunsim::smb {

std::string to_string(NtStatus status) {
  switch (status) {
#define LUNSIM_STATUS(name, text) \
  case NtStatus::name:            \
    return text
    LUNSIM_STATUS(success, "STATUS_SUCCESS");
    LUNSIM_STATUS(pending, "STATUS_PENDING");
    LUNSIM_STATUS(buffer_overflow, "STATUS_BUFFER_OVERFLOW");
    LUNSIM_STATUS(no_more_files, "STATUS_NO_MORE_FILES");
    LUNSIM_STATUS(unsuccessful, "STATUS_UNSUCCESSFUL");
    LUNSIM_STATUS(invalid_info_class, "STATUS_INVALID_INFO_CLASS");
    LUNSIM_STATUS(invalid_handle, "STATUS_INVALID_HANDLE");
    LUNSIM_STATUS(invalid_parameter, "STATUS_INVALID_PARAMETER");
    LUNSIM_STATUS(no_such_file, "STATUS_NO_SUCH_FILE");
    LUNSIM_STATUS(invalid_device_request, "STATUS_INVALID_DEVICE_REQUEST");
    LUNSIM_STATUS(end_of_file, "STATUS_END_OF_FILE");
    LUNSIM_STATUS(more_processing_required, "STATUS_MORE_PROCESSING_REQUIRED");
    LUNSIM_STATUS(access_denied, "STATUS_ACCESS_DENIED");
    LUNSIM_STATUS(buffer_too_small, "STATUS_BUFFER_TOO_SMALL");
    LUNSIM_STATUS(object_name_invalid, "STATUS_OBJECT_NAME_INVALID");
    LUNSIM_STATUS(object_name_not_found, "STATUS_OBJECT_NAME_NOT_FOUND");
    LUNSIM_STATUS(object_name_collision, "STATUS_OBJECT_NAME_COLLISION");
    LUNSIM_STATUS(object_path_not_found, "STATUS_OBJECT_PATH_NOT_FOUND");
    LUNSIM_STATUS(sharing_violation, "STATUS_SHARING_VIOLATION");
    LUNSIM_STATUS(no_such_user, "STATUS_NO_SUCH_USER");
    LUNSIM_STATUS(wrong_password, "STATUS_WRONG_PASSWORD");
    LUNSIM_STATUS(logon_failure, "STATUS_LOGON_FAILURE");
    LUNSIM_STATUS(account_restriction, "STATUS_ACCOUNT_RESTRICTION");
    LUNSIM_STATUS(invalid_logon_hours, "STATUS_INVALID_LOGON_HOURS");
    LUNSIM_STATUS(invalid_workstation, "STATUS_INVALID_WORKSTATION");
    LUNSIM_STATUS(password_expired, "STATUS_PASSWORD_EXPIRED");
    LUNSIM_STATUS(account_disabled, "STATUS_ACCOUNT_DISABLED");
    LUNSIM_STATUS(insufficient_resources, "STATUS_INSUFFICIENT_RESOURCES");
    LUNSIM_STATUS(pipe_not_available, "STATUS_PIPE_NOT_AVAILABLE");
    LUNSIM_STATUS(instance_not_available, "STATUS_INSTANCE_NOT_AVAILABLE");
    LUNSIM_STATUS(pipe_disconnected, "STATUS_PIPE_DISCONNECTED");
    LUNSIM_STATUS(pipe_busy, "STATUS_PIPE_BUSY");
    LUNSIM_STATUS(pipe_empty, "STATUS_PIPE_EMPTY");
    LUNSIM_STATUS(file_is_a_directory, "STATUS_FILE_IS_A_DIRECTORY");
    LUNSIM_STATUS(not_supported, "STATUS_NOT_SUPPORTED");
    LUNSIM_STATUS(network_name_deleted, "STATUS_NETWORK_NAME_DELETED");
    LUNSIM_STATUS(bad_network_name, "STATUS_BAD_NETWORK_NAME");
    LUNSIM_STATUS(request_not_accepted, "STATUS_REQUEST_NOT_ACCEPTED");
    LUNSIM_STATUS(cancelled, "STATUS_CANCELLED");
    LUNSIM_STATUS(file_closed, "STATUS_FILE_CLOSED");
    LUNSIM_STATUS(logon_type_not_granted, "STATUS_LOGON_TYPE_NOT_GRANTED");
    LUNSIM_STATUS(account_expired, "STATUS_ACCOUNT_EXPIRED");
    LUNSIM_STATUS(user_session_deleted, "STATUS_USER_SESSION_DELETED");
    LUNSIM_STATUS(password_must_change, "STATUS_PASSWORD_MUST_CHANGE");
    LUNSIM_STATUS(not_found, "STATUS_NOT_FOUND");
    LUNSIM_STATUS(account_locked_out, "STATUS_ACCOUNT_LOCKED_OUT");
    LUNSIM_STATUS(fs_driver_required, "STATUS_FS_DRIVER_REQUIRED");
    LUNSIM_STATUS(network_session_expired, "STATUS_NETWORK_SESSION_EXPIRED");
    LUNSIM_STATUS(smb_bad_cluster_dialect, "STATUS_SMB_BAD_CLUSTER_DIALECT");
#undef LUNSIM_STATUS
  }
  return fmt::format("{:#010x}", static_cast<std::uint32_t>(status));
}

}  // namespace lunsim::smb
