#include "target_sim/smb_faults/stub_change.hpp"

#include <algorithm>

#include "target_sim/smb_server/refusal.hpp"

namespace lunsim::smb_faults {
namespace {

using namespace rpc::srvsvc;
using smb_server::is_enumeration;

// Of an enumeration's answer: Level, the union's tag, a pointer to the container, EntriesRead.
constexpr std::size_t kTagOffset = 4;
constexpr std::size_t kContainerOffset = 8;
constexpr std::size_t kEntriesOffset = 12;

void put(std::vector<std::byte>& stub, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4 && offset + i < stub.size(); ++i)
    stub[offset + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

}  // namespace

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
