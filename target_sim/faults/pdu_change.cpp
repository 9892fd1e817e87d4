#include "target_sim/faults/pdu_change.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::target_sim {
namespace {

using Base = PduPlace::Base;

struct Part {
  std::uint32_t begin = 0, bytes = 0;
};

/// Where the parts of a PDU lie on the wire, and its size as the last one.
std::array<Part, 7> parts_of(const pdu::TappedPdu& tapped) {
  const auto pad =
      tapped.padding_omitted ? 0u : static_cast<std::uint32_t>(pdu::padding_of(tapped.data.size()));
  const bool has_data_digest = tapped.has_data_digest && !tapped.data.empty();
  const std::array<std::uint32_t, 6> sizes{static_cast<std::uint32_t>(pdu::kBhsBytes),
                                           static_cast<std::uint32_t>(tapped.ahs.size()),
                                           tapped.has_header_digest ? 4u : 0u,
                                           static_cast<std::uint32_t>(tapped.data.size()),
                                           pad + tapped.extra_pad_bytes,
                                           has_data_digest ? 4u : 0u};
  std::array<Part, 7> parts{};
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    parts[i] = {at, sizes[i]};
    at += sizes[i];
  }
  parts[6] = {at, 0};
  return parts;
}

bool change_data(const WireAction& action, pdu::TappedPdu& tapped) {
  const std::vector<std::byte> before = tapped.data;
  if (action.data) set_data(tapped, *action.data);
  if (action.data_bytes) {
    std::vector<std::byte> data = std::move(tapped.data);
    data.resize(*action.data_bytes);
    set_data(tapped, std::move(data));
  }
  return tapped.data != before;
}

bool flip_bits(const FlippedBits& flip, pdu::TappedPdu& tapped) {
  const auto at = [&](std::size_t part_bytes, std::byte* part) {
    if (flip.at.offset_bytes >= part_bytes || flip.mask == 0) return false;
    part[flip.at.offset_bytes] ^= std::byte{flip.mask};
    return true;
  };
  if (flip.at.base == Base::header) return at(tapped.bhs.size(), tapped.bhs.data());
  if (flip.at.base == Base::ahs) return at(tapped.ahs.size(), tapped.ahs.data());
  return at(tapped.data.size(), tapped.data.data());
}

void add_ahs(const AddedAhs& added, pdu::TappedPdu& tapped) {
  pdu::append_ahs(tapped.ahs, added.length, added.type, added.bytes);
  tapped.ahs.resize((tapped.ahs.size() + 3) / 4 * 4);
  bytes::store_u8(&tapped.bhs[4], static_cast<std::uint8_t>(tapped.ahs.size() / 4));
}

bool set_window(std::uint32_t commands, pdu::BhsBytes& bhs) {
  const std::uint32_t exp_cmd_sn = bytes::load_be32(&bhs[28]);
  const std::uint32_t before = bytes::load_be32(&bhs[32]);
  bytes::store_be32(&bhs[32], exp_cmd_sn + commands - 1);
  return before != exp_cmd_sn + commands - 1;
}

bool spoil(const WireAction& action, pdu::TappedPdu& tapped) {
  bool changed = false;
  const bool has_header = tapped.has_header_digest;
  const bool has_data = tapped.has_data_digest && !tapped.data.empty();
  const auto set = [&changed](bool wanted, bool in_use, bool& out) {
    if (!wanted || !in_use) return;
    out = true;
    changed = true;
  };
  set(action.spoil_header_digest, has_header, tapped.header_digest_wrong);
  set(action.spoil_data_digest, has_data, tapped.data_digest_wrong);
  set(action.misplace_header_digest, has_header, tapped.header_digest_misplaced);
  set(action.misplace_data_digest, has_data, tapped.data_digest_misplaced);
  return changed;
}

bool change_padding(const WireAction& action, pdu::TappedPdu& tapped) {
  const std::size_t pad = pdu::padding_of(tapped.data.size());
  bool changed = false;
  if (action.omit_padding && pad > 0) changed = tapped.padding_omitted = true;
  if (action.pad_byte != 0 && pad + action.extra_pad_bytes > 0 && !tapped.padding_omitted) {
    tapped.pad_byte = std::byte{action.pad_byte};
    changed = true;
  }
  tapped.extra_pad_bytes += action.extra_pad_bytes;
  return changed || action.extra_pad_bytes > 0;
}

