#include "scenarios/engine/knobs_wire.hpp"

namespace lunsim::scenarios {

std::span<const Knob> wire_knobs() {
  static const std::vector<Knob> kAll = [] {
    std::vector<Knob> all;
    for (const std::span<const Knob> part :
         {selector_knobs(), transport_knobs(), pdu_knobs(), sequence_knobs(), login_knobs()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kAll;
}

}  // namespace lunsim::scenarios
