#include "target_sim/smb_faults/smb_fault_tap.hpp"

#include "protocol/bytes/utf16.hpp"
#include "protocol/rpc/pdu.hpp"
#include "protocol/smb/message/session_messages.hpp"
#include "target_sim/smb_faults/stub_change.hpp"
#include "target_sim/smb_server/refusal.hpp"

namespace lunsim::smb_faults {
namespace {

using smb_server::FrameVerdict;

constexpr std::size_t kDialectOffset = 4;  // of DialectRevision in a NEGOTIATE response's body

/// The part of a verdict that requests and answers share.
void become(const SmbAction& action, FrameVerdict& frame) {
  if (action.drop) frame.copies = 0;
  if (action.copies > 1 && frame.copies > 0) frame.copies = action.copies;
  frame.hold_ns += action.delay_ns;
  frame.is_overtaken |= action.overtaken;
  if (action.cut == Cut::no) return;
  frame.cut = action.cut == Cut::reset ? FrameVerdict::Cut::reset : FrameVerdict::Cut::finish;
  frame.cut_after = action.cut_after;
}

}  // namespace

bool SmbFaultTap::matches(const SmbFault& fault, const Occasion& occasion) {
  const SmbSelector& on = fault.on;
  // A signature that is not there cannot be spoilt.
  if (fault.action.rpc_signature != Signature::right && !occasion.is_protected) return false;
  if (on.seam != occasion.seam) return false;
  if (on.command && on.command != occasion.command) return false;
  if (on.status && on.status != occasion.status) return false;
  if (on.opnum && on.opnum != occasion.opnum) return false;
  if (on.level && on.level != occasion.level) return false;
  return on.user.empty() ||
         target_sim::matches_glob(
             on.user, bytes::utf8_from_utf16(std::u16string(occasion.user)).value_or("?"));
}

std::vector<const SmbAction*> SmbFaultTap::strike(const Occasion& occasion) {
  // All that wait for it count it; one that another wakes by firing waits for the next.
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < faults_.size(); ++i)
    if (plan_.is_awake(first_rule_ + i) && matches(faults_[i], occasion)) waiting.push_back(i);
  std::vector<const SmbAction*> out;
  target_sim::FaultOccasion counted;
  counted.connection = static_cast<std::uint32_t>(occasion.connection);
  counted.now_ns = occasion.now.since_start_ns;
  for (const std::size_t i : waiting)
    if (plan_.strike(first_rule_ + i, counted)) out.push_back(&faults_[i].action);
  return out;
}

smb_server::RequestVerdict SmbFaultTap::judge_request(runtime::ConnectionId connection,
                                                      const smb::Header& header,
                                                      std::u16string_view user,
                                                      smb_server::TimePoint now) {
  smb_server::RequestVerdict verdict;
  for (const SmbAction* action :
       strike({SmbSelector::Seam::receive, connection, header.command, {}, {}, {}, user, now})) {
    become(*action, verdict.frame);
    if (action->status) verdict.status = action->status;
  }
  return verdict;
}

smb_server::ResponseVerdict SmbFaultTap::judge_response(runtime::ConnectionId connection,
                                                        smb_server::TappedResponse& response,
                                                        std::u16string_view user,
                                                        smb_server::TimePoint now) {
  smb_server::ResponseVerdict verdict;
  for (const SmbAction* action : strike({SmbSelector::Seam::send,
                                         connection,
                                         response.header.command,
                                         response.header.status,
                                         {},
                                         {},
                                         user,
                                         now})) {
    become(*action, verdict.frame);
    verdict.is_signature_wrong |= action->signature == Signature::wrong;
    verdict.is_signature_missing |= action->signature == Signature::missing;
    verdict.pending_ns += action->pending_ns;
    verdict.expires_session |= action->expire_session;
    if (action->credits) response.header.credits = *action->credits;
    if (action->dialect && response.body.size() >= kDialectOffset + 2) {
      const auto code = static_cast<std::uint16_t>(*action->dialect);
      response.body[kDialectOffset] = static_cast<std::byte>(code & 0xff);
      response.body[kDialectOffset + 1] = static_cast<std::byte>(code >> 8);
    }
    if (!action->status) continue;
    response.header.status = *action->status;
    if (smb::is_error(*action->status)) response.body = smb::encode_error_body();
  }
  return verdict;
}

SmbFaultTap::Answer SmbFaultTap::call(const smb_server::TappedCall& call,
                                      smb_server::SessionTable& sessions, const Routine& routine) {
  Occasion occasion{SmbSelector::Seam::call,
                    {},
                    {},
                    {},
                    call.opnum,
                    smb_server::level_of(call.opnum, call.stub),
                    call.user,
                    call.now,
                    call.is_protected};
  rpc_signature_ = Signature::right;
  std::optional<Answer> given;
  for (const SmbAction* action : strike(occasion)) {
    if (action->rpc_signature != Signature::right) rpc_signature_ = action->rpc_signature;
    if (action->rpc_fault && !given) given = tl::unexpected(*action->rpc_fault);
    if (!given || action->done) {
      Answer own = !action->returns || action->done
                       ? routine(call.stub, call.caller)
                       : Answer(smb_server::refusal_of(call.opnum, call.stub, *action->returns));
      if (!given) given = std::move(own);
    }
    if (given->has_value()) change_stub(*action, call.opnum, call.stub, **given);
    if (action->end_sessions)
      sessions.end(bytes::utf16_from_utf8(action->end_sessions->client).value_or(u""),
                   bytes::utf16_from_utf8(action->end_sessions->user).value_or(u""));
  }
  return given ? std::move(*given) : routine(call.stub, call.caller);
}

void SmbFaultTap::change_answer(std::vector<std::byte>& pdu) {
  if (rpc_signature_ == Signature::wrong) pdu.back() ^= std::byte{1};
  if (rpc_signature_ == Signature::missing) rpc::remove_auth(pdu);
}

}  // namespace lunsim::smb_faults
