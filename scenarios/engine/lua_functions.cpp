#include "scenarios/engine/lua_functions.hpp"

#include <array>

#include <fmt/format.h>

#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {
namespace {

using LuaKind = LuaFunction::Kind;

constexpr std::array kLuaFunctions{
    LuaFunction{"reply", LuaKind::behaviour,
                "In a fault's `do: {lua: ...}`: what is done, with the keys of a `do:`.",
                "---@param action table status, sense, login_status, cut, ...", "action",
                "reply{status = \"CHECK CONDITION\", sense = {key = \"MEDIUM ERROR\"}}"},
    LuaFunction{"drop", LuaKind::behaviour, "In a fault's `do: {lua: ...}`: the PDU is lost.", "",
                "", "drop()"},
    LuaFunction{"hold", LuaKind::behaviour,
                "In a fault's `do: {lua: ...}`: the PDU, or the command, comes so much later.",
                "---@param time string|integer like \"2 s\"; a number is seconds", "time",
                "hold \"2 s\""},
    LuaFunction{"set", LuaKind::behaviour,
                "In a fault's `do: {lua: ...}`: rewrites a field of the PDU by its name.",
                "---@param field string\n---@param value integer", "field, value",
                "set(\"CmdSN\", 7)"},
    LuaFunction{
        "add", LuaKind::behaviour, "In a fault's `do: {lua: ...}`: adds to a field of the PDU.",
        "---@param field string\n---@param amount integer", "field, amount", "add(\"StatSN\", 1)"},
    LuaFunction{"login", LuaKind::step,
                "Discovers and logs in through the API; the result can be used as a session.",
                "---@param login lunsim.Login\n"
                "---@return lunsim.Session session returned, and the session if it succeeded",
                "login", "local s = login{target = \"array\"}"},
    LuaFunction{"logout", LuaKind::step, "Ends a session through LogoutIScsiTarget.",
                "---@param session string|lunsim.Session\n"
                "---@return table answer returned",
                "session", "logout(s)"},
    LuaFunction{"call", LuaKind::step,
                "Calls a function of the iSCSI Discovery Library by its Windows name.",
                "---@param name string|table the function; or all of a call step in one table\n"
                "---@param with? table its parameters by Windows name\n"
                "---@param more? table expect, sweep, repeat, save, form\n"
                "---@return table answer returned, and every out parameter by its name",
                "name, with, more",
                "local r = call(\"SendScsiReadCapacity\", {UniqueSessionId = s, Lun = 0})"},
    LuaFunction{"read", LuaKind::step, "Reads blocks through the host.",
                "---@param read lunsim.Io\n"
                "---@return lunsim.Answer answer what came back",
                "read", "local r = read{session = s, lba = 0, blocks = 8, pattern = \"zeros\"}"},
    LuaFunction{"write", LuaKind::step, "Writes blocks through the host.",
                "---@param write lunsim.Io\n"
                "---@return lunsim.Answer answer what came back",
                "write", "write{session = s, lba = 8, blocks = 8, pattern = \"counting\"}"},
    LuaFunction{"scsi", LuaKind::step, "Sends one CDB through the host.",
                "---@param scsi lunsim.Scsi\n"
                "---@return lunsim.Answer answer what came back",
                "scsi", "local r = scsi{session = s, cdb = \"00 00 00 00 00 00\"}"},
    LuaFunction{"start", LuaKind::step, "Begins an operation of a host and does not wait for it.",
                "---@param start table read, write, scsi, login, logout or call with what belongs "
                "to it, and `as`, the operation's name",
                "start", "start{read = {session = s, blocks = 8}, as = \"r1\"}"},
    LuaFunction{"await", LuaKind::step, "Waits for what start began.",
                "---@param await string|table the operation, or {operation, within, expect}\n"
                "---@return lunsim.Answer answer what came back",
                "await", "local r = await{operation = \"r1\", within = \"30 s\"}"},
    LuaFunction{"arm", LuaKind::step, "Wakes a fault.", "---@param fault string its name", "fault",
                "arm(\"cut\")"},
    LuaFunction{"disarm", LuaKind::step, "Lets a fault sleep.", "---@param fault string its name",
                "fault", "disarm(\"cut\")"},
    LuaFunction{"change", LuaKind::step, "Changes a target: units, sessions.",
                "---@param change table target, and add, remove, resize, drop_sessions, ...",
                "change", "change{target = \"array\", remove = {lun = 7}}"},
    LuaFunction{"observe", LuaKind::step, "Expects what crosses the wire, and what never does.",
                "---@param observe table wire, never, count, since, within, rule", "observe",
                "observe{wire = {\"send NOP-Out\"}, within = \"5 s\"}"},
    LuaFunction{"mark", LuaKind::step, "Names this point of the story, for observe's `since`.",
                "---@param name string", "name", "mark(\"before the drop\")"},
    LuaFunction{"connections", LuaKind::step, "Expects how many connections sessions have had.",
                "---@param counts table<string, any> by session", "counts", "connections{s1 = 2}"},
    LuaFunction{"stop_service", LuaKind::step, "Stops the initiator service of a host.",
                "---@param host string its name in the scenario", "host", "stop_service(\"n1\")"},
    LuaFunction{"start_service", LuaKind::step, "Starts it again.",
                "---@param host string its name in the scenario", "host", "start_service(\"n1\")"},
    LuaFunction{"fired", LuaKind::step, "Expects how often faults have fired.",
                "---@param counts table<string, any> by fault", "counts", "fired{cut = 1}"},
    LuaFunction{"sleep", LuaKind::step, "Lets virtual time pass.",
                "---@param time string|number like \"2 s\"; a number is seconds", "time",
                "sleep \"2 s\""},
    LuaFunction{"step", LuaKind::step, "Any step of the language, as it would stand in YAML.",
                "---@param step table\n---@return table answer what the step saw", "step",
                "step{sleep = \"2 s\"}"},
    LuaFunction{"wait", LuaKind::waiting,
                "Lets time pass until a fault has fired (again) or a condition holds.",
                "---@param wait lunsim.Wait\n"
                "---@return boolean happened false if it did not happen within the time",
                "wait", "expect(wait{fault = \"cut\", within = \"5 s\"}, \"the cut\")"},
    LuaFunction{"expect", LuaKind::immediate,
                "A case of the report: passes if the condition holds.",
                "---@param condition any\n"
                "---@param what string what is expected, in words\n"
                "---@param rules? string|string[] the rules that it proves\n"
                "---@return boolean held",
                "condition, what, rules", "expect(r.status == \"BUSY\", \"the target is busy\")"},
    LuaFunction{"equal", LuaKind::immediate,
                "A case of the report: passes if the two are equal, tables by their contents.",
                "---@param seen any\n"
                "---@param expected any\n"
                "---@param what? string what is compared\n"
                "---@param rules? string|string[] the rules that it proves\n"
                "---@return boolean held",
                "seen, expected, what, rules", "equal(r.sense.key, \"MEDIUM ERROR\")"},
    LuaFunction{"log", LuaKind::immediate, "A line of the report, with the place and the time.",
                "---@param ... any", "...", "log(\"attempt\", n)"},
    LuaFunction{"now", LuaKind::immediate, "Virtual seconds since the world began.",
                "---@return number seconds", "", "local before = now()"},
    LuaFunction{"times_fired", LuaKind::immediate, "How often a fault has fired.",
                "---@param fault string\n---@return integer fired\n---@return integer matched",
                "fault", "if times_fired(\"cut\") > 2 then disarm(\"cut\") end"},
};

constexpr std::string_view kClasses = R"(---@class lunsim.Session
---@field returned string|integer "ERROR_SUCCESS"
---@field session? string its name

---@class lunsim.Answer
---@field returned string|integer
---@field answered? boolean
---@field status? string|integer
---@field sense? table
---@field data? string
---@field data_bytes? integer

---@class lunsim.Login
---@field target string
---@field as? string the session's name
---@field portal? string
---@field informational? boolean
---@field multipath? boolean
---@field discover? boolean
---@field on? string the host, if there are several
---@field chap? table
---@field header_digest? boolean
---@field data_digest? boolean
---@field expect? any

---@class lunsim.Io
---@field session string|lunsim.Session
---@field lun? integer
---@field lba? integer
---@field blocks? integer
---@field blocks_each? integer
---@field pattern? string
---@field timeout? string
---@field expect? any rows as in YAML, or "anything"

---@class lunsim.Scsi
---@field session string|lunsim.Session
---@field lun? integer
---@field cdb string
---@field data_in? integer
---@field data_out? string
---@field timeout? string
---@field expect? any

---@class lunsim.Wait
---@field fault? string
---@field condition? fun(): any
---@field within string
)";

