// The tables of initiators' and of targets' PDUs, which fields.cpp puts together. Internal to this
// room.
#pragma once

#include "protocol/iscsi/pdu/fields.hpp"

namespace lunsim::pdu {

/// Empty if it is not one of theirs.
std::span<const Field> initiator_fields_of(Opcode opcode);
std::span<const Field> target_fields_of(Opcode opcode);

// What codes are called, as a table wants it.
std::string_view meaning_of_opcode(std::uint64_t value);
std::string_view meaning_of_stage(std::uint64_t value);

}  // namespace lunsim::pdu
