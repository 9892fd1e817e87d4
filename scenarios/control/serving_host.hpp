// A host whose calls leave room for others: while one waits for the wire, whoever owns the world is
// asked between two events, and can end the wait. A decorator; it knows no session itself.
#pragma once

#include <functional>

#include "initiator/host/host.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::scenarios {

struct ServingHooks {
  std::function<void()> between;    // called again and again while a call waits
  std::function<bool()> is_over;    // true: the call is given up, with ERROR_SEM_TIMEOUT
  /// No call waits longer than until then.
  std::function<runtime::TimePoint()> deadline;
};

class ServingHost final : public initiator::Host {
 public:
  /// `inner` and `world` outlive it.
  ServingHost(initiator::Host& inner, runtime::World& world, ServingHooks hooks)
      : inner_(inner), world_(world), hooks_(std::move(hooks)) {}

  initiator::OperationId start(initiator::Request request) override {
    return inner_.start(std::move(request));
  }
  bool poll(initiator::OperationId operation) override { return inner_.poll(operation); }
  initiator::Reply take(initiator::OperationId operation) override {
    return inner_.take(operation);
  }
  initiator::Reply call(initiator::Request request) override {
    const initiator::OperationId operation = inner_.start(std::move(request));
    const auto done = [&] {
      hooks_.between();
      return inner_.poll(operation) || hooks_.is_over();
    };
    world_.run_until(done, hooks_.deadline());
    return inner_.take(operation);
  }
  const Profile& profile() const override { return inner_.profile(); }

 private:
  initiator::Host& inner_;
  runtime::World& world_;
  ServingHooks hooks_;
};

}  // namespace lunsim::scenarios
