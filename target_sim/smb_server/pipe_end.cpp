#include "target_sim/smb_server/pipe_end.hpp"

#include <algorithm>

#include "target_sim/smb_server/management.hpp"

namespace lunsim::smb_server {
namespace {

using namespace rpc;

constexpr std::size_t kContextsMax = 64;
constexpr std::uint16_t kFragmentBytesMin = 1432;  // MS-RPCE §3.3.1.5.6
constexpr std::uint16_t kNakNotSpecified = 0;
constexpr std::uint16_t kNakAuthenticationType = 8;
constexpr std::uint16_t kFeatures = 3;  // security context multiplexing, keep connection on orphan

ContextAnswer judge(const PresentationContext& context) {
  for (const SyntaxId& offered : context.transfer_syntaxes)
    if (is_bind_time_features(offered))
      return {ContextResult::negotiate_ack,
              static_cast<std::uint16_t>(bind_time_features(offered) & kFeatures),
              {}};
  if (context.abstract_syntax != srvsvc::interface_id() &&
      context.abstract_syntax != management_interface())
    return {ContextResult::provider_rejection, kReasonAbstractSyntax, {}};
  if (std::ranges::find(context.transfer_syntaxes, ndr32()) == context.transfer_syntaxes.end())
    return {ContextResult::provider_rejection, kReasonTransferSyntaxes, {}};
  return {ContextResult::acceptance, 0, ndr32()};
}

}  // namespace

bool PipeEnd::write(Span bytes) {
  if (is_broken_ || outgoing_bytes_ > kOutgoingMax) return false;
  incoming_.insert(incoming_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  while (incoming_.size() - at >= kCommonHeaderBytes) {
    const Span left = Span(incoming_).subspan(at);
    const auto header = decode_common_header(left);
    is_broken_ = !header || header->fragment_bytes > kIncomingMax;
    if (is_broken_) return false;
    if (left.size() < header->fragment_bytes) break;
    is_broken_ = !handle_pdu(left.first(header->fragment_bytes));
    if (is_broken_) return has_message();
    at += header->fragment_bytes;
  }
  incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

PipeEnd::Message PipeEnd::read(std::size_t bytes_max) {
  Message message;
  if (outgoing_.empty()) return message;
  std::vector<std::byte>& first = outgoing_.front();
  const std::size_t size = std::min(bytes_max, first.size() - read_of_first_);
  const auto begin = first.begin() + static_cast<std::ptrdiff_t>(read_of_first_);
  message.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  read_of_first_ += size;
  message.is_cut = read_of_first_ < first.size();
  if (!message.is_cut) {
    outgoing_bytes_ -= first.size();
    outgoing_.pop_front();
    read_of_first_ = 0;
  }
  return message;
}

void PipeEnd::put(std::vector<std::byte> message) {
  outgoing_bytes_ += message.size();
  outgoing_.push_back(std::move(message));
}

bool PipeEnd::handle_pdu(Span pdu) {
  const auto header = decode_common_header(pdu);
  switch (header->type) {
    case PduType::bind:
      if (is_bound_) return false;
      return bind(pdu, *header);
    case PduType::alter_context:
      return is_bound_ && bind(pdu, *header);
    case PduType::request:
      return request(pdu, *header);
    case PduType::co_cancel:
      return true;
    case PduType::orphaned:
      pending_.reset();
      return true;
    default:
      return false;
  }
}

bool PipeEnd::bind(Span pdu, const CommonHeader& header) {
  const bool is_alter = header.type == PduType::alter_context;
  const auto wanted = decode_bind(pdu);
  if (!wanted) {
    put(encode_bind_nak(kNakNotSpecified, header.call_id));
    return false;
  }
  if (header.auth_bytes > 0) {
    // Authentication inside RPC is not spoken here: the login below it counts.
    put(encode_bind_nak(kNakAuthenticationType, header.call_id));
    return false;
  }
  BindAck ack;
  for (const PresentationContext& context : wanted->contexts) {
    const ContextAnswer answer = judge(context);
    if (contexts_.size() < kContextsMax || contexts_.contains(context.id))
      contexts_[context.id] = answer.result != ContextResult::acceptance ? Serves::nothing
                              : context.abstract_syntax == management_interface()
                                  ? Serves::management
                                  : Serves::service;
    ack.results.push_back(answer);
  }
  if (!is_alter) {
    is_bound_ = true;
    fragment_bytes_ = std::clamp(wanted->max_recv_bytes, kFragmentBytesMin, kFragmentBytes);
    ack.secondary_address = "\\PIPE\\" + name_;
  }
  ack.max_xmit_bytes = static_cast<std::uint16_t>(fragment_bytes_);
  ack.max_recv_bytes = std::clamp(wanted->max_xmit_bytes, kFragmentBytesMin, kFragmentBytes);
  ack.association_group =
      wanted->association_group != 0 ? wanted->association_group : association_group_;
  put(encode(ack, header.call_id, is_alter ? PduType::alter_context_resp : PduType::bind_ack));
  return true;
}

bool PipeEnd::request(Span pdu, const CommonHeader& header) {
  const auto part = decode_request(pdu);
  if (!part || !is_bound_) return false;
  if ((header.flags & kFirstFragment) != 0) {
    if (pending_) return false;
    pending_ = Pending{header.call_id, part->context_id, part->opnum, {}};
  }
  if (!pending_ || pending_->call_id != header.call_id) return false;
  if (pending_->stub.size() + part->stub.size() > kStubMax) {
    put(encode_fault(part->context_id, kFaultProtocol, header.call_id));
    return false;
  }
  pending_->stub.insert(pending_->stub.end(), part->stub.begin(), part->stub.end());
  if ((header.flags & kLastFragment) != 0) {
    const auto known = contexts_.find(pending_->context_id);
    if (known == contexts_.end() || known->second == Serves::nothing) {
      put(encode_fault(pending_->context_id, kFaultUnknownInterface, header.call_id, true));
    } else {
      answer_call(pending_->opnum, header.call_id, known->second);
    }
    pending_.reset();
  }
  return true;
}

void PipeEnd::answer_call(std::uint16_t opnum, std::uint32_t call_id, Serves who) {
  const auto stub = who == Serves::management ? management_call(opnum, pending_->stub)
                                              : call_(opnum, pending_->stub);
  if (!stub) {
    put(encode_fault(pending_->context_id, stub.error(), call_id, stub.error() == kFaultOpRange));
    return;
  }
  for (auto& fragment : encode_response(pending_->context_id, *stub, call_id, fragment_bytes_))
    put(std::move(fragment));
}

}  // namespace lunsim::smb_server
