// The knobs that say when a fault strikes.
#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob kSelectorKnobs[] = {
    {"PDU kind", "Selector", "a kind of PDU that the target receives or sends",
     "- f: {on: {receive: Logout Request}, do: {hold: 1 s}}", "reading"},
    {"several PDU kinds", "Selector", "any of a list of kinds of PDU",
     "- f: {on: {send: [SCSI Response, Data-In]}, do: {hold: 1 ms}}", "reading"},
    {"any PDU", "Selector", "every PDU of a direction", "- f: {on: {send: any}, do: {hold: 1 ms}}",
     "reading"},
    {"direction", "Selector", "what the target receives, or what it sends",
     "- f: {on: {receive: any, nth: 5}, do: {hold: 10 ms}}", "reading"},
    {"SCSI command", "Selector", "a command by its name or operation code",
     "- f: {on: {receive: WRITE(10)}, do: {hold: 10 ms}}", "reading"},
    {"several SCSI commands", "Selector", "any of a list of commands",
     "- f: {on: {receive: [TEST UNIT READY, 28h]}, do: {hold: 10 ms}}", "reading"},
    {"service action", "Selector", "a command that is told apart by its service action",
     "- f: {on: {receive: READ CAPACITY(16)}, do: {hold: 10 ms}}", "service action"},
    {"command of a PDU", "Selector", "the command that a Data-In, R2T or response belongs to",
     "- f: {on: {send: Data-In, command: READ(10)}, do: {hold: 10 ms}}", "reading"},
    {"LUN", "Selector", "the unit that the command is for",
     "- f: {on: {receive: READ(10), lun: 0}, do: {hold: 10 ms}}", "reading"},
    {"LBA range", "Selector", "a command that touches one of these blocks",
     "- f: {on: {receive: READ(10), lba: 16..31}, do: {hold: 10 ms}}", "reading"},
    {"tag value", "Selector", "an Initiator Task Tag, one or a range",
     "- f: {on: {receive: SCSI Command, fields: {Initiator Task Tag: 0..FFFFFFFEh}, nth: 2}, do: "
     "{hold: 10 ms}}",
     "reading"},
    {"CmdSN value", "Selector", "a CmdSN, one or a range",
     "- f: {on: {receive: SCSI Command, fields: {CmdSN: 4}}, do: {hold: 10 ms}}", "reading"},
    {"StatSN value", "Selector", "a StatSN, one or a range; any other field likewise",
     "- f: {on: {send: SCSI Response, fields: {StatSN: 5..9}}, do: {hold: 10 ms}}", "reading"},
    {"initiator", "Selector", "the initiator's name, as a glob",
     "- f: {on: {receive: READ(10), initiator: \"iqn.2026-11.org.lunsim:*\"}, do: {hold: 10 ms}}",
     "reading"},
    {"portal", "Selector", "where the connection came in, as a glob",
     "- f: {on: {receive: Login Request, portal: \"10.0.0.10:*\"}, do: {hold: 10 ms}}", "login"},
    {"session kind", "Selector", "normal sessions, discovery sessions or both",
     "- f: {on: {send: Login Response, session: discovery}, do: {hold: 10 ms}}", "discovery"},
    {"connection id", "Selector", "the CID that the initiator chose",
     "- f: {on: {receive: any, cid: 1, nth: 4}, do: {hold: 10 ms}}", "reading"},
    {"connection generation", "Selector", "the n-th connection of its session",
     "- cut: {on: {receive: READ(10)}, times: 1, do: {cut: {how: reset}}}\n"
     "- slow: {on: {receive: any, generation: 2, nth: 2}, do: {hold: 10 ms}}",
     "reconnecting"},
    {"login stage", "Selector", "security, operational or full feature",
     "- f: {on: {send: Login Response, stage: operational}, do: {hold: 10 ms}}", "login"},
    {"nth", "Selector", "only the n-th match",
     "- f: {on: {receive: READ(10), nth: 2}, do: {hold: 10 ms}}", "reading"},
    {"every", "Selector", "every k-th match",
     "- f: {on: {send: Data-In, every: 3}, do: {hold: 1 ms}}", "reading"},
    {"per", "Selector", "nth and every count within the run, a session, a connection or a LUN",
     "- f: {on: {receive: any, nth: 1, per: connection}, do: {hold: 10 ms}}", "reading"},
    {"times", "Selector", "fires at most so often",
     "- f: {on: {send: Data-In}, times: 2, do: {hold: 1 ms}}", "reading"},
    {"probability", "Selector", "by chance, drawn from the run's seed",
     "- f: {on: {send: Data-In, probability: 0.5}, do: {hold: 1 ms}}", "reading"},
    {"after a time", "Selector", "only from that time of the world on, or before one",
     "- f: {on: {send: any, after_time: 10 s, before_time: 30 s}, do: {hold: 1 ms}}", "idle"},
    {"after bytes", "Selector", "only once so many bytes have passed on the connection",
     "- f: {on: {send: Data-In, after_bytes: 8 KiB}, do: {hold: 1 ms}}", "reading"},
    {"while a file exists", "Selector",
     "live: while the file is there; simulated: while the variable of that name is not 0",
     "- f: {on: {send: any, file: slow.flag}, do: {hold: 1 ms}}", "variable"},
    {"while a variable", "Selector", "while a variable that a `set:` step changes has that value",
     "- f: {on: {send: any, variable: {slow: 1}}, do: {hold: 1 ms}}", "variable"},
    {"outstanding tasks", "Selector", "only with at least so many commands without an answer",
     "- slow: {on: {receive: READ(10)}, times: 1, do: {delay: 1 s}}\n"
     "- f: {on: {receive: READ(10), outstanding: 2}, do: {hold: 10 ms}}",
     "busy"},
    {"after a fault", "Selector", "only once another fault has fired, or has so often",
     "- first: {on: {receive: WRITE(10)}, do: mark}\n"
     "- f: {after: {first: 1}, on: {receive: READ(10)}, do: {hold: 10 ms}}",
     "reading"},
    {"armed", "Selector", "asleep until an `arm:` step",
     "- f: {armed: false, on: {send: any}, do: {hold: 1 ms}}", "armed"},
    {"Lua predicate", "Selector", "only if a script says so of the PDU or command",
     "- f: {on: {send: Data-In, lua: \"pdu.DataSN == 1\"}, do: {hold: 10 ms}}", "reading"},
    {"Lua decision", "Selector", "a script decides each time what is done",
     "- f: {on: {send: Data-In}, do: {lua: \"if pdu.DataSN == 1 then reply{hold = '10 ms'} end\"}}",
     "reading"},
};

}  // namespace

std::span<const Knob> selector_knobs() { return kSelectorKnobs; }

}  // namespace lunsim::scenarios
