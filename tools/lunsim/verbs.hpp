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
  double case_timeout_s = 0;           // 0: none
  std::string explore;                 // which trouble, at every point; empty: a plain run
  std::optional<std::uint64_t> point;  // of an exploration: only this one
  std::optional<std::uint64_t> count;  // runs of a swarm
  std::string shrink_to;               // of an exploration: a folder for findings made small
  std::vector<std::string> params;     // name=value
};
int run(const RunOptions& options);
/// 64 bits of the system's chance, for runs without --seed.
std::uint64_t draw_seed();
/// The shard that the command line or the environment asks for, and who said so. False, and why is
/// printed, if that is nonsense.
bool choose_shard(const RunOptions& options, scenarios::Shard& shard, std::string& from);
/// False, and why is printed, if a filter can not be meant.
bool can_filter(const RunOptions& options);
/// `run --explore`.
int explore(const RunOptions& options);

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
  std::vector<std::string> params;
};
int check(const CheckOptions& options);

struct ControlOptions {
  std::string listen = "127.0.0.1:0";
  std::string token_file;  // empty: a temporary one
};

struct ServeOptions {
  std::string path;
  std::vector<std::string> listen;      // one for all portals, or one for each
  std::vector<std::string> listen_smb;  // the same for servers
  std::string port_file;
  std::optional<std::uint64_t> seed;
  std::optional<std::string> control;  // where its control channel listens
  std::string token_file;
  std::vector<std::string> params;
};
int serve(const ServeOptions& options);

struct ExecOptions {
  std::string path;
  std::vector<std::string> params;   // name=value
  std::vector<std::string> program;  // and its arguments
  std::optional<std::uint64_t> seed;
  std::int64_t timeout_ns = 300'000'000'000;
  bool verbose = false;
  ReportFiles reports;
  ControlOptions control;
  std::string explore;                 // "outcomes", or empty: a plain run
  std::optional<std::uint64_t> point;  // of an exploration: only this one
};
int exec(const ExecOptions& options);

struct InitOptions {
  std::string folder = ".";
  std::string ci = "github";  // github, gitlab or none
  std::string image = "debian:12";
  std::string source;  // git URL of lunsim, for an image without it
  bool force = false;
};
int init(const InitOptions& options);

struct LuaOptions {
  std::vector<std::string> params;  // name=value
  std::string path;                 // empty: a world with one target
  std::optional<std::uint64_t> seed;
  bool annotations = false;  // print them instead
};
int lua(const LuaOptions& options);

int rules(bool summary);
/// RFC 7143's, with the cases of `lunsim conform`.
int spec_rules(bool summary);

/// Lists the faults that a scenario can have.
int knobs(bool json);

/// The language as a JSON Schema, for editors.
int schema();

/// A number as people write seeds: decimal or 0x hexadecimal.
std::optional<std::uint64_t> parse_seed(const std::string& text);
/// "90" (seconds), "90 s", "5min"; more than 0.
std::optional<std::int64_t> parse_time_limit_ns(const std::string& text);

}  // namespace lunsim::tools
