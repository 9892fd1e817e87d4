#include "initiator/session/data_in_assembler.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::size_t kDataSnAt = 36, kBufferOffsetAt = 40;

}  // namespace

Result<DataInAssembler::Place> DataInAssembler::place(const pdu::DataIn& header) {
  if (precedes(header.data_sn, data_sn_)) return Place{.repeated = true, .where = {}};
  if (header.data_sn != data_sn_)
    return violation("Data-In is missing before this DataSN", "RFC 7143 §7.9", kDataSnAt, "DataSN");
  const std::uint64_t end = std::uint64_t{header.buffer_offset} + header.data_segment_bytes;
  if (end > expected_bytes_)
    return violation("Data-In goes beyond the expected data transfer length", "RFC 7143 §11.7.6",
                     kBufferOffsetAt, "Buffer Offset");
  if (in_order_ && header.data_segment_bytes > 0 && header.buffer_offset != bytes_.size())
    return violation("Data-In leaves a gap or overlays although data comes in order",
                     "RFC 7143 §13.18", kBufferOffsetAt, "Buffer Offset");
  if (!in_order_ && covered_.add(header.buffer_offset, header.data_segment_bytes) !=
                        CoveredRanges::Addition::added)
    return violation("Data-In overlays earlier data", "RFC 7143 §11.7.6", kBufferOffsetAt,
                     "Buffer Offset");
  if (bytes_.capacity() == 0) bytes_.reserve(expected_bytes_);
  if (header.data_segment_bytes > 0 && end > bytes_.size()) bytes_.resize(end);
  return Place{
      .repeated = false,
      .where = std::span(bytes_).subspan(header.data_segment_bytes > 0 ? header.buffer_offset : 0,
                                         header.data_segment_bytes)};
}

void DataInAssembler::arrived() { ++data_sn_; }

}  // namespace lunsim::initiator
