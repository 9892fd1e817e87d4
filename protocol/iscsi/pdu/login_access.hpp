// Byte 1 and the ISID, which Login Request and Login Response have in common. Internal to this
// room.   RFC 7143 §11.12
#pragma once

#include <algorithm>

#include "protocol/iscsi/pdu/bhs_access.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"

namespace lunsim::pdu {

inline constexpr std::uint8_t kReservedStage = 2;
inline constexpr std::size_t kIsidOffset = 8;

constexpr Stage current_stage_of(std::uint8_t byte1) {
  return static_cast<Stage>((byte1 >> 2) & 3);
}
constexpr Stage next_stage_of(std::uint8_t byte1) { return static_cast<Stage>(byte1 & 3); }
constexpr std::uint8_t stages_of(Stage current, Stage next) {
  return static_cast<std::uint8_t>(((static_cast<unsigned>(current) & 3) << 2) |
                                   (static_cast<unsigned>(next) & 3));
}

inline Isid isid_of(BhsView bhs) {
  Isid isid{};
  std::ranges::copy(bhs.subspan<kIsidOffset, 6>(), isid.bytes.begin());
  return isid;
}

/// NSG is reserved without T, so that only then a value of it can be wrong. §11.12.3
inline Refusal refuse_stages(const BhsReader& bhs) {
  constexpr std::string_view kSection = "RFC 7143 §11.12.3";
  if (static_cast<std::uint8_t>(current_stage_of(bhs.u8(1))) == kReservedStage) {
    return refuse("stage 2 is reserved", kSection, 1, "CSG");
  }
  if (bhs.flag(kFinalMask) &&
      static_cast<std::uint8_t>(next_stage_of(bhs.u8(1))) == kReservedStage) {
    return refuse("stage 2 is reserved", kSection, 1, "NSG");
  }
  return {};
}

}  // namespace lunsim::pdu
