// The command window seen from the initiator: the CmdSN to give out next and whether the target
// allows one more.
//                                                                                         RFC 7143
//                                                                                         §4.2.2.1
#pragma once

#include <cstdint>

#include "protocol/bytes/serial_number.hpp"

namespace lunsim::session {

class CommandNumbering {
 public:
  /// Closed until the target has opened it: the Login Responses say MaxCmdSN.
  /// `shared`: other connections of the session give out numbers, too. Then the one that the target
  /// expects is the best that this one knows.
  explicit CommandNumbering(CmdSn first, bool shared = false)
      : shared_(shared), next_(first), exp_cmd_sn_(first), max_cmd_sn_(first - 1) {}

  /// True while a non-immediate command may be sent.
  bool is_open() const { return !precedes(max_cmd_sn_, next_); }
  /// The number for a non-immediate command; only while is_open().
  CmdSn take();
  /// The number that an immediate command carries: the next one, not used up.
  CmdSn peek() const { return next_; }
  CmdSn exp_cmd_sn() const { return exp_cmd_sn_; }
  CmdSn max_cmd_sn() const { return max_cmd_sn_; }

  /// Takes ExpCmdSN and MaxCmdSN of a PDU from the target. Values that lie behind what is known,
  /// and a MaxCmdSN below ExpCmdSN - 1, are ignored, both of them.
  void update(CmdSn exp_cmd_sn, CmdSn max_cmd_sn);

 private:
  bool shared_;
  CmdSn next_;
  CmdSn exp_cmd_sn_;
  CmdSn max_cmd_sn_;
};

}  // namespace lunsim::session
