// A fault's `do:` to a SCSI command: what is answered, what is really done, when, and which bytes
// go wrong.
#include <algorithm>

#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "scenarios/engine/names.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::DataChange;
using target_sim::DeviceAction;
using target_sim::FaultAction;
using target_sim::ReportedLuns;
using Apply = DeviceAction::Apply;

void read_hex(MapReader& map, std::string_view key, std::size_t max, std::vector<std::byte>& out) {
  const Node* node = map.take(key);
  if (node == nullptr) return;
  note_described(*node, "bytes in hex", map.problems());
  const auto bytes = node->is_scalar() ? parse_hex_bytes(node->text) : std::nullopt;
  if (bytes && !bytes->empty() && bytes->size() <= max) {
    out = *bytes;
  } else {
    expected_but(*node, fmt::format("at most {} bytes in hex", max), map.problems());
  }
}

/// 8, +8 or -8.
bool read_signed(MapReader& map, std::string_view key, std::int64_t max, std::int64_t& out) {
  const Node* node = map.take(key);
  if (node == nullptr) return false;
  note_described(*node, "an amount like +8 or -8", map.problems());
  std::string_view text = node->is_scalar() ? std::string_view{node->text} : std::string_view{};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto number = parse_number(text);
  if (!number || *number == 0 || *number > static_cast<std::uint64_t>(max)) {
    expected_but(*node, fmt::format("an amount like +8 or -8, at most {}", max), map.problems());
    return false;
  }
  out = negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
  return true;
}

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
  std::uint64_t number = 0;
  if (map.number("information", number)) sense.information = number;
  if (map.number("command_specific", number)) sense.command_specific = number;
  std::uint16_t field = 0;
  if (map.number("field", field)) sense.key_specific = scsi::field_pointer(true, field);
  std::uint8_t percent = 0;
  if (map.number("progress_percent", percent, 100))
    sense.key_specific =
        scsi::progress_indication(static_cast<std::uint16_t>(percent * 65535u / 100u));
  map.flag("deferred", sense.deferred);
  map.flag("incorrect_length", sense.incorrect_length);
  bool descriptor = false;
  map.flag("descriptor", descriptor);
  if (descriptor) action.sense_format = scsi::SenseFormat::descriptor;
  read_hex(map, "bytes", 252, action.sense_bytes);
  std::uint16_t cut = 0;
  if (map.number("cut", cut, 251)) action.sense_bytes_max = cut;
  map.finish();
  action.sense = sense;
}

void read_apply(const Node& node, DeviceAction& action, Problems& problems) {
  note_words(node, {"yes", "never", "cached"}, problems);
  if (node.is_scalar() && node.text == "yes") {
    action.apply = Apply::yes;
  } else if (node.is_scalar() && node.text == "never") {
    action.apply = Apply::never;
  } else if (node.is_scalar() && node.text == "cached") {
    action.apply = Apply::cached;
  } else if (node.is_map()) {
    MapReader map(node, "apply", problems);
    map.need("after");
    if (map.duration("after", action.apply_after_ns)) action.apply = Apply::later;
    map.finish();
  } else {
    expected_but(node, "yes, never, cached or {after: 2 s}", problems);
  }
}

void read_answer(const Node& node, DeviceAction& action, Problems& problems) {
  note_words(node, {"never"}, problems);
  if (node.is_scalar() && node.text == "never") {
    action.never_answered = true;
    return;
  }
  if (!node.is_map()) return expected_but(node, "never or {after: 2 s}", problems);
  MapReader map(node, "answer", problems);
  map.need("after");
  map.duration("after", action.answer_after_ns);
  map.finish();
}

