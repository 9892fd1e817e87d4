// A host's configuration as the bytes of its state file: a line that says what it is, its version,
// the values, and a CRC32C of all of it. Secrets stand in it: it belongs to its owner alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "initiator/host/host_configuration.hpp"

namespace lunsim::initiator::remote {

std::vector<std::byte> encode_state(const HostConfiguration& configuration);

/// Errors   a sentence part: what is wrong with it
tl::expected<HostConfiguration, std::string> decode_state(std::span<const std::byte> bytes);

}  // namespace lunsim::initiator::remote
