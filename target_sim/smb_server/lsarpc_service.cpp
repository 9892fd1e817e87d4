#include "target_sim/smb_server/lsarpc_service.hpp"

#include <algorithm>
#include <array>

#include "protocol/rpc/ndr.hpp"
#include "protocol/smb/message/nt_status.hpp"

namespace lunsim::smb_server {
namespace {

using smb::NtStatus;
using LsarAnswer = rpc::srvsvc::Parsed<std::vector<std::byte>>;

enum class LsarOpnum : std::uint16_t { close = 0, open_policy = 6, open_policy_2 = 44 };

LsarAnswer handle_and_status(const rpc::Uuid& handle, NtStatus status) {
  std::vector<std::byte> stub;
  rpc::NdrWriter writer(stub);
  writer.u32(0);
  for (const std::byte byte : handle) writer.u8(std::to_integer<std::uint8_t>(byte));
  writer.u32(static_cast<std::uint32_t>(status));
  return stub;
}

/// Of ObjectAttributes only RootDirectory is looked at: it must be NULL, and the rest means
/// nothing.
LsarAnswer open_policy(LsarOpnum opnum, rpc::Stub stub, Caller caller, Association& association) {
  rpc::NdrReader reader(stub);
  if (opnum == LsarOpnum::open_policy_2) {
    reader.unique_text();
  } else if (reader.pointer()) {
    reader.u8();  // the one character of its name
    reader.u8();
  }
  reader.u32();  // Length
  const bool has_root = reader.pointer();
  for (int i = 0; i < 4; ++i) reader.u32();  // ObjectName, Attributes, descriptor, quality
  if (reader.failed()) return tl::unexpected(rpc::kFaultBadStubData);
  if (has_root) return handle_and_status({}, NtStatus::invalid_parameter);
  if (caller < Caller::authenticated) return handle_and_status({}, NtStatus::access_denied);
  if (association.handles.size() >= kPolicyHandlesMax)
    return handle_and_status({}, NtStatus::insufficient_resources);
  rpc::Uuid handle{};
  std::vector<std::byte> name;
  bytes::LittleWriter writer(name);
  writer.u32(++association.handles_made);
  writer.u32(association.id);
  std::ranges::copy(name, handle.begin());
  association.handles.insert(handle);
  return handle_and_status(handle, NtStatus::success);
}

LsarAnswer close_policy(rpc::Stub stub, Association& association) {
  rpc::NdrReader reader(stub);
  reader.u32();
  rpc::Uuid handle{};
  for (std::byte& byte : handle) byte = std::byte{reader.u8()};
  if (reader.failed()) return tl::unexpected(rpc::kFaultBadStubData);
  if (stub.order == rpc::ByteOrder::big) handle = rpc::swapped(handle);
  if (association.handles.erase(handle) == 0) return tl::unexpected(rpc::kFaultContextMismatch);
  return handle_and_status({}, NtStatus::success);
}

}  // namespace

const rpc::SyntaxId& lsarpc_interface() {
  static const rpc::SyntaxId kInterface = [] {
    constexpr std::array<std::uint8_t, 16> kUuid{0x78, 0x57, 0x34, 0x12, 0x34, 0x12, 0xcd, 0xab,
                                                 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab};
    rpc::SyntaxId made;
    std::ranges::transform(kUuid, made.uuid.begin(), [](std::uint8_t b) { return std::byte{b}; });
    return made;
  }();
  return kInterface;
}

LsarAnswer lsarpc_call(std::uint16_t opnum, rpc::Stub stub, Caller caller,
                       Association& association) {
  switch (static_cast<LsarOpnum>(opnum)) {
    case LsarOpnum::close:
      return close_policy(stub, association);
    case LsarOpnum::open_policy:
    case LsarOpnum::open_policy_2:
      return open_policy(static_cast<LsarOpnum>(opnum), stub, caller, association);
  }
  return tl::unexpected(rpc::kFaultOpRange);
}

}  // namespace lunsim::smb_server