/// {xor: FF, at: 512}, {put: "00 01", at: 4}, {cut: 20}, {append: "00 00"}.
void read_data_change(const Node& node, DeviceAction& action, Problems& problems) {
  DataChange change;
  MapReader map(node, "data", problems);
  const bool has_xor = map.has("xor");
  const bool has_put = map.has("put");
  const bool has_append = map.has("append");
  const bool has_cut = map.has("cut");
  if (static_cast<int>(has_xor) + has_put + has_append + has_cut != 1)
    problems.add(node.place, "a change of data is one of xor, put, cut and append");
  if (has_xor || has_put) map.number("at", change.at, 1u << 24);
  read_hex(map, "xor", 65536, change.bytes);
  if (has_put) {
    change.kind = DataChange::Kind::put;
    read_hex(map, "put", 65536, change.bytes);
  }
  if (has_append) {
    change.kind = DataChange::Kind::append;
    read_hex(map, "append", 65536, change.bytes);
  }
  if (has_cut) {
    change.kind = DataChange::Kind::cut;
    map.number("cut", change.at, 1u << 24);
  }
  map.finish();
  action.data.push_back(std::move(change));
}

void read_torn(const Node& node, DeviceAction& action, Problems& problems) {
  MapReader map(node, "torn", problems);
  std::uint64_t amount = 0;
  if (map.number("after_blocks", amount)) action.torn_after_blocks = amount;
  if (map.number("after_bytes", amount)) action.torn_after_bytes = amount;
  map.finish();
  if (action.torn_after_blocks.has_value() == action.torn_after_bytes.has_value())
    problems.add(node.place, "a torn write lands after_blocks or after_bytes");
}

void read_luns(const Node& node, DeviceAction& action, Problems& problems) {
  ReportedLuns luns;
  MapReader map(node, "luns", problems);
  if (const Node* list = map.take("list")) {
    luns.list.emplace();
    if (!list->is_list()) expected_but(*list, "a list of LUNs", problems);
    for (const Node& item : list->items)
      if (const auto lun = map.read_number(item, 0, 0xFF'FFFF)) luns.list->push_back(*lun);
  }
  map.number("count", luns.count, 16384, 1);
  map.flag("descending", luns.descending);
  map.flag("well_known", luns.well_known);
  using Addressing = ReportedLuns::Addressing;
  read_word(map, "addressing", luns.addressing,
            {{"peripheral", Addressing::peripheral},
             {"flat", Addressing::flat},
             {"extended", Addressing::extended}});
  map.finish();
  action.luns = std::move(luns);
}

void read_capacity(const Node& node, DeviceAction& action, Problems& problems) {
  target_sim::ReportedCapacity capacity;
  MapReader map(node, "capacity", problems);
  std::uint64_t last_lba = 0;
  if (map.number("last_lba", last_lba)) capacity.last_lba = last_lba;
  std::uint32_t block = 0;
  if (map.number("block", block)) capacity.block_bytes = block;
  std::uint8_t exponent = 0;
  if (map.number("physical_exponent", exponent, 15)) capacity.physical_exponent = exponent;
  map.finish();
  action.capacity = capacity;
}

void read_identity(const Node& node, DeviceAction& action, Problems& problems) {
  target_sim::ReportedIdentity identity;
  MapReader map(node, "identity", problems);
  std::uint8_t number = 0;
  if (map.number("qualifier", number, 7)) identity.qualifier = number;
  if (map.number("type", number, 31)) identity.device_type = number;
  std::string serial;
  if (map.text("serial", serial)) identity.serial = serial;
  if (const Node* without = map.take("without")) {
    const std::vector<Node> one{*without};
    for (const Node& item : without->is_list() ? without->items : one)
      if (const auto page = map.read_number(item, 1, 255))
        identity.without.push_back(static_cast<std::uint8_t>(*page));
  }
  map.flag("duplicate_designator", identity.duplicate_designator);
  map.finish();
  action.identity = std::move(identity);
}

void read_change(const Node& node, FaultModel& fault, Problems& problems) {
  ChangeStep change;
  MapReader map(node, "a fault's change", problems);
  map.text("target", change.target);
  change.target_place = node.place;
  read_change_keys(map, change);
  map.finish();
  fault.change = std::move(change);
  fault.rule.action.has_change = true;
}

void read_data_keys(MapReader& map, FaultModel& fault) {
  DeviceAction& action = fault.rule.action;
  Problems& problems = map.problems();
  const Node* data = map.node().find("data");
  if (data != nullptr && is_data_of_command(*data, fault)) {
    map.take("data");
    const std::vector<Node> one{*data};
    for (const Node& item : data->is_list() ? data->items : one)
      read_data_change(item, action, problems);
  }
  read_signed(map, "misdirect", 1 << 30, action.misdirected_blocks);
  if (const Node* torn = map.take("torn")) read_torn(*torn, action, problems);
  map.flag("stale", action.stale);
  read_signed(map, "length", 1 << 24, action.length_lie_bytes);
  if (const Node* luns = map.take("luns")) read_luns(*luns, action, problems);
  if (const Node* capacity = map.take("capacity")) read_capacity(*capacity, action, problems);
  if (const Node* identity = map.take("identity")) read_identity(*identity, action, problems);
}

}  // namespace

void read_device_action(MapReader& map, FaultModel& fault) {
  FaultAction& action = fault.rule.action;
  Problems& problems = map.problems();
  std::uint8_t status = 0;
  if (map.number("status", status, 255, 0, Names::scsi_status))
    action.status = static_cast<scsi::Status>(status);
  if (const Node* sense = map.take("sense")) read_sense(*sense, action, problems);
  map.duration("delay", action.delay_ns);
  map.duration("jitter", action.jitter_ns);
  map.duration("p99", action.p99_ns);
  if (const Node* apply = map.take("apply")) read_apply(*apply, action, problems);
  if (const Node* answer = map.take("answer")) read_answer(*answer, action, problems);
  map.flag("compares", action.compares);
  read_data_keys(map, fault);
  if (const Node* codes = map.take("attention"))
    action.attentions = read_attention_codes(*codes, map);
  map.flag("for_all", action.attention_for_all);
  if (const Node* change = map.take("change")) read_change(*change, fault, problems);
}

bool is_data_of_command(const Node& data, const FaultModel& fault) {
  const auto has = [&](std::initializer_list<std::string_view> keys) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](std::string_view key) { return data.find(key) != nullptr; });
  };
  if (data.is_list() || has({"xor", "put", "cut", "append"})) return true;
  if (has({"bytes", "hex"})) return false;
  const target_sim::FaultSelector& on = fault.rule.on;
  return on.direction == pdu::Direction::receive && on.pdus.empty() && !on.any_pdu;
}

