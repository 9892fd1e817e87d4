// Reads what rides in the data segment of a SCSI Response: SenseLength, sense data, response data.
// RFC 7143 §11.4.7
#pragma once

#include <cstddef>
#include <span>

#include "protocol/bytes/protocol_error.hpp"

namespace lunsim::initiator {

/// The sense data; empty if there is none. That CHECK CONDITION needs some is the decoder's to say.
///
/// Errors   a SenseLength that the segment does not hold
Result<std::span<const std::byte>> sense_in(std::span<const std::byte> data_segment);

}  // namespace lunsim::initiator
