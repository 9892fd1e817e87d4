#include "conformance/harness/played_unit.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/bytes/big_endian.hpp"

namespace lunsim::conform {
namespace {

using Cdb = PlayedUnit::Cdb;
using Answer = PlayedUnit::Answer;
using Bytes = std::vector<std::byte>;

constexpr std::uint8_t kCheckCondition = 0x02;
constexpr std::uint8_t kIllegalRequest = 0x05;

Bytes bytes_of(std::initializer_list<unsigned> values) {
  Bytes out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

void append(Bytes& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

std::uint32_t be16(const Cdb& cdb, std::size_t at) { return cdb[at] * 256u + cdb[at + 1]; }
std::uint32_t be32(const Cdb& cdb, std::size_t at) {
  return be16(cdb, at) * 65536u + be16(cdb, at + 2);
}
std::uint64_t be64(const Cdb& cdb, std::size_t at) {
  return std::uint64_t{be32(cdb, at)} << 32 | be32(cdb, at + 4);
}

Answer refused(std::uint8_t asc) {
  return {.status = kCheckCondition, .sense = sense_of(kIllegalRequest, asc, 0)};
}

Answer at_most(Bytes data, std::uint32_t allocated) {
  if (data.size() > allocated) data.resize(allocated);
  return {.data_in = std::move(data)};
}

Bytes page(std::uint8_t code, const Bytes& body) {
  Bytes out = bytes_of({0, code, 0, static_cast<unsigned>(body.size())});
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Bytes designator() {
  Bytes body = bytes_of({0x01, 0x03, 0, 8});  // binary, NAA
  const Bytes naa = bytes_of({0x60, 0x4C, 0x75, 0x6E, 0x53, 0x69, 0x6D, 0x01});
  body.insert(body.end(), naa.begin(), naa.end());
  return body;
}

Answer inquiry(const Cdb& cdb, bool is_there) {
  const std::uint32_t allocated = be16(cdb, 3);
  if ((cdb[1] & 1) == 0) {
    Bytes out = bytes_of({is_there ? 0u : 0x7Fu, 0, 6, 2, 31, 0, 0, 2});
    append(out, "LUNSIM  CONFORM LISTENER1   ");
    return at_most(std::move(out), allocated);
  }
  switch (cdb[2]) {
    case 0x00:
      return at_most(page(0x00, bytes_of({0x00, 0x80, 0x83, 0xB0, 0xB1})), allocated);
    case 0x80: {
      Bytes serial;
      append(serial, "LUNSIM01");
      return at_most(page(0x80, serial), allocated);
    }
    case 0x83:
      return at_most(page(0x83, designator()), allocated);
    case 0xB0:
    case 0xB1:
      return at_most(page(cdb[2], Bytes(60)), allocated);
    default:
      return refused(0x24);
  }
}

Answer capacity_10(std::uint64_t blocks) {
  Bytes out(8);
  bytes::store_be32(out.data(), static_cast<std::uint32_t>(blocks - 1));
  bytes::store_be32(&out[4], PlayedUnit::kBlockBytes);
  return {.data_in = std::move(out)};
}

Answer capacity_16(const Cdb& cdb, std::uint64_t blocks) {
  if ((cdb[1] & 0x1F) != 0x10) return refused(0x24);
  Bytes out(32);
  bytes::store_be32(&out[4], static_cast<std::uint32_t>(blocks - 1));
  bytes::store_be32(&out[8], PlayedUnit::kBlockBytes);
  return at_most(std::move(out), be32(cdb, 10));
}

Answer report_luns(const Cdb& cdb) {
  Bytes out(16);
  bytes::store_be32(out.data(), 8);
  return at_most(std::move(out), be32(cdb, 6));
}

Answer range(std::uint64_t lba, std::uint64_t blocks, bool is_write) {
  if (lba > PlayedUnit::kBlocks || blocks > PlayedUnit::kBlocks - lba) return refused(0x21);
  return {.takes_data = is_write,
          .at_byte = lba * PlayedUnit::kBlockBytes,
          .bytes = blocks * PlayedUnit::kBlockBytes};
}

std::uint32_t six_byte_lba(const Cdb& cdb) { return (cdb[1] & 0x1Fu) << 16 | be16(cdb, 2); }
std::uint32_t six_byte_blocks(const Cdb& cdb) { return cdb[4] == 0 ? 256u : cdb[4]; }

}  // namespace

std::vector<std::byte> sense_of(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
  return bytes_of({0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0});
}

PlayedUnit::Answer PlayedUnit::answer(const Cdb& cdb, std::uint64_t lun_field) const {
  const auto read_of = [this](Answer where) {
    if (where.status == 0) where.data_in = read(where.at_byte, where.bytes);
    return where;
  };
  if (cdb[0] == 0x12) return inquiry(cdb, lun_field == 0);
  if (cdb[0] == 0xA0) return report_luns(cdb);
  if (cdb[0] == 0x03) return at_most(sense_of(0, 0, 0), cdb[4]);
  if (lun_field != 0) return refused(0x25);
  switch (cdb[0]) {
    case 0x00:  // TEST UNIT READY
    case 0x1B:  // START STOP UNIT
    case 0x35:  // SYNCHRONIZE CACHE
    case 0x91:
      return {};
    case 0x25:
      return capacity_10(kBlocks);
    case 0x9E:
      return capacity_16(cdb, kBlocks);
    case 0x1A:  // MODE SENSE, header alone
      return at_most(bytes_of({3, 0, 0, 0}), cdb[4]);
    case 0x5A:
      return at_most(bytes_of({0, 6, 0, 0, 0, 0, 0, 0}), be16(cdb, 7));
    case 0x08:
      return read_of(range(six_byte_lba(cdb), six_byte_blocks(cdb), false));
    case 0x28:
      return read_of(range(be32(cdb, 2), be16(cdb, 7), false));
    case 0xA8:
      return read_of(range(be32(cdb, 2), be32(cdb, 6), false));
    case 0x88:
      return read_of(range(be64(cdb, 2), be32(cdb, 10), false));
    case 0x0A:
      return range(six_byte_lba(cdb), six_byte_blocks(cdb), true);
    case 0x2A:
      return range(be32(cdb, 2), be16(cdb, 7), true);
    case 0xAA:
      return range(be32(cdb, 2), be32(cdb, 6), true);
    case 0x8A:
      return range(be64(cdb, 2), be32(cdb, 10), true);
    default:
      return refused(0x20);
  }
}

void PlayedUnit::write(std::uint64_t at_byte, std::span<const std::byte> data) {
  for (std::size_t done = 0; done < data.size(); done += kBlockBytes) {
    const std::uint64_t block = (at_byte + done) / kBlockBytes;
    if (block >= kBlocks) return;
    Bytes& kept = blocks_[block];
    kept.resize(kBlockBytes);
    const std::span<const std::byte> some =
        data.subspan(done, std::min<std::size_t>(kBlockBytes, data.size() - done));
    std::copy(some.begin(), some.end(), kept.begin());
  }
}

std::vector<std::byte> PlayedUnit::read(std::uint64_t at_byte, std::uint64_t bytes) const {
  Bytes out(bytes);
  for (std::uint64_t done = 0; done + kBlockBytes <= bytes; done += kBlockBytes) {
    const auto found = blocks_.find((at_byte + done) / kBlockBytes);
    if (found != blocks_.end())
      std::copy(found->second.begin(), found->second.end(),
                out.begin() + static_cast<std::ptrdiff_t>(done));
  }
  return out;
}

}  // namespace lunsim::conform
