#include "initiator/session/response_data.hpp"

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::initiator {

Result<std::span<const std::byte>> sense_in(std::span<const std::byte> data_segment) {
  constexpr std::size_t kDataAt = 48, kLengthBytes = 2;
  if (data_segment.empty()) return data_segment;
  if (data_segment.size() < kLengthBytes)
    return violation("the data segment is too short for a SenseLength", "RFC 7143 §11.4.7", kDataAt,
                     "SenseLength");
  const std::size_t sense_bytes = bytes::load_be16(data_segment.data());
  if (sense_bytes > data_segment.size() - kLengthBytes)
    return violation("SenseLength is more than the data segment holds", "RFC 7143 §11.4.7.1",
                     kDataAt, "SenseLength");
  return data_segment.subspan(kLengthBytes, sense_bytes);
}

}  // namespace lunsim::initiator
