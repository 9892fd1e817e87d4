#include "runtime/simulated/simulated_world.hpp"

#include <limits>
#include <stdexcept>
#include <system_error>

namespace lunsim::runtime {
namespace {

// FNV-1a, 64 bits: names become salts.
std::uint64_t salt_of(std::string_view name) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x0000'0100'0000'01b3u;
  }
  return hash;
}

bool is_wildcard(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// An engine that asks this often at one instant will never let the next one come.
constexpr std::uint32_t kTimeoutsAtOnceMax = 100'000;
constexpr std::uint32_t kPollsAtOnceMax = 1'000'000;
constexpr Duration kTenYears = std::chrono::hours(24 * 3653);

}  // namespace

SimulatedWorld::SimulatedWorld(std::uint64_t seed, SimulatedOptions options)
    : seed_(seed), options_(options), chance_(SeededEntropy(seed).fork(salt_of("links"))) {
  if (options_.latency < Duration(1)) options_.latency = Duration(1);
  if (options_.segment_bytes_max == 0) options_.segment_bytes_max = 1;
  if (options_.window_bytes == 0) options_.window_bytes = 1;
}

SimulatedWorld::~SimulatedWorld() = default;

Entropy& SimulatedWorld::entropy(std::string_view part) {
  auto found = entropies_.find(part);
  if (found == entropies_.end()) {
    auto made = std::make_unique<SeededEntropy>(
        SeededEntropy(seed_).fork(salt_of("part:" + std::string(part))));
    found = entropies_.emplace(std::string(part), std::move(made)).first;
  }
  return *found->second;
}

SimulatedWorld::Slot* SimulatedWorld::slot_of(const Engine& engine) {
  const auto found = slot_of_engine_.find(&engine);
  return found != slot_of_engine_.end() ? found->second : nullptr;
}

// An exact address goes before a wildcard, as in the sockets interface.
SimulatedWorld::Slot* SimulatedWorld::listener_at(const Endpoint& to) {
  Slot* by_wildcard = nullptr;
  for (Slot* slot : listeners_) {
    for (const Endpoint& listen : slot->listens) {
      if (listen == to) return slot;
      if (listen.port == to.port && is_wildcard(listen.address)) by_wildcard = slot;
    }
  }
  return by_wildcard;
}

bool SimulatedWorld::is_known_address(const std::string& address) const {
  return addresses_.contains(address);
}

std::uint16_t SimulatedWorld::free_port(const std::string& address) {
  while (listener_at({address, next_free_port_}) != nullptr) ++next_free_port_;
  return next_free_port_++;
}

std::vector<Endpoint> SimulatedWorld::attach(Engine& engine, const std::string& address,
                                             std::span<const Endpoint> listen) {
  auto slot = std::make_unique<Slot>();
  slot->number = static_cast<std::uint32_t>(slots_.size());
  slot->address = address.empty() ? "10.255.0." + std::to_string(slot->number + 1) : address;
  for (Endpoint endpoint : listen) {
    if (endpoint.port == 0) endpoint.port = free_port(endpoint.address);
    bool is_taken = false;
    for (const Endpoint& own : slot->listens) is_taken = is_taken || own == endpoint;
    for (const Slot* other : listeners_) {
      for (const Endpoint& theirs : other->listens) is_taken = is_taken || theirs == endpoint;
    }
    if (is_taken) {
      throw std::system_error(std::make_error_code(std::errc::address_in_use),
                              "cannot listen at " + to_string(endpoint) +
                                  ": another engine of this simulated world does; give it another "
                                  "address or port");
    }
    slot->listens.push_back(endpoint);
  }
  slot->engine = &engine;
  slots_.push_back(std::move(slot));
  Slot& added = *slots_.back();
  slot_of_engine_[&engine] = &added;
  addresses_.insert(added.address);
  for (const Endpoint& endpoint : added.listens) addresses_.insert(endpoint.address);
  if (!added.listens.empty()) listeners_.push_back(&added);
  mark(added);
  return added.listens;
}

