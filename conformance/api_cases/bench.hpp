// What a case stands on: the library's functions, and what there is around the host. A case gets a
// new one, where nothing has been called yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/api_cases/functions.hpp"
#include "conformance/api_cases/hook.hpp"

namespace lunsim::conformance {

/// How a host reads what the sources leave open: by the letter of the documents, or as Windows was
/// seen to do. A property of the host (initiator::Host::Profile), which a bench is told.
enum class Reading : std::uint8_t { documented, windows };
constexpr std::string_view name_of(Reading reading) {
  return reading == Reading::documented ? "documented" : "windows";
}

/// What a service keeps, of that which no function tells.
struct Kept {
  bool group_key = false;
  std::size_t tunnels = 0;
};

struct Bench {
  Functions api;
  Reading reading = Reading::documented;

  // A target with units 0 and 1 that takes four connections a session, and its portal.
  std::string target = "iqn.2026-11.org.lunsim:array", portal = "10.0.0.10";
  // Another target behind another portal.
  std::string other_target = "iqn.2026-11.org.lunsim:other", other_portal = "10.0.0.11";
  // A target without units.
  std::string empty_target = "iqn.2026-11.org.lunsim:empty-array", empty_portal = "10.0.0.12";
  USHORT socket = 3260;                   // of all portals
  std::string isns_server = "10.0.0.20";  // takes connections at iSNS' port
  std::string other_isns_server = "10.0.0.21";
  std::string absent_server = "10.0.0.99";  // nobody is there
  std::string mark = "host.example";        // a name that no other bench of this host has
  std::string computer;                     // the host's, as an iSCSI name has it; empty: unknown

  /// The service stops and starts: what is persistent comes back, and nothing else.
  Hook<void()> restart_service{"a service that can be stopped and started"};
  /// The service is stopped until the next restart.
  Hook<void()> stop_service{"a service that can be stopped"};
  /// The drive letter of a volume on unit 0 of `target`.
  Hook<std::string()> volume{"a volume on a unit of the target"};
  /// What came back with the service.
  Hook<Kept()> kept{"a service whose settings can be looked at"};
  /// Nobody listens at `other_portal` any more, or somebody does again.
  Hook<void(bool)> hide_other_target{"a target that can be hidden"};
  /// A third unit is there at `target`, or not any more.
  Hook<void(bool)> show_third_unit{"a target whose units come and go"};
  /// Every call that reaches the service fails with this code, and does nothing; 0 ends it.
  Hook<void(ISDSC_STATUS)> fail_with{"a service that fails by order"};
  /// The nth allocation (from 1) of the next call fails; returns the call's code. The flag says
  /// whether there were that many.
  Hook<ISDSC_STATUS(std::uint64_t, const std::function<ISDSC_STATUS()>&, bool&)> fail_allocation{
      "a library whose memory can run out by order"};
  /// The connection that carries the nth PDU (from 1) from now on breaks there. 0: none.
  Hook<void(std::uint64_t)> break_at{"a connection that breaks by order"};
  /// Whether it has.
  Hook<bool()> has_broken{"a connection that breaks by order"};
  /// Until what was broken is whole again.
  Hook<void()> settle{"a world whose time passes by order"};
  /// All codes that iscsierr.h, winerror.h or winsock2.h has a name for, and the question whether
  /// one is among them.
  std::vector<ISDSC_STATUS> codes;
  std::function<bool(ISDSC_STATUS)> is_known_code;
};

}  // namespace lunsim::conformance
