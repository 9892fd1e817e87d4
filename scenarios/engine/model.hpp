// A scenario as plain structs, each part with its place in the file: what the loader has checked
// and the interpreter plays. No YAML, no world.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/iscsi/negotiation/parameters.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "scenarios/engine/address.hpp"
#include "scenarios/engine/device_change.hpp"
#include "scenarios/engine/host_fault.hpp"
#include "scenarios/engine/lua_script.hpp"
#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/problem.hpp"
#include "scenarios/engine/smb_model.hpp"
#include "scenarios/engine/wire_pattern.hpp"
#include "target_sim/faults/fault_rule.hpp"

namespace lunsim::scenarios {

/// The unit of another target, by the target's key in the file.
struct SameUnit {
  Place place;
  std::string target;
  std::uint64_t lun = 0;
};
struct LunModel {
  Place place;
  std::uint64_t lun = 0;
  std::uint64_t capacity_bytes = 64u << 20;
  std::uint32_t block_bytes = 512;
  bool thin = false;
  bool null_store = false;
  std::string vendor, product, revision, serial;  // empty: the simulator's own
  bool read_only = false, descriptor_sense = false, write_cache = false;
  std::uint8_t physical_exponent = 0;  // 2^n logical blocks a physical one
  std::uint64_t pool_bytes = 0;        // thin: what can be mapped; 0: no limit
  std::uint8_t threshold_percent = 0;  // of the pool; 0: none
  std::optional<SameUnit> same_unit_as;
};

struct ChapUser {
  Place place;
  std::string initiator = "*";
  std::string user, secret;
  std::string mutual_user, mutual_secret;  // empty: we do not prove ourselves
};

struct ChangeStep {
  Place target_place;
  std::string target;
  std::optional<LunModel> add, resize;
  std::optional<std::uint64_t> remove;
  std::optional<std::uint16_t> request_logout_s;
  std::optional<bool> drop_sessions_by_reset;
  DeviceChange device;
};

struct FaultModel {
  Place place;
  target_sim::FaultRule rule;
  bool may_not_fire = false;
  std::shared_ptr<const LuaScript> where, decide;  // `lua:` of its on and of its do
  std::optional<Address> redirect;                 // in the scenario's addresses
  std::optional<ChangeStep> change;                // what happens to the world when it fires
};

struct ServerModel {  // shared by all targets: one engine serves them
  std::uint32_t first_stat_sn = 1;
  std::uint32_t command_window = 128;
  std::int64_t login_timeout_ns = 15'000'000'000;
  std::int64_t nop_interval_ns = 0;
  std::int64_t nop_timeout_ns = 10'000'000'000;
  std::vector<ChapUser> discovery_users;
};

/// The target port group that a target belongs to (ALUA).
struct PortGroupModel {
  Place place;
  std::uint16_t group = 1;
  target_sim::AccessState state = target_sim::AccessState::active_optimized;
  bool preferred = false;
  bool is_explicit = false;  // hosts may set states
};

struct TargetModel {
  Place place;
  std::string id;    // its key in the file
  std::string name;  // iSCSI name
  std::string alias;
  std::uint16_t portal_group_tag = 1;
  std::vector<Address> portals;
  std::vector<LunModel> luns;
  std::vector<ChapUser> users;
  std::uint32_t chap_challenge_bytes = 0;  // 0: as many as the digest has
  negotiation::Wishes wishes;
  std::optional<PortGroupModel> port_group;
  std::vector<FaultModel> faults;
};

struct HostModel {
  Place place;
  std::string id = "host";
  std::string initiator = "iqn.2026-11.org.lunsim:host";
  std::string address = "10.0.0.1";
  std::array<std::uint8_t, 6> isid{0x00, 0x02, 0x3D, 0x00, 0x00, 0x01};
  negotiation::Wishes wishes;
  std::string mutual_secret;  // what targets must prove (mutual CHAP)
  std::uint32_t first_cmd_sn = 1;
  std::int64_t command_timeout_ns = 30'000'000'000;
  std::int64_t login_timeout_ns = 15'000'000'000;
  std::int64_t connect_timeout_ns = 15'000'000'000;
  std::int64_t nop_interval_ns = 0;
  std::int64_t nop_timeout_ns = 10'000'000'000;
  bool raw_lun_numbers = false;
  bool empty_list_probe_insufficient = false;
  bool sense_cap_18 = true;
  bool sense_too_small_is_insufficient_buffer = false;
  bool read_capacity_16 = false;
  std::vector<SmbLoginModel> smb;  // without one for a server: the server's first user
  std::string own_server;          // what NULL means to the Net functions; empty: there is none
};

// --- values that a call is made with ---

struct Argument {
  enum class Kind : std::uint8_t { null, number, text, bytes, session, record };
  Kind kind = Kind::null;
  Place place;
  Number number;
  std::string text;  // text; session: the variable's name
  std::vector<std::byte> bytes;
  std::vector<std::string> fields;  // record
  std::vector<Argument> values;
};
using Arguments = std::map<std::string, Argument>;

/// One swept parameter: a list of values, or a range of numbers.
struct SweepAxis {
  Place place;
  std::string parameter;
  std::vector<Argument> values;
  std::optional<Number> first, last;
};

struct ExpectRow {
  Place place;
  std::map<std::string, Matcher> conditions;  // on swept parameters
  std::vector<std::uint64_t> nth;             // of the repetitions, from 1; empty: all
  std::optional<Matcher> returns;
  std::map<std::string, Matcher> out;
  std::vector<std::string> rules;
  std::shared_ptr<const LuaScript> predicate;
  bool warns = false;  // a hit is a warning, not a pass
};

struct Save {
  Place place;
  std::string variable;
  std::string path;  // "BufferSize", "SessionInfo.0.SessionId"
};

// --- steps ---

struct LoginStep {
  Place target_place;
  std::string target, as;
  std::optional<Address> portal;
  bool informational = false, multipath = false, discover = true;
  std::optional<std::string> user, secret;
  bool mutual = false;
  bool header_digest = false, data_digest = false;
  std::vector<ExpectRow> rows;
};
struct LogoutStep {
  Place session_place;
  std::string session;
  std::vector<ExpectRow> rows;
};
struct CallStep {
  std::string function;  // without A or W
  bool ansi = false;
  Arguments with;
  std::vector<SweepAxis> sweep;
  std::uint64_t repeat = 1;
  std::vector<ExpectRow> rows;
  std::vector<Save> saves;
};
/// READ, WRITE or any CDB straight through the host; exactly one command each, in pieces of at most
/// `blocks_each`.
struct IoStep {
  enum class Kind : std::uint8_t { read, write, scsi } kind = Kind::read;
  Place session_place;
  std::string session;
  std::uint64_t lun = 0, lba = 0, blocks = 1, blocks_each = 0;  // 0: all at once
  std::string pattern;  // write: what; read: what must come; "" anything
  std::vector<std::byte> cdb, data_out;
  std::uint32_t data_in_bytes = 0;
  std::int64_t timeout_ns = 0;
  std::uint64_t repeat = 1;
  std::vector<ExpectRow> rows;
};
/// Begins one of these and does not wait for it.
struct StartStep {
  std::string as;  // the operation's name
  std::variant<LoginStep, LogoutStep, CallStep, IoStep> what;
};
struct Awaited {
  Place place;
  std::string operation;
  std::int64_t within_ns = 60'000'000'000;  // from the begin of the step
  bool ends = true;  // false: it must still be at work when the time is up, and goes on
  std::vector<ExpectRow> rows;
};
struct AwaitStep {
  std::vector<Awaited> operations;
};
/// A task management function, straight through the host.                           RFC 7143 §11.5
struct ManageStep {
  Place session_place;
  std::string session;
  pdu::TaskManagementFunction function = pdu::TaskManagementFunction::logical_unit_reset;
  std::uint64_t lun = 0;
  std::vector<ExpectRow> rows;
};
struct ArmStep {
  Place fault_place;
  std::string fault;
  bool disarm = false;
};
struct SleepStep {
  std::int64_t for_ns = 0;
};
struct ServiceStep {
  Place host_place;
  std::string host;
  bool runs = true;
};
/// How many connections a session of a host has had.
struct ConnectionsStep {
  std::map<std::string, Matcher> sessions;
};
/// What crosses the wire from `since` on (the begin of the step, "start", "last step", or a mark).
struct ObserveStep {
  WirePattern pattern;
  std::string since;
  Place since_place;
  std::int64_t within_ns = 0;
  std::vector<std::string> rules;
};
/// A name for a point of the story.
struct MarkStep {
  std::string name;
};
/// Variables that faults may ask for.
struct SetStep {
  std::map<std::string, std::uint64_t> values;
};
struct FiredStep {
  std::map<std::string, Matcher> faults;
};
struct LuaStep {
  Place place;
  std::shared_ptr<const LuaScript> script;
};
using StepBody = std::variant<LoginStep, LogoutStep, CallStep, IoStep, StartStep, AwaitStep,
                              ManageStep, ArmStep, ChangeStep, ServerChangeStep, SleepStep,
                              ServiceStep, ConnectionsStep, ObserveStep, MarkStep, SetStep,
                              FiredStep, LuaStep>;
struct Step {
  Place place;
  std::string host;  // `on:`; empty: the host of the session that it names, else the first
  Place host_place;
  StepBody body;
};

struct Scenario {
  std::string file;
  std::string replay_options;  // " --param size=1MiB", as far as the file has what was given
  std::string id;              // path under the catalogue without .yaml: "api/read_capacity"
  std::string title;
  std::vector<std::string> checks;
  std::vector<std::string> tags;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> live_skip_reason;
  bool malformed_on_wire = false;
  bool judged_by_invariants = false;  // scenarios/explore judges it, not the rows
  std::string trouble;                // of an exploration: strikes at this point
  std::uint64_t trouble_point = 0;
  ServerModel server;
  std::vector<TargetModel> targets;
  std::vector<SmbServerModel> servers;
  std::vector<HostModel> hosts{HostModel{}};  // at least one
  std::vector<HostFaultModel> host_faults;
  std::vector<Step> steps;
};

}  // namespace lunsim::scenarios
