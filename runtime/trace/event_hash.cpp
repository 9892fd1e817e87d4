#include "runtime/trace/event_hash.hpp"

#include <xxhash.h>

#include <array>
#include <new>

namespace lunsim::runtime {
namespace {

enum Kind : std::uint8_t { kOpened = 1, kCarried = 2, kClosed = 3, kVerdict = 4 };

// Little-endian on every machine.
template <std::size_t N>
void put(std::array<unsigned char, N>& record, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    record[at + i] = static_cast<unsigned char>(value >> (8 * i));
  }
}

}  // namespace

struct EventHash::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

EventHash::EventHash() : state_(std::make_unique<State>()) {
  if (!state_->xxh) throw std::bad_alloc();
  XXH3_64bits_reset(state_->xxh.get());
}

EventHash::~EventHash() = default;

// A record has a fixed head with the length of what follows, so that no two streams of events read
// as the same bytes.
void EventHash::add(std::uint8_t kind, std::uint32_t number, bool flag,
                    std::span<const std::byte> bytes, TimePoint now) {
  std::array<unsigned char, 22> head{};
  put(head, 0, static_cast<std::uint64_t>(now.since_start_ns), 8);
  head[8] = kind;
  head[9] = flag ? 1 : 0;
  put(head, 10, number, 4);
  put(head, 14, bytes.size(), 8);
  XXH3_64bits_update(state_->xxh.get(), head.data(), head.size());
  if (!bytes.empty()) XXH3_64bits_update(state_->xxh.get(), bytes.data(), bytes.size());
}

void EventHash::add_text(std::string_view text) {
  std::array<unsigned char, 8> size{};
  put(size, 0, text.size(), 8);
  XXH3_64bits_update(state_->xxh.get(), size.data(), size.size());
  if (!text.empty()) XXH3_64bits_update(state_->xxh.get(), text.data(), text.size());
}

void EventHash::opened(std::uint32_t number, const Endpoint& from, const Endpoint& to,
                       TimePoint now) {
  add(kOpened, number, false, {}, now);
  add_text(to_string(from));
  add_text(to_string(to));
}

void EventHash::carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
                        TimePoint now) {
  add(kCarried, number, from_opener, bytes, now);
}

void EventHash::closed(std::uint32_t number, bool by_opener, bool reset, TimePoint now) {
  add(kClosed, number, by_opener, {}, now);
  add_text(reset ? "reset" : "finished");
}

void EventHash::add_verdict(std::string_view verdict) {
  add(kVerdict, 0, false, {}, TimePoint{});
  add_text(verdict);
}

std::uint64_t EventHash::value() const { return XXH3_64bits_digest(state_->xxh.get()); }

std::string EventHash::digest() const {
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::uint64_t number = value();
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text.push_back(kHex[static_cast<std::size_t>((number >> shift) & 0xf)]);
  }
  return text;
}

}  // namespace lunsim::runtime
