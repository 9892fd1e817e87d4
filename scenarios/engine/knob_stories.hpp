// The stories that knobs are played in, as far as another file has them. Internal to the knobs.
#pragma once

#include <string_view>

namespace lunsim::scenarios {

/// knob_stories_device.cpp; empty if it has none of that name.
std::string_view device_story(std::string_view name);
/// knob_stories_host.cpp; the same.
std::string_view host_story(std::string_view name);
/// knob_stories_smb.cpp; the same.
std::string_view smb_story(std::string_view name);

}  // namespace lunsim::scenarios
