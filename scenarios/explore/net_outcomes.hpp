// What a Net function may return when anything may go wrong on its way: the codes of its page and
// of MS-SRVS, and those that a network brings (docs/smb_servers.md).   lmshare.h, MS-ERREF §2.2
#pragma once

#include <cstdint>

namespace lunsim::explore {

bool is_outcome_of_net_function(std::uint32_t code);

}  // namespace lunsim::explore
