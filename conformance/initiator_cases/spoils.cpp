#include "conformance/initiator_cases/spoils.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::conform {

using pdu::Direction;
using pdu::Opcode;
using pdu::TappedPdu;
using pdu::TapVerdict;

bool is(const TappedPdu& pdu, Opcode opcode) {
  return pdu::opcode_of(pdu::BhsView{pdu.bhs}) == opcode;
}

std::uint64_t field_of(const TappedPdu& pdu, std::string_view field) {
  return pdu::read_field(pdu::BhsView{pdu.bhs}, field).value_or(0);
}

void set_field(TappedPdu& pdu, std::string_view field, std::uint64_t value) {
  pdu::write_field(pdu.bhs, field, value);
}

Pairs pairs_of(const TappedPdu& pdu) {
  RawPdu raw;
  raw.data = pdu.data;
  return raw.pairs();
}

void set_pairs(TappedPdu& pdu, const Pairs& pairs) {
  pdu.data = to_bytes(text_of(pairs));
  bytes::store_be24(&pdu.bhs[5], static_cast<std::uint32_t>(pdu.data.size()));
}

namespace {

/// A key's value in a PDU with text; an empty one takes the pair out.
void replace(TappedPdu& pdu, const std::string& key, const std::string& value) {
  Pairs pairs = pairs_of(pdu);
  if (!value_of(pairs, key)) return;
  for (auto& [name, old] : pairs)
    if (name == key) old = value;
  if (value.empty()) std::erase_if(pairs, [&key](const auto& pair) { return pair.first == key; });
  set_pairs(pdu, pairs);
}

}  // namespace

SpoilMaker by(Spoil spoil) {
  return [spoil = std::move(spoil)] { return spoil; };
}

SpoilMaker sends_from(std::uint32_t first, Opcode opcode, std::string field, std::uint64_t value) {
  return by([=, seen = 0u](Direction to, TappedPdu& pdu, TapVerdict&) mutable {
    if (to == Direction::send && is(pdu, opcode) && ++seen >= first) set_field(pdu, field, value);
  });
}

SpoilMaker sends(Opcode opcode, std::string field, std::uint64_t value) {
  return sends_from(1, opcode, std::move(field), value);
}

SpoilMaker sends_more(Opcode opcode, std::string field, std::uint32_t more) {
  return by([=](Direction to, TappedPdu& pdu, TapVerdict&) {
    if (to == Direction::send && is(pdu, opcode))
      set_field(pdu, field, static_cast<std::uint32_t>(field_of(pdu, field) + more));
  });
}

SpoilMaker sends_only(std::uint32_t count, Opcode opcode) {
  return by([=, sent = 0u](Direction to, TappedPdu& pdu, TapVerdict& verdict) mutable {
    if (to == Direction::send && is(pdu, opcode) && ++sent > count) verdict.copies = 0;
  });
}

SpoilMaker never_sends(Opcode opcode) { return sends_only(0, opcode); }

SpoilMaker hears(Opcode opcode, std::string field, std::uint64_t value) {
  return by([=](Direction to, TappedPdu& pdu, TapVerdict&) {
    if (to == Direction::receive && is(pdu, opcode)) set_field(pdu, field, value);
  });
}

SpoilMaker never_hears(Opcode opcode) {
  return by([=](Direction to, TappedPdu& pdu, TapVerdict& verdict) {
    if (to == Direction::receive && is(pdu, opcode)) verdict.copies = 0;
  });
}

SpoilMaker says(std::string key, std::string value) {
  return by([=](Direction to, TappedPdu& pdu, TapVerdict&) {
    if (to == Direction::send && is(pdu, Opcode::login_request)) replace(pdu, key, value);
  });
}

SpoilMaker adds(std::uint32_t which, std::string key, std::string value) {
  return by([=, seen = 0u](Direction to, TappedPdu& pdu, TapVerdict&) mutable {
    if (to != Direction::send || !is(pdu, Opcode::login_request) || ++seen != which) return;
    Pairs pairs = pairs_of(pdu);
    pairs.emplace_back(key, value);
    set_pairs(pdu, pairs);
  });
}

SpoilMaker hears_key(std::string key, std::string value) {
  return by([=](Direction to, TappedPdu& pdu, TapVerdict&) {
    if (to == Direction::receive && is(pdu, Opcode::login_response)) replace(pdu, key, value);
  });
}

SpoilMaker goes_dead_after(std::uint32_t count, Opcode opcode) {
  return by([=, sent = 0u](Direction to, TappedPdu& pdu, TapVerdict& verdict) mutable {
    if (to != Direction::send || !is(pdu, opcode) || ++sent < count) return;
    verdict.cut = TapVerdict::Cut::silence;
  });
}

SpoilMaker sees_no_gap(std::string field) {
  return by([=, next = std::uint64_t{0}, is_first = true](Direction to, TappedPdu& pdu,
                                                          TapVerdict&) mutable {
    if (to != Direction::receive || is(pdu, Opcode::r2t)) return;
    if (field == "DataSN") {
      if (!is(pdu, Opcode::data_in)) return;
      if (field_of(pdu, "Buffer Offset") == 0) next = 0;
      return set_field(pdu, "DataSN", next++);
    }
    if (is(pdu, Opcode::data_in) && field_of(pdu, "S") == 0) return;
    if (is_first) next = field_of(pdu, field);
    is_first = false;
    set_field(pdu, field, next++);
  });
}

}  // namespace lunsim::conform
