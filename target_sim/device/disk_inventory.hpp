// The disks of one target: units that may come, go and grow while sessions use them, and the
// nexuses that use them. The Device that sessions talk to, and what scenarios change at run time.
// SAM-5 §4.6.4, §5.14
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "target_sim/device/device.hpp"
#include "target_sim/device/logical_unit.hpp"
#include "target_sim/device/nexus_table.hpp"

namespace lunsim::target_sim {

class DiskInventory final : public Device {
 public:
  /// `target_name` goes into serial numbers and designators.
  explicit DiskInventory(std::string target_name = {});

  /// False if the LUN is taken; `config` is one that refusal_of() accepts. Every nexus hears
  /// REPORTED LUNS DATA HAS CHANGED from the other units, and POWER ON from the new one.
  bool add_unit(UnitConfig config);
  /// False if there is none. What is being read from it stays readable. REPORTED LUNS DATA HAS
  /// CHANGED as above.
  bool remove_unit(std::uint64_t lun);
  /// False if there is none. CAPACITY DATA HAS CHANGED for every nexus.
  bool resize_unit(std::uint64_t lun, std::uint64_t capacity_bytes);
  /// Null if there is none; until the unit is removed.
  LogicalUnit* find_unit(std::uint64_t lun);
  std::vector<std::uint64_t> luns() const;
  /// Establishes a condition at one unit for every nexus.
  void establish_attention(LogicalUnit& unit, scsi::AdditionalSense code,
                           std::optional<NexusId> but = {});

  const std::string& target_name() const { return target_name_; }
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
  void commands_cleared(std::uint64_t lun, NexusId nexus) override;
  bool has_unit(std::uint64_t lun) const override;

 private:
  using Units = std::vector<std::unique_ptr<LogicalUnit>>;
  Units::const_iterator place_of(std::uint64_t lun) const;
  void list_has_changed(const LogicalUnit* but);

  std::string target_name_;
  Units units_;                            // ascending by LUN
  std::vector<std::uint64_t> lun_fields_;  // of units_
  NexusTable nexuses_;
};

}  // namespace lunsim::target_sim
