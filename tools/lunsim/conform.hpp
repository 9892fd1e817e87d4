// `lunsim conform`: judges a target by the cases of conformance/target_cases.
#pragma once

namespace CLI {
class App;
}

namespace lunsim::tools {

void add_conform_verb(CLI::App& app, int& exit_code);
/// `lunsim diff` and `lunsim matrix`, which read what `conform --json` wrote.
void add_compare_verbs(CLI::App& app, int& exit_code);

}  // namespace lunsim::tools
