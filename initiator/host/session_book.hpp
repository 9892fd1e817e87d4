// The sessions of a host, in the order in which they were asked for, and what each has of its own:
// an ISID, a target number of the operating system, numbers of devices. Nothing here takes longer
// because there are many sessions, but for a logarithm: hosts with ten thousand are asked for.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "initiator/host/free_numbers.hpp"
#include "initiator/host/host_requests.hpp"
#include "initiator/host/kept_session.hpp"
#include "initiator/host/lun_scan.hpp"

namespace lunsim::initiator {

/// A connection that joined a session after its login.
struct JoinedConnection {
  UniqueId id;
  std::uint16_t cid = 0;
  bool is_listed = false;  // has logged in; before that only its operation knows it
  std::unique_ptr<KeptSession> kept;
};

/// A unit as the operating system has it.
struct Unit {
  ScannedUnit scanned;
  std::uint32_t device_number = 0;  // of \\.\PhysicalDrive1; unique in this host
};

struct SessionRecord {
  // The book finds it by these.
  const UniqueId id;
  const UniqueId connection_id;
  const std::string target_name;   // as it logged in
  const std::uint32_t isid_place;  // behind the first ISID of the host
  const pdu::Isid isid;
  const std::uint32_t os_target;

  std::string initiator_name;  // as it logged in
  std::optional<LoginOptions> options{};
  bool informational = false;
  bool is_listed = false;                 // has logged in; before that only its login knows it
  std::vector<MappedLun> wanted_units{};  // empty: all of them, each at its own number
  std::vector<Unit> units{};              // only the book changes it
  std::unique_ptr<LunScan> rescan{};      // under way, since the target said that units changed
  std::unique_ptr<KeptSession> kept{};
  std::vector<std::unique_ptr<JoinedConnection>> joined{};
};

class SessionBook {
 public:
  struct InOrder {
    bool operator()(const UniqueId& a, const UniqueId& b) const {
      return std::tie(a.adapter_unique, a.adapter_specific) <
             std::tie(b.adapter_unique, b.adapter_specific);
    }
  };
  using Records = std::map<UniqueId, std::unique_ptr<SessionRecord>, InOrder>;

  /// Sessions get this ISID and those after it.  RFC 7143 §10.1.2
  explicit SessionBook(const pdu::Isid& first_isid) : first_isid_(first_isid) {}
  ~SessionBook();
  SessionBook(const SessionBook&) = delete;
  SessionBook& operator=(const SessionBook&) = delete;

  /// A record with ids and the first free ISID, without a session. Its target number is the one
  /// asked for, which must be free, or the lowest that is.
  SessionRecord& add(std::string_view initiator_name, std::string_view target_name,
                     bool informational, std::optional<std::uint32_t> os_target);
  /// The session has these units from now on. Those that it had keep their device numbers, the
  /// others get the lowest from 1 that no device has.
  void set_units(SessionRecord& record, std::vector<ScannedUnit> units);
  /// Null if there is none.
  SessionRecord* find(const UniqueId& id) const;
  void forget(const UniqueId& id);
  UniqueId next_connection_id();

  /// From the next session on.
  void set_first_isid(const pdu::Isid& isid) { first_isid_ = isid; }
  /// The first ISID that no session has.
  pdu::Isid free_isid() const;
  bool has_session_to(std::string_view target_name) const {
    return sessions_to_.find(target_name) != sessions_to_.end();
  }
  bool is_os_target_used(std::uint32_t number) const { return !os_targets_.is_free(number); }
  /// In the order in which they were added.
  const Records& all() const { return records_; }

 private:
  pdu::Isid first_isid_;
  Records records_;
  std::map<std::string, std::size_t, std::less<>> sessions_to_;  // how many; by name of the target
  FreeNumbers isid_places_, os_targets_;
  FreeNumbers device_numbers_{1};  // number 0 is the machine's own disk
  std::uint64_t next_session_ = 1, next_connection_ = 1;
};

}  // namespace lunsim::initiator
