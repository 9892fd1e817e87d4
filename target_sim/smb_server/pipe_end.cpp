#include "target_sim/smb_server/pipe_end.hpp"

#include <algorithm>

#include "target_sim/smb_server/management.hpp"

namespace lunsim::smb_server {
namespace {

using namespace rpc;

constexpr std::size_t kContextsMax = 64;
constexpr std::uint16_t kFragmentBytesMin = 1432;  // MS-RPCE §3.3.1.5.6
constexpr std::uint16_t kFeatures = 3;  // security context multiplexing, keep connection on orphan

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
      return !is_bound_ && bind(pdu, *header);
    case PduType::alter_context:
      return is_bound_ && bind(pdu, *header);
    case PduType::auth3:
      return is_bound_ && authenticate(pdu);
    case PduType::request:
      return is_bound_ && request(pdu, *header);
    case PduType::co_cancel:
      return true;
    case PduType::orphaned:
      pending_.reset();
      return true;
    default:
      return false;
  }
}

ContextAnswer PipeEnd::judge(const PresentationContext& context) const {
  for (const SyntaxId& offered : context.transfer_syntaxes)
    if (is_bind_time_features(offered))
      return {ContextResult::negotiate_ack,
              static_cast<std::uint16_t>(bind_time_features(offered) & kFeatures),
              {}};
  if (context.abstract_syntax != service_.interface &&
      context.abstract_syntax != management_interface())
    return {ContextResult::provider_rejection, kReasonAbstractSyntax, {}};
  if (std::ranges::find(context.transfer_syntaxes, ndr32()) == context.transfer_syntaxes.end())
    return {ContextResult::provider_rejection, kReasonTransferSyntaxes, {}};
  return {ContextResult::acceptance, 0, ndr32()};
}

/// The last word of a pipe; in answer to alter_context a fault. MS-RPCE §2.2.2.5
bool PipeEnd::refuse_bind(const CommonHeader& header, std::uint16_t reason) {
  put(header.type == PduType::bind ? encode_bind_nak(reason, header.call_id)
                                   : encode_fault(0, kFaultAccessDenied, header.call_id));
  return false;
}

BindAck PipeEnd::acknowledge(const Bind& wanted, bool is_alter) {
  BindAck ack;
  for (const PresentationContext& context : wanted.contexts) {
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
    fragment_bytes_ = std::clamp(wanted.max_recv_bytes, kFragmentBytesMin, kFragmentBytes);
    ack.secondary_address = "\\PIPE\\" + service_.name;
  }
  ack.max_xmit_bytes = static_cast<std::uint16_t>(fragment_bytes_);
  ack.max_recv_bytes = std::clamp(wanted.max_xmit_bytes, kFragmentBytesMin, kFragmentBytes);
  ack.association_group = association_->id;
  return ack;
}

bool PipeEnd::bind(Span pdu, const CommonHeader& header) {
  const bool is_alter = header.type == PduType::alter_context;
  const auto wanted = decode_bind(pdu);
  const auto trailer = decode_auth(pdu);
  if (!wanted || !trailer) return refuse_bind(header, kNakNotSpecified);
  if (!is_alter)
    association_ = service_.associations.join(wanted->association_group, service_.peer);
  if (!association_) return refuse_bind(header, kNakNotSpecified);
  SecurityContext* security = nullptr;
  std::vector<std::byte> token;
  if (const auto& auth = *trailer) {
    security = find_security(auth->context_id);
    if (security == nullptr) {
      if (!SecurityContext::is_served(*auth)) return refuse_bind(header, kNakAuthenticationType);
      if (security_.size() >= kSecurityContextsMax) return refuse_bind(header, kNakNotSpecified);
      security =
          &security_.try_emplace(auth->context_id, service_.make_acceptor(), *auth).first->second;
    }
    token = security->take(*auth);
    if (security->state() == SecurityContext::State::refused)
      return refuse_bind(header, kNakInvalidChecksum);
  }
  auto answer = encode(acknowledge(*wanted, is_alter), header.call_id,
                       is_alter ? PduType::alter_context_resp : PduType::bind_ack);
  if (security != nullptr) {
    answer[3] |= static_cast<std::byte>(header.flags & kSupportHeaderSign);
    if (!token.empty()) security->append(answer, token);
  }
  put(std::move(answer));
  return true;
}

