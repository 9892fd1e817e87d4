// Where the scenario's addresses really are, where initiators are told so (`serve`); empty in a
// run, since worlds let engines speak of the scenario's addresses. Both ways.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/model.hpp"

namespace lunsim::scenarios {

class AddressMap {
 public:
  void add(Address in_scenario, Address really) {
    pairs_.emplace_back(std::move(in_scenario), std::move(really));
  }
  /// Unchanged if the scenario never listens there.
  Address really(const Address& in_scenario) const { return mapped(in_scenario, true); }
  Address in_scenario(const Address& really) const { return mapped(really, false); }

 private:
  Address mapped(const Address& from, bool forward) const {
    for (const auto& [first, second] : pairs_) {
      const Address& key = forward ? first : second;
      if (key.host == from.host && key.port == from.port) return forward ? second : first;
    }
    return from;
  }
  std::vector<std::pair<Address, Address>> pairs_;
};

}  // namespace lunsim::scenarios
