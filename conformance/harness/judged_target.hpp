// Who is judged, what he has been told to let us do, and where we meet him.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/ports/world.hpp"

namespace lunsim::conform {

struct Credentials {
  std::string user, secret;
};

struct JudgedTarget {
  runtime::Endpoint portal;
  std::string name;  // iSCSI name
  std::uint64_t lun = 0;
  std::string initiator = "iqn.2026-11.org.lunsim:conform";

  /// A target that wants CHAP, at the same portal; it may be `name` itself. Empty: none is known.
  std::string chap_name;
  Credentials chap;           // we prove ourselves with it
  std::string mutual_secret;  // the target proves itself with it; empty: not known

  bool scratch = false;  // the LUN may be written to, within these blocks
  std::uint64_t first_lba = 0, last_lba = 0;
  bool reset_allowed = false, destructive_allowed = false;
  double time_scale = 1;  // of everything that waits

  runtime::Duration scaled(runtime::Duration time) const {
    return runtime::Duration{static_cast<std::int64_t>(double(time.count()) * time_scale)};
  }

  /// CHAP in ordinary logins to `target`.
  bool wants_chap(const std::string& target) const {
    return !chap_name.empty() && target == chap_name;
  }
};

/// What one case stands on: a world in which the target can be reached.
class Ground {
 public:
  virtual ~Ground() = default;
  virtual runtime::World& world() = 0;
};

}  // namespace lunsim::conform
