// A fault's `do:` on the wire: what becomes of a PDU and of the numbers around it.
#include <algorithm>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/load_parts.hpp"
#include "target_sim/faults/tap_kinds.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::FaultSelector;
using target_sim::PduPlace;
using target_sim::WireAction;

void read_cut(const Node& node, WireAction& action, Problems& problems) {
  target_sim::CutPlace cut;
  MapReader map(node, "a cut", problems);
  using Cut = pdu::TapVerdict::Cut;
  read_word(map, "how", cut.how,
            {{"finish", Cut::finish},
             {"reset", Cut::reset},
             {"silence", Cut::silence},
             {"half close", Cut::half_close}});
  if (const Node* at = map.take("at"))
    if (const auto place = read_pdu_place(*at, problems)) cut.at = *place;
  map.finish();
  action.cut = cut;
}

void read_hold(const Node& node, WireAction& action, Problems& problems) {
  note_duration(node, problems);
  if (node.is_scalar()) {
    const auto ns = parse_duration_ns(node.text);
    if (!ns)
      expected_but(node, "a time with its unit, like 5 s, or {for, until, behind}", problems);
    action.hold_ns = ns.value_or(0);
    if (action.hold_ns > MapReader::kDurationMaxNs)
      expected_but(node, "thirty days at most", problems);
    return;
  }
  target_sim::Hold hold;
  MapReader map(node, "hold", problems);
  map.duration("for", hold.for_ns);
  map.text("until", hold.until);
  map.number("behind", hold.behind, 1000, 1);
  map.finish();
  if (node.is_map() && node.keys.empty())
    expected_but(node, "a time, or {for: 2 s}, {until: fault} or {behind: 1}", problems);
  action.hold = hold;
}

void read_corrupt(MapReader& map, WireAction& action) {
  std::vector<std::string> what;
  if (!map.texts("corrupt", what)) return;
  const std::vector<std::string> known{"header digest", "data digest", "header digest range",
                                       "data digest range"};
  bool* const flags[] = {&action.spoil_header_digest, &action.spoil_data_digest,
                         &action.misplace_header_digest, &action.misplace_data_digest};
  for (const std::string& word : what) {
    const auto found = std::find(known.begin(), known.end(), word);
    if (found != known.end()) {
      *flags[found - known.begin()] = true;
      continue;
    }
    map.problems().add(map.node().find("corrupt")->place,
                       fmt::format("unknown word \"{}\" for \"corrupt\": possible is {}", word,
                                   one_of_text(known)),
                       nearest(word, known));
  }
}

void read_flips(const Node& node, WireAction& action, Problems& problems) {
  const std::vector<Node> one{node};
  for (const Node& item : node.is_list() ? node.items : one) {
    target_sim::FlippedBits flip;
    MapReader map(item, "flip", problems);
    if (const Node* at = map.need("at"))
      if (const auto place = read_pdu_place(*at, problems)) flip.at = *place;
    map.number("bits", flip.mask, 255, 1);
    map.finish();
    const bool is_part = flip.at.base == PduPlace::Base::header ||
                         flip.at.base == PduPlace::Base::ahs ||
                         flip.at.base == PduPlace::Base::data;
    if (!is_part) problems.add(item.place, "bits are flipped in the header, an AHS or the data");
    action.flips.push_back(flip);
  }
}

void read_pad(const Node& node, WireAction& action, Problems& problems) {
  MapReader map(node, "pad", problems);
  map.number("byte", action.pad_byte);
  map.number("extra", action.extra_pad_bytes, 1024, 1);
  map.flag("omit", action.omit_padding);
  map.finish();
}

