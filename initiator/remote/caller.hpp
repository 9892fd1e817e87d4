// The caller's side of one connection to a host service: hello, then one request at a time.
// Blocking and not thread safe; whoever calls from several threads has several of these.
#pragma once

#include <chrono>
#include <memory>

#include <tl/expected.hpp>

#include "initiator/host/host.hpp"
#include "initiator/remote/frame.hpp"
#include "initiator/remote/net_call.hpp"
#include "runtime/ports/stream.hpp"

namespace lunsim::initiator::remote {

class Caller {
 public:
  /// Says hello on `stream` (may be null: nobody is there) and waits for the welcome.
  Caller(std::unique_ptr<runtime::Stream> stream, const std::string& token);

  /// 0 when welcome. Otherwise why not: ISDSC_SERVICE_NOT_RUNNING (nobody there, or no host
  /// service), ERROR_ACCESS_DENIED (the token), ERROR_REVISION_MISMATCH, ERROR_NO_SYSTEM_RESOURCES
  /// (too many callers).
  StatusCode code() const { return code_; }
  const Host::Profile& profile() const { return profile_; }

  /// False when the connection is over; then code() says ISDSC_SERVICE_DID_NOT_RESPOND from now on.
  bool send(const Request& request);
  /// The reply to what was sent is there, or will never come.
  bool has_reply();
  /// Waits for it.
  Reply receive();
  /// Has a call of a Net function made and waits for what becomes of it; the code says why if the
  /// service says nothing.
  NetReply call(const NetCall& call);
  /// Starts, stops or asks. True: the service runs.
  /// Errors   ERROR_ACCESS_DENIED for a standard user who starts or stops, and the connection goes
  /// on; code() when it is over
  tl::expected<bool, StatusCode> control(ServiceVerb verb);

 private:
  bool send(FrameKind kind, std::span<const std::byte> body);
  /// `silence_max` until it begins.
  std::optional<Frame> receive_frame(std::chrono::seconds silence_max);
  void greet(const std::string& token);
  void judge(const Frame& frame);
  void end(StatusCode code);

  std::unique_ptr<runtime::Stream> stream_;
  FrameReader in_{kReplyBytesMax};
  std::vector<std::byte> buffer_;
  Host::Profile profile_;
  StatusCode code_ = 0;
};

}  // namespace lunsim::initiator::remote
