#include "initiator/api/arguments.hpp"

#include <algorithm>
#include <cstddef>

#include "protocol/scsi/lun.hpp"

namespace lunsim::api {
namespace {

// One more than the host takes of anything: it sees that what is longer is too long.
constexpr ULONG kBlobBytesMax = initiator::kKeyBytesMax + 1;

ISDSC_STATUS read_blob(const UCHAR* from, ULONG length, std::optional<std::string>& into) {
  if (from == nullptr && length != 0) return ERROR_INVALID_PARAMETER;
  into.emplace();
  if (length != 0)
    into->assign(reinterpret_cast<const char*>(from), std::min(length, kBlobBytesMax));
  return ERROR_SUCCESS;
}

constexpr ULONG kMappedLunsMax = 16384;  // all that two bytes of a LUN field can name

}  // namespace

ISDSC_STATUS read_bytes(const void* from, ULONG length, std::string& into) {
  if (from == nullptr && length != 0) return ERROR_INVALID_PARAMETER;
  if (length != 0) into.assign(static_cast<const char*>(from), std::min(length, kBlobBytesMax));
  return ERROR_SUCCESS;
}

ISDSC_STATUS read_luns(const SCSI_LUN_LIST* from, ULONG count, bool lun_is_raw,
                       std::vector<initiator::MappedLun>& into) {
  if (count > kMappedLunsMax || (from == nullptr && count != 0)) return ERROR_INVALID_PARAMETER;
  for (ULONG i = 0; i < count; ++i) {
    const auto lun = load_at<SCSI_LUN_LIST>(from, i * sizeof(SCSI_LUN_LIST));
    const std::uint64_t plain =
        lun_is_raw ? scsi::plain_lun(lun.TargetLUN).value_or(lun.TargetLUN) : lun.TargetLUN;
    into.push_back({lun.OSLUN, plain, lun_is_raw ? lun.TargetLUN : scsi::lun_field(plain)});
  }
  return ERROR_SUCCESS;
}

ISDSC_STATUS read_login_options(const ISCSI_LOGIN_OPTIONS* from,
                                std::optional<initiator::LoginOptions>& into) {
  if (from == nullptr) return ERROR_SUCCESS;
  const auto number = [&](std::size_t offset) { return load_at<ULONG>(from, offset); };
  const ULONG specified = number(offsetof(ISCSI_LOGIN_OPTIONS, InformationSpecified));
  const auto take = [&](ULONG bit, std::size_t offset, std::optional<std::uint32_t>& field) {
    if ((specified & bit) != 0) field = number(offset);
  };
  initiator::LoginOptions& options = into.emplace();
  options.version = number(offsetof(ISCSI_LOGIN_OPTIONS, Version));
  options.login_flags = number(offsetof(ISCSI_LOGIN_OPTIONS, LoginFlags));
  take(ISCSI_LOGIN_OPTIONS_AUTH_TYPE, offsetof(ISCSI_LOGIN_OPTIONS, AuthType), options.auth_type);
  take(ISCSI_LOGIN_OPTIONS_HEADER_DIGEST, offsetof(ISCSI_LOGIN_OPTIONS, HeaderDigest),
       options.header_digest);
  take(ISCSI_LOGIN_OPTIONS_DATA_DIGEST, offsetof(ISCSI_LOGIN_OPTIONS, DataDigest),
       options.data_digest);
  take(ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS, offsetof(ISCSI_LOGIN_OPTIONS, MaximumConnections),
       options.maximum_connections);
  take(ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_WAIT, offsetof(ISCSI_LOGIN_OPTIONS, DefaultTime2Wait),
       options.default_time2wait_s);
  take(ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_RETAIN, offsetof(ISCSI_LOGIN_OPTIONS, DefaultTime2Retain),
       options.default_time2retain_s);
  ISDSC_STATUS code = ERROR_SUCCESS;
  if ((specified & ISCSI_LOGIN_OPTIONS_USERNAME) != 0)
    code = read_blob(load_at<PUCHAR>(from, offsetof(ISCSI_LOGIN_OPTIONS, Username)),
                     number(offsetof(ISCSI_LOGIN_OPTIONS, UsernameLength)), options.username);
  if (code == ERROR_SUCCESS && (specified & ISCSI_LOGIN_OPTIONS_PASSWORD) != 0)
    code = read_blob(load_at<PUCHAR>(from, offsetof(ISCSI_LOGIN_OPTIONS, Password)),
                     number(offsetof(ISCSI_LOGIN_OPTIONS, PasswordLength)), options.password);
  return code;
}

}  // namespace lunsim::api
