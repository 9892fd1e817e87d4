// A world that lets somebody in between two of its turns, when no engine is at work: to let a
// target crash, say. Everything else goes through to the world behind it. While the world turns
// this thread's allocation gate is off: what engines and links allocate is not the caller's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/filters/byte_filter.hpp"
#include "runtime/memory/allocation_gate.hpp"
#include "runtime/ports/world.hpp"

namespace lunsim::explore {

class TurningWorld final : public runtime::World {
 public:
  /// `filters` (or none) see all bytes, before those that the scenario has.
  TurningWorld(std::unique_ptr<runtime::World> inner, std::function<void()> between_turns,
               runtime::FilterFactory filters = {})
      : inner_(std::move(inner)),
        between_turns_(std::move(between_turns)),
        filters_(std::move(filters)) {
    set_filter_factory({});
  }

  runtime::TimePoint now() const override { return inner_->now(); }
  std::int64_t epoch_s() const override { return inner_->epoch_s(); }
  runtime::Entropy& entropy(std::string_view part) override {
    const runtime::GateScope off(false);
    return inner_->entropy(part);
  }
  std::vector<runtime::Endpoint> attach(runtime::Engine& engine, const std::string& address,
                                        std::span<const runtime::Endpoint> listen) override {
    const runtime::GateScope off(false);
    return inner_->attach(engine, address, listen);
  }
  void detach(runtime::Engine& engine) override {
    const runtime::GateScope off(false);
    inner_->detach(engine);
  }
  void wake(runtime::Engine& engine) override {
    const runtime::GateScope off(false);
    inner_->wake(engine);
  }
  void set_filter_factory(runtime::FilterFactory factory) override {
    if (!filters_) return inner_->set_filter_factory(std::move(factory));
    inner_->set_filter_factory(
        [own = filters_, factory = std::move(factory)](std::uint32_t number, bool from_opener,
                                                       const runtime::Endpoint& opener,
                                                       const runtime::Endpoint& listener) {
          runtime::FilterChain chain = own(number, from_opener, opener, listener);
          if (factory) chain.append(factory(number, from_opener, opener, listener));
          return chain;
        });
  }
  void set_gate(runtime::Gate gate) override { inner_->set_gate(std::move(gate)); }
  bool run_until(const std::function<bool()>& done, runtime::TimePoint deadline) override {
    const bool gate_was_on = runtime::is_gate_on();
    const runtime::GateScope off(false);
    return inner_->run_until(
        [&] {
          between_turns_();
          const runtime::GateScope as_before(gate_was_on);
          return done();
        },
        deadline);
  }

 private:
  std::unique_ptr<runtime::World> inner_;
  std::function<void()> between_turns_;
  runtime::FilterFactory filters_;
};

}  // namespace lunsim::explore
