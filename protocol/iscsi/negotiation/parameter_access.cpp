#include "protocol/iscsi/negotiation/parameter_access.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace lunsim::negotiation {

bool is_session_parameter(Key key) {
  switch (key) {
    case Key::max_connections:
    case Key::initial_r2t:
    case Key::immediate_data:
    case Key::max_burst_length:
    case Key::first_burst_length:
    case Key::default_time2wait:
    case Key::default_time2retain:
    case Key::max_outstanding_r2t:
    case Key::data_pdu_in_order:
    case Key::data_sequence_in_order:
    case Key::error_recovery_level:
    case Key::iscsi_protocol_level:
      return true;
    default:
      return false;
  }
}

std::uint64_t read(const SessionParameters& parameters, Key key) {
  switch (key) {
    case Key::max_connections:
      return parameters.max_connections;
    case Key::initial_r2t:
      return parameters.initial_r2t;
    case Key::immediate_data:
      return parameters.immediate_data;
    case Key::max_burst_length:
      return parameters.max_burst_bytes;
    case Key::first_burst_length:
      return parameters.first_burst_bytes;
    case Key::default_time2wait:
      return parameters.default_time2wait_s;
    case Key::default_time2retain:
      return parameters.default_time2retain_s;
    case Key::max_outstanding_r2t:
      return parameters.max_outstanding_r2t;
    case Key::data_pdu_in_order:
      return parameters.data_pdu_in_order;
    case Key::data_sequence_in_order:
      return parameters.data_sequence_in_order;
    case Key::error_recovery_level:
      return parameters.error_recovery_level;
    case Key::iscsi_protocol_level:
      return parameters.iscsi_protocol_level;
    default:
      assert(false);
      return 0;
  }
}

void write(SessionParameters& parameters, Key key, std::uint64_t value) {
  const auto small = static_cast<std::uint16_t>(value);
  const auto large = static_cast<std::uint32_t>(value);
  const bool truth = value != 0;
  switch (key) {
    case Key::max_connections:
      parameters.max_connections = small;
      return;
    case Key::initial_r2t:
      parameters.initial_r2t = truth;
      return;
    case Key::immediate_data:
      parameters.immediate_data = truth;
      return;
    case Key::max_burst_length:
      parameters.max_burst_bytes = large;
      return;
    case Key::first_burst_length:
      parameters.first_burst_bytes = large;
      return;
    case Key::default_time2wait:
      parameters.default_time2wait_s = small;
      return;
    case Key::default_time2retain:
      parameters.default_time2retain_s = small;
      return;
    case Key::max_outstanding_r2t:
      parameters.max_outstanding_r2t = small;
      return;
    case Key::data_pdu_in_order:
      parameters.data_pdu_in_order = truth;
      return;
    case Key::data_sequence_in_order:
      parameters.data_sequence_in_order = truth;
      return;
    case Key::error_recovery_level:
      parameters.error_recovery_level = static_cast<std::uint8_t>(value);
      return;
    case Key::iscsi_protocol_level:
      parameters.iscsi_protocol_level = static_cast<std::uint8_t>(value);
      return;
    default:
      assert(false);
  }
}

std::optional<TaskReporting> task_reporting_of(std::string_view word) {
  constexpr std::array<std::string_view, 3> kWords{"RFC3720", "ResponseFence", "FastAbort"};
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<TaskReporting>(found - kWords.begin());
}

}  // namespace lunsim::negotiation
