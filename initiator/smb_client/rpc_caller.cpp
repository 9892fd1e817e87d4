#include "initiator/smb_client/rpc_caller.hpp"

#include <algorithm>

namespace lunsim::smb_client {

using namespace rpc;

namespace {

constexpr std::uint16_t kFragmentBytesMin = 1432;  // MS-RPCE §3.3.1.5.6

}  // namespace

std::vector<std::byte> RpcCaller::bind() {
  Bind wanted;
  wanted.contexts = {{0, srvsvc::interface_id(), {ndr32()}}};
  return encode(wanted, ++call_id_);
}

std::vector<std::vector<std::byte>> RpcCaller::call(std::uint16_t opnum, Span stub) {
  stub_.clear();
  is_first_ = true;
  return encode_request(0, opnum, stub, ++call_id_, fragment_bytes_);
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
  if (header.type == PduType::bind_ack) return handle_bind_ack(pdu);
  if (header.type == PduType::fault) {
    const auto status = decode_fault(pdu);
    if (!status) return tl::unexpected(status.error());
    fault_status_ = *status;
    return Progress::faulted;
  }
  if (header.type != PduType::response)
    return violation("a PDU that answers no call", "C706 12.6.4", 2, "PTYPE");
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
  return Progress::bound;
}

}  // namespace lunsim::smb_client
