// One number for a whole run: a hash over everything that crossed the wire, with its virtual time,
// direction and connection, and over the verdicts. Equal runs have equal hashes; chunks are events,
// so another way of segmenting is another run. Compare within one world only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/ports/world.hpp"

namespace lunsim::runtime {

class EventHash final : public Observer {
 public:
  EventHash();
  ~EventHash() override;

  void opened(std::uint32_t number, const Endpoint& from, const Endpoint& to, TimePoint now) override;
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               TimePoint now) override;
  void closed(std::uint32_t number, bool by_opener, bool reset, TimePoint now) override;
  /// Takes a verdict (or any other text that belongs to the run) into the hash.
  void add_verdict(std::string_view verdict);

  /// XXH3, 64 bits, of all events so far; more may follow.
  std::uint64_t value() const;
  /// The value as 16 hex digits, without 0x.
  std::string digest() const;

 private:
  struct State;
  void add(std::uint8_t kind, std::uint32_t number, bool flag, std::span<const std::byte> bytes,
           TimePoint now);
  void add_text(std::string_view text);
  std::unique_ptr<State> state_;
};

}  // namespace lunsim::runtime
