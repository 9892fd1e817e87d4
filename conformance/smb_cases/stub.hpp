// Stubs of srvsvc's session calls from explicit bytes, and answers read back: NDR, 32 bits, little
// endian. On purpose not the codec that lunsim's client and server share.   MS-SRVS §6, C706 §14
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lunsim::conformance::srvsvc {

using Bytes = std::vector<std::byte>;
using Text = std::optional<std::u16string>;  // empty: a NULL pointer

inline constexpr std::uint16_t kSessionEnum = 12;
inline constexpr std::uint16_t kSessionDel = 13;
inline constexpr std::uint32_t kEverything = 0xffff'ffff;

struct EnumCall {
  Text server{};
  Text client{};
  Text user{};
  std::uint32_t level = 10;
  std::uint32_t preferred_bytes = kEverything;
  std::optional<std::uint32_t> resume{};
};
Bytes stub_of(const EnumCall& call);
Bytes del_stub(const Text& client, const Text& user);

struct Session {
  std::u16string client, user, client_type, transport;
  std::uint32_t opens = 0, time_s = 0, idle_s = 0, flags = 0;
};
struct EnumAnswer {
  std::uint32_t level = 0;
  std::vector<Session> sessions;
  std::uint32_t total = 0;
  std::optional<std::uint32_t> resume;
  std::uint32_t code = 0;
};
/// Empty if it is not exactly an answer at a level that is known, or at one that has no structure.
std::optional<EnumAnswer> read_enum(std::span<const std::byte> stub);
std::optional<std::uint32_t> read_code(std::span<const std::byte> stub);

}  // namespace lunsim::conformance::srvsvc
