// Who holds a logical unit: persistent reservations with their registrations, and the older RESERVE
// and RELEASE. Decides and remembers; who hears of a change (unit attentions) is for the commands.
// SPC-4 §5.13, SPC-2 §5.5
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::target_sim {

/// An I_T nexus by its names, which outlive sessions.
struct NexusName {
  std::string_view initiator_port;
  std::uint16_t target_port = 0;
};

/// The values are those of the TYPE field.                                        SPC-4 §6.15.3.4
enum class ReservationType : std::uint8_t {
  none = 0,
  write_exclusive = 1,
  exclusive_access = 3,
  write_exclusive_registrants_only = 5,
  exclusive_access_registrants_only = 6,
  write_exclusive_all_registrants = 7,
  exclusive_access_all_registrants = 8,
};
bool is_reservation_type(std::uint8_t value);
bool is_all_registrants(ReservationType type);
/// Types whose end is told to the registered: RESERVATIONS RELEASED.
bool is_for_registrants(ReservationType type);

/// What a command does to what a reservation guards.                          SPC-4 §5.13.1, table
enum class GuardedAccess : std::uint8_t { free, reading, writing };

class Reservations {
 public:
  struct Registrant {
    std::string initiator_port;
    std::uint16_t target_port = 0;
    std::uint64_t key = 0;
  };
  /// Registrations beyond this are refused (INSUFFICIENT REGISTRATION RESOURCES).
  static constexpr std::size_t kRegistrantsMax = 1024;

  const std::vector<Registrant>& registrants() const { return registrants_; }
  const Registrant* find(NexusName nexus) const;
  std::uint32_t generation() const { return generation_; }
  ReservationType type() const { return type_; }
  bool is_reserved() const { return type_ != ReservationType::none; }
  bool is_holder(NexusName nexus) const;
  /// The key that READ RESERVATION tells: 0 for the types that all registrants hold.
  std::uint64_t holder_key() const;

  /// Whether anything at all stands in anybody's way.
  bool is_idle() const { return type_ == ReservationType::none && reserved_by_.empty(); }
  /// Whether a persistent reservation lets this nexus do it.
  bool allows(NexusName nexus, GuardedAccess access) const;

  enum class Result : std::uint8_t { done, conflict, invalid_release, invalid_key, no_room };
  /// Registrants that lost something, for the attentions that follow.
  struct Losses {
    std::vector<Registrant> preempted;  // registrations that are gone
    std::vector<Registrant> released;   // still registered, but the reservation is gone or changed
  };
  /// `key` 0 unregisters.                                                         SPC-4 §5.13.7
  Result register_key(NexusName nexus, std::uint64_t key, Losses& losses);
  Result reserve(NexusName nexus, ReservationType type);
  Result release(NexusName nexus, ReservationType type, Losses& losses);
  Result clear(NexusName nexus, Losses& losses);
  /// PREEMPT: who is registered with `key` goes; the reservation is taken over if that was its
  /// holder.                                                                     SPC-4 §5.13.11.4
  Result preempt(NexusName nexus, std::uint64_t key, ReservationType type, Losses& losses);
  void count_change() { ++generation_; }
  void set_persists(bool persists) { persists_ = persists; }
  bool persists() const { return persists_; }

  // RESERVE and RELEASE
  bool is_reserved_by_other(NexusName nexus) const;
  /// False if somebody else holds it, or a persistent registration exists.
  bool reserve_old(NexusName nexus);
  void release_old(NexusName nexus);
  void release_old() { reserved_by_.clear(); }

  /// A power cycle: the old reservation is gone, and the rest too unless it persists (APTPL).
  void lose_power();

 private:
  std::size_t index_of(NexusName nexus) const;
  void remove_at(std::size_t index);
  void end_reservation(NexusName but, Losses& losses);

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<Registrant> registrants_;
  std::uint32_t generation_ = 0;
  ReservationType type_ = ReservationType::none;
  std::size_t holder_ = kNone;  // into registrants_; kNone for all-registrants types
  bool persists_ = false;

  std::string reserved_by_;  // initiator port; empty: not reserved
  std::uint16_t reserved_port_ = 0;
};

}  // namespace lunsim::target_sim
