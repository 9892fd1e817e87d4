#include "protocol/iscsi/session/command_window.hpp"

#include <cassert>

namespace lunsim::session {

CommandWindow::CommandWindow(CmdSn first, std::uint32_t window_commands)
    : exp_cmd_sn_(first),
      max_cmd_sn_(first + (window_commands - 1)),
      window_commands_(window_commands) {
  assert(window_commands > 0);
}

CommandWindow::Judgement CommandWindow::judge(CmdSn cmd_sn) const {
  if (cmd_sn == exp_cmd_sn_ && !precedes(max_cmd_sn_, cmd_sn)) return Judgement::in_order;
  if (precedes(exp_cmd_sn_, cmd_sn) && !precedes(max_cmd_sn_, cmd_sn)) return Judgement::early;
  return Judgement::ignore;
}

void CommandWindow::delivered() {
  ++exp_cmd_sn_;
  ++outstanding_;
}

void CommandWindow::completed() {
  assert(outstanding_ > 0);
  --outstanding_;
  const CmdSn wanted = exp_cmd_sn_ + (window_commands_ - outstanding_ - 1);
  if (precedes(max_cmd_sn_, wanted)) max_cmd_sn_ = wanted;
}

}  // namespace lunsim::session
