// The tap of a fake server's faults: brings what passes to the plan and does what the rules say
// that fire. Of several that fire at one message all do their part; of several at one call the
// first that answers it. What they make of an answer is signed like any other inside RPC; only
// `rpc_signature` spoils the signature itself.
#pragma once

#include <string>
#include <vector>

#include "target_sim/faults/fault_plan.hpp"
#include "target_sim/smb_faults/smb_fault.hpp"
#include "target_sim/smb_server/message_tap.hpp"

namespace lunsim::smb_faults {

class SmbFaultTap final : public smb_server::MessageTap {
 public:
  /// `plan` has the rules of `faults` from `first_rule` on, in their order, and outlives it.
  SmbFaultTap(std::vector<SmbFault> faults, target_sim::FaultPlan& plan, std::size_t first_rule = 0)
      : faults_(std::move(faults)), plan_(plan), first_rule_(first_rule) {}

  smb_server::RequestVerdict judge_request(runtime::ConnectionId, const smb::Header& header,
                                           std::u16string_view user,
                                           smb_server::TimePoint now) override;
  smb_server::ResponseVerdict judge_response(runtime::ConnectionId,
                                             smb_server::TappedResponse& response,
                                             std::u16string_view user,
                                             smb_server::TimePoint now) override;
  Answer call(const smb_server::TappedCall& call, smb_server::SessionTable& sessions,
              const Routine& routine) override;
  void change_answer(std::vector<std::byte>& pdu) override;

 private:
  struct Occasion {
    SmbSelector::Seam seam;
    runtime::ConnectionId connection{};
    std::optional<smb::Command> command;
    std::optional<smb::NtStatus> status;
    std::optional<std::uint16_t> opnum;
    std::optional<std::uint32_t> level;
    std::u16string_view user;
    smb_server::TimePoint now;
    bool is_protected = false;
  };
  static bool matches(const SmbFault& fault, const Occasion& occasion);
  /// The faults that fire here.
  std::vector<const SmbAction*> strike(const Occasion& occasion);

  std::vector<SmbFault> faults_;
  target_sim::FaultPlan& plan_;
  std::size_t first_rule_;
  Signature rpc_signature_ = Signature::right;  // of the answer to the last call
};

}  // namespace lunsim::smb_faults
