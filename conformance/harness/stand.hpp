// Where one case, or one question of the probe, meets its target.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>

#include "conformance/harness/run_case.hpp"

namespace lunsim::conform {

inline constexpr std::uint64_t kFirstIsid = 0x8000'0000'0000u;  // a random one   RFC 7143 §11.12.5
inline constexpr std::uint64_t kIsidsOfACase = 64;

/// A ground with our end attached, and what a body needs on it.
struct Stand {
  Stand(const GroundMaker& grounds, const JudgedTarget& target, Exchange& exchange,
        std::uint64_t number, std::uint32_t seconds)
      : ground(grounds()),
        around{ground->world(),
               end,
               exchange,
               target,
               ground->world().now() + target.scaled(std::max(std::chrono::seconds(20),
                                                              std::chrono::seconds(10) * seconds)),
               target.scaled(std::chrono::seconds(3)),
               kFirstIsid + number * kIsidsOfACase} {
    ground->world().attach(end, "10.0.0.1", {});
  }
  ~Stand() { ground->world().detach(end); }
  Stand(const Stand&) = delete;
  Stand& operator=(const Stand&) = delete;

  std::unique_ptr<Ground> ground;
  RawEnd end;
  Connection::Surroundings around;
};

}  // namespace lunsim::conform
