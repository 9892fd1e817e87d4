// The trouble that strikes messages and calls of a fake SMB server: in front of the scenario's own
// faults; what those drop or cut is no point. A point of a request is "before it is delivered", of
// an answer "before it leaves" and, for breaks, "when it has left"; of a call each outcome that a
// server may say. Crashes, silence and pieces are not for servers.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "scenarios/explore/strike.hpp"
#include "target_sim/smb_server/message_tap.hpp"

namespace lunsim::explore {

class StrikingServerTap final : public smb_server::MessageTap {
 public:
  /// Both outlive it; `own` may be null.
  StrikingServerTap(Strike& strike, smb_server::MessageTap* own) : strike_(strike), own_(own) {}

  static bool strikes(Trouble trouble);

  smb_server::RequestVerdict judge_request(runtime::ConnectionId connection,
                                           const smb::Header& header, std::u16string_view user,
                                           smb_server::TimePoint now) override;
  smb_server::ResponseVerdict judge_response(runtime::ConnectionId connection,
                                             smb_server::TappedResponse& response,
                                             std::u16string_view user,
                                             smb_server::TimePoint now) override;
  Answer call(const smb_server::TappedCall& call, smb_server::SessionTable& sessions,
              const Routine& routine) override;
  void change_answer(std::vector<std::byte>& pdu) override {
    if (own_ != nullptr && !has_answered_) own_->change_answer(pdu);
  }

  /// The code that a call was answered with in place of its own, once; nothing if the story's own
  /// faults then spoilt the answer.
  std::optional<std::uint32_t> take_due() { return std::exchange(due_, std::nullopt); }

 private:
  bool pass_message(const char* when, smb::Command command);
  void apply(smb_server::FrameVerdict& frame, std::uint32_t cut_after) const;

  Strike& strike_;
  smb_server::MessageTap* own_;
  std::optional<std::uint32_t> due_;
  bool has_answered_ = false;  // the last call, in place of `own_`
};

}  // namespace lunsim::explore
