// Reads, writes and raw CDBs of steps as requests to a host, their data patterns, and what came
// back as an observation. Internal to the interpreter. SBC-3 §5
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "initiator/host/host.hpp"
#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/model.hpp"

namespace lunsim::scenarios {

/// `blocks` blocks from `lba`: zeros, ones (FFh), counting (each 8 bytes their own offset on the
/// unit), or the given text over and over, continued across blocks.
std::vector<std::byte> pattern_bytes(std::string_view pattern, std::uint64_t lba,
                                     std::uint64_t blocks, std::uint32_t block_bytes);

/// The request for `blocks` from `lba` of a step (a raw CDB ignores them).
initiator::SendScsi io_request(const IoStep& step, const initiator::UniqueId& session,
                               std::uint64_t lba, std::uint64_t blocks, std::uint32_t block_bytes);

/// return, answered, status, sense, data, data_bytes, underflow, overflow by name.
std::map<std::string, Seen> observe_io(const initiator::Reply& reply);

/// Where the data of a good read differs from the pattern that is expected of it; empty if it does
/// not.
std::optional<std::string> pattern_mismatch(const IoStep& step, std::uint64_t lba,
                                            std::uint64_t blocks, std::uint32_t block_bytes,
                                            const initiator::Reply& reply);

}  // namespace lunsim::scenarios
