#include "initiator/api/last_error.hpp"

#include <cerrno>

#include "initiator/api/include/lunsim_windows_types.h"

namespace lunsim::api {

PoisonedLastError::~PoisonedLastError() {
#ifdef _WIN32
  SetLastError(LUNSIM_LAST_ERROR_POISON);
#else
  errno = LUNSIM_LAST_ERROR_POISON;
#endif
}

}  // namespace lunsim::api
