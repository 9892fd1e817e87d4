// Unit attention conditions of one logical unit: what each I_T nexus has not been told yet, most
// important first. Not who the nexuses are: they are slots here, see nexus_table.hpp. SAM-5 §5.14
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/scsi/sense.hpp"

namespace lunsim::target_sim {

namespace attention {
inline constexpr scsi::AdditionalSense kPowerOn{0x29, 0x00};
inline constexpr scsi::AdditionalSense kUnitReset{0x29, 0x03};
inline constexpr scsi::AdditionalSense kNexusLoss{0x29, 0x07};
inline constexpr scsi::AdditionalSense kModeParametersChanged{0x2A, 0x01};
inline constexpr scsi::AdditionalSense kReservationsPreempted{0x2A, 0x03};
inline constexpr scsi::AdditionalSense kReservationsReleased{0x2A, 0x04};
inline constexpr scsi::AdditionalSense kRegistrationsPreempted{0x2A, 0x05};
inline constexpr scsi::AdditionalSense kAccessStateChanged{0x2A, 0x06};
inline constexpr scsi::AdditionalSense kImplicitTransitionFailed{0x2A, 0x07};
inline constexpr scsi::AdditionalSense kCapacityChanged{0x2A, 0x09};
inline constexpr scsi::AdditionalSense kCommandsCleared{0x2F, 0x00};
inline constexpr scsi::AdditionalSense kSoftThresholdReached{0x38, 0x07};
inline constexpr scsi::AdditionalSense kReportedLunsChanged{0x3F, 0x0E};
inline constexpr scsi::AdditionalSense kClearedByProtocolEvent{0x47, 0x7F};
}  // namespace attention

class UnitAttentions {
 public:
  static constexpr std::size_t kPendingMax = 6;

  /// The same condition twice is one. Resets come before changes, POWER ON before other resets,
  /// which it stands for. When the queue is full the least important is lost.
  void establish(std::size_t slot, scsi::AdditionalSense code);
  bool is_pending(std::size_t slot) const {
    return slot < queues_.size() && queues_[slot].count != 0;
  }
  /// The most important one, no longer pending.
  std::optional<scsi::AdditionalSense> take(std::size_t slot);
  void clear(std::size_t slot, scsi::AdditionalSense code);
  /// The nexus is gone.
  void forget(std::size_t slot);

 private:
  struct Queue {
    std::uint8_t count = 0;
    std::array<scsi::AdditionalSense, kPendingMax> codes{};
  };
  static void remove(Queue& queue, std::size_t at);

  std::vector<Queue> queues_;
};

}  // namespace lunsim::target_sim
