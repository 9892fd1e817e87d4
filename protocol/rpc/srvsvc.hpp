// The calls of srvsvc that lunsim speaks, as values: what stands in the stub of a request and of a
// response, both ways. A level is a row of fields (srvsvc_levels.cpp). Not what a server answers,
// and no text of this is checked for sense. MS-SRVS §2.2.4, §3.1.4, §6
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "protocol/rpc/ndr.hpp"
#include "protocol/rpc/pdu.hpp"

namespace lunsim::rpc::srvsvc {

/// 4b324fc8-1670-01d3-1278-5a47bf6ee188, version 3.0.
const SyntaxId& interface_id();
inline constexpr std::uint32_t kMaxPreferredLength = 0xffff'ffff;

enum class Opnum : std::uint16_t {
  connection_enum = 8,
  file_enum = 9,
  file_get_info = 10,
  file_close = 11,
  session_enum = 12,
  session_del = 13,
  share_enum = 15,
  share_get_info = 16,
  server_get_info = 21,
  remote_tod = 28,
  name_validate = 33,
  share_enum_sticky = 36,
};

/// A member of a structure: one of the three is not null.
template <class Record>
struct Field {
  OptionalText Record::*text = nullptr;
  std::uint32_t Record::*number = nullptr;
  std::vector<std::byte> Record::*blob = nullptr;  // its size and a pointer to it
};
template <class Record>
using Fields = std::span<const Field<Record>>;

struct SessionInfo {
  OptionalText cname, username;
  std::uint32_t num_opens = 0;
  std::uint32_t time_s = 0;
  std::uint32_t idle_time_s = 0;
  std::uint32_t user_flags = 0;
  OptionalText cltype_name, transport;
  /// 0, 1, 2, 10, 502; empty for any other.
  static Fields<SessionInfo> fields(std::uint32_t level);
};

struct ShareInfo {
  OptionalText netname;
  std::uint32_t type = 0;
  OptionalText remark;
  std::uint32_t permissions = 0;
  std::uint32_t max_uses = 0;
  std::uint32_t current_uses = 0;
  OptionalText path, passwd, servername;
  std::vector<std::byte> security_descriptor;
  std::uint32_t flags = 0;
  /// 0, 1, 2, 501, 502, 503, 1005.
  static Fields<ShareInfo> fields(std::uint32_t level);
};

struct FileInfo {
  std::uint32_t id = 0;
  std::uint32_t permissions = 0;
  std::uint32_t num_locks = 0;
  OptionalText pathname, username;
  /// 2, 3.
  static Fields<FileInfo> fields(std::uint32_t level);
};

struct ConnectionInfo {
  std::uint32_t id = 0;
  std::uint32_t type = 0;
  std::uint32_t num_opens = 0;
  std::uint32_t num_users = 0;
  std::uint32_t time_s = 0;
  OptionalText username, netname;
  /// 0, 1.
  static Fields<ConnectionInfo> fields(std::uint32_t level);
};

struct ServerInfo {
  std::uint32_t platform_id = 500;
  OptionalText name;
  std::uint32_t version_major = 0;
  std::uint32_t version_minor = 0;
  std::uint32_t type = 0;
  OptionalText comment;
  std::uint32_t users = 0;
  std::uint32_t disc = 0;
  std::uint32_t hidden = 0;
  std::uint32_t announce = 0;
  std::uint32_t anndelta = 0;
  std::uint32_t licenses = 0;
  OptionalText userpath;
  std::uint32_t capabilities = 0;
  /// 100, 101, 102, 103.
  static Fields<ServerInfo> fields(std::uint32_t level);
};

struct TimeOfDay {
  std::uint32_t elapsed_s = 0;  // since 1970
  std::uint32_t msecs = 0;      // since the server began
  std::uint32_t hours = 0, mins = 0, secs = 0, hunds = 0;
  std::int32_t timezone_min = 0;  // west of Greenwich
  std::uint32_t tinterval = 310;  // a clock tick in 1/10000 s
  std::uint32_t day = 0, month = 0, year = 0, weekday = 0;
};

/// Why a stub is not understood: a status for a fault PDU.
template <class T>
using Parsed = tl::expected<T, std::uint32_t>;

/// The request of every enumeration: which of the texts there are depends on the call.
struct EnumRequest {
  OptionalText server;
  std::vector<OptionalText>
      qualifiers;  // session: client, user; file: path, user; connection: one; share: none
  std::uint32_t level = 0;
  std::uint32_t preferred_maximum_length = kMaxPreferredLength;
  std::optional<std::uint32_t> resume_handle;
};
std::size_t qualifiers_of(Opnum enumeration);
std::vector<std::byte> encode(Opnum enumeration, const EnumRequest& request);
/// A level that the union does not know has an empty arm here: the server's routine is to refuse
/// it. Errors   kFaultInvalidTag if level and tag differ; kFaultBadStubData
Parsed<EnumRequest> decode_enum_request(Opnum enumeration, Stub stub);

template <class Record>
struct EnumResponse {
  std::uint32_t level = 0;
  std::vector<Record> entries;
  std::uint32_t total_entries = 0;
  std::optional<std::uint32_t> resume_handle;
  std::uint32_t status = 0;
};
template <class Record>
std::vector<std::byte> encode(const EnumResponse<Record>& response);
template <class Record>
Result<EnumResponse<Record>> decode_enum_response(Span stub);

/// The answer of a GetInfo: no record if it failed.
template <class Record>
struct InfoResponse {
  std::uint32_t level = 0;
  std::optional<Record> info;
  std::uint32_t status = 0;
};
template <class Record>
std::vector<std::byte> encode(const InfoResponse<Record>& response);
template <class Record>
Result<InfoResponse<Record>> decode_info_response(Span stub);

struct SessionDelRequest {
  OptionalText server, client, user;
};
std::vector<std::byte> encode(const SessionDelRequest& request);
Parsed<SessionDelRequest> decode_session_del_request(Stub stub);

struct ShareGetInfoRequest {
  OptionalText server;
  std::u16string name;
  std::uint32_t level = 0;
};
std::vector<std::byte> encode(const ShareGetInfoRequest& request);
Parsed<ShareGetInfoRequest> decode_share_get_info_request(Stub stub);

struct ServerGetInfoRequest {
  OptionalText server;
  std::uint32_t level = 0;
};
std::vector<std::byte> encode(const ServerGetInfoRequest& request);
Parsed<ServerGetInfoRequest> decode_server_get_info_request(Stub stub);

/// NetrFileGetInfo has a level, NetrFileClose has none.
struct FileRequest {
  OptionalText server;
  std::uint32_t file_id = 0;
  std::optional<std::uint32_t> level;
};
std::vector<std::byte> encode(const FileRequest& request);
Parsed<FileRequest> decode_file_request(Stub stub, bool has_level);

struct NameValidateRequest {
  OptionalText server;
  std::u16string name;
  std::uint32_t name_type = 0;
  std::uint32_t flags = 0;
};
Parsed<NameValidateRequest> decode_name_validate_request(Stub stub);

std::vector<std::byte> encode_remote_tod_request(const OptionalText& server);
Parsed<OptionalText> decode_remote_tod_request(Stub stub);
std::vector<std::byte> encode_remote_tod_response(const std::optional<TimeOfDay>& time,
                                                  std::uint32_t status);
struct RemoteTodResponse {
  std::optional<TimeOfDay> time;
  std::uint32_t status = 0;
};
Result<RemoteTodResponse> decode_remote_tod_response(Span stub);

/// The answer of a call that returns nothing but its status.
std::vector<std::byte> encode_status(std::uint32_t status);
Result<std::uint32_t> decode_status(Span stub);

}  // namespace lunsim::rpc::srvsvc
