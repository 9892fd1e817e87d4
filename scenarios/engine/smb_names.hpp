// What scenarios call the messages of SMB2 and the calls of srvsvc. MS-SMB2 §2.2, MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/smb/message/header.hpp"

namespace lunsim::scenarios {

/// "TREE_CONNECT" in any case, with a blank or an underscore.
std::optional<smb::Command> smb_command_named(std::string_view name);
std::vector<std::string> smb_command_names();

/// "NetrSessionEnum" in any case.
std::optional<std::uint16_t> srvsvc_call_named(std::string_view name);
std::vector<std::string> srvsvc_call_names();

/// "STATUS_ACCESS_DENIED" in any case, or a number.
std::optional<smb::NtStatus> nt_status_named(std::string_view name);
std::vector<std::string> nt_status_words();

}  // namespace lunsim::scenarios
