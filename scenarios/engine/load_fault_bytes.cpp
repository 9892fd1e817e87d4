// A fault's `do:` to the bytes of a connection, and to those who connect.
#include "scenarios/engine/load_fault_parts.hpp"
#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

using target_sim::AdmissionFault;
using target_sim::ByteAction;

std::optional<ByteAction::Range> read_piece(const Node& node, std::string_view what,
                                            Problems& problems) {
  ByteAction::Range range;
  MapReader map(node, what, problems);
  map.number("at", range.at);
  map.need("bytes");
  map.number("bytes", range.bytes, 1 << 20, 1);
  map.finish();
  return range;
}

void read_corrupt_bytes(const Node& node, ByteAction& action, Problems& problems) {
  ByteAction::Corrupt corrupt;
  MapReader map(node, "corrupt", problems);
  map.number("at", corrupt.at);
  map.number("bits", corrupt.mask, 255, 1);
  map.finish();
  action.corrupt = corrupt;
}

void read_cut(const Node& node, ByteAction& action, Problems& problems) {
  using runtime::StreamEnd;
  ByteAction::Cut cut;
  MapReader map(node, "a cut of bytes", problems);
  map.number("at", cut.at);
  read_word(map, "how", cut.how,
            {{"finish", StreamEnd::finish},
             {"reset", StreamEnd::reset},
             {"silence", StreamEnd::silence}});
  map.finish();
  action.cut = cut;
}

}  // namespace

void read_byte_action(const Node& node, FaultModel& fault, Problems& problems) {
  ByteAction& action = fault.rule.action.bytes;
  MapReader map(node, "a fault's do to bytes", problems);
  map.number("slice", action.slice_bytes, 1 << 20, 1);
  map.duration("delay", action.delay_ns);
  map.duration("jitter", action.jitter_ns);
  map.duration("p99", action.p99_ns);
  // Time is counted in nanoseconds: what a byte takes less than one of slows nothing down.
  constexpr std::uint64_t kBytesPerSecondMax = 1'000'000'000;
  if (map.size("bandwidth", action.bytes_per_s) && action.bytes_per_s > kBytesPerSecondMax)
    problems.add(map.place_of("bandwidth"), "a bandwidth of more than 1 GB slows nothing down");
  if (const Node* corrupt = map.take("corrupt")) read_corrupt_bytes(*corrupt, action, problems);
  if (const Node* repeat = map.take("repeat"))
    action.repeat = read_piece(*repeat, "repeat", problems);
  if (const Node* swap = map.take("swap")) action.swap = read_piece(*swap, "swap", problems);
  if (const Node* cut = map.take("cut")) read_cut(*cut, action, problems);
  map.finish();
  if (node.is_map() && problems.empty() && action.is_nothing())
    problems.add(node.place, "this fault does nothing");
}

void read_admission(const Node& node, FaultModel& fault, Problems& problems) {
  note_words(node, {"refuse", "unanswered", "reset", "silence"}, problems);
  const std::string_view word = node.is_scalar() ? std::string_view{node.text} : "";
  AdmissionFault& out = fault.rule.action.admission;
  if (word == "refuse") {
    out = AdmissionFault::refuse;
  } else if (word == "unanswered") {
    out = AdmissionFault::unanswered;
  } else if (word == "reset") {
    out = AdmissionFault::reset;
  } else if (word == "silence") {
    out = AdmissionFault::silence;
  } else {
    expected_but(node, "refuse, unanswered, reset or silence: who connects has sent nothing yet",
                 problems);
  }
}

}  // namespace lunsim::scenarios
