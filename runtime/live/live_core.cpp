#include "runtime/live/live_core.hpp"

#include <boost/asio/post.hpp>
#include <csignal>

#include "runtime/live/os_entropy.hpp"

namespace lunsim::runtime {
namespace {

// So much may one pump write before the others have their turn.
constexpr std::size_t kPumpBytesMax = std::size_t{4} * 1024 * 1024;
// An engine whose deadline stays in the past is called back at once so often, then only every
// millisecond.
constexpr std::uint32_t kOverdueRoundsMax = 1000;

std::uint64_t salt_of(std::string_view name) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x0000'0100'0000'01b3u;
  }
  return hash;
}

}  // namespace

LiveCore::LiveCore(LiveOptions given)
    : options(given),
      work_(boost::asio::make_work_guard(io_)),
      start_(std::chrono::steady_clock::now()),
      buffer_(given.read_buffer_bytes),
      timer_(io_) {
  epoch_s = std::chrono::duration_cast<std::chrono::seconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count();
}

LiveCore::~LiveCore() {
  for (auto& slot : slots_) {
    if (slot->engine != nullptr) detach(*slot->engine);
  }
}

TimePoint LiveCore::now() const {
  const auto passed = std::chrono::steady_clock::now() - start_;
  return {std::chrono::duration_cast<Duration>(passed).count()};
}

Entropy& LiveCore::entropy(std::string_view part) {
  auto found = entropies_.find(part);
  if (found == entropies_.end()) {
    std::unique_ptr<Entropy> made;
    if (options.seed) {
      made = std::make_unique<SeededEntropy>(
          SeededEntropy(*options.seed).fork(salt_of("part:" + std::string(part))));
    } else {
      made = std::make_unique<OsEntropy>();
    }
    found = entropies_.emplace(std::string(part), std::move(made)).first;
  }
  return *found->second;
}

std::vector<Endpoint> LiveCore::attach(Engine& engine, const std::string& address,
                                       std::span<const Endpoint> listen) {
  slots_.push_back(std::make_unique<LiveSlot>());
  LiveSlot& slot = *slots_.back();
  slot.address = address;
  std::vector<Endpoint> real;
  try {
    for (const Endpoint& endpoint : listen) real.push_back(listen_at(slot, endpoint));
  } catch (...) {
    for (auto& listener : slot.listeners) book.remove(listener->scenario);
    slots_.pop_back();
    throw;
  }
  slot.engine = &engine;
  slot_of_engine_[&engine] = &slot;
  for (auto& listener : slot.listeners) wait_acceptable(listener);
  post_pump(slot);
  return real;
}

void LiveCore::detach(Engine& engine) {
  const auto found = slot_of_engine_.find(&engine);
  if (found == slot_of_engine_.end()) return;
  LiveSlot& slot = *found->second;
  slot_of_engine_.erase(found);
  slot.engine = nullptr;
  slot.deadline.reset();
  for (auto& listener : slot.listeners) {
    boost::system::error_code ignored;
    listener->acceptor.close(ignored);
    listener->retry.cancel();
    book.remove(listener->scenario);
  }
  slot.paused.clear();
  const auto connections = std::exchange(slot.connections, {});
  for (const auto& [id, connection] : connections) release(connection, true);
}

void LiveCore::wake(Engine& engine) {
  const auto found = slot_of_engine_.find(&engine);
  if (found != slot_of_engine_.end()) post_pump(*found->second);
}

void LiveCore::post_pump(LiveSlot& slot) {
  if (slot.pump_posted) return;
  slot.pump_posted = true;
  boost::asio::post(io_, [this, &slot] {
    slot.pump_posted = false;
    pump(slot);
  });
}

