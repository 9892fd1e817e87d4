// The knobs that strike numbers, the order of data and the order of answers.
#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob kSequenceKnobs[] = {
    {"StatSN skip", "Sequence", "StatSN jumps once and goes on from there",
     "- f: {on: {send: SCSI Response}, times: 1, do: {shift: {StatSN: 1}}}", "reading"},
    {"StatSN gap", "Sequence", "one StatSN is too high, the next is right again",
     "- f: {on: {send: SCSI Response}, times: 1, do: {add: {StatSN: 1}}}", "reading"},
    {"StatSN repeat", "Sequence", "a StatSN comes a second time",
     "- f: {on: {send: SCSI Response, nth: 2}, do: {add: {StatSN: -1}}}", "reading"},
    {"StatSN stands still", "Sequence", "every status has the same StatSN",
     "- f: {on: {send: [SCSI Response, Data-In], fields: {StatSN: 1..FFFFFFFFh}}, do: {freeze: "
     "[StatSN]}}",
     "reading"},
    {"window frozen", "Sequence", "ExpCmdSN and MaxCmdSN never move again: the window closes",
     "- f: {on: {send: any}, times: 40, do: {freeze: [ExpCmdSN, MaxCmdSN]}}", "reading"},
    {"MaxCmdSN shrinks", "Sequence", "MaxCmdSN goes back, which it must not",
     "- f: {on: {send: SCSI Response, nth: 2}, do: {add: {MaxCmdSN: -64}}}", "reading"},
    {"MaxCmdSN zero", "Sequence", "MaxCmdSN is 0",
     "- f: {on: {send: [SCSI Response, R2T], nth: 3}, do: {set: {MaxCmdSN: 0}}}", "reading"},
    {"MaxCmdSN huge", "Sequence", "MaxCmdSN is 2^31 ahead",
     "- f: {on: {send: SCSI Response, nth: 2}, do: {add: {MaxCmdSN: 80000000h}}}", "reading"},
    {"ExpCmdSN wrong", "Sequence", "ExpCmdSN acknowledges what has not come",
     "- f: {on: {send: SCSI Response, nth: 2}, do: {add: {ExpCmdSN: 5}}}", "reading"},
    {"window of one", "Sequence", "one command at a time",
     "- f: {on: {send: any}, do: {window: 1}}", "busy"},
    {"window closed", "Sequence", "no command may come",
     "- f: {on: {send: SCSI Response, nth: 2}, do: {window: 0}}", "reading"},
    {"CmdSN wrap", "Sequence", "the first CmdSN is so near 2^32 that it wraps",
     "first_cmd_sn: FFFFFFFEh", "reading", KnobPlace::host},
    {"StatSN wrap", "Sequence", "the first StatSN is so near 2^32 that it wraps",
     "first_stat_sn: FFFFFFFDh", "reading", KnobPlace::target},
    {"DataSN gap", "Sequence", "a DataSN is too high",
     "- f: {on: {send: Data-In, nth: 2}, do: {add: {DataSN: 1}}}", "reading"},
    {"DataSN repeat", "Sequence", "a DataSN comes a second time",
     "- f: {on: {send: Data-In, nth: 2}, do: {add: {DataSN: -1}}}", "reading"},
    {"R2TSN gap", "Sequence", "an R2TSN is too high",
     "- f: {on: {send: R2T}, times: 1, do: {add: {R2TSN: 1}}}", "writing"},
    {"R2T wrong offset", "Sequence", "an R2T asks for data from elsewhere",
     "- f: {on: {send: R2T}, times: 1, do: {add: {Buffer Offset: 1048576}}}", "writing"},
    {"R2T wrong length", "Sequence", "an R2T asks for more than the command has",
     "- f: {on: {send: R2T, nth: 2}, do: {set: {Desired Data Transfer Length: 16384}}}", "writing"},
    {"R2T of length zero", "Sequence", "an R2T asks for nothing",
     "- f: {on: {send: R2T}, times: 1, do: {set: {Desired Data Transfer Length: 0}}}", "writing"},
    {"R2T over MaxBurstLength", "Sequence", "an R2T asks for more than one burst may have",
     "- f: {on: {send: R2T}, times: 1, do: {set: {Desired Data Transfer Length: 12288}}}",
     "writing"},
    {"R2T overlap", "Sequence", "an R2T asks again for what another has asked for",
     "- f: {on: {send: R2T, nth: 2}, do: {add: {Buffer Offset: -512}}}", "writing"},
    {"R2T with a tag twice", "Sequence", "two R2Ts have one Target Transfer Tag",
     "- f: {on: {send: R2T}, times: 2, do: {freeze: [Target Transfer Tag]}}", "writing"},
    {"R2T with the reserved tag", "Sequence", "an R2T has the Target Transfer Tag FFFFFFFFh",
     "- f: {on: {send: R2T}, times: 1, do: {set: {Target Transfer Tag: FFFFFFFFh}}}", "writing"},
    {"R2T out of order", "Sequence", "the second R2T comes before the first",
     "- f: {on: {send: R2T}, times: 1, do: {hold: {behind: 1}}}", "writing"},
    {"R2Ts too many", "Sequence", "more R2Ts than MaxOutstandingR2T",
     "- f: {on: {send: R2T}, times: 1, do: {after: [{copy: yes, add: {R2TSN: 1, Buffer Offset: "
     "8192, "
     "Target Transfer Tag: 100}}, {copy: yes, add: {R2TSN: 2, Buffer Offset: 16384, Target "
     "Transfer "
     "Tag: 101}}]}}",
     "writing"},
    {"R2T never", "Sequence", "an R2T that must come does not",
     "- f: {on: {send: R2T}, times: 1, do: drop}", "writing"},
    {"R2T after the response", "Sequence", "an R2T for a task that has ended",
     "- f: {on: {send: SCSI Response, command: WRITE(10)}, times: 1, do: {after: [{pdu: R2T, set: "
     "{Target Transfer Tag: 99, Desired Data Transfer Length: 512}}]}}",
     "writing"},
    {"Data-In out of order", "Sequence", "a Data-In comes before the one that goes before it",
     "- f: {on: {send: Data-In}, times: 1, do: {hold: {behind: 1}}}", "reading"},
    {"Data-In overlap", "Sequence", "a Data-In brings what has come already",
     "- f: {on: {send: Data-In, nth: 2}, do: {add: {Buffer Offset: -1024}}}", "reading"},
    {"Data-In short", "Sequence", "a Data-In brings less than it should",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {bytes: 512}}}", "reading"},
    {"Data-In extra", "Sequence", "a Data-In more than there is data",
     "- f: {on: {send: Data-In, command: READ(10), fields: {S: 1}}, times: 1, do: {before: [{copy: "
     "yes, set: {S: 0, F: 0, StatSN: 0}, add: {Buffer Offset: 8192}}]}}",
     "reading"},
    {"Data-In offset wrap", "Sequence", "a Buffer Offset that wraps with the data's length",
     "- f: {on: {send: Data-In, nth: 2}, do: {set: {Buffer Offset: FFFFFE00h}}}", "reading"},
    {"status in Data-In with residual", "Sequence", "the last Data-In tells a residual",
     "- f: {on: {send: Data-In, fields: {S: 1}}, times: 1, do: {set: {U: 1, Residual Count: 512}}}",
     "reading"},
    {"response before data", "Sequence", "GOOD before the data of a write has come",
     "- f: {on: {receive: WRITE(10)}, times: 1, do: {respond: {status: GOOD}}}", "writing"},
    {"response twice", "Sequence", "a task is answered twice, each with a StatSN of its own",
     "- f: {on: {send: SCSI Response}, times: 1, do: {after: [{copy: yes, numbered: yes, set: "
     "{StatSN: "
     "{of: StatSN, plus: 1}}}]}}",
     "reading"},
    {"response for an unknown task", "Sequence", "a response with a tag that nobody gave",
     "- f: {on: {send: SCSI Response}, times: 1, do: {after: [{pdu: SCSI Response, set: {Initiator "
     "Task Tag: 12345678h}}]}}",
     "reading"},
    {"response to an aborted task", "Sequence", "a task answers after its abort was confirmed",
     "- f: {on: {receive: Task Management Function Request}, times: 1, do: {after: [{pdu: SCSI "
     "Response, set: {Initiator Task Tag: {of: Referenced Task Tag}}}]}}",
     "aborting"},
    {"TMF response early", "Sequence", "the function is confirmed before it is done",
     "- f: {on: {receive: Task Management Function Request}, times: 1, do: {respond: {response: "
     "0}}}",
     "aborting"},
    {"TMF response late", "Sequence", "the function is confirmed long after",
     "- f: {on: {send: Task Management Function Response}, times: 1, do: {hold: {for: 3 s}}}",
     "aborting"},
    {"TMF response never", "Sequence", "the function is never confirmed",
     "- f: {on: {send: Task Management Function Response}, times: 1, do: drop}", "aborting"},
    {"TMF task does not exist", "Sequence", "response 1, or any other code",
     "- f: {on: {send: Task Management Function Response}, times: 1, do: {set: {Response: 1}}}",
     "aborting"},
    {"TMF not supported", "Sequence", "response 5",
     "- f: {on: {send: Task Management Function Response}, times: 1, do: {set: {Response: 5}}}",
     "aborting"},
    {"TMF rejected", "Sequence", "response 255",
     "- f: {on: {send: Task Management Function Response}, times: 1, do: {set: {Response: 255}}}",
     "aborting"},
};

}  // namespace

std::span<const Knob> sequence_knobs() { return kSequenceKnobs; }

}  // namespace lunsim::scenarios
