// Files, connections and the time of day.   MS-SRVS §3.1.4.1 to §3.1.4.4, §3.1.4.21
#include <algorithm>
#include <chrono>

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

FileInfo file_info(const DeclaredFile& file) {
  return {file.id, file.permissions, file.num_locks, text16(file.path), text16(file.user)};
}

}  // namespace

// §3.1.4.2: BasePath is the beginning of a path.
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
  for (const DeclaredFile& file : files_) list.push_back(file_info(file));
  const auto passes = [&](std::size_t i) {
    return (!is_given(path) || upper(*list[i].pathname).starts_with(upper(*path))) &&
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
    const auto found = std::ranges::find(files_, request->file_id, &DeclaredFile::id);
    if (found != files_.end()) response = {level, file_info(*found), kNerrSuccess};
  }
  return encode(response);
}

// §3.1.4.4
SrvsvcService::Answer SrvsvcService::file_close(rpc::Stub stub, Caller caller) {
  const auto request = decode_file_request(stub, false);
  if (!request) return tl::unexpected(request.error());
  if (caller < config_.access.files) return encode_status(kErrorAccessDenied);
  const auto closed =
      std::erase_if(files_, [&](const DeclaredFile& file) { return file.id == request->file_id; });
  return encode_status(closed > 0 ? kNerrSuccess : kNerrFileIdNotFound);
}

// §3.1.4.1
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
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - TimePoint{}).count();
  std::vector<ConnectionInfo> list;
  for (const DeclaredConnection& connection : config_.connections)
    list.push_back({connection.id, connection.type, connection.num_opens, connection.num_users,
                    static_cast<std::uint32_t>(connection.time_s + age), text16(connection.user),
                    text16(connection.share)});
  const bool by_computer = qualifier->starts_with(u"\\\\");
  const auto passes = [&](std::size_t i) {
    return by_computer
               ? is_equal_without_case(without_backslashes(text16(config_.connections[i].client)),
                                       without_backslashes(*qualifier))
               : is_equal_without_case(*list[i].netname, *qualifier);
  };
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
