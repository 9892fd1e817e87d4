#include "initiator/library/remote_network.hpp"

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using smb_client::Outcome;

/// Where the service itself is the trouble, in the words of these functions.
std::uint32_t code_of(std::uint32_t service) {
  constexpr std::uint32_t kNetnameDeleted = 64, kWorkstationNotStarted = 2138;
  if (service == status_code::kServiceNotRunning) return kWorkstationNotStarted;
  if (service == status_code::kServiceDidNotRespond) return kNetnameDeleted;
  return service;
}

}  // namespace

RemoteNetwork::CallerPtr RemoteNetwork::take_idle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  CallerPtr caller = std::move(idle_.back());
  idle_.pop_back();
  return caller;
}

Outcome RemoteNetwork::call(const rpc::OptionalText& server, std::uint16_t opnum,
                            std::vector<std::byte> stub) {
  CallerPtr caller = take_idle();
  // An idle connection that can be read is one that the service has closed meanwhile.
  while (caller && caller->has_reply()) caller = take_idle();
  if (!caller)
    caller =
        std::make_unique<remote::Caller>(connect_to(address_), read_token(address_.token_file));
  remote::NetReply reply = caller->call({server, opnum, std::move(stub)});
  Outcome outcome;
  if (reply.code != 0) {
    outcome.kind = Outcome::Kind::coded;
    outcome.code = code_of(reply.code);
  } else {
    outcome.stub = std::move(reply.stub);
  }
  const std::lock_guard lock(mutex_);
  if (caller->code() == 0 && idle_.size() < kIdleMax) idle_.push_back(std::move(caller));
  return outcome;
}

}  // namespace lunsim::initiator
