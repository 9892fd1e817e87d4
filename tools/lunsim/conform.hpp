// `lunsim conform`: judges a target by the cases of conformance/target_cases.
#pragma once

namespace CLI {
class App;
}

namespace lunsim::tools {

void add_conform_verb(CLI::App& app, int& exit_code);

}  // namespace lunsim::tools