void check_device_action(const Node& node, const FaultModel& fault, Problems& problems) {
  const FaultAction& action = fault.rule.action;
  const target_sim::FaultSelector& on = fault.rule.on;
  if (action.is_for_device() &&
      (on.direction == pdu::Direction::send || !on.pdus.empty() || on.any_pdu))
    problems.add(node.place,
                 "what becomes of a command or its unit belongs to a SCSI command: `receive:` with "
                 "its name");
  if (action.sense && !action.status)
    problems.add(node.place, "sense data needs a status, like CHECK CONDITION");
  if (action.status == scsi::Status::check_condition && !action.sense)
    problems.add(node.place,
                 "CHECK CONDITION comes with sense data, like `sense: {key: NOT READY, code: "
                 "0401h}`");
  if (action.status && action.apply != Apply::as_answered && action.apply != Apply::yes &&
      action.apply != Apply::never)
    problems.add(node.place,
                 "a write that lands later or in a cache is answered GOOD, not with a "
                 "status");
  static const std::vector<std::string> kReaders{
      "READ(6)", "READ(10)", "READ(12)", "READ(16)", "INQUIRY", "TEST UNIT READY", "REQUEST SENSE"};
  const auto only_reads = [](const scsi::CommandCode& code) {
    return std::any_of(kReaders.begin(), kReaders.end(), [&](const std::string& name) {
      const auto reader = scsi::command_named(name);
      return reader && reader->operation_code == code.operation_code;
    });
  };
  if (action.apply != Apply::as_answered && action.apply != Apply::yes && !on.commands.empty() &&
      std::all_of(on.commands.begin(), on.commands.end(), only_reads))
    problems.add(node.place,
                 "`apply` is of commands that write; what only reads changes no medium, and has "
                 "nothing that could get lost or come late");
  const auto is_other = [](const scsi::CommandCode& code) {
    return code.operation_code != scsi::command_named("COMPARE AND WRITE")->operation_code;
  };
  if (!action.compares && std::any_of(on.commands.begin(), on.commands.end(), is_other))
    problems.add(node.place, "`compares: no` belongs to COMPARE AND WRITE");
}

}  // namespace lunsim::scenarios
