// `lunsim conform smb://user@host/`: judges a server's session management by the checks of
// conformance/smb_cases.
#pragma once

#include <string>
#include <vector>

#include "tools/lunsim/conform_files.hpp"

namespace lunsim::tools {

struct ConformSmbOptions {
  std::string url;                // smb://[domain;]user@host[:port]/
  std::string password_file;      // empty: LUNSIM_SMB_PASSWORD
  std::vector<std::string> only;  // as of targets: a part of an id, a glob, or ! and one of these
  std::vector<std::string> levels;
  std::string shard;  // "2/3"
  double time_scale = 1;
  bool may_end_sessions = false;
  bool dry_run = false;  // say what would be asked, and ask nothing but a login
  ConformFiles files;
  bool verbose = false;
  bool list = false;       // print the ids of the checks, and ask nothing
  bool prove = false;      // try them on our own server, healthy and as each mutant
  bool simulated = false;  // judge our own server, in virtual time
};
bool is_smb_url(const std::string& url);
/// Returns  an exit code: 0 all passed, 1 a check failed, 2 usage, 3 not reachable, 4 a file that
/// cannot be written, 5 nothing ran
int conform_smb(const ConformSmbOptions& options);

}  // namespace lunsim::tools
