#include "target_sim/smb_server/srvsvc_other.hpp"

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::smb_server {
namespace {

using rpc::NdrReader;
using rpc::NdrWriter;
using rpc::OptionalText;
using Answer = rpc::srvsvc::Parsed<std::vector<std::byte>>;

constexpr std::uint32_t kNotSupported = 50;
constexpr std::uint32_t kInvalidLevel = 124;
constexpr std::uint32_t kDeviceNotShared = 2311;

enum class OtherOpnum : std::uint16_t {
  char_dev_enum = 0,
  char_dev_queue_enum = 3,
  share_check = 20,
  server_disk_enum = 23,
  server_transport_enum = 26,
};

Answer malformed() { return tl::unexpected(rpc::kFaultBadStubData); }

/// An enumeration of nothing: Level, the union with its arm NULL or empty, no entries, no handle.
std::vector<std::byte> nothing(std::uint32_t level, std::uint32_t levels, bool has_container,
                               std::uint32_t status) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.u32(level);
  writer.u32(level);
  if (level < levels) {
    writer.pointer(has_container);
    if (has_container) {
      writer.u32(0);
      writer.pointer(false);
    }
  }
  writer.u32(0);
  writer.pointer(false);
  writer.u32(status);
  return stub;
}

/// Serial and parallel ports are not shared by anybody any more.
Answer char_devices(rpc::Stub stub, bool has_user) {
  constexpr std::uint32_t kLevels = 2;
  NdrReader reader(stub);
  reader.unique_text();
  if (has_user) reader.unique_text();
  const std::uint32_t level = reader.u32();
  if (reader.failed()) return malformed();
  return nothing(level, kLevels, false, level < kLevels ? kNotSupported : kInvalidLevel);
}

/// TransportList is empty: SMB over TCP stands in no list.
Answer transports(rpc::Stub stub) {
  constexpr std::uint32_t kLevels = 4;
  NdrReader reader(stub);
  reader.unique_text();
  const std::uint32_t level = reader.u32();
  if (reader.failed()) return malformed();
  return nothing(level, kLevels, level < kLevels, level < kLevels ? 0 : kInvalidLevel);
}

/// One disk, C:.
Answer disks(rpc::Stub stub) {
  constexpr std::u16string_view kDisk(u"C:\0", 3);
  NdrReader reader(stub);
  reader.unique_text();
  const std::uint32_t level = reader.u32();
  if (reader.failed()) return malformed();
  const bool is_right = level == 0;
  std::vector<std::byte> out;
  NdrWriter writer(out);
  writer.u32(is_right ? 1 : 0);
  writer.pointer(is_right);
  if (is_right) {
    for (const std::uint32_t count : {1u, 0u, 1u}) writer.u32(count);  // size, offset, length
    writer.u32(0);
    writer.u32(kDisk.size());
    for (const char16_t unit : kDisk) {
      writer.u8(static_cast<std::uint8_t>(unit & 0xff));
      writer.u8(static_cast<std::uint8_t>(unit >> 8));
    }
  }
  writer.u32(is_right ? 1 : 0);
  writer.pointer(false);
  writer.u32(is_right ? 0 : kInvalidLevel);
  return out;
}

Answer share_check(rpc::Stub stub, std::span<const rpc::srvsvc::ShareInfo> shares) {
  NdrReader reader(stub);
  reader.unique_text();
  const std::u16string device = reader.text();
  if (reader.failed()) return malformed();
  std::uint32_t type = 0;
  std::uint32_t status = kDeviceNotShared;
  for (const rpc::srvsvc::ShareInfo& share : shares)
    // IPC$ has an empty path, and Windows finds it by that.
    if (smb::ntlm::is_equal_without_case(share.path.value_or(u""), device)) {
      type = share.type & ~kShareTypeSpecial;
      status = 0;
    }
  std::vector<std::byte> out;
  NdrWriter writer(out);
  writer.u32(type);
  writer.u32(status);
  return out;
}

}  // namespace

std::optional<Answer> other_call(std::uint16_t opnum, rpc::Stub stub,
                                 std::span<const rpc::srvsvc::ShareInfo> shares) {
  switch (static_cast<OtherOpnum>(opnum)) {
    case OtherOpnum::char_dev_enum:
      return char_devices(stub, false);
    case OtherOpnum::char_dev_queue_enum:
      return char_devices(stub, true);
    case OtherOpnum::share_check:
      return share_check(stub, shares);
    case OtherOpnum::server_disk_enum:
      return disks(stub);
    case OtherOpnum::server_transport_enum:
      return transports(stub);
  }
  return std::nullopt;
}

}  // namespace lunsim::smb_server
