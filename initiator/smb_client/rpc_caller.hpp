// The client's end of DCE/RPC on a pipe: the bind, requests in fragments, and answers put together
// again. Knows no SMB2. MS-RPCE §3.3.2, C706 §12
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_client {

class RpcCaller {
 public:
  std::vector<std::byte> bind();
  /// Fragments, in order.
  std::vector<std::vector<std::byte>> call(std::uint16_t opnum, rpc::Span stub);

  /// More bytes of answers.
  void take(rpc::Span bytes) { incoming_.insert(incoming_.end(), bytes.begin(), bytes.end()); }
  enum class Progress : std::uint8_t { wants_more, bound, answered, faulted };
  /// Works on what has come.
  /// Errors   no RPC, not what was asked, more than kStubMax
  Result<Progress> advance();
  std::vector<std::byte> stub() { return std::move(stub_); }
  std::uint32_t fault_status() const { return fault_status_; }

  static constexpr std::size_t kStubMax = std::size_t{16} << 20;

 private:
  Result<Progress> handle(rpc::Span pdu, const rpc::CommonHeader& header);
  Result<Progress> handle_bind_ack(rpc::Span pdu);

  std::uint32_t call_id_ = 0;
  std::size_t fragment_bytes_ = rpc::kFragmentBytes;
  std::vector<std::byte> incoming_;
  std::vector<std::byte> stub_;
  bool is_first_ = true;
  std::uint32_t fault_status_ = 0;
};

}  // namespace lunsim::smb_client
