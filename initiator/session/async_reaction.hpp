// What an Asynchronous Message obliges an initiator to do, as a value. RFC 7143 §11.9.1
#pragma once

#include "protocol/iscsi/pdu/async_message.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::initiator {

struct AsyncReaction {
  enum class Kind : std::uint8_t {
    none,       // tell the application, no more
    log_out,    // the target wants a Logout
    drop,       // the target drops our connection: as if TCP had failed
    end_tasks,  // all tasks of the unit have ended; acknowledge by NOP-Out
  };
  Kind kind = Kind::none;
  runtime::Duration log_out_within{0};  // log_out: Parameter3
  std::uint16_t time2wait_s = 0;        // drop: Parameter2
};

/// `cid`: of the connection that it came on, the only one of its session.
AsyncReaction react_to(const pdu::AsyncMessage& message, std::uint16_t cid);

}  // namespace lunsim::initiator
