#include "scenarios/explore/net_outcomes.hpp"

#include <algorithm>
#include <iterator>

namespace lunsim::explore {
namespace {

constexpr std::uint32_t kOfServers[] = {0,   2,    5,    8,    50,   87,   123,  124,
                                        234, 2123, 2221, 2310, 2311, 2312, 2314, 2351};
// No server, no login, no answer; a connection, a pipe or RPC that breaks, and what breaks a rule.
constexpr std::uint32_t kOfNetworks[] = {53,   59,   64,   67,   121,  231,  233,  1317, 1323, 1326,
                                         1327, 1328, 1329, 1330, 1331, 1385, 1793, 1907, 1909, 1717,
                                         1726, 1727, 1728, 1733, 1745, 1747, 1783, 2138};

}  // namespace

bool is_outcome_of_net_function(std::uint32_t code) {
  const auto has = [code](const auto& codes) {
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
  };
  return has(kOfServers) || has(kOfNetworks);
}

}  // namespace lunsim::explore