void read_ahs(const Node& node, WireAction& action, Problems& problems) {
  target_sim::AddedAhs ahs;
  MapReader map(node, "an AHS", problems);
  map.number("length", ahs.length);
  map.number("type", ahs.type);
  if (const Node* bytes = map.take("bytes")) {
    note_described(*bytes, "bytes in hex", problems);
    const auto read = bytes->is_scalar() ? parse_hex_bytes(bytes->text) : std::nullopt;
    if (!read || read->size() > 1000) expected_but(*bytes, "at most 1000 bytes in hex", problems);
    ahs.bytes = read.value_or(std::vector<std::byte>{});
  }
  map.finish();
  action.ahs = ahs;
}

void read_data(const Node& node, WireAction& action, Problems& problems) {
  MapReader map(node, "the data of a PDU", problems);
  std::uint32_t bytes = 0;
  if (map.number("bytes", bytes, pdu::kDataSegmentBytesMax)) action.data_bytes = bytes;
  if (const Node* hex = map.take("hex")) {
    note_described(*hex, "bytes in hex, like \"41, 00 * 512\"", problems);
    const auto read = hex->is_scalar() ? parse_repeated_hex(hex->text, 1u << 20) : std::nullopt;
    if (!read) expected_but(*hex, "at most 1 MiB in hex, like \"41, 00 * 512\"", problems);
    action.data = read.value_or(std::vector<std::byte>{});
  }
  map.finish();
  if (node.is_map() && !action.data_bytes && !action.data && problems.empty())
    expected_but(node, "{bytes: n} or {hex: ..}", problems);
}

void read_shift(const Node& node, WireAction& action, Problems& problems) {
  read_field_changes(node, true, action.shift, problems);
  for (const target_sim::FieldChange& change : action.shift)
    if (change.field != "StatSN" || !change.of.empty())
      problems.add(node.place, "only StatSN can be shifted, by a number");
}

void read_redirect(const Node& node, FaultModel& fault, Problems& problems) {
  MapReader map(node, "redirect", problems);
  target_sim::Redirect redirect;
  const bool is_raw = map.text("address", redirect.to);
  const Node* to = map.take("to");
  if (to != nullptr) fault.redirect = read_address(*to, problems);
  map.flag("permanent", redirect.permanent);
  map.text("target_name", redirect.target_name);
  map.finish();
  if (to == nullptr && !is_raw && node.is_map() && !map.is_misspelt("to"))
    problems.add(node.place, "redirect needs the key \"to\", or \"address\" for any text");
  fault.rule.action.wire.redirect = redirect;
}

