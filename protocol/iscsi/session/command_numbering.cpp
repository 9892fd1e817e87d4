#include "protocol/iscsi/session/command_numbering.hpp"

#include <cassert>

namespace lunsim::session {

CmdSn CommandNumbering::take() {
  assert(is_open());
  const CmdSn given = next_;
  ++next_;
  return given;
}

void CommandNumbering::update(CmdSn exp_cmd_sn, CmdSn max_cmd_sn) {
  if (precedes(max_cmd_sn, exp_cmd_sn - 1)) return;
  if (precedes(exp_cmd_sn_, exp_cmd_sn)) exp_cmd_sn_ = exp_cmd_sn;
  if (precedes(max_cmd_sn_, max_cmd_sn)) max_cmd_sn_ = max_cmd_sn;
  if (shared_ && precedes(next_, exp_cmd_sn_)) next_ = exp_cmd_sn_;
}

}  // namespace lunsim::session