void SimulatedWorld::detach(Engine& engine) {
  Slot* slot = slot_of(engine);
  if (slot == nullptr) return;
  slot->engine = nullptr;
  set_deadline(*slot, std::nullopt);
  slot_of_engine_.erase(&engine);
  std::erase(listeners_, slot);
  addresses_.erase(addresses_.find(slot->address));
  for (const Endpoint& endpoint : slot->listens)
    addresses_.erase(addresses_.find(endpoint.address));
  while (!slot->connections.empty()) {
    const LinkRef ref = slot->connections.begin()->second;
    Link& link = links_.at(ref.key);
    release(link, ref.side, StreamEnd::reset);
    drop_if_over(ref.key);
  }
}

void SimulatedWorld::wake(Engine& engine) {
  if (Slot* slot = slot_of(engine)) mark(*slot);
}

void SimulatedWorld::settle() {
  while (!dirty_.empty()) {
    const std::uint32_t number = *dirty_.begin();
    dirty_.erase(dirty_.begin());
    if (slots_[number]->engine != nullptr) pump(*slots_[number]);
  }
}

void SimulatedWorld::pump(Slot& slot) {
  std::uint32_t polls = 0;
  do {
    resume_sending(slot);
    while (slot.engine != nullptr && poll_engine(slot)) {
      if (++polls > kPollsAtOnceMax) {
        throw std::logic_error("the engine at " + slot.address +
                               " asks for actions or transmits without end at one instant");
      }
    }
  } while (slot.engine != nullptr && deliver_one(slot));
  if (slot.engine != nullptr) set_deadline(slot, slot.engine->poll_timeout());
}

bool SimulatedWorld::poll_engine(Slot& slot) {
  bool any = false;
  if (auto action = slot.engine->poll_action()) {
    std::visit([&](const auto& what) { perform(slot, what); }, *action);
    any = true;
  } else if (auto transmit = slot.engine->poll_transmit(now_)) {
    start(slot, *transmit);
    any = true;
  }
  return any;
}

void SimulatedWorld::set_deadline(Slot& slot, std::optional<TimePoint> deadline) {
  if (slot.deadline == deadline) return;
  if (slot.deadline) deadlines_.erase({*slot.deadline, slot.number});
  slot.deadline = deadline;
  if (deadline) deadlines_.emplace(*deadline, slot.number);
}

void SimulatedWorld::fire_timeout(Slot& slot) {
  if (slot.last_timeout_at == now_) {
    if (++slot.timeouts_at_once > kTimeoutsAtOnceMax) {
      throw std::logic_error("the engine at " + slot.address +
                             " does not let time pass: its poll_timeout stays in the past");
    }
  } else {
    slot.last_timeout_at = now_;
    slot.timeouts_at_once = 1;
  }
  slot.engine->handle_timeout(now_);
  mark(slot);
}

// Of one instant, what arrives goes before what times out, and who came to the world first goes
// first.
bool SimulatedWorld::step(TimePoint deadline) {
  while (!events_.empty() && is_stale(events_.first())) events_.pop();
  Slot* timer = deadlines_.empty() ? nullptr : slots_[deadlines_.begin()->second].get();
  const bool event_first =
      !events_.empty() && (timer == nullptr || events_.first().at <= *timer->deadline);
  if (!event_first && timer == nullptr) return false;
  const TimePoint next = event_first ? events_.first().at : *timer->deadline;
  if (next > deadline) return false;
  if (next > now_) now_ = next;
  if (event_first) {
    happen(events_.pop());
  } else {
    fire_timeout(*timer);
  }
  return true;
}

bool SimulatedWorld::run_until(const std::function<bool()>& done, TimePoint deadline) {
  for (;;) {
    settle();
    if (done()) return true;
    settle();  // done() may have woken an engine
    if (!step(deadline)) break;
  }
  if (done()) return true;
  const bool is_far = deadline - now_ > kTenYears || deadline.since_start_ns < 0;
  if (deadline > now_ && !(is_idle() && is_far)) now_ = deadline;
  return done();
}

bool SimulatedWorld::is_idle() const {
  return events_.empty() && dirty_.empty() && deadlines_.empty();
}

}  // namespace lunsim::runtime
