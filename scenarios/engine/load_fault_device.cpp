// A fault's `do:` to a SCSI command: its status, its sense data, its time.
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultAction;

void read_sense(const Node& node, FaultAction& action, Problems& problems) {
  MapReader map(node, "sense", problems);
  scsi::Sense sense;
  std::uint8_t key = 0;
  if (map.number("key", key, 15, 0, Names::sense_key)) sense.key = static_cast<scsi::SenseKey>(key);
  std::uint16_t pair = 0;
  if (const Node* code = map.take("code"))
    if (const auto value = map.read_number(*code, 0, 0xFFFF, Names::asc_pair))
      pair = static_cast<std::uint16_t>(*value);
  sense.code = {static_cast<std::uint8_t>(pair >> 8), static_cast<std::uint8_t>(pair)};
  map.number("asc", sense.code.asc);
  map.number("ascq", sense.code.ascq);
  std::uint64_t information = 0;
  if (map.number("information", information)) sense.information = information;
  bool descriptor = false;
  map.flag("descriptor", descriptor);
  if (descriptor) action.sense_format = scsi::SenseFormat::descriptor;
  if (const Node* raw = map.take("bytes")) {
    const auto bytes = raw->is_scalar() ? parse_hex_bytes(raw->text) : std::nullopt;
    if (bytes && bytes->size() <= 252) action.sense_bytes = *bytes;
    if (!bytes || bytes->size() > 252) expected_but(*raw, "at most 252 bytes in hex", problems);
  }
  map.finish();
  action.sense = sense;
}

}  // namespace

void read_device_action(MapReader& map, FaultModel& fault) {
  FaultAction& action = fault.rule.action;
  std::uint8_t status = 0;
  if (map.number("status", status, 255, 0, Names::scsi_status))
    action.status = static_cast<scsi::Status>(status);
  if (const Node* sense = map.take("sense")) read_sense(*sense, action, map.problems());
  map.duration("delay", action.delay_ns);
}

void check_device_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  const target_sim::FaultSelector& on = fault.rule.on;
  if (action.is_for_device() && (on.direction == pdu::Direction::send || on.pdu))
    problems.add(node.place,
                 "a status or a delay belongs to a SCSI command: `receive:` with its name");
  if (action.sense && !action.status)
    problems.add(node.place, "sense data needs a status, like CHECK CONDITION");
}

}  // namespace lunsim::scenarios