bool cut(const CutPlace& place, const pdu::TappedPdu& tapped, pdu::TapVerdict& verdict) {
  const auto at = offset_of(place.at, tapped);
  if (!at) return false;
  verdict.cut = place.how;
  verdict.cut_after_bytes = *at;
  return true;
}

}  // namespace

void set_data(pdu::TappedPdu& pdu, std::vector<std::byte> data) {
  pdu.data = std::move(data);
  bytes::store_be24(&pdu.bhs[5], static_cast<std::uint32_t>(pdu.data.size()));
}

std::optional<std::uint32_t> offset_of(const PduPlace& place, const pdu::TappedPdu& pdu) {
  const Part part = parts_of(pdu)[static_cast<std::size_t>(place.base)];
  if (place.base == Base::end) return part.begin;
  if (place.base != Base::header && part.bytes == 0) return std::nullopt;
  const std::uint32_t room = place.base == Base::header ? parts_of(pdu)[6].begin : part.bytes;
  if (place.offset_bytes >= room) return std::nullopt;
  return part.begin + place.offset_bytes;
}

bool change_field(pdu::BhsBytes& bhs, const FieldChange& change, const pdu::BhsBytes& struck) {
  const pdu::Field* field = pdu::find_field(pdu::opcode_of(pdu::BhsView{bhs}), change.field);
  if (field == nullptr)
    return false;  // who wrote the rule has checked the name; a rewritten opcode may have lost it
  const std::uint64_t before = pdu::read_field(pdu::BhsView{bhs}, *field);
  std::uint64_t value = change.value + (change.add ? before : 0);
  if (!change.of.empty()) value += pdu::read_field(pdu::BhsView{struck}, change.of).value_or(0);
  pdu::write_field(bhs, *field, value);
  return pdu::read_field(pdu::BhsView{bhs}, *field) != before;
}

bool apply_to_pdu(const WireAction& action, pdu::TappedPdu& tapped, pdu::TapVerdict& verdict) {
  bool changed = action.mark;
  const pdu::BhsBytes struck = tapped.bhs;
  if (action.ahs) {
    add_ahs(*action.ahs, tapped);
    changed = true;
  }
  changed |= change_data(action, tapped);
  for (const FieldChange& change : action.fields)
    changed |= change_field(tapped.bhs, change, struck);
  if (action.window) changed |= set_window(*action.window, tapped.bhs);
  for (const FlippedBits& flip : action.flips) changed |= flip_bits(flip, tapped);
  changed |= spoil(action, tapped);
  changed |= change_padding(action, tapped);
  if (action.copies != 1) verdict.copies = action.copies;
  if (action.drop) verdict.copies = 0;
  changed |= action.copies != 1 || action.drop || action.hold_ns > 0;
  verdict.hold_ns = std::max(verdict.hold_ns, action.hold_ns);
  if (action.cut) changed |= cut(*action.cut, tapped, verdict);
  return changed;
}

void refuse_login(const WireAction& action, pdu::TappedPdu& response, pdu::TapVerdict& verdict) {
  std::uint16_t status = action.login_status.value_or(0x0300);
  if (action.redirect) status = action.redirect->permanent ? 0x0102 : 0x0101;
  bytes::store_u8(&response.bhs[1], 0);  // T, C, CSG, NSG: no way on
  bytes::store_be16(&response.bhs[14], 0);
  bytes::store_be16(&response.bhs[36], status);
  std::string text;
  if (action.redirect) text = "TargetAddress=" + action.redirect->to + '\0';
  if (action.redirect && !action.redirect->target_name.empty())
    text += "TargetName=" + action.redirect->target_name + '\0';
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  set_data(response, {first, first + text.size()});
  verdict.cut = pdu::TapVerdict::Cut::finish;
  verdict.cut_after_bytes = parts_of(response)[6].begin;
}

}  // namespace lunsim::target_sim
