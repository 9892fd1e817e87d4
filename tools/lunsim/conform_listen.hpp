// `lunsim conform --listen ADDRESS --drive COMMAND`: the other side of the wire is judged, an
// initiator that the command sets to work.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tools/lunsim/conform_files.hpp"

namespace lunsim::tools {

struct ListenOptions {
  bool initiators = false;  // the cases for initiators, to be listed, proved or simulated
  std::string listen;       // 127.0.0.1:0
  std::string drive;        // a command for the shell with {portal}, {target}, {lun}
  std::string user;         // the initiator's CHAP name
  std::string own_user = "array";
  bool is_wanted() const { return initiators || !listen.empty() || !drive.empty(); }
};

/// What it shares with the judging of targets.
struct ListenRun {
  bool list = false, prove = false, simulated = false, verbose = false, strict = false;
  std::vector<std::string> only = {}, levels = {};
  std::string shard = {};                    // "2/3"
  std::string secret = {}, own_secret = {};  // of CHAP
  double time_scale = 1;
  ConformFiles files = {};
  std::string captures = {};
};

void add_listen_options(CLI::App& verb, ListenOptions& options);
/// Returns the exit code.
int judge_initiator(const ListenOptions& options, const ListenRun& run);

}  // namespace lunsim::tools
