// A host for other programs of this machine: a service on loopback in a live world, with its token
// in a file. Poll style, like the control channel: its owner serves between two turns of the world.
#pragma once

#include <optional>
#include <string>

#include "initiator/remote/host_service.hpp"
#include "runtime/live/live_world.hpp"
#include "tools/lunsim/token_file.hpp"

namespace lunsim::tools {

class HostPort {
 public:
  /// `world` and `host` outlive it. `token_file`: empty for a temporary one.
  /// Errors   std::system_error if the port is taken or the token cannot be written
  HostPort(runtime::LiveWorld& world, initiator::Host& host, const runtime::Endpoint& listen,
           const std::string& token_file, initiator::remote::ServiceHooks hooks = {});
  ~HostPort();
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;

  const runtime::Endpoint& endpoint() const { return endpoint_; }
  const std::string& token_file() const { return token_.path(); }
  /// From now on there are standard users: those who show the token that is written there.
  /// Errors   std::system_error
  void admit_standard_users(const std::string& token_file);
  bool has_work() { return service_.has_work(); }
  /// Not from inside a callback.
  void serve();
  initiator::remote::HostService& service() { return service_; }

 private:
  runtime::LiveWorld& world_;
  TokenFile token_;
  std::optional<TokenFile> standard_token_;
  initiator::remote::HostService service_;
  runtime::Endpoint endpoint_;
};

}  // namespace lunsim::tools
