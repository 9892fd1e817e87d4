#include "target_sim/smb_server/server_model.hpp"

namespace lunsim::smb_server {

std::optional<AccessRules> access_profile(std::string_view name) {
  AccessRules rules;
  if (name == "legacy") return rules;
  if (name == "windows-2019") {
    rules.session_names = Caller::administrator;
    return rules;
  }
  if (name == "samba") {
    // smbd asks for BUILTIN\Administrators at every level, and lists shares to anybody.
    rules.session_names = Caller::administrator;
    rules.share_details = Caller::anonymous;
    rules.server_details = Caller::anonymous;
    return rules;
  }
  return std::nullopt;
}

}  // namespace lunsim::smb_server
