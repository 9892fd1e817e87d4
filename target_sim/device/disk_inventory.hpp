// The disks that one target port shows: units that may come, go and grow while sessions use them.
// The Device that sessions talk to, and what scenarios change at run time. A unit may be shown by
// several inventories, each at a LUN of its own; nexuses and port groups belong to the SCSI device
// that they share.
// SAM-5 §4.6.4, §5.14
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "target_sim/device/device.hpp"
#include "target_sim/device/logical_unit.hpp"
#include "target_sim/device/scsi_device.hpp"

namespace lunsim::target_sim {

class DiskInventory final : public Device {
 public:
  /// `target_name` goes into serial numbers and designators. Inventories that show the same units
  /// share `device`; null: this one is a device of its own.
  explicit DiskInventory(std::string target_name = {}, std::shared_ptr<ScsiDevice> device = {});

  /// False if the LUN is taken; `config` is one that refusal_of() accepts. Every nexus hears
  /// REPORTED LUNS DATA HAS CHANGED from the other units, and POWER ON from the new one.
  bool add_unit(UnitConfig config);
  /// The unit of another inventory of the same device, here at `lun`. False if that is taken.
  bool show_unit(std::uint64_t lun, std::shared_ptr<LogicalUnit> unit);
  /// Null if there is none.
  std::shared_ptr<LogicalUnit> share_unit(std::uint64_t lun) const;
  /// False if there is none. What is being read from it stays readable. REPORTED LUNS DATA HAS
  /// CHANGED as above.
  bool remove_unit(std::uint64_t lun);
  /// False if there is none. CAPACITY DATA HAS CHANGED for every nexus.
  bool resize_unit(std::uint64_t lun, std::uint64_t capacity_bytes);
  /// Null if there is none; until the unit is removed.
  LogicalUnit* find_unit(std::uint64_t lun);
  std::vector<std::uint64_t> luns() const override;
  /// Establishes a condition at one unit for every nexus, whichever target it came through.
  void establish_attention(LogicalUnit& unit, scsi::AdditionalSense code,
                           std::optional<NexusId> but = {});
  /// The same for one nexus by its names, if it is known.
  void establish_attention(LogicalUnit& unit, scsi::AdditionalSense code, NexusName nexus);
  /// Power off and on: what is volatile is lost, POWER ON for everybody. The sessions that were
  /// there are for whoever owns them.
  void lose_power();

  /// The program forgot who was there, the units lost nothing: nexuses are new when they come
  /// again, and what RESERVE held is free.
  void forget_nexuses();

  /// This port joins a target port group, once. From then on INQUIRY speaks of it.
  void join_port_group(std::uint16_t group);
  /// False if there is no such group. Who is told is told by tell_access_state_changed().
  bool set_access_state(std::uint16_t group, AccessState state, AccessStatus why);
  /// ASYMMETRIC ACCESS STATE CHANGED for every nexus at every unit of this inventory.
  void tell_access_state_changed(std::optional<NexusId> but = {});

  const std::string& target_name() const { return target_name_; }
  ScsiDevice& device() { return *device_; }
  const ScsiDevice& device() const { return *device_; }
  /// Relative target port identifier.
  std::uint16_t port() const { return port_; }
  NexusName name_of(NexusId nexus) const;
  /// Fields of REPORT LUNS, ascending.
  std::span<const std::uint64_t> lun_fields() const { return lun_fields_; }
  /// The nexus has seen the list of LUNs.
  /// SPC-4 §6.33
  void clear_reported_luns_changed(NexusId nexus);

  // Device
  NexusId open_nexus(std::string_view initiator_port) override;
  void close_nexus(NexusId nexus) override;
  bool prepare(Task& task, std::int64_t now_ns) override;
  bool submit(Task& task, std::int64_t now_ns) override;
  Task* poll_completion(std::int64_t) override { return nullptr; }
  std::optional<std::int64_t> poll_timeout() const override { return std::nullopt; }
  void abort(Task&) override {}
  ManagementOutcome reset_unit(std::uint64_t lun, NexusId by) override;
  void commands_cleared(std::uint64_t lun, NexusId nexus, ClearedBy by) override;
  bool has_unit(std::uint64_t lun) const override;

 private:
  struct Shown {
    std::uint64_t lun = 0;
    std::shared_ptr<LogicalUnit> unit;
  };
  using Units = std::vector<Shown>;
  Units::const_iterator place_of(std::uint64_t lun) const;
  void insert_unit(std::uint64_t lun, std::shared_ptr<LogicalUnit> unit);
  void list_has_changed(const LogicalUnit* but);
  /// For the nexuses of this port only.
  void establish_here(LogicalUnit& unit, scsi::AdditionalSense code);

  std::string target_name_;
  std::shared_ptr<ScsiDevice> device_;
  std::uint16_t port_ = 1;
  Units units_;                            // ascending by LUN
  std::vector<std::uint64_t> lun_fields_;  // of units_
};

}  // namespace lunsim::target_sim
