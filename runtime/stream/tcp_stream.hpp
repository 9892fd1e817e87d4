// A blocking TCP connection on this machine, for POSIX and for Windows. Addresses are numbers
// ("127.0.0.1", "::1") or "localhost": no name is looked up.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/ports/stream.hpp"

namespace lunsim::runtime {

/// Null when nobody listens there, or when the address is not one of loopback. `silence_max` as
/// in Stream::limit_silence(). The connection is not passed on to programs that
/// this one starts.
std::unique_ptr<Stream> connect_tcp(const std::string& address, std::uint16_t port,
                                    std::chrono::seconds silence_max);

}  // namespace lunsim::runtime
