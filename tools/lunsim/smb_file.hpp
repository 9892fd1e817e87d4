// What a fake SMB server is, read from a JSON file. Mistakes are told with the path of the value
// that is wrong.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::tools {

/// Shape    the text of a JSON object; members are listed by `lunsim smb serve --help`
/// Errors   a sentence: where, what, and what is known there
tl::expected<smb_server::ServerConfig, std::string> parse_smb_server(const std::string& text);

/// The members, for help.
extern const char* const kSmbFileHelp;

}  // namespace lunsim::tools
