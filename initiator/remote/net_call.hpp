// A call of srvsvc that a caller wants to be made from the host, and what became of it, as bytes;
// and the face of whoever makes it. Which server is meant, and who logs in there, is the host's
// configuration. docs/remote_host.md
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lunsim::initiator::remote {

struct NetCall {
  std::optional<std::u16string> server;  // as the program named it
  std::uint16_t opnum = 0;
  std::vector<std::byte> stub;
};
struct NetReply {
  std::uint32_t code = 0;       // a Win32 code if no answer came
  std::vector<std::byte> stub;  // the answer's if the code is 0
};

std::vector<std::byte> encode(const NetCall& call);
std::vector<std::byte> encode(const NetReply& reply);
/// Empty for anything that encode() does not write, trailing bytes included.
std::optional<NetCall> decode_net_call(std::span<const std::byte> bytes);
std::optional<NetReply> decode_net_reply(std::span<const std::byte> bytes);

/// Makes calls; nothing is waited for.
class NetCalls {
 public:
  virtual ~NetCalls() = default;
  virtual std::uint64_t start(NetCall call) = 0;
  /// It has ended.
  virtual bool poll(std::uint64_t id) = 0;
  /// How; one that has not ended is given up.
  virtual NetReply take(std::uint64_t id) = 0;
};

}  // namespace lunsim::initiator::remote