bool waits(const LuaFunction& function) {
  return function.kind == LuaKind::step || function.kind == LuaKind::waiting;
}

void offer_rest(lua::Sandbox& sandbox, std::optional<lua::Value>& given) {
  sandbox.set_suggester([](std::string_view word, std::span<const std::string> known) {
    return nearest(word, known);
  });
  // What stands for no pointer in calls.
  sandbox.set_global("NULL", lua::Value::of("NULL"));
  sandbox.offer("scenario", [&given](const lua::Call& call) -> std::vector<lua::Value> {
    if (given) throw lua::CallError("a file holds one scenario; this is a second one");
    if (call.arguments.size() != 1 || !call.arguments.front().is_table())
      throw lua::CallError("scenario needs a table: scenario{...}");
    given = call.arguments.front();
    return {};
  });
}

}  // namespace

std::span<const LuaFunction> lua_functions() { return kLuaFunctions; }

void offer_functions(lua::Sandbox& sandbox, lua::Sandbox::Handler answer,
                     std::optional<lua::Value>& given) {
  offer_rest(sandbox, given);
  for (const LuaFunction& function : kLuaFunctions)
    waits(function) ? sandbox.offer_request(std::string(function.name))
                    : sandbox.offer(std::string(function.name), answer);
}

void offer_for_loading(lua::Sandbox& sandbox, std::optional<lua::Value>& given) {
  offer_rest(sandbox, given);
  const auto refuse = [](const lua::Call& call) -> std::vector<lua::Value> {
    throw lua::CallError(call.function +
                         " belongs into `steps = function() ... end`: nothing runs while the file "
                         "is read");
  };
  for (const LuaFunction& function : kLuaFunctions)
    sandbox.offer(std::string(function.name), refuse);
}

std::string lua_annotations() {
  std::string out =
      "---@meta lunsim\n-- Functions of lunsim for scripts of scenarios, for the Lua "
      "language server.\n\n";
  out += kClasses;
  for (const LuaFunction& function : kLuaFunctions)
    out +=
        fmt::format("\n---{}\n---Example: `{}`\n{}{}function {}({}) end\n", function.line,
                    function.example, function.annotations,
                    function.annotations.empty() ? "" : "\n", function.name, function.parameters);
  out +=
      "\n---Gives the scenario of a .lua file: the keys of YAML, and steps as a function.\n"
      "---@param scenario table\nfunction scenario(scenario) end\n"
      "\n---Stands for no pointer in calls.\n---@type string\nNULL = \"NULL\"\n";
  return out;
}

}  // namespace lunsim::scenarios
