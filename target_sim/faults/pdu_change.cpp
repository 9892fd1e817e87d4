#include "target_sim/faults/pdu_change.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::target_sim {
namespace {

void change_field(pdu::BhsBytes& bhs, const FieldChange& change) {
  const pdu::Field* field = pdu::find_field(pdu::opcode_of(pdu::BhsView{bhs}), change.field);
  if (field == nullptr)
    return;  // who wrote the rule has checked the name; a rewritten opcode may have lost it
  const std::uint64_t before = change.add ? pdu::read_field(pdu::BhsView{bhs}, *field) : 0;
  pdu::write_field(bhs, *field, before + change.value);
}

std::uint32_t cut_offset(const CutPlace& place, const pdu::TappedPdu& tapped) {
  if (place.base == CutPlace::Base::header) return place.offset_bytes;
  return static_cast<std::uint32_t>(pdu::kBhsBytes + tapped.ahs.size()) + place.offset_bytes;
}

void set_data(pdu::TappedPdu& tapped, std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  tapped.data.assign(first, first + text.size());
  bytes::store_be24(&tapped.bhs[5], static_cast<std::uint32_t>(text.size()));
}

}  // namespace

void apply_to_pdu(const FaultAction& action, pdu::TappedPdu& tapped, pdu::TapVerdict& verdict) {
  for (const FieldChange& change : action.fields) change_field(tapped.bhs, change);
  if (action.flip_data_byte && *action.flip_data_byte < tapped.data.size())
    tapped.data[*action.flip_data_byte] ^= std::byte{0xFF};
  tapped.header_digest_wrong |= action.spoil_header_digest;
  tapped.data_digest_wrong |= action.spoil_data_digest;
  tapped.padding_omitted |= action.omit_padding;
  if (action.copies != 1) verdict.copies = action.copies;
  if (action.drop) verdict.copies = 0;
  verdict.hold_ns = std::max(verdict.hold_ns, action.hold_ns);
  if (!action.cut) return;
  verdict.cut = action.cut->how;
  verdict.cut_after_bytes = cut_offset(*action.cut, tapped);
}

void refuse_login(const FaultAction& action, pdu::TappedPdu& response, pdu::TapVerdict& verdict) {
  std::uint16_t status = action.login_status.value_or(0x0300);
  if (action.redirect) status = action.redirect->permanent ? 0x0102 : 0x0101;
  bytes::store_u8(&response.bhs[1], 0);  // T, C, CSG, NSG: no way on
  bytes::store_be16(&response.bhs[14], 0);
  bytes::store_be16(&response.bhs[36], status);
  std::string text;
  if (action.redirect) text = "TargetAddress=" + action.redirect->to + '\0';
  set_data(response, text);
  verdict.cut = pdu::TapVerdict::Cut::finish;
  const std::size_t padded = text.size() + pdu::padding_of(text.size());
  verdict.cut_after_bytes = static_cast<std::uint32_t>(pdu::kBhsBytes + padded);
}

}  // namespace lunsim::target_sim
