#include "tools/lunsim/exec_environment.hpp"

#include <map>

#include <fmt/format.h>

namespace lunsim::tools {

std::string variable_part(const std::string& id) {
  std::string out;
  for (const char c : id) {
    if (c >= 'a' && c <= 'z') {
      out += static_cast<char>(c - 'a' + 'A');
    } else {
      const bool stays = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      out += stays ? c : '_';
    }
  }
  return out;
}

std::optional<std::vector<std::string>> target_environment(const scenarios::Scenario& scenario,
                                                           const scenarios::TargetSide& targets,
                                                           std::uint64_t seed,
                                                           std::string& problem) {
  std::map<std::string, std::string> owner;  // of a variable
  std::vector<std::string> out;
  const auto set = [&](const std::string& name, const std::string& target,
                       const std::string& value) {
    const auto [found, is_new] = owner.emplace(name, target);
    if (!is_new && problem.empty())
      problem = fmt::format("targets {} and {} would both be {}; rename one", found->second, target,
                            name);
    out.push_back(name + "=" + value);
  };
  for (const scenarios::TargetModel& target : scenario.targets) {
    const std::string part = variable_part(target.id);
    set("LUNSIM_TARGET_" + part, target.id, target.name);
    for (std::size_t i = 0; i < target.portals.size(); ++i) {
      const scenarios::Address at = targets.addresses().really(target.portals[i]);
      const std::string name = "LUNSIM_ISCSI_" + part + (i == 0 ? "" : fmt::format("_{}", i + 1));
      set(name, target.id, runtime::to_string(runtime::Endpoint{at.host, at.port}));
    }
  }
  out.push_back(fmt::format("LUNSIM_SEED={:#018x}", seed));
  if (!problem.empty()) return std::nullopt;
  return out;
}

std::optional<std::vector<std::string>> server_environment(const scenarios::Scenario& scenario,
                                                           const scenarios::ServerSide& servers,
                                                           std::string& problem) {
  std::map<std::string, std::string> owner;  // of a part of names
  std::vector<std::string> out;
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    const scenarios::SmbServerModel& server = scenario.servers[i];
    const std::string part = variable_part(server.id);
    const auto [found, is_new] = owner.emplace(part, server.id);
    if (!is_new) {
      problem = fmt::format("servers {} and {} would both be LUNSIM_SMB_{}; rename one",
                            found->second, server.id, part);
      return std::nullopt;
    }
    out.push_back(
        fmt::format("LUNSIM_SMB_{}={}", part, runtime::to_string(servers.endpoints()[i])));
    out.push_back(fmt::format("LUNSIM_SMB_NAME_{}={}", part, server.config.name));
  }
  return out;
}

}  // namespace lunsim::tools
