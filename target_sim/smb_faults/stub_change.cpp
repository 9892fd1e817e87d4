#include "target_sim/smb_faults/stub_change.hpp"

#include <algorithm>

namespace lunsim::smb_faults {
namespace {

using namespace rpc::srvsvc;

// Of an enumeration's answer: Level, the union's tag, a pointer to the container, EntriesRead.
constexpr std::size_t kTagOffset = 4;
constexpr std::size_t kContainerOffset = 8;
constexpr std::size_t kEntriesOffset = 12;

void put(std::vector<std::byte>& stub, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4 && offset + i < stub.size(); ++i)
    stub[offset + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

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

template <class Record>
std::vector<std::byte> nothing_of(const EnumRequest& request, std::uint32_t code) {
  return encode(EnumResponse<Record>{request.level, {}, 0, request.resume_handle, code});
}

}  // namespace

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

std::vector<std::byte> refused(std::uint16_t opnum, rpc::Stub stub, std::uint32_t code) {
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

void change_stub(const SmbAction& action, std::uint16_t opnum, rpc::Stub request,
                 std::vector<std::byte>& stub) {
  const auto call = static_cast<Opnum>(opnum);
  const bool is_list = is_enumeration(call);
  if (action.returns && stub.size() >= 4) put(stub, stub.size() - 4, *action.returns);
  if (action.level) {
    put(stub, 0, *action.level);
    if (is_list) put(stub, kTagOffset, *action.level);
  }
  if (is_list && stub.size() > kEntriesOffset + 12) {
    const bool has_container =
        std::any_of(stub.begin() + kContainerOffset, stub.begin() + kEntriesOffset,
                    [](std::byte byte) { return byte != std::byte{0}; });
    if (action.entries && has_container) put(stub, kEntriesOffset, *action.entries);
    // At the end: TotalEntries, a pointer to ResumeHandle and what it points to, the code.
    const auto asked = decode_enum_request(call, request);
    const bool has_resume = asked && asked->resume_handle;
    if (action.total) put(stub, stub.size() - (has_resume ? 16 : 12), *action.total);
    if (action.resume && has_resume) put(stub, stub.size() - 8, *action.resume);
  }
  stub.resize(stub.size() - std::min<std::size_t>(stub.size(), action.cut_stub));
  stub.resize(stub.size() + action.pad_stub, std::byte{0xee});
}

}  // namespace lunsim::smb_faults
