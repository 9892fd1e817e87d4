// A run of `lunsim conform` against one target: cases one after another, a target that is gone
// named and reset, a capture and the device's log for each, and the reports at the end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/harness/judged_target.hpp"
#include "tools/lunsim/conform_files.hpp"
#include "tools/lunsim/conform_listen.hpp"

namespace lunsim::tools {

struct ConformOptions {
  std::string url;
  bool list = false, prove = false, simulated = false, verbose = false, strict = false;
  bool dry_run = false;
  bool servers = false;  // the checks for SMB servers, to be listed, proved or simulated
  std::vector<std::string> only, levels, allow;
  std::string secret_file, mutual_secret_file, chap_target;
  std::string initiator;
  bool scratch_lun = false;
  std::string lba;
  double time_scale = 1;
  std::string shard;  // "2/3"
  unsigned jobs = 1, repeat = 1;
  unsigned time_limit = 0;         // seconds; 0: none
  std::string dut_reset, dut_log;  // shell commands
  std::string captures;
  ConformFiles files;
  ListenOptions listen;
};

/// Judges `target` and writes what the options ask for. Returns an exit code.
int run_conform(const ConformOptions& options, const std::vector<const conform::Case*>& cases,
                const conform::JudgedTarget& target);

}  // namespace lunsim::tools
