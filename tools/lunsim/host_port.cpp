#include "tools/lunsim/host_port.hpp"

namespace lunsim::tools {

HostPort::HostPort(runtime::LiveWorld& world, initiator::Host& host,
                   const runtime::Endpoint& listen, const std::string& token_file,
                   initiator::remote::ServiceHooks hooks)
    : world_(world),
      token_(token_file),
      service_(host, token_.token(), std::move(hooks)),
      endpoint_(world.attach(service_, "", std::span(&listen, 1)).front()) {}

HostPort::~HostPort() { world_.detach(service_); }

void HostPort::admit_standard_users(const std::string& token_file) {
  standard_token_.emplace(token_file);
  service_.set_standard_token(standard_token_->token());
}

void HostPort::serve() {
  while (service_.serve()) world_.wake(service_);
}

}  // namespace lunsim::tools
