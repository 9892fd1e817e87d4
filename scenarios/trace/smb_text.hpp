// A message of SMB as one line for reports, or at a glance: what it is, whose, how it ended.
// MS-SMB2 §2.2.1
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "protocol/smb/message/header.hpp"

namespace lunsim::scenarios {

/// Shape    a message behind the four bytes of its length, perhaps cut short
/// Returns  "SMB2 IOCTL response"; "" if it is none
std::string smb_name(std::span<const std::byte> frame);
/// "SMB2 IOCTL response, message 5, session 1a, STATUS_SUCCESS, signed"
std::string smb_summary(std::span<const std::byte> frame);

/// What a message is about; of one that is encrypted only that.
struct SmbGlance {
  smb::Command command{};
  smb::NtStatus status{};  // of an answer
  bool is_answer = false;  // not known of one that is encrypted
  bool is_encrypted = false;
};
/// The messages of a frame, which may be a compound; none if it is of SMB1 or no frame. MS-SMB2
/// §2.2.1, §3.2.4.1.4
/// Shape    as for smb_name(); of what is cut off nothing is told
std::vector<SmbGlance> smb_glances(std::span<const std::byte> frame);

}  // namespace lunsim::scenarios
