#include "scenarios/explore/striking_server_tap.hpp"

#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "target_sim/smb_server/refusal.hpp"

namespace lunsim::explore {
namespace {

using smb_server::FrameVerdict;

constexpr std::int64_t kServerDelay_ns = 5'000'000'000;
constexpr std::uint32_t kWholeFrame = std::numeric_limits<std::uint32_t>::max();
// ERROR_ACCESS_DENIED, ERROR_NOT_ENOUGH_MEMORY and ERROR_NOT_SUPPORTED: what any call may end in.
constexpr std::array<std::uint32_t, 3> kServerOutcomes{5, 8, 50};

bool is_off_the_wire(const FrameVerdict& frame) {
  return frame.copies == 0 || frame.cut != FrameVerdict::Cut::no;
}

/// Whether an answer that the story's own faults let pass says in time what the server said.
bool is_as_said(const smb_server::ResponseVerdict& verdict) {
  return !is_off_the_wire(verdict.frame) && verdict.frame.hold_ns == 0 && verdict.pending_ns == 0 &&
         !verdict.is_signature_wrong && !verdict.is_signature_missing;
}

}  // namespace

bool StrikingServerTap::strikes(Trouble trouble) {
  return trouble == Trouble::reset || trouble == Trouble::drop || trouble == Trouble::delay ||
         trouble == Trouble::duplicate || trouble == Trouble::reorder ||
         trouble == Trouble::outcomes;
}

bool StrikingServerTap::pass_message(const char* when, smb::Command command) {
  if (strike_.trouble() == Trouble::outcomes) return false;
  return strike_
      .pass(1,
            [&](std::uint64_t) {
              return fmt::format(fmt::runtime(when), "SMB2 " + std::string(to_string(command)));
            })
      .has_value();
}

void StrikingServerTap::apply(FrameVerdict& frame, std::uint32_t cut_after) const {
  switch (strike_.trouble()) {
    case Trouble::reset:
      frame.cut = FrameVerdict::Cut::reset;
      frame.cut_after = cut_after;
      break;
    case Trouble::drop:
      frame.copies = 0;
      break;
    case Trouble::delay:
      frame.hold_ns += kServerDelay_ns;
      break;
    case Trouble::duplicate:
      frame.copies *= 2;
      break;
    case Trouble::reorder:
      frame.is_overtaken = true;
      break;
    default:
      break;
  }
}

smb_server::RequestVerdict StrikingServerTap::judge_request(runtime::ConnectionId connection,
                                                            const smb::Header& header,
                                                            std::u16string_view user,
                                                            smb_server::TimePoint now) {
  smb_server::RequestVerdict verdict;
  if (own_ != nullptr) verdict = own_->judge_request(connection, header, user, now);
  if (is_off_the_wire(verdict.frame)) return verdict;
  if (pass_message("before {} was delivered", header.command)) apply(verdict.frame, 0);
  return verdict;
}

smb_server::ResponseVerdict StrikingServerTap::judge_response(runtime::ConnectionId connection,
                                                              smb_server::TappedResponse& response,
                                                              std::u16string_view user,
                                                              smb_server::TimePoint now) {
  smb_server::ResponseVerdict verdict;
  if (own_ != nullptr) {
    const auto said = std::pair(response.header.status, response.body);
    verdict = own_->judge_response(connection, response, user, now);
    if (!is_as_said(verdict) || said.first != response.header.status ||
        said.second != response.body)
      due_.reset();
  }
  if (is_off_the_wire(verdict.frame)) return verdict;
  const smb::Command command = response.header.command;
  if (pass_message("before the answer to {} left", command)) {
    apply(verdict.frame, 0);
  } else if (strike_.trouble() == Trouble::reset &&
             pass_message("when the answer to {} had left", command)) {
    apply(verdict.frame, kWholeFrame);
  }
  return verdict;
}

StrikingServerTap::Answer StrikingServerTap::call(const smb_server::TappedCall& call,
                                                  smb_server::SessionTable& sessions,
                                                  const Routine& routine) {
  has_answered_ = false;
  if (strike_.trouble() == Trouble::outcomes) {
    const auto which = strike_.pass(kServerOutcomes.size(), [&](std::uint64_t n) {
      return fmt::format("call {} answered {}", call.opnum, kServerOutcomes[n]);
    });
    if (which) {
      has_answered_ = true;
      due_ = kServerOutcomes[*which];
      return smb_server::refusal_of(call.opnum, call.stub, *due_);
    }
  }
  return own_ == nullptr ? routine(call.stub, call.caller) : own_->call(call, sessions, routine);
}

}  // namespace lunsim::explore
