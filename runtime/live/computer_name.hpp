// What this computer is called.
#pragma once

#include <string>

namespace lunsim::runtime {

/// Its host name; empty if it has none.
std::string computer_name();

}  // namespace lunsim::runtime
