// The verbs of SMB on the command line: what they take, and what they call.
#pragma once

namespace CLI {
class App;
}

namespace lunsim::tools {

void add_smb_verbs(CLI::App& app, int& exit_code);

}  // namespace lunsim::tools
