#include "initiator/smb_client/rpc_caller.hpp"

#include <algorithm>

namespace lunsim::smb_client {

using namespace rpc;

namespace {

constexpr std::uint16_t kFragmentBytesMin = 1432;  // MS-RPCE §3.3.1.5.6

Bind wanted_bind() {
  Bind wanted;
  wanted.contexts = {{0, srvsvc::interface_id(), {ndr32()}}};
  return wanted;
}

}  // namespace

std::vector<std::byte> RpcCaller::bind() {
  auto pdu = encode(wanted_bind(), ++call_id_);
  if (login_) login_->begin(pdu);
  return pdu;
}

std::vector<std::vector<std::byte>> RpcCaller::call(std::uint16_t opnum, Span stub) {
  stub_.clear();
  is_first_ = true;
  const std::size_t protection = login_ ? login_->protection_bytes() : 0;
  auto fragments = encode_request(0, opnum, stub, ++call_id_, fragment_bytes_ - protection);
  if (login_)
    for (auto& pdu : fragments) login_->protect(pdu);
  return fragments;
}

Result<RpcCaller::Progress> RpcCaller::advance() {
  while (incoming_.size() >= kCommonHeaderBytes) {
    const auto header = decode_common_header(incoming_);
    if (!header) return tl::unexpected(header.error());
    if (header->order != ByteOrder::little)
      return violation("the server writes big-endian, which is not read here", "C706 14.1", 4,
                       "packed_drep");
    if (incoming_.size() < header->fragment_bytes) break;
    const auto end = incoming_.begin() + header->fragment_bytes;
    const std::vector<std::byte> pdu(incoming_.begin(), end);
    incoming_.erase(incoming_.begin(), end);
    const auto progress = handle(pdu, *header);
    if (!progress || *progress != Progress::wants_more) return progress;
  }
  return Progress::wants_more;
}

Result<RpcCaller::Progress> RpcCaller::handle(Span pdu, const CommonHeader& header) {
  if (header.call_id != call_id_)
    return violation("an answer to another call", "C706 12.6.3.1", 12, "call_id");
  switch (header.type) {
    case PduType::bind_ack:
      return handle_bind_ack(pdu);
    case PduType::bind_nak:
      return handle_bind_nak(pdu);
    case PduType::alter_context_resp:
      if (!login_) break;
      if (const auto logged_in = login_->finish(pdu); !logged_in)
        return tl::unexpected(logged_in.error());
      return Progress::bound;
    case PduType::response:
      return handle_response(pdu, header);
    default:
      break;
  }
  if (header.type == PduType::fault) {
    const auto status = decode_fault(pdu);
    if (!status) return tl::unexpected(status.error());
    fault_status_ = *status;
    return Progress::faulted;
  }
  return violation("a PDU that answers no call", "C706 12.6.4", 2, "PTYPE");
}

Result<RpcCaller::Progress> RpcCaller::handle_response(Span pdu, const CommonHeader& header) {
  std::vector<std::byte> clear;
  if (login_ && login_->is_protecting()) {
    auto opened = login_->opened(pdu);
    if (!opened) return tl::unexpected(opened.error());
    clear = std::move(*opened);
    pdu = clear;
  }
  if (((header.flags & kFirstFragment) != 0) != is_first_)
    return violation("fragments out of order", "C706 12.6.3.1", 3, "pfc_flags");
  is_first_ = false;
  const auto piece = decode_response(pdu);
  if (!piece) return tl::unexpected(piece.error());
  if (stub_.size() + piece->size() > kStubMax)
    return violation("a longer answer than is taken", "C706 12.6.4.10");
  stub_.insert(stub_.end(), piece->begin(), piece->end());
  return (header.flags & kLastFragment) != 0 ? Progress::answered : Progress::wants_more;
}

Result<RpcCaller::Progress> RpcCaller::handle_bind_ack(Span pdu) {
  const auto ack = decode_bind_ack(pdu);
  if (!ack) return tl::unexpected(ack.error());
  if (ack->results.size() != 1)
    return violation("the bind_ack does not answer every context", "C706 12.6.4.4");
  if (ack->results[0].result != ContextResult::acceptance) {
    fault_status_ = kFaultUnknownInterface;
    return Progress::faulted;
  }
  if (ack->results[0].transfer_syntax != ndr32())
    return violation("a transfer syntax that was not offered", "C706 12.6.4.4");
  fragment_bytes_ = std::clamp(ack->max_recv_bytes, kFragmentBytesMin, kFragmentBytes);
  if (!login_) return Progress::bound;
  leg_ = encode(wanted_bind(), ++call_id_, PduType::alter_context);
  if (const auto right = login_->go_on(pdu, leg_); !right) return tl::unexpected(right.error());
  return Progress::logs_in;
}

/// Some reasons speak of the login.   C706 §12.6.3.6, MS-RPCE §2.2.2.5
Result<RpcCaller::Progress> RpcCaller::handle_bind_nak(Span pdu) {
  const auto reason = decode_bind_nak(pdu);
  if (!reason) return tl::unexpected(reason.error());
  fault_status_ = *reason == kNakAuthenticationType ? kFaultUnknownAuthentication
                  : *reason == kNakInvalidChecksum  ? kFaultAccessDenied
                                                    : kFaultBindRefused;
  return Progress::faulted;
}

}  // namespace lunsim::smb_client
