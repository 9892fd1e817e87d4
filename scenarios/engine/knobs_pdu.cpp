// The knobs that strike one PDU, and those of asynchronous events and NOPs.
#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob kPduKnobs[] = {
    {"drop", "PDU", "the PDU never leaves, or is never seen",
     "- f: {on: {send: SCSI Response}, times: 1, do: drop}", "reading"},
    {"duplicate", "PDU", "the PDU leaves twice",
     "- f: {on: {send: Data-In}, times: 1, do: duplicate}", "reading"},
    {"copies", "PDU", "the PDU leaves so many times",
     "- f: {on: {send: SCSI Response}, times: 1, do: {copies: 3}}", "reading"},
    {"reorder", "PDU", "the PDU leaves behind so many others",
     "- f: {on: {send: Data-In, nth: 2}, do: {hold: {behind: 2}}}", "reading"},
    {"hold", "PDU", "the PDU leaves later, and what follows waits behind it",
     "- f: {on: {send: SCSI Response}, times: 1, do: {hold: 2 s}}", "reading"},
    {"hold and be overtaken", "PDU", "the PDU leaves later, and what follows passes it",
     "- f: {on: {send: NOP-In}, times: 1, do: {hold: {for: 2 s}}}", "idle"},
    {"hold until", "PDU", "the PDU leaves when another fault fires; `mark` only counts",
     "- go: {on: {receive: READ(10), nth: 3}, do: mark}\n"
     "- f: {on: {send: Data-In, command: READ(10)}, times: 1, do: {hold: {until: go}}}",
     "busy"},
    {"set field", "PDU", "a field of the header gets a value, by the standard's name",
     "- f: {on: {send: Data-In}, times: 1, do: {set: {Buffer Offset: 512}}}", "reading"},
    {"add to field", "PDU", "a field of the header goes up or down",
     "- f: {on: {send: Data-In, nth: 2}, do: {add: {Buffer Offset: -512}}}", "reading"},
    {"copy field", "PDU", "a field gets the value of another",
     "- f: {on: {send: SCSI Response}, times: 1, do: {set: {ExpCmdSN: {of: MaxCmdSN, plus: 1}}}}",
     "reading"},
    {"flip bits", "PDU", "bits of the header, an AHS or the data are turned",
     "- f: {on: {send: Data-In}, times: 1, do: {flip: [{at: header+1, bits: 80h}, {at: data+5, "
     "bits: 01h}]}}",
     "reading"},
    {"replace data", "PDU", "other data, its length told",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {hex: \"DE AD BE EF\"}}}", "reading"},
    {"bad header digest", "PDU", "the header digest does not fit",
     "- f: {on: {send: Data-In}, times: 1, do: {corrupt: header digest}}", "digests"},
    {"bad data digest", "PDU", "the data digest does not fit",
     "- f: {on: {send: Data-In}, times: 1, do: {corrupt: data digest}}", "digests"},
    {"digest over a wrong range", "PDU", "a digest that is right for other bytes",
     "- f: {on: {send: Data-In}, times: 1, do: {corrupt: [header digest range, data digest "
     "range]}}",
     "digests"},
    {"no padding", "PDU", "the pad bytes are missing",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {bytes: 511}, pad: {omit: yes}}}", "reading"},
    {"wrong padding", "PDU", "pad bytes that are not zero",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {bytes: 511}, pad: {byte: FFh}}}", "reading"},
    {"too much padding", "PDU", "more pad bytes than the word needs",
     "- f: {on: {send: Data-In}, times: 1, do: {pad: {extra: 4}}}", "reading"},
    {"oversize data segment", "PDU", "more data than the initiator takes, its length told",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {bytes: 4096}}}", "reading"},
    {"lying data length", "PDU", "a DataSegmentLength that is not that of the data",
     "- f: {on: {send: Data-In}, times: 1, do: {add: {DataSegmentLength: 512}}}", "reading"},
    {"AHS of length zero", "PDU", "an additional header segment whose AHSLength is 0",
     "- f: {on: {send: Data-In}, times: 1, do: {ahs: {length: 0, type: 1}}}", "reading"},
    {"AHS over-long", "PDU", "an AHSLength that goes past the end",
     "- f: {on: {send: Data-In}, times: 1, do: {ahs: {length: FFFFh, type: 1, bytes: 00 01 02 "
     "03}}}",
     "reading"},
    {"AHS of unknown type", "PDU", "an AHSType that no standard has",
     "- f: {on: {send: Data-In}, times: 1, do: {ahs: {length: 5, type: 3Fh, bytes: 00 01 02 03 "
     "04}}}",
     "reading"},
    {"lying sense length", "PDU", "a SenseLength that goes past the end of a SCSI Response",
     "- f: {on: {send: SCSI Response}, times: 1, do: {set: {Status: 2}, data: {hex: \"00 ff 70 00 "
     "02 00 00 00 00 0a 00 00 00 00 04 01 00 00 00 00\"}}}",
     "reading"},
    {"reserved bits", "PDU", "bits are set that must be zero",
     "- f: {on: {send: SCSI Response}, times: 1, do: {flip: {at: header+0, bits: 80h}}}",
     "reading"},
    {"wrong opcode", "PDU", "an opcode that no target sends",
     "- f: {on: {send: SCSI Response}, times: 1, do: {set: {Opcode: 1Ch}}}", "reading"},
    {"I bit", "PDU", "the Immediate bit of a request is turned before the target sees it",
     "- f: {on: {receive: NOP-Out}, do: {flip: {at: header, bits: 40h}}}", "idle"},
    {"F bit", "PDU", "the Final bit is turned",
     "- f: {on: {send: Data-In, command: READ(10), nth: 1}, do: {set: {F: 1}}}", "reading"},
    {"C bit", "PDU", "the Continue bit is turned",
     "- f: {on: {send: Login Response}, times: 1, do: {set: {C: 1, T: 0}}}", "login"},
    {"T bit", "PDU", "the Transit bit is turned",
     "- f: {on: {send: Login Response}, times: 1, do: {set: {T: 0}}}", "login"},
    {"S bit", "PDU", "the Status bit of a Data-In is turned",
     "- f: {on: {send: Data-In, fields: {S: 1}}, times: 1, do: {set: {S: 0}}}", "reading"},
    {"A bit", "PDU", "the Acknowledge bit of a Data-In is turned",
     "- f: {on: {send: Data-In}, times: 1, do: {set: {A: 1}}}", "reading"},
    {"U and O bits", "PDU", "residual flags that are not true",
     "- f: {on: {send: SCSI Response}, times: 1, do: {set: {U: 1, O: 1, Residual Count: 512}}}",
     "reading"},
    {"PDU of our own", "PDU", "any PDU, with the connection's numbers, before or after another",
     "- f: {on: {send: SCSI Response}, times: 1, do: {before: [{pdu: NOP-In, set: {Target Transfer "
     "Tag: 77}}]}}",
     "reading"},

    {"SCSI asynchronous event", "Async and NOP", "event 0: sense data that nobody asked for",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 0, lun: 0, data: \"00 12 70 "
     "00 "
     "06 00 00 00 00 0A 00 00 00 00 3F 0E 00 00 00 00\"}}}",
     "reading"},
    {"logout request", "Async and NOP", "event 1: log out within Parameter3 seconds",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 1, parameter3: 10}}}",
     "reading"},
    {"connection drop", "Async and NOP",
     "event 2: the connection of Parameter1 is dropped, with the times to wait and to retain",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 2, parameter1: 1, parameter2: "
     "1, parameter3: 5}}}",
     "reading"},
    {"session drop", "Async and NOP", "event 3: all connections are dropped",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 3, parameter2: 1, parameter3: "
     "5}}}",
     "reading"},
    {"renegotiation request", "Async and NOP", "event 4: negotiate again within Parameter3 seconds",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 4, parameter3: 5}}}",
     "reading"},
    {"vendor event", "Async and NOP", "event 255, with AsyncVCode and any data",
     "- f: {on: {send: SCSI Response}, times: 1, do: {async: {event: 255, vcode: 7, data: \"00 00 "
     "01 "
     "02\"}}}",
     "reading"},
    {"event later", "Async and NOP", "any of them some time after what sets it off",
     "- f: {on: {send: Login Response, fields: {NSG: 3}}, times: 1, do: {async: {event: 1, "
     "parameter3: "
     "5, delay: 20 s}}}",
     "idle"},
    {"ping", "Async and NOP", "a NOP-In that wants an answer",
     "- f: {on: {send: SCSI Response}, times: 1, do: {ping: {tag: 1234h}}}", "reading"},
    {"ping flood", "Async and NOP", "very many NOP-Ins at once",
     "- f: {on: {send: SCSI Response}, times: 1, do: {ping: {times: 200}}}", "reading"},
    {"ping without a tag", "Async and NOP", "a NOP-In with the reserved tag, which wants no answer",
     "- f: {on: {send: SCSI Response}, times: 1, do: {ping: {tag: FFFFFFFFh}}}", "reading"},
    {"ping with data", "Async and NOP", "a NOP-In with data, which a target's ping may not have",
     "- f: {on: {send: SCSI Response}, times: 1, do: {ping: {data: \"01 02 03 04\"}}}", "reading"},
    {"ping unanswered", "Async and NOP", "the answer to the target's ping never reaches it",
     "- f: {on: {receive: NOP-Out, fields: {Initiator Task Tag: FFFFFFFFh}}, times: 1, do: drop}",
     "pinged"},
    {"NOP-Out unanswered", "Async and NOP", "the initiator's ping gets no answer",
     "- f: {on: {send: NOP-In, fields: {Initiator Task Tag: 0..FFFFFFFEh}}, times: 1, do: drop}",
     "idle"},
    {"Reject", "Async and NOP", "a Reject with any reason, for what was received or sent",
     "- f: {on: {receive: NOP-Out}, times: 1, do: {reject: {reason: 04h}}}", "idle"},
    {"Reject without header", "Async and NOP", "a Reject that does not say what it rejects",
     "- f: {on: {receive: NOP-Out}, times: 1, do: {reject: {reason: 09h, header: missing}}}",
     "idle"},
    {"Reject with a wrong header", "Async and NOP", "a Reject of something that nobody sent",
     "- f: {on: {receive: NOP-Out}, times: 1, do: {reject: {reason: 09h, header: wrong}}}", "idle"},
};

}  // namespace

std::span<const Knob> pdu_knobs() { return kPduKnobs; }

}  // namespace lunsim::scenarios
