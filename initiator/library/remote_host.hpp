// The remote form of Host: every call goes to a host service over a connection of its own, from a
// small store of idle ones. Any thread.                                      docs/remote_host.md
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "initiator/host/host.hpp"
#include "initiator/remote/caller.hpp"
#include "runtime/ports/stream.hpp"

namespace lunsim::initiator {

class RemoteHost final : public Host {
 public:
  /// Connects when it is first needed, and again when a connection was lost in between. `token` is
  /// asked for each new connection: a service that began anew has a new one.
  RemoteHost(runtime::StreamMaker connect, std::function<std::string()> token);
  ~RemoteHost() override;

  OperationId start(Request request) override;
  bool poll(OperationId operation) override;
  Reply take(OperationId operation) override;
  /// A service that is not there is ISDSC_SERVICE_NOT_RUNNING, one that goes away in the middle
  /// ISDSC_SERVICE_DID_NOT_RESPOND, one that refuses our token ERROR_ACCESS_DENIED.
  Reply call(Request request) override;
  /// The service's, as it said when we first came.
  const Profile& profile() const override;
  /// Closes the connections that no call uses; the next call makes a new one.
  void close_idle();

 private:
  using CallerPtr = std::unique_ptr<remote::Caller>;
  static constexpr std::size_t kIdleMax = 16;

  /// A connection on which `request` is on its way; if it is not, its code says why.
  CallerPtr send(const Request& request) const;
  CallerPtr connect() const;
  CallerPtr take_idle() const;
  void give_back(CallerPtr caller) const;

  runtime::StreamMaker connect_;
  std::function<std::string()> token_;
  mutable std::mutex mutex_;
  mutable std::vector<CallerPtr> idle_;
  mutable std::unique_ptr<const Profile> profile_;
  std::map<OperationId, CallerPtr> running_;
  std::uint64_t next_operation_ = 1;
};

}  // namespace lunsim::initiator
