// `lunsim iscsicli`: the verbs of Windows' iscsicli.exe that people script, over <iscsidsc.h> and a
// host service. Arguments stand where they stand there; `*` leaves one out.
#pragma once

#include <string>
#include <vector>

#include "initiator/library/environment.hpp"

namespace CLI {
class App;
}

namespace lunsim::tools {

struct IscsicliOptions {
  initiator::HostAddress host;     // empty: as the environment or the state folder says
  std::vector<std::string> words;  // a verb and its arguments
};
int iscsicli(const IscsicliOptions& options);

void add_iscsicli_verb(CLI::App& app, int& exit_code);

}  // namespace lunsim::tools
