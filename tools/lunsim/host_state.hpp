// What a host keeps on the disk: one file that is replaced as a whole whenever it changes, for one
// process at a time. Where: --state, else $LUNSIM_STATE, else lunsim/host.state in the folder that
// XDG_STATE_HOME names, else in ~/.local/state.
#pragma once

#include <optional>
#include <string>

#include "initiator/host/host_configuration.hpp"
#include "runtime/files/os_files.hpp"

namespace lunsim::tools {

/// `given` if it is not empty; empty when nothing names a place.
std::string state_path(const std::string& given);

class HostStateFile {
 public:
  /// Makes the folder (0700) if need be, locks the state, and takes it away from others (0600).
  /// Errors   std::runtime_error with a sentence: another host has it, it cannot be read, or what
  /// stands there is not a state of ours or is damaged. Nothing is overwritten then.
  explicit HostStateFile(std::string path);

  const std::string& path() const { return path_; }
  /// As it was read, or as it was saved the last time.
  const initiator::HostConfiguration& saved() const { return saved_; }
  /// Nothing to do for what is saved already. False, with a sentence on stderr, when it cannot be
  /// written; the old state is still there then.
  bool save(const initiator::HostConfiguration& configuration);

 private:
  std::string path_;
  std::optional<runtime::FileLock> lock_;
  runtime::OsFiles files_;
  initiator::HostConfiguration saved_;
};

}  // namespace lunsim::tools
