// `lunsim host`: the service that owns sessions, for the shared library and the DLL in other
// processes; and what one says to a running one.
#pragma once

#include <string>
#include <vector>

#include "initiator/library/environment.hpp"

namespace CLI {
class App;
}

namespace lunsim::tools {

struct HostOptions {
  std::string listen = "127.0.0.1:0";
  std::string state;                // state_path(); where it is kept
  std::string token_file;           // empty: beside the state
  std::string standard_token_file;  // empty: there are no standard users
  std::string port_file;
  std::string initiator_name;  // empty: the host's own
  std::string profile = "documented";
  std::vector<std::string> volumes;  // NAME=TARGET/LUN
  std::string servers;               // a file of SMB servers; empty: as the environment says
};
int host(const HostOptions& options);

/// Of a host whose state is where ours would be; an empty endpoint if there is none.
initiator::HostAddress host_of_state();

/// `lunsim host start`, `stop`, `status`; an empty endpoint: as the environment says.
int host_control(initiator::remote::ServiceVerb verb, const initiator::HostAddress& address);

void add_host_verb(CLI::App& app, int& exit_code);

}  // namespace lunsim::tools