// Polls until nothing comes any more. Called while pumping (a write failed and a closing was
// reported), it only makes the outer one go round again.
void LiveCore::pump(LiveSlot& slot) {
  if (slot.engine == nullptr) return;
  if (slot.is_pumping) {
    slot.pump_again = true;
    return;
  }
  slot.is_pumping = true;
  std::size_t written = 0;
  do {
    slot.pump_again = false;
    written += pump_once(slot);
  } while (slot.engine != nullptr && slot.pump_again && written < kPumpBytesMax);
  slot.is_pumping = false;
  if (slot.engine == nullptr) return;
  if (slot.pump_again) post_pump(slot);
  after_activity(slot);
}

std::size_t LiveCore::pump_once(LiveSlot& slot) {
  std::size_t written = 0;
  while (slot.engine != nullptr) {
    auto action = slot.engine->poll_action();
    if (!action) break;
    std::visit([&](const auto& what) { perform(slot, what); }, *action);
  }
  const TimePoint time = now();
  while (slot.engine != nullptr && written < kPumpBytesMax) {
    const auto transmit = slot.engine->poll_transmit(time);
    if (!transmit) break;
    start(slot, *transmit, written);
    slot.pump_again = true;
  }
  return written;
}

void LiveCore::after_activity(LiveSlot& slot) {
  slot.deadline = slot.engine->poll_timeout();
  if (slot.deadline) arm_timer(*slot.deadline);
  if (slot.paused.empty()) return;
  std::vector<ConnectionPtr> waiting = std::exchange(slot.paused, {});
  for (ConnectionPtr& c : waiting) {
    c->is_paused = false;
    if (c->phase == ConnectionPhase::open) read_or_pause(c);
  }
}

// A deadline that moves later leaves the timer alone: it fires once for nothing, which is cheaper
// than setting it anew with every command.
void LiveCore::arm_timer(TimePoint at) {
  if (timer_at_ && *timer_at_ <= at) return;
  timer_at_ = at;
  timer_.expires_at(start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                 Duration(at.since_start_ns)));
  timer_.async_wait([this, at](boost::system::error_code error) {
    if (!error && timer_at_ && *timer_at_ == at) on_timer();
  });
}

void LiveCore::on_timer() {
  timer_at_.reset();
  const TimePoint time = now();
  bool any_overdue = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    LiveSlot& slot = *slots_[i];
    if (slot.engine == nullptr || !slot.deadline) continue;
    if (*slot.deadline <= time) {
      slot.engine->handle_timeout(time);
      slot.deadline.reset();
      pump(slot);
      any_overdue = any_overdue || (slot.deadline && *slot.deadline <= time);
    } else {
      arm_timer(*slot.deadline);
    }
  }
  overdue_rounds_ = any_overdue ? overdue_rounds_ + 1 : 0;
  if (overdue_rounds_ > kOverdueRoundsMax) {
    timer_at_.reset();
    arm_timer(time + std::chrono::milliseconds(1));
  }
}

bool LiveCore::run_until(const std::function<bool()>& done, TimePoint deadline) {
  if (io_.stopped()) io_.restart();
  while (!done()) {
    const Duration left = deadline - now();
    if (deadline.since_start_ns < 0 || left <= Duration(0)) return done();
    io_.run_one_for(std::min<Duration>(left, std::chrono::hours(1)));
    if (io_.stopped()) return done();
  }
  return true;
}

void LiveCore::run() {
  if (io_.stopped() && !was_stopped) io_.restart();
  io_.run();
}

void LiveCore::stop() {
  was_stopped = true;
  io_.stop();
}

void LiveCore::nudge() {
  boost::asio::post(io_, [] {});
}

void LiveCore::stop_on_signals() {
  signals_ = std::make_unique<boost::asio::signal_set>(io_, SIGINT, SIGTERM);
  signals_->async_wait([this](boost::system::error_code error, int) {
    if (!error) stop();
  });
}

// The handler does nothing: that it ran is what lets run_until look again.
void LiveCore::wake_on_child_signals() {
  if (!child_signals_) child_signals_ = std::make_unique<boost::asio::signal_set>(io_, SIGCHLD);
  child_signals_->async_wait([this](boost::system::error_code error, int) {
    if (!error) wake_on_child_signals();
  });
}

}  // namespace lunsim::runtime
