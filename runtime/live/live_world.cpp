#include "runtime/live/live_world.hpp"

#include "runtime/live/live_core.hpp"

namespace lunsim::runtime {

LiveWorld::LiveWorld(LiveOptions options) : core_(std::make_unique<LiveCore>(options)) {}
LiveWorld::~LiveWorld() = default;

TimePoint LiveWorld::now() const { return core_->now(); }
std::int64_t LiveWorld::epoch_s() const { return core_->epoch_s; }
Entropy& LiveWorld::entropy(std::string_view part) { return core_->entropy(part); }

std::vector<Endpoint> LiveWorld::attach(Engine& engine, const std::string& address,
                                        std::span<const Endpoint> listen) {
  return core_->attach(engine, address, listen);
}
void LiveWorld::detach(Engine& engine) { core_->detach(engine); }
void LiveWorld::wake(Engine& engine) { core_->wake(engine); }

bool LiveWorld::run_until(const std::function<bool()>& done, TimePoint deadline) {
  return core_->run_until(done, deadline);
}
void LiveWorld::run() { core_->run(); }
void LiveWorld::stop() { core_->stop(); }
void LiveWorld::stop_on_signals() { core_->stop_on_signals(); }
void LiveWorld::wake_on_child_signals() { core_->wake_on_child_signals(); }
void LiveWorld::nudge() { core_->nudge(); }
bool LiveWorld::was_stopped() const { return core_->was_stopped; }

void LiveWorld::observe(Observer& observer) { core_->observers.push_back(&observer); }
void LiveWorld::set_filter_factory(FilterFactory factory) {
  core_->filter_factory = std::move(factory);
}
void LiveWorld::set_gate(Gate gate) { core_->gate = std::move(gate); }
void LiveWorld::black_hole(std::string address) { core_->black_holes.insert(std::move(address)); }
Endpoint LiveWorld::real_endpoint(const Endpoint& scenario) const {
  return core_->book.real_of(scenario).value_or(scenario);
}

}  // namespace lunsim::runtime
