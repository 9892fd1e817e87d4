// What a case stands on: the library's functions, and what there is around the host. A case gets a
// new one, where nothing has been called yet.
#pragma once

#include <functional>
#include <string>

#include "conformance/api_cases/functions.hpp"

namespace lunsim::conformance {

struct Bench {
  Functions api;

  // A target with units 0 and 1 that takes four connections a session, and its portal.
  std::string target = "iqn.2026-11.org.lunsim:array", portal = "10.0.0.10";
  // Another target behind another portal.
  std::string other_target = "iqn.2026-11.org.lunsim:other", other_portal = "10.0.0.11";
  // A target without units.
  std::string empty_target = "iqn.2026-11.org.lunsim:empty-array", empty_portal = "10.0.0.12";
  std::string isns_server = "10.0.0.20";    // takes connections at iSNS' port
  std::string absent_server = "10.0.0.99";  // nobody is there

  /// The service stops and starts: what is persistent comes back, and nothing else.
  std::function<void()> restart_service;
  /// The service is stopped until the next restart.
  std::function<void()> stop_service;
  /// Nobody listens at `other_portal` any more, or somebody does again.
  std::function<void(bool)> hide_other_target;
  /// Every call that reaches the service fails with this code, and does nothing; 0 ends it.
  std::function<void(ISDSC_STATUS)> fail_with;
  /// A code that iscsierr.h, winerror.h or winsock2.h has a name for.
  std::function<bool(ISDSC_STATUS)> is_known_code;
};

}  // namespace lunsim::conformance
