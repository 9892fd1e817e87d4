// Requests and replies of host.hpp as bytes, and back. Decoders take any bytes: what is not exactly
// one value is refused.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "initiator/host/host.hpp"

namespace lunsim::initiator::remote {

std::vector<std::byte> encode(const Request& request);
std::vector<std::byte> encode(const Reply& reply);
std::vector<std::byte> encode(const Host::Profile& profile);

/// Empty for anything that encode() does not write, trailing bytes included.
std::optional<Request> decode_request(std::span<const std::byte> bytes);
std::optional<Reply> decode_reply(std::span<const std::byte> bytes);
std::optional<Host::Profile> decode_profile(std::span<const std::byte> bytes);

}  // namespace lunsim::initiator::remote
