#include "target_sim/smb_server/refusal.hpp"

namespace lunsim::smb_server {

using namespace rpc::srvsvc;

namespace {

template <class Record>
std::vector<std::byte> nothing_of(const EnumRequest& request, std::uint32_t code) {
  return encode(EnumResponse<Record>{request.level, {}, 0, request.resume_handle, code});
}

}  // namespace

bool is_enumeration(Opnum opnum) {
  switch (opnum) {
    case Opnum::connection_enum:
    case Opnum::file_enum:
    case Opnum::session_enum:
    case Opnum::share_enum:
    case Opnum::share_enum_sticky:
      return true;
    default:
      return false;
  }
}

std::optional<std::uint32_t> level_of(std::uint16_t opnum, rpc::Stub stub) {
  const auto call = static_cast<Opnum>(opnum);
  if (is_enumeration(call)) {
    const auto request = decode_enum_request(call, stub);
    return request ? std::optional(request->level) : std::nullopt;
  }
  if (call == Opnum::share_get_info) {
    const auto request = decode_share_get_info_request(stub);
    return request ? std::optional(request->level) : std::nullopt;
  }
  if (call == Opnum::server_get_info) {
    const auto request = decode_server_get_info_request(stub);
    return request ? std::optional(request->level) : std::nullopt;
  }
  if (call != Opnum::file_get_info) return std::nullopt;
  const auto request = decode_file_request(stub, true);
  return request ? request->level : std::nullopt;
}

std::vector<std::byte> refusal_of(std::uint16_t opnum, rpc::Stub stub, std::uint32_t code) {
  const auto call = static_cast<Opnum>(opnum);
  const std::uint32_t level = level_of(opnum, stub).value_or(0);
  if (is_enumeration(call)) {
    const auto request = decode_enum_request(call, stub);
    if (!request) return encode_status(code);
    if (call == Opnum::connection_enum) return nothing_of<ConnectionInfo>(*request, code);
    if (call == Opnum::file_enum) return nothing_of<FileInfo>(*request, code);
    if (call == Opnum::session_enum) return nothing_of<SessionInfo>(*request, code);
    return nothing_of<ShareInfo>(*request, code);
  }
  switch (call) {
    case Opnum::file_get_info:
      return encode(InfoResponse<FileInfo>{level, std::nullopt, code});
    case Opnum::share_get_info:
      return encode(InfoResponse<ShareInfo>{level, std::nullopt, code});
    case Opnum::server_get_info:
      return encode(InfoResponse<ServerInfo>{level, std::nullopt, code});
    case Opnum::remote_tod:
      return encode_remote_tod_response(std::nullopt, code);
    default:
      return encode_status(code);
  }
}

}  // namespace lunsim::smb_server
