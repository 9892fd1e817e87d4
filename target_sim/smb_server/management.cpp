#include "target_sim/smb_server/management.hpp"

#include <algorithm>
#include <array>

#include "protocol/rpc/ndr.hpp"

namespace lunsim::smb_server {
namespace {

constexpr std::uint32_t kAccessDenied = 5;
constexpr std::uint32_t kUnknownAuthenticationService = 1747;
constexpr std::uint32_t kStatistics = 4;       // calls in, calls out, packets in, packets out
constexpr std::uint32_t kNameBytesMax = 4096;  // of a principal's name that is asked for

enum class ManagementOpnum : std::uint16_t {
  inq_if_ids,
  inq_stats,
  is_server_listening,
  stop_server_listening,
  inq_princ_name,
};

void write(rpc::NdrWriter& writer, const rpc::SyntaxId& syntax) {
  for (const std::byte byte : syntax.uuid) writer.u8(std::to_integer<std::uint8_t>(byte));
  writer.u32(syntax.version);
}

std::vector<std::byte> interfaces(const rpc::SyntaxId& own) {
  const std::array<const rpc::SyntaxId*, 2> served{&own, &management_interface()};
  std::vector<std::byte> stub;
  rpc::NdrWriter writer(stub);
  writer.pointer(true);
  writer.u32(served.size());  // as the array's size, and as its count
  writer.u32(served.size());
  for (std::size_t i = 0; i < served.size(); ++i) writer.pointer(true);
  for (const rpc::SyntaxId* syntax : served) write(writer, *syntax);
  writer.u32(0);
  return stub;
}

/// Nothing is counted here.
std::vector<std::byte> statistics() {
  std::vector<std::byte> stub;
  rpc::NdrWriter writer(stub);
  writer.u32(kStatistics);
  writer.u32(kStatistics);
  for (std::uint32_t i = 0; i < kStatistics; ++i) writer.u32(0);
  writer.u32(0);
  return stub;
}

/// Nobody has a name for a service that is not authenticated at this layer.
rpc::srvsvc::Parsed<std::vector<std::byte>> principal_name(rpc::Stub request) {
  rpc::NdrReader reader(request);
  reader.u32();
  const std::uint32_t size = reader.u32();
  if (reader.failed() || size > kNameBytesMax) return tl::unexpected(rpc::kFaultBadStubData);
  std::vector<std::byte> stub;
  rpc::NdrWriter writer(stub);
  writer.u32(size);
  writer.u32(0);
  writer.u32(size > 0 ? 1 : 0);
  if (size > 0) writer.u8(0);
  writer.u32(kUnknownAuthenticationService);
  return stub;
}

}  // namespace

const rpc::SyntaxId& management_interface() {
  static const rpc::SyntaxId kInterface = [] {
    constexpr std::array<std::uint8_t, 16> kUuid{0x80, 0xbd, 0xa8, 0xaf, 0x8a, 0x7d, 0xc9, 0x11,
                                                 0xbe, 0xf4, 0x08, 0x00, 0x2b, 0x10, 0x29, 0x89};
    rpc::SyntaxId made;
    std::ranges::transform(kUuid, made.uuid.begin(), [](std::uint8_t b) { return std::byte{b}; });
    made.version = 1;
    return made;
  }();
  return kInterface;
}

rpc::srvsvc::Parsed<std::vector<std::byte>> management_call(std::uint16_t opnum, rpc::Stub stub,
                                                            const rpc::SyntaxId& served) {
  std::vector<std::byte> out;
  rpc::NdrWriter writer(out);
  switch (static_cast<ManagementOpnum>(opnum)) {
    case ManagementOpnum::inq_if_ids:
      return interfaces(served);
    case ManagementOpnum::inq_stats:
      return statistics();
    case ManagementOpnum::is_server_listening:
      writer.u32(0);
      writer.u32(1);
      return out;
    case ManagementOpnum::stop_server_listening:
      writer.u32(kAccessDenied);
      return out;
    case ManagementOpnum::inq_princ_name:
      return principal_name(stub);
  }
  return tl::unexpected(rpc::kFaultOpRange);
}

}  // namespace lunsim::smb_server
