// The knobs that strike the connection and its bytes.
#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob kTransportKnobs[] = {
    {"finish", "Transport", "FIN within or behind a PDU",
     "- f: {on: {send: Data-In, nth: 2}, times: 1, do: {cut: {at: end, how: finish}}}", "reading"},
    {"reset", "Transport", "RST within or behind a PDU",
     "- f: {on: {send: Data-In, nth: 2}, times: 1, do: {cut: {at: header+20, how: reset}}}",
     "reading"},
    {"half-close", "Transport", "FIN, and the target still reads",
     "- f: {on: {send: Data-In, nth: 2}, times: 1, do: {cut: {at: end, how: half close}}}",
     "reading"},
    {"black hole", "Transport", "nothing more is sent and nobody is told",
     "- f: {on: {send: Data-In, nth: 2}, times: 1, do: {cut: {at: header, how: silence}}}",
     "reading"},
    {"stall read", "Transport", "the target does not read on for a while",
     "- f: {on: {receive: READ(10)}, times: 1, do: {hold: 5 s}}", "reading"},
    {"stall write", "Transport", "the target does not send on for a while",
     "- f: {on: {send: Data-In}, times: 1, do: {hold: 5 s}}", "reading"},
    {"slice", "Transport", "bytes leave in pieces of at most so many",
     "- f: {on: {send: bytes}, do: {slice: 100}}", "reading"},
    {"odd segments", "Transport", "pieces of an odd size, as an odd MSS makes them",
     "- f: {on: {receive: bytes}, do: {slice: 37}}", "reading"},
    {"byte at a time", "Transport", "every byte is a piece of its own",
     "- f: {on: {send: bytes, nth: 3}, do: {slice: 1}}", "reading"},
    {"delay", "Transport", "bytes leave so much later",
     "- f: {on: {send: bytes}, do: {delay: 5 ms}}", "reading"},
    {"jitter", "Transport", "up to so much later, drawn from the run's seed",
     "- f: {on: {receive: bytes}, do: {jitter: 5 ms}}", "reading"},
    {"p99 delay", "Transport", "one piece in a hundred is as late as this",
     "- f: {on: {send: bytes}, do: {delay: 1 ms, p99: 300 ms}}", "reading"},
    {"bandwidth", "Transport", "so many bytes each second",
     "- f: {on: {send: bytes}, do: {bandwidth: 1 MiB}}", "reading"},
    {"truncate in the header", "Transport", "the stream ends within the basic header segment",
     "- f: {on: {send: Data-In}, times: 1, do: {cut: {at: header+47, how: finish}}}", "reading"},
    {"truncate in an AHS", "Transport", "the stream ends within an additional header segment",
     "- f: {on: {send: Data-In}, times: 1, do: {ahs: {length: 5, type: 2, bytes: 00 00 00 00 10}, "
     "cut: {at: ahs+2, how: reset}}}",
     "reading"},
    {"truncate in a digest", "Transport", "the stream ends within a header or data digest",
     "- f: {on: {send: Data-In}, times: 1, do: {cut: {at: header digest+2, how: reset}}}",
     "digests"},
    {"truncate in the data", "Transport", "the stream ends within the data segment",
     "- f: {on: {send: Data-In}, times: 1, do: {cut: {at: data+100, how: reset}}}", "reading"},
    {"truncate in the padding", "Transport", "the stream ends within the pad bytes",
     "- f: {on: {send: Data-In}, times: 1, do: {data: {bytes: 510}, cut: {at: pad+1, how: reset}}}",
     "reading"},
    {"coalesce", "Transport", "PDUs wait and leave in one piece",
     "- f: {on: {send: R2T}, do: {hold: 1 ms}}", "writing"},
    {"duplicate bytes", "Transport", "a range of bytes comes twice",
     "- f: {on: {send: bytes, nth: 5}, do: {repeat: {at: 0, bytes: 48}}}", "reading"},
    {"reorder bytes", "Transport", "two ranges of bytes change places",
     "- f: {on: {send: bytes, nth: 5}, do: {swap: {at: 0, bytes: 8}}}", "reading"},
    {"corrupt bytes", "Transport", "bits of a byte on the wire are turned, under no digest's eye",
     "- f: {on: {send: bytes, nth: 5}, do: {corrupt: {at: 10, bits: 01h}}}", "reading"},
    {"reorder PDUs", "Transport", "a PDU waits until others have passed",
     "- f: {on: {send: Data-In}, times: 1, do: {hold: {behind: 1}}}", "reading"},
    {"refuse accept", "Transport", "who connects finds nobody listening",
     "- f: {on: {connect: any}, times: 1, do: refuse}", "login"},
    {"reset after accept", "Transport", "who connects is let in and reset at once",
     "- f: {on: {connect: any}, times: 1, do: reset}", "login"},
    {"silence after accept", "Transport", "who connects is let in and never answered",
     "- f: {on: {connect: any}, times: 1, do: silence}", "login"},
    {"backlog full", "Transport", "who connects gets no answer until it gives up",
     "- f: {on: {connect: any}, times: 1, do: unanswered}", "login"},
    {"IPv6", "Transport", "a portal has an IPv6 address", "portals: \"[fd00::10]:3260\"", "login",
     KnobPlace::target},
};

}  // namespace

std::span<const Knob> transport_knobs() { return kTransportKnobs; }

}  // namespace lunsim::scenarios
