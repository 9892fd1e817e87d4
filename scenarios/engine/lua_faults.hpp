// Predicates and behaviours of faults in Lua: the functions that a FaultRule carries while a
// scenario runs. What a script sees of a PDU or a command has the standards' names.
#pragma once

#include "scenarios/engine/lua_room.hpp"
#include "scenarios/engine/model.hpp"
#include "target_sim/faults/fault_scene.hpp"

namespace lunsim::scenarios {

/// Puts the scripts of `fault` into its rule, to be run in `room`, which outlives it. An error of a
/// script is kept by the room, and means: no match, or nothing done.
void bind_scripts(const FaultModel& fault, target_sim::FaultRule& rule, LuaRoom& room);

/// The PDU or command as a table: opcode and fields by name (spaces as they are, and as
/// underscores) and by short name; command, lun, lba, blocks, cdb; initiator, target, direction,
/// time.
lua::Value to_lua(const target_sim::FaultScene& scene);

}  // namespace lunsim::scenarios
