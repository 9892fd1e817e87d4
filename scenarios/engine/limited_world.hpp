// A world whose turning can be given up from outside, between two events: once `is_overdue` holds,
// run_until ends at once as if the deadline had passed. For the time limit of a case.
#pragma once

#include <functional>

#include "runtime/ports/world.hpp"

namespace lunsim::scenarios {

class LimitedWorld final : public runtime::World {
 public:
  /// `slice`: at least so often (in the world's time) it is asked even if nothing happens, for
  /// worlds that wait for real; 0 for those that do not.
  LimitedWorld(runtime::World& world, std::function<bool()> is_overdue, runtime::Duration slice);

  runtime::TimePoint now() const override { return world_.now(); }
  std::int64_t epoch_s() const override { return world_.epoch_s(); }
  runtime::Entropy& entropy(std::string_view part) override { return world_.entropy(part); }
  std::vector<runtime::Endpoint> attach(runtime::Engine& engine, const std::string& address,
                                        std::span<const runtime::Endpoint> listen) override {
    return world_.attach(engine, address, listen);
  }
  void detach(runtime::Engine& engine) override { world_.detach(engine); }
  void wake(runtime::Engine& engine) override { world_.wake(engine); }
  void set_filter_factory(runtime::FilterFactory factory) override {
    world_.set_filter_factory(std::move(factory));
  }
  void set_gate(runtime::Gate gate) override { world_.set_gate(std::move(gate)); }
  bool run_until(const std::function<bool()>& done, runtime::TimePoint deadline) override;

 private:
  runtime::World& world_;
  std::function<bool()> is_overdue_;
  runtime::Duration slice_;
};

}  // namespace lunsim::scenarios
