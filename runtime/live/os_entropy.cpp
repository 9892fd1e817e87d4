#include "runtime/live/os_entropy.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace lunsim::runtime {

void OsEntropy::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t drawn = ::getrandom(out.data(), out.size(), 0);
    if (drawn > 0) {
      out = out.subspan(static_cast<std::size_t>(drawn));
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::system_category(), "getrandom");
    }
  }
}

}  // namespace lunsim::runtime
