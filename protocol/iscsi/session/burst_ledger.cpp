#include "protocol/iscsi/session/burst_ledger.hpp"

namespace lunsim::session {

BurstLedger::Judgement BurstLedger::take(DataSn data_sn, std::uint32_t offset_bytes,
                                         std::uint32_t bytes, bool is_final) {
  if (data_sn != next_data_sn_) return Judgement::wrong_data_sn;
  if (offset_bytes != next_offset_) return Judgement::wrong_offset;
  if (bytes > remaining()) return Judgement::too_much;
  ++next_data_sn_;
  next_offset_ += bytes;
  if (is_final) {
    return remaining() == 0 || may_end_early_ ? Judgement::complete : Judgement::final_early;
  }
  return remaining() == 0 ? Judgement::final_missing : Judgement::accepted;
}

}  // namespace lunsim::session
