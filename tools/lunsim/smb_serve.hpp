// `lunsim smb serve`: a fake SMB server until SIGINT or SIGTERM.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lunsim::tools {

struct SmbServeOptions {
  std::string path;
  std::string listen = "127.0.0.1:0";
  std::string pcap;
  std::optional<std::uint64_t> seed;
};
int smb_serve(const SmbServeOptions& options);

}  // namespace lunsim::tools
