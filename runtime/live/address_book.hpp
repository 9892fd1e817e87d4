// Which real endpoint stands for which of the scenario's, so that engines can go on speaking of
// 10.0.0.10:3260 while the bytes go to 127.0.0.1 and a free port.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runtime/ports/engine.hpp"

namespace lunsim::runtime {

class AddressBook {
 public:
  void add(const Endpoint& scenario, const Endpoint& real) { real_[key(scenario)] = real; }
  void remove(const Endpoint& scenario) { real_.erase(key(scenario)); }
  std::optional<Endpoint> real_of(const Endpoint& scenario) const {
    const auto found = real_.find(key(scenario));
    if (found == real_.end()) return std::nullopt;
    return found->second;
  }
  bool knows_address(const std::string& address) const {
    const auto found = real_.lower_bound({address, std::uint16_t{0}});
    return found != real_.end() && found->first.first == address;
  }

 private:
  using Key = std::pair<std::string, std::uint16_t>;
  static Key key(const Endpoint& endpoint) { return {endpoint.address, endpoint.port}; }
  std::map<Key, Endpoint> real_;
};

}  // namespace lunsim::runtime
