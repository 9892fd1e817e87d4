#include "protocol/scsi/report_luns.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::scsi {

namespace {
constexpr std::size_t kLunListHeaderBytes = 8;
constexpr std::size_t kFieldBytes = 8;
constexpr std::size_t kFieldsMax = 65536;
}  // namespace

void encode_report_luns(std::span<const std::uint64_t> lun_fields, std::vector<std::byte>& out) {
  std::size_t at = out.size();
  out.resize(at + kLunListHeaderBytes + kFieldBytes * lun_fields.size());
  bytes::store_be32(&out[at], static_cast<std::uint32_t>(kFieldBytes * lun_fields.size()));
  at += kLunListHeaderBytes;
  for (const std::uint64_t field : lun_fields) {
    bytes::store_be64(&out[at], field);
    at += kFieldBytes;
  }
}

Result<LunList> decode_report_luns_data(std::span<const std::byte> bytes) {
  if (bytes.size() < kLunListHeaderBytes) {
    return violation("REPORT LUNS data has at least eight bytes", "SPC-4 §6.33", bytes.size());
  }
  LunList list;
  list.list_bytes = bytes::load_be32(&bytes[0]);
  const std::size_t told = list.list_bytes / kFieldBytes;
  const std::size_t there = (bytes.size() - kLunListHeaderBytes) / kFieldBytes;
  const std::size_t count = std::min({told, there, kFieldsMax});
  list.is_cut = count < told;
  list.lun_fields.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    list.lun_fields.push_back(bytes::load_be64(&bytes[kLunListHeaderBytes + kFieldBytes * i]));
  }
  return list;
}

}  // namespace lunsim::scsi
