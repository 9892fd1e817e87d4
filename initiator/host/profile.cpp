#include "initiator/host/profile.hpp"

namespace lunsim::initiator {

std::optional<Host::Profile> profile_named(std::string_view name) {
  Host::Profile profile;
  if (name == "documented") return profile;
  if (name != "windows") return std::nullopt;
  profile.empty_list_probe_insufficient = true;  // GISL-R10, RATM-R10
  return profile;
}

}  // namespace lunsim::initiator