void read_changes(MapReader& map, FaultModel& fault) {
  WireAction& action = fault.rule.action.wire;
  Problems& problems = map.problems();
  if (const Node* set = map.take("set")) read_field_changes(*set, false, action.fields, problems);
  if (const Node* add = map.take("add")) read_field_changes(*add, true, action.fields, problems);
  read_corrupt(map, action);
  if (const Node* flip = map.take("flip")) read_flips(*flip, action, problems);
  map.flag("omit_padding", action.omit_padding);
  if (const Node* pad = map.take("pad")) read_pad(*pad, action, problems);
  std::uint32_t flip = 0;
  if (map.number("flip_data_byte", flip))
    action.flips.push_back({{PduPlace::Base::data, flip}, 0xFF});
  if (const Node* ahs = map.take("ahs")) read_ahs(*ahs, action, problems);
  const Node* data = map.node().find("data");
  if (data != nullptr && !is_data_of_command(*data, fault)) {
    map.take("data");
    read_data(*data, action, problems);
  }
  if (const Node* text = map.take("text")) read_text_changes(*text, action.text, problems);
  if (const Node* shift = map.take("shift")) read_shift(*shift, action, problems);
  map.texts("freeze", action.freeze);
  std::uint32_t window = 0;
  if (map.number("window", window, 0x7FFF'FFFF)) action.window = window;
}

bool is_only(const FaultSelector& on, std::initializer_list<pdu::Opcode> kinds) {
  return !on.any_pdu && !on.pdus.empty() &&
         std::all_of(on.pdus.begin(), on.pdus.end(), [&](pdu::Opcode one) {
           return std::find(kinds.begin(), kinds.end(), one) != kinds.end();
         });
}

bool rewrites(const WireAction& action) {
  return !action.fields.empty() || action.spoil_header_digest || action.spoil_data_digest ||
         action.misplace_header_digest || action.misplace_data_digest || action.omit_padding ||
         action.pad_byte != 0 || action.extra_pad_bytes != 0 || !action.flips.empty() ||
         action.ahs || action.data || action.data_bytes || !action.text.empty() ||
         !action.shift.empty() || !action.freeze.empty() || action.window || action.login_status ||
         action.redirect || action.hold_transit_rounds != 0 || action.split_text_bytes != 0;
}

void check_names(const Node& node, const FaultModel& fault, Problems& problems) {
  const WireAction& action = fault.rule.action.wire;
  std::vector<std::string> names = action.freeze;
  for (const target_sim::FieldChange& change : action.fields) {
    names.push_back(change.field);
    if (!change.of.empty()) names.push_back(change.of);
  }
  for (const target_sim::FieldChange& change : action.shift) names.push_back(change.field);
  if (action.window) names.emplace_back("MaxCmdSN");
  check_field_names(node.place, target_sim::kinds_of(fault.rule.on), names, problems);
}

}  // namespace

bool changes_wire(const target_sim::FaultAction& whole) {
  const WireAction& action = whole.wire;
  return action.mark || action.drop || action.copies != 1 || action.hold_ns > 0 || action.hold ||
         action.cut || !action.before.empty() || !action.after.empty() || rewrites(action);
}

void read_wire_action(MapReader& map, FaultModel& fault) {
  WireAction& action = fault.rule.action.wire;
  Problems& problems = map.problems();
  map.flag("drop", action.drop);
  map.number("copies", action.copies, 16);
  if (const Node* hold = map.take("hold")) read_hold(*hold, action, problems);
  if (const Node* cut = map.take("cut")) read_cut(*cut, action, problems);
  read_changes(map, fault);
  read_injections(map, fault);
  std::uint16_t login_status = 0;
  if (map.number("login_status", login_status)) action.login_status = login_status;
  if (const Node* redirect = map.take("redirect")) read_redirect(*redirect, fault, problems);
  map.number("hold_transit", action.hold_transit_rounds, 100, 1);
  map.number("split_text", action.split_text_bytes, 65536, 1);
}

void check_wire_action(const Node& node, const FaultModel& fault, Problems& problems) {
  using pdu::Opcode;
  const WireAction& action = fault.rule.action.wire;
  const FaultSelector& on = fault.rule.on;
  if (on.bytes || on.connects) return;
  const bool is_gone = action.drop || action.hold;
  if (is_gone && (action.copies != 1 || action.hold_ns > 0 || action.cut))
    problems.add(node.place, "what is dropped or held back cannot be copied or cut as well");
  if (action.drop && (action.hold || rewrites(action)))
    problems.add(node.place, "what is dropped cannot be held, copied, cut or changed as well");
  if ((action.login_status || action.redirect) &&
      !is_only(on, {Opcode::login_request, Opcode::login_response}))
    problems.add(node.place, "a login status belongs to a Login Request or Login Response");
  if ((action.hold_transit_rounds != 0 || action.split_text_bytes != 0) &&
      !is_only(on, {Opcode::login_response}))
    problems.add(node.place, "hold_transit and split_text belong to `send: Login Response`");
  if (!action.text.empty() && !is_only(on, {Opcode::login_request, Opcode::login_response,
                                            Opcode::text_request, Opcode::text_response}))
    problems.add(node.place, "text belongs to Login and Text PDUs");
  if (on.direction == pdu::Direction::receive && (!action.shift.empty() || action.window))
    problems.add(node.place, "shift and window change what a target sends: `send:`");
  check_names(node, fault, problems);
}

}  // namespace lunsim::scenarios
