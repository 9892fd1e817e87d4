// The client's end of DCE/RPC on a pipe: the bind, a login inside it if one is wanted, requests in
// fragments, and answers put together again. Knows no SMB2. MS-RPCE §3.3.2, C706 §12
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "initiator/smb_client/rpc_login.hpp"
#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_client {

class RpcCaller {
 public:
  /// Without `login` nobody logs in inside RPC.
  explicit RpcCaller(std::optional<RpcLogin> login = {}) : login_(std::move(login)) {}

  std::vector<std::byte> bind();
  /// What is said after `logs_in`: the next leg of the login.
  std::vector<std::byte> next_leg() { return std::move(leg_); }
  /// Fragments, in order.
  std::vector<std::vector<std::byte>> call(std::uint16_t opnum, rpc::Span stub);

  /// More bytes of answers.
  void take(rpc::Span bytes) { incoming_.insert(incoming_.end(), bytes.begin(), bytes.end()); }
  enum class Progress : std::uint8_t { wants_more, logs_in, bound, answered, faulted };
  /// Works on what has come.
  /// Errors   no RPC, not what was asked, not signed as was agreed, more than kStubMax
  Result<Progress> advance();
  std::vector<std::byte> stub() { return std::move(stub_); }
  std::uint32_t fault_status() const { return fault_status_; }

  // Refusals of a bind as the codes that a Windows caller sees: RPC_S_UNKNOWN_AUTHN_SERVICE and
  // RPC_S_CALL_FAILED_DNE. MS-ERREF §2.2
  static constexpr std::uint32_t kFaultUnknownAuthentication = 1747;
  static constexpr std::uint32_t kFaultBindRefused = 1727;

  static constexpr std::size_t kStubMax = std::size_t{16} << 20;

 private:
  Result<Progress> handle(rpc::Span pdu, const rpc::CommonHeader& header);
  Result<Progress> handle_bind_ack(rpc::Span pdu);
  Result<Progress> handle_bind_nak(rpc::Span pdu);
  Result<Progress> handle_response(rpc::Span pdu, const rpc::CommonHeader& header);

  std::optional<RpcLogin> login_;
  std::vector<std::byte> leg_;
  std::uint32_t call_id_ = 0;
  std::size_t fragment_bytes_ = rpc::kFragmentBytes;
  std::vector<std::byte> incoming_;
  std::vector<std::byte> stub_;
  bool is_first_ = true;
  std::uint32_t fault_status_ = 0;
};

}  // namespace lunsim::smb_client
