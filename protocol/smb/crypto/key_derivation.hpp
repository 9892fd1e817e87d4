// How SMB 3 makes keys from a session's key: one round of counter mode over HMAC-SHA256.   MS-SMB2
// §3.1.4.2, NIST SP 800-108 §5.1
#pragma once

#include <string_view>
#include <vector>

#include "protocol/smb/crypto/digest.hpp"

namespace lunsim::smb {

/// Shape    `label` with its terminating null; `context` as the dialect says
/// Units    bytes: 16 or 32 (asserted)
std::vector<std::byte> derive_key(Span key, std::string_view label, Span context,
                                  std::size_t bytes);

}  // namespace lunsim::smb
