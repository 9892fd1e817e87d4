#include "initiator/session/async_reaction.hpp"

namespace lunsim::initiator {

using Kind = AsyncReaction::Kind;

AsyncReaction react_to(const pdu::AsyncMessage& message, std::uint16_t cid) {
  switch (message.async_event) {
    case pdu::AsyncEvent::logout_request:
    case pdu::AsyncEvent::negotiation_request:
      // A Logout answers a wish to negotiate as well, and we have nothing to negotiate in full
      // feature phase.
      return {.kind = Kind::log_out,
              .log_out_within = std::chrono::seconds{message.parameter3},
              .time2wait_s = 0};
    case pdu::AsyncEvent::connection_drop:
      if (message.parameter1 != cid) return {};
      [[fallthrough]];
    case pdu::AsyncEvent::session_drop:
      return {.kind = Kind::drop,
              .log_out_within = runtime::Duration{0},
              .time2wait_s = message.parameter2};
    case pdu::AsyncEvent::task_termination:
      return {.kind = Kind::end_tasks, .log_out_within = runtime::Duration{0}, .time2wait_s = 0};
    default:
      return {};
  }
}

}  // namespace lunsim::initiator
