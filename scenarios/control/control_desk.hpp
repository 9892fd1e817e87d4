// What a client of the control channel can ask of a running world, one JSON object a line: faults,
// units, sessions, counters, calls of the API. Pure of sockets: a line in, a line out; who brings
// them keeps what a client may. docs/control.md has the requests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ports/world.hpp"
#include "scenarios/engine/model.hpp"
#include "scenarios/engine/target_side.hpp"

namespace lunsim::scenarios {

/// What a call came to, for whoever watches.
struct CallRecord {
  std::uint64_t number = 0;  // from 1
  std::string function;      // without A or W
  std::uint32_t returned = 0;
  bool was_made = false;     // false: refused, or broken off
};

struct ControlSurroundings {
  const Scenario& scenario;
  runtime::World& world;
  TargetSide& targets;
  std::string token;  // what a client must show; never empty
  /// Around every call of the API, which is made on the thread's current host.
  std::function<void(const CallRecord&)> before_call, after_call;
};

class ControlDesk {
 public:
  static constexpr std::size_t kAnswerBytesMax = 4u << 20;

  explicit ControlDesk(ControlSurroundings around);
  ~ControlDesk();
  ControlDesk(const ControlDesk&) = delete;
  ControlDesk& operator=(const ControlDesk&) = delete;

  struct Answer {
    std::string text;     // a line without its end
    bool admits = false;  // the client has shown the token
    bool ends = false;    // nothing more is to be heard from it
  };
  /// Does what one line says. Never throws for what stands in it.
  Answer handle(std::string_view line, bool is_admitted);
  /// A line that is longer than the channel carries.
  static std::string too_long(std::size_t bytes_max);
  /// An answer that says why a request was not taken, with its id if there is one.
  static std::string refusal(std::string_view line, std::string_view why);
  /// Whether it would make a call: not while another one is under way.
  static bool is_call(std::string_view line);
  bool is_calling() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lunsim::scenarios
