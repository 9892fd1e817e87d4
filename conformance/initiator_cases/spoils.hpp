// Mutants of an initiator as what happens to its PDUs on their way: the words in which the cases
// write them down.
#pragma once

#include <cstdint>
#include <string>

#include "conformance/harness/initiator_case.hpp"

namespace lunsim::conform {

using SpoilMaker = std::function<Spoil()>;

/// Every PDU of this kind that it sends has this value in the field.
SpoilMaker sends(pdu::Opcode opcode, std::string field, std::uint64_t value);
/// The same, from the `first`-th on (counted from 1).
SpoilMaker sends_from(std::uint32_t first, pdu::Opcode opcode, std::string field,
                      std::uint64_t value);
/// The field is greater by so much (modulo 2^32).
SpoilMaker sends_more(pdu::Opcode opcode, std::string field, std::uint32_t more);
SpoilMaker never_sends(pdu::Opcode opcode);
/// It sends at most so many.
SpoilMaker sends_only(std::uint32_t count, pdu::Opcode opcode);
/// The field has this value in all that it hears.
SpoilMaker hears(pdu::Opcode opcode, std::string field, std::uint64_t value);
SpoilMaker never_hears(pdu::Opcode opcode);
/// In each Login Request that has the key: this value. Empty: the pair is missing.
SpoilMaker says(std::string key, std::string value);
/// This pair stands in the `which`-th Login Request besides.
SpoilMaker adds(std::uint32_t which, std::string key, std::string value);
/// It hears this value of the key in each Login Response that has it. Empty: the pair is missing.
SpoilMaker hears_key(std::string key, std::string value);
/// After the `count`-th PDU of this kind it hangs: it hears nothing more, and closes nothing.
SpoilMaker goes_dead_after(std::uint32_t count, pdu::Opcode opcode);
/// Numbers what it hears anew, so that no gap is seen: StatSN, or DataSN of a Data-In.
SpoilMaker sees_no_gap(std::string field);
/// What happens to each PDU, with a memory of its own.
SpoilMaker by(Spoil spoil);

/// The fields of a PDU on its way, by name.
std::uint64_t field_of(const pdu::TappedPdu& pdu, std::string_view field);
void set_field(pdu::TappedPdu& pdu, std::string_view field, std::uint64_t value);
bool is(const pdu::TappedPdu& pdu, pdu::Opcode opcode);
Pairs pairs_of(const pdu::TappedPdu& pdu);
void set_pairs(pdu::TappedPdu& pdu, const Pairs& pairs);

}  // namespace lunsim::conform
