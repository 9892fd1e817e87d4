// The verbs of `lunsim`, a function and its options each. Every one returns the exit code
// (exit_code.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lunsim::tools {

struct RunOptions {
  std::vector<std::string> paths;  // scenario files, or folders of them
  std::optional<std::uint64_t> seed;
  bool live = false;
  bool list = false;
  bool verbose = false;  // every case, not only what failed
  std::string filter;    // glob over "scenario" or "scenario/case"
  std::string junit;     // file
  std::string pcap;      // folder
};
int run(const RunOptions& options);

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