/// The last leg of a login, which has no answer: calls are refused if it was wrong. §2.2.2.6
bool PipeEnd::authenticate(Span pdu) {
  const auto trailer = decode_auth(pdu);
  if (!trailer || !*trailer) return false;
  SecurityContext* security = find_security((*trailer)->context_id);
  if (security == nullptr) return false;
  (void)security->take(**trailer);
  return true;
}

SecurityContext* PipeEnd::find_security(std::uint32_t id) {
  const auto found = security_.find(id);
  return found == security_.end() ? nullptr : &found->second;
}

bool PipeEnd::request(Span pdu, const CommonHeader& header) {
  const auto trailer = decode_auth(pdu);
  if (!trailer) return false;
  const auto refuse = [&] {
    put(encode_fault(0, kFaultAccessDenied, header.call_id, true));
    return false;
  };
  if (!*trailer) {
    const bool wants_protection =
        std::ranges::any_of(security_, [](const auto& entry) { return entry.second.protects(); });
    if (wants_protection) return refuse();
    // A login at the level of a connection is that of all its requests.
    SecurityContext* security = security_.empty() ? nullptr : &security_.begin()->second;
    if (security != nullptr && security->state() != SecurityContext::State::established)
      return refuse();
    return request_part(pdu, header, security);
  }
  SecurityContext* security = find_security((*trailer)->context_id);
  if (security == nullptr || security->state() != SecurityContext::State::established)
    return refuse();
  const auto clear = security->opened(pdu, **trailer);
  if (!clear) return refuse();
  return request_part(*clear, header, security);
}

bool PipeEnd::request_part(Span pdu, const CommonHeader& header, SecurityContext* security) {
  const auto part = decode_request(pdu);
  if (!part) return false;
  if ((header.flags & kFirstFragment) != 0) {
    if (pending_) return false;
    pending_ =
        Pending{header.call_id, part->context_id, part->opnum, security, part->stub.order, {}};
  }
  if (!pending_ || pending_->call_id != header.call_id || pending_->security != security ||
      pending_->order != part->stub.order)
    return false;
  const Span stub = part->stub.bytes;
  if (pending_->stub.size() + stub.size() > kStubMax) {
    put(encode_fault(part->context_id, kFaultProtocol, header.call_id));
    return false;
  }
  pending_->stub.insert(pending_->stub.end(), stub.begin(), stub.end());
  if ((header.flags & kLastFragment) == 0) return true;
  const auto known = contexts_.find(pending_->context_id);
  if (known == contexts_.end() || known->second == Serves::nothing) {
    put(encode_fault(pending_->context_id, kFaultUnknownInterface, header.call_id, true));
  } else {
    answer_call(known->second);
  }
  pending_.reset();
  return true;
}

void PipeEnd::answer_call(Serves who) {
  SecurityContext* const security = pending_->security;
  const Stub asked(pending_->stub, pending_->order);
  const bool is_protected = security != nullptr && security->protects();
  const smb::Login* login = security == nullptr ? nullptr : &security->login();
  const auto stub =
      who == Serves::management
          ? management_call(pending_->opnum, asked, service_.interface)
          : service_.call({pending_->opnum, asked, login, *association_, is_protected});
  if (!stub) {
    put(encode_fault(pending_->context_id, stub.error(), pending_->call_id,
                     stub.error() == kFaultOpRange));
    return;
  }
  const std::size_t protection = security == nullptr ? 0 : security->protection_bytes();
  for (auto& fragment : encode_response(pending_->context_id, *stub, pending_->call_id,
                                        fragment_bytes_ - protection)) {
    if (security != nullptr) security->protect(fragment);
    if (who == Serves::service && service_.before_leaving) service_.before_leaving(fragment);
    put(std::move(fragment));
  }
}

}  // namespace lunsim::smb_server
