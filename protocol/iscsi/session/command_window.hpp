// The command window seen from the target: which CmdSN may come now, and what ExpCmdSN and MaxCmdSN
// say. Holds numbers only; commands that came early are the session's to keep. RFC 7143 §4.2.2.1
#pragma once

#include <cstdint>

#include "protocol/bytes/serial_number.hpp"

namespace lunsim::session {

class CommandWindow {
 public:
  /// `window_commands` is how many commands may be with the target at once; at least 1.
  CommandWindow(CmdSn first, std::uint32_t window_commands);

  enum class Judgement : std::uint8_t { in_order, early, ignore };

  /// Judges the CmdSN of an arriving command.
  ///
  /// Shape    one serial number; the window is [exp_cmd_sn, max_cmd_sn], modulo 2^32
  /// Returns  in_order: deliver now and call delivered(); early: hold; ignore: outside the window
  /// or a duplicate,
  ///          which MUST be ignored silently
  /// Errors   none; immediate commands must not be passed here
  /// Cost     O(1)
  Judgement judge(CmdSn cmd_sn) const;

  /// The in-order command was taken: ExpCmdSN moves on, the command counts against the window.
  void delivered();
  /// A command that was delivered has ended: the window opens by one.
  void completed();

  CmdSn exp_cmd_sn() const { return exp_cmd_sn_; }
  /// Never moves back.
  CmdSn max_cmd_sn() const { return max_cmd_sn_; }
  std::uint32_t outstanding() const { return outstanding_; }

 private:
  CmdSn exp_cmd_sn_;
  CmdSn max_cmd_sn_;
  std::uint32_t window_commands_;
  std::uint32_t outstanding_ = 0;
};

}  // namespace lunsim::session
