// The loader's parts, a function per part of the language; each tells its mistakes and returns what
// it could read. Internal to the engine: others use loader.hpp.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/map_reader.hpp"
#include "scenarios/engine/model.hpp"

namespace lunsim::scenarios {

/// 8, 0x2A, 2Ah, $need, $need+8, or a name.
std::optional<Number> read_number_expression(const Node& node, Names names, Problems& problems);
Matcher read_matcher(const Node& node, const Shape& shape, Problems& problems);
/// One row (a map) or several (a list of maps). `out` names what can be expected; null shapes
/// cannot be.
std::vector<ExpectRow> read_rows(const Node& node, const Function& function,
                                 const std::vector<SweepAxis>& sweep, Problems& problems);
/// Rows of steps that are no call: their keys are the fields of a record.
std::vector<ExpectRow> read_record_rows(const Node& node, const Shape& shape, Problems& problems);

/// Of one target, one server, or all hosts.
inline constexpr std::size_t kFaultsMax = 1024;

/// Tells that a map or list has more entries than a scenario can have; then they are not read.
bool are_too_many(const Node& node, std::size_t max, std::string_view what, Problems& problems);
std::optional<Address> read_address(const Node& node, Problems& problems);
void read_wishes(const Node& node, negotiation::Wishes& wishes, Problems& problems);
LunModel read_lun(const Node& node, Problems& problems);
TargetModel read_target(const std::string& id, const Node& node, ServerModel& server,
                        Problems& problems);
/// `number` counts the hosts of the file from 1 and gives an address of its own to each.
HostModel read_host(const std::string& id, const Node& node, std::size_t number,
                    Problems& problems);
/// load_server.cpp, load_server_fault.cpp: `servers:`, their faults, and `smb:` of a host.
std::vector<SmbServerModel> read_servers(const Node& node, Problems& problems);
smb_server::DeclaredSession read_server_session(const Node& node, Problems& problems);
void read_smb_logins(const Node& node, HostModel& host, Problems& problems);
std::vector<SmbFaultModel> read_server_faults(const Node& node, Problems& problems);
smb_faults::EndSessions read_end_sessions(const Node& node, Problems& problems);
ServerChangeStep read_server_change(const Node& body, Problems& problems);
std::vector<HostFaultModel> read_host_faults(const Node& node, Problems& problems);
FaultModel read_fault(const std::string& name, const Node& node, const TargetModel& target,
                      Problems& problems);
/// load_change.cpp: what a change does, all but its target; also in a fault's `do: {change: ...}`.
void read_change_keys(MapReader& map, ChangeStep& change);
void read_access_state(MapReader& map, target_sim::AccessState& out);
/// One ASC/ASCQ pair or a list of them.
std::vector<scsi::AdditionalSense> read_attention_codes(const Node& node, MapReader& map);
/// What a `do:` says, into the rule of a fault whose selector is known.
void read_fault_action(const Node& node, FaultModel& fault, Problems& problems);
/// Where a step stands: what can be awaited by then, and what it will show.
struct StepContext {
  std::map<std::string, const Function*> started;  // null: reads, writes and CDBs
};
/// What stands beside `call:`; `name` is the function's. One that does not wait (`start:`) has no
/// `sweep`, `repeat` and `expect`.
CallStep read_call(MapReader& map, const Node& name, bool waits = true);
/// What a host does and what is waited for: login, logout, call, read, write, scsi, start, await.
/// False if `kind` is something else.
bool read_host_step(MapReader& map, std::string_view kind, StepContext& context, Step& step);
ObserveStep read_observe(const Node& body, Problems& problems);
/// load_manage.cpp: `manage:` and the `expect:` beside it.
ManageStep read_manage(MapReader& map, const Node& body);
MarkStep read_mark(const Node& body, Problems& problems);
std::optional<Step> read_step(const Node& node, StepContext& context, Problems& problems);

}  // namespace lunsim::scenarios
