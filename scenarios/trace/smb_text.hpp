// A message of SMB as one line for reports: what it is, whose, how it ended. MS-SMB2 §2.2.1
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace lunsim::scenarios {

/// Shape    a message behind the four bytes of its length, perhaps cut short
/// Returns  "SMB2 IOCTL response"; "" if it is none
std::string smb_name(std::span<const std::byte> frame);
/// "SMB2 IOCTL response, message 5, session 1a, STATUS_SUCCESS, signed"
std::string smb_summary(std::span<const std::byte> frame);

}  // namespace lunsim::scenarios
