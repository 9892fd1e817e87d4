// Where a portal or a host is, in the scenario's words.
#pragma once

#include <cstdint>
#include <string>

namespace lunsim::scenarios {

struct Address {
  std::string host;
  std::uint16_t port = 3260;
};

}  // namespace lunsim::scenarios
