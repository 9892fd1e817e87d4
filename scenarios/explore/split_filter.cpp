#include "scenarios/explore/split_filter.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"
#include "scenarios/explore/pdu_reader.hpp"
#include "scenarios/trace/smb_text.hpp"

namespace lunsim::explore {
namespace {

/// Where in a PDU of `size` bytes the `n`-th point lies, from 0: before the byte of this number.
std::size_t boundary(std::size_t n, std::size_t size) {
  return n < kHeadBytes ? n + 1 : size - kTailBytes + (n - kHeadBytes);
}
std::size_t boundaries_of(std::size_t size) {
  return size - 1 <= kHeadBytes + kTailBytes ? size - 1 : kHeadBytes + kTailBytes;
}

/// What crosses one direction of a connection, read along: `found` gets the name of each whole PDU
/// or message, and how many bytes of `bytes` were used up by then.
using WhenFound = std::function<void(std::string_view name, std::size_t used)>;
using ReadAlong = std::function<void(std::span<const std::byte> bytes, const WhenFound& found)>;

class SplitFilter final : public runtime::ByteFilter {
 public:
  SplitFilter(Strike& strike, ReadAlong read) : strike_(strike), read_(std::move(read)) {}

  void pass(runtime::Chunk chunk, std::vector<runtime::Chunk>& out) override {
    std::size_t begin = 0;
    std::optional<std::size_t> cut;
    // They leave whole, several at a time; one that comes in pieces has been torn by somebody else.
    read_(chunk.bytes, [&](std::string_view name, std::size_t used) {
      const std::size_t size = used - begin;
      const std::size_t points = size > 1 ? boundaries_of(size) : 0;
      const auto place = [&](std::uint64_t n) {
        return points == size - 1 ? n + 1 : boundary(static_cast<std::size_t>(n), size);
      };
      const auto describe = [&](std::uint64_t n) {
        return fmt::format("{} torn before byte {}", name, place(n));
      };
      if (const auto struck = strike_.pass(points, describe)) cut = begin + place(*struck);
      begin = used;
    });
    if (!cut) return out.push_back(std::move(chunk));
    const auto at = chunk.bytes.begin() + static_cast<std::ptrdiff_t>(*cut);
    out.push_back({{chunk.bytes.begin(), at}, chunk.leaves, runtime::StreamEnd::none});
    chunk.bytes.erase(chunk.bytes.begin(), at);
    chunk.leaves = chunk.leaves + std::chrono::milliseconds{1};
    out.push_back(std::move(chunk));
  }

 private:
  Strike& strike_;
  ReadAlong read_;
};

/// The frames of a direction: four bytes of length and a message. MS-SMB2 §2.1
class FrameReader {
 public:
  void read(std::span<const std::byte> bytes, const WhenFound& found) {
    const std::size_t before = kept_.size();
    kept_.insert(kept_.end(), bytes.begin(), bytes.end());
    std::size_t at = 0;
    while (kept_.size() - at >= kPrefixBytes) {
      const std::size_t size = kPrefixBytes + bytes::load_be24(kept_.data() + at + 1);
      if (kept_.size() - at < size) break;
      found(scenarios::smb_name(std::span(kept_).subspan(at, size)), at + size - before);
      at += size;
    }
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(at));
  }

 private:
  static constexpr std::size_t kPrefixBytes = 4;
  std::vector<std::byte> kept_;  // of a frame that has begun; 16 MiB at most
};

}  // namespace

runtime::FilterFactory split_filters(Strike& strike, std::vector<runtime::Endpoint> smb_servers) {
  auto readers = std::make_shared<std::map<std::uint32_t, std::shared_ptr<PduReader>>>();
  return [&strike, readers, servers = std::move(smb_servers)](
             std::uint32_t number, bool from_opener, const runtime::Endpoint&,
             const runtime::Endpoint& listener) {
    ReadAlong read;
    if (std::ranges::find(servers, listener) != servers.end()) {
      read = [frames = FrameReader()](std::span<const std::byte> bytes,
                                      const WhenFound& found) mutable {
        frames.read(bytes, found);
      };
    } else {
      std::shared_ptr<PduReader>& reader = (*readers)[number];
      if (!reader) reader = std::make_shared<PduReader>();
      read = [reader, from_opener](std::span<const std::byte> bytes, const WhenFound& found) {
        reader->read(from_opener, bytes, [&](const pdu::PduView& pdu, std::size_t used) {
          found(pdu::name_of(pdu::opcode_of(pdu.bhs)), used);
        });
      };
    }
    runtime::FilterChain chain;
    chain.add(std::make_unique<SplitFilter>(strike, std::move(read)));
    return chain;
  };
}

}  // namespace lunsim::explore
