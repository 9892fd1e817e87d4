// A message of SMB as one line for reports, or at a glance: what it is, whose, how it ended.
// MS-SMB2 §2.2.1
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "protocol/smb/message/header.hpp"

namespace lunsim::scenarios {

/// Shape    a message behind the four bytes of its length, perhaps cut short
/// Returns  "SMB2 IOCTL response"; "" if it is none
std::string smb_name(std::span<const std::byte> frame);
/// "SMB2 IOCTL response, message 5, session 1a, STATUS_SUCCESS, signed"
std::string smb_summary(std::span<const std::byte> frame);

/// What the first message of a frame is about. Nothing for one that is encrypted, or of SMB1.
struct SmbGlance {
  smb::Command command{};
  smb::NtStatus status{};  // of an answer
  bool is_answer = false;
};
/// Shape    as for smb_name(); the first 24 bytes are enough
std::optional<SmbGlance> smb_glance(std::span<const std::byte> frame);

}  // namespace lunsim::scenarios
