// The readings of a host that have a name: what a host does where the documents leave it open.
#pragma once

#include <optional>
#include <string_view>

#include "initiator/host/host.hpp"

namespace lunsim::initiator {

/// "documented": by the letter of the pages; "windows": as Windows was seen to answer, where
/// somebody has written it down. Empty for any other name.
std::optional<Host::Profile> profile_named(std::string_view name);

}  // namespace lunsim::initiator
