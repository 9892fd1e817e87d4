// The network of a process whose host is a service of its own: calls go there, and the service
// knows the servers and who logs in.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "initiator/library/environment.hpp"
#include "initiator/remote/caller.hpp"
#include "initiator/smb_client/network.hpp"

namespace lunsim::initiator {

class RemoteNetwork final : public smb_client::Network {
 public:
  explicit RemoteNetwork(HostAddress address) : address_(std::move(address)) {}

  smb_client::Outcome call(const rpc::OptionalText& server, std::uint16_t opnum,
                           std::vector<std::byte> stub) override;

  static constexpr std::size_t kIdleMax = 8;

 private:
  using CallerPtr = std::unique_ptr<remote::Caller>;
  CallerPtr take_idle();

  const HostAddress address_;
  std::mutex mutex_;
  std::vector<CallerPtr> idle_;
};

}  // namespace lunsim::initiator
