// Files, connections and the time of day.   MS-SRVS §3.1.4.1 to §3.1.4.4, §3.1.4.21
#include <algorithm>
#include <chrono>
#include <tuple>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/paging.hpp"
#include "target_sim/smb_server/srvsvc_service.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

using namespace rpc::srvsvc;
using rpc::OptionalText;
using smb::ntlm::is_equal_without_case;
using smb::ntlm::upper;

namespace {

FileInfo file_info(SessionTable::Id id, const ListedFile& file) {
  return {id, file.permissions, file.num_locks, file.path, file.user};
}

/// Whether `path` is `base` or stands below it: a prefix goes up to a backslash.
bool is_below(const std::u16string& path, const std::u16string& base) {
  if (!upper(path).starts_with(upper(base))) return false;
  return path.size() == base.size() || base.ends_with(u'\\') || path[base.size()] == u'\\';
}

}  // namespace

// §3.1.4.2. Named pipes are opens as files are.
SrvsvcService::Answer SrvsvcService::file_enum(rpc::Stub stub, Caller caller) const {
  const auto request = decode_enum_request(Opnum::file_enum, stub);
  if (!request) return tl::unexpected(request.error());
  if (FileInfo::fields(request->level).empty())
    return refused<FileInfo>(*request, kErrorInvalidLevel);
  if (caller < config_.access.files) return refused<FileInfo>(*request, kErrorAccessDenied);
  const OptionalText& path = request->qualifiers[0];
  const OptionalText& user = request->qualifiers[1];
  if (is_too_long(path) || is_too_long(user))
    return refused<FileInfo>(*request, kErrorInvalidParameter);
  std::vector<FileInfo> list;
  for (const auto& [id, file] : sessions_.files()) list.push_back(file_info(id, file));
  const auto passes = [&](std::size_t i) {
    return (!is_given(path) || is_below(*list[i].pathname, *path)) &&
           (!is_given(user) || is_equal_without_case(*list[i].username, *user));
  };
  return answer(*request, page_of(list, request->level, request->resume_handle.value_or(0),
                                  request->preferred_maximum_length, passes));
}

// §3.1.4.3
SrvsvcService::Answer SrvsvcService::file_get_info(rpc::Stub stub, Caller caller) const {
  const auto request = decode_file_request(stub, true);
  if (!request) return tl::unexpected(request.error());
  const std::uint32_t level = *request->level;
  InfoResponse<FileInfo> response{level, std::nullopt, kErrorFileNotFound};
  if (FileInfo::fields(level).empty()) {
    response.status = kErrorInvalidLevel;
  } else if (caller < config_.access.files) {
    response.status = kErrorAccessDenied;
  } else {
    const auto found = sessions_.files().find(request->file_id);
    if (found != sessions_.files().end())
      response = {level, file_info(found->first, found->second), kNerrSuccess};
  }
  return encode(response);
}

// §3.1.4.4
SrvsvcService::Answer SrvsvcService::file_close(rpc::Stub stub, Caller caller) {
  const auto request = decode_file_request(stub, false);
  if (!request) return tl::unexpected(request.error());
  if (caller < config_.access.files) return encode_status(kErrorAccessDenied);
  return encode_status(sessions_.remove_file(request->file_id) ? kNerrSuccess
                                                               : kNerrFileIdNotFound);
}

// §3.1.4.1. Of share and computer, the name that was not asked for stands in coni1_netname
// (§2.2.4.2, lmshare.h); MS-SMB2 §3.3.4.19 and the filter of §3.1.4.1 would have the share's in any
// case.
SrvsvcService::Answer SrvsvcService::connection_enum(rpc::Stub stub, Caller caller,
                                                     TimePoint now) const {
  const auto request = decode_enum_request(Opnum::connection_enum, stub);
  if (!request) return tl::unexpected(request.error());
  const auto refuse = [&](std::uint32_t status) {
    return refused<ConnectionInfo>(*request, status);
  };
  if (ConnectionInfo::fields(request->level).empty()) return refuse(kErrorInvalidLevel);
  if (caller < config_.access.connections) return refuse(kErrorAccessDenied);
  const OptionalText& qualifier = request->qualifiers[0];
  if (!is_given(qualifier) || is_too_long(qualifier)) return refuse(kErrorInvalidParameter);
  const bool by_computer = qualifier->starts_with(u"\\\\");
  const std::u16string wanted = by_computer ? without_backslashes(*qualifier) : *qualifier;
  std::vector<ConnectionInfo> list;
  std::vector<bool> is_wanted;
  for (const auto& [id, connection] : sessions_.connections()) {
    const auto& [asked, other] = by_computer ? std::tie(connection.client, connection.share)
                                             : std::tie(connection.share, connection.client);
    list.push_back({id, connection.type, connection.num_opens, connection.num_users,
                    seconds_between(connection.begun, now), connection.user, other});
    is_wanted.push_back(is_equal_without_case(asked, wanted));
  }
  const auto passes = [&](std::size_t i) { return is_wanted[i]; };
  return answer(*request, page_of(list, request->level, request->resume_handle.value_or(0),
                                  request->preferred_maximum_length, passes));
}

// §3.1.4.21, §2.2.4.105. The server lives in UTC.
SrvsvcService::Answer SrvsvcService::remote_tod(rpc::Stub stub, TimePoint now) const {
  if (const auto request = decode_remote_tod_request(stub); !request)
    return tl::unexpected(request.error());
  using namespace std::chrono;
  const nanoseconds since_start = now - TimePoint{};
  const nanoseconds since_1970 = seconds(config_.epoch_s) + since_start;
  const auto whole = duration_cast<seconds>(since_1970);
  const sys_days day = floor<days>(sys_seconds(whole));
  const year_month_day date(day);
  const hh_mm_ss clock(whole - duration_cast<seconds>(day.time_since_epoch()));
  const auto number = [](auto value) { return static_cast<std::uint32_t>(value); };
  TimeOfDay time;
  time.elapsed_s = number(whole.count());
  time.msecs = number(duration_cast<milliseconds>(since_start).count());
  time.hours = number(clock.hours().count());
  time.mins = number(clock.minutes().count());
  time.secs = number(clock.seconds().count());
  time.hunds = number(duration_cast<milliseconds>(since_1970 - whole).count() / 10);
  time.day = static_cast<unsigned>(date.day());
  time.month = static_cast<unsigned>(date.month());
  time.year = number(static_cast<int>(date.year()));
  time.weekday = weekday(day).c_encoding();
  return encode_remote_tod_response(time, kNerrSuccess);
}

}  // namespace lunsim::smb_server
