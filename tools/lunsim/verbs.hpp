// The verbs of `lunsim`, a function and its options each. Every one returns the exit code
// (exit_code.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/lunsim/report_files.hpp"

namespace lunsim::tools {

struct RunOptions {
  std::vector<std::string> paths;  // scenario files, or folders of them
  std::optional<std::uint64_t> seed;
  bool live = false;
  bool list = false;
  bool verbose = false;              // every case, not only what failed
  std::vector<std::string> filters;  // selection.hpp; all of them must hold
  ReportFiles reports;
  std::string pcap;   // folder
  std::string shard;  // "2/4"; empty: what the environment says
  std::size_t jobs = 1;
  std::uint64_t repeat = 0;  // 0: once, or until something fails
  bool until_fail = false;
  bool fail_fast = false;
  double case_timeout_s = 0;  // 0: none
};
int run(const RunOptions& options);

struct MergeOptions {
  std::vector<std::string> paths;  // JSON lines of all shards
  ReportFiles reports;
  bool verbose = false;
};
int merge(const MergeOptions& options);

/// What a finished run tells the shell.
int exit_code_of(const scenarios::RunReport& report);

struct CheckOptions {
  std::vector<std::string> paths;
};
int check(const CheckOptions& options);

struct ServeOptions {
  std::string path;
  std::vector<std::string> listen;  // one for all portals, or one for each
  std::string port_file;
  std::optional<std::uint64_t> seed;
};
int serve(const ServeOptions& options);

int rules();

/// Lists the faults that a scenario can have.
int knobs(bool json);

/// A number as people write seeds: decimal or 0x hexadecimal.
std::optional<std::uint64_t> parse_seed(const std::string& text);

}  // namespace lunsim::tools
