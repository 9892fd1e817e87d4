// What a Windows host remembers of iSCSI, as requests and replies: the one interface between the C
// faces (initiator/api) and whoever owns the sessions. Two forms: direct (same process, DirectHost)
// and remote (later). Every request is an operation that can be started, polled and taken; call()
// waits for it.
#pragma once

#include "initiator/host/host_replies.hpp"

namespace lunsim::initiator {

enum class OperationId : std::uint64_t {};

class Host {
 public:
  virtual ~Host() = default;
  virtual OperationId start(Request request) = 0;
  /// True when the operation has ended and take() may be called.
  virtual bool poll(OperationId operation) = 0;
  /// The reply; once.
  virtual Reply take(OperationId operation) = 0;
  /// start, wait (turning the world, where there is one to turn), take. Not from inside a callback.
  virtual Reply call(Request request) = 0;

  /// How ambiguous rules are read; see conformance/rules. The faces ask.
  struct Profile {
    bool raw_lun_numbers = false;  // LUN arguments and TargetLUN are the eight bytes as a number
    bool empty_list_probe_insufficient = false;  // GISL-R10, RATM-R10 profile B
    bool sense_cap_18 = true;  // SRC-R14: never more than 18 if the caller passed 18
    bool sense_too_small_is_insufficient_buffer = false;  // SRC-R13, the other reading
    bool read_capacity_16 = false;                        // SRC-R32
  };
  virtual const Profile& profile() const = 0;
};

/// The host that the C entry points of this thread talk to; null for none (then they return
/// ISDSC_SERVICE_NOT_RUNNING).
Host* current_host();
void set_current_host(Host* host);

}  // namespace lunsim::initiator
