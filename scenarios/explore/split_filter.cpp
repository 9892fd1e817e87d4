#include "scenarios/explore/split_filter.hpp"

#include <map>
#include <memory>

#include <fmt/format.h>

#include "scenarios/explore/pdu_reader.hpp"

namespace lunsim::explore {
namespace {

/// Where in a PDU of `size` bytes the `n`-th point lies, from 0: before the byte of this number.
std::size_t boundary(std::size_t n, std::size_t size) {
  return n < kHeadBytes ? n + 1 : size - kTailBytes + (n - kHeadBytes);
}
std::size_t boundaries_of(std::size_t size) {
  return size - 1 <= kHeadBytes + kTailBytes ? size - 1 : kHeadBytes + kTailBytes;
}

class SplitFilter final : public runtime::ByteFilter {
 public:
  SplitFilter(Strike& strike, std::shared_ptr<PduReader> reader, bool is_request)
      : strike_(strike), reader_(std::move(reader)), is_request_(is_request) {}

  void pass(runtime::Chunk chunk, std::vector<runtime::Chunk>& out) override {
    std::size_t begin = 0;
    std::optional<std::size_t> cut;
    // PDUs leave whole, several at a time; one that comes in pieces has been torn by somebody else.
    reader_->read(is_request_, chunk.bytes, [&](const pdu::PduView& pdu, std::size_t used) {
      const std::size_t size = used - begin;
      const std::size_t points = size > 1 ? boundaries_of(size) : 0;
      const auto place = [&](std::uint64_t n) {
        return points == size - 1 ? n + 1 : boundary(static_cast<std::size_t>(n), size);
      };
      const auto describe = [&](std::uint64_t n) {
        return fmt::format("{} torn before byte {}", pdu::name_of(pdu::opcode_of(pdu.bhs)),
                           place(n));
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
  std::shared_ptr<PduReader> reader_;
  bool is_request_;
};

}  // namespace

runtime::FilterFactory split_filters(Strike& strike) {
  auto readers = std::make_shared<std::map<std::uint32_t, std::shared_ptr<PduReader>>>();
  return [&strike, readers](std::uint32_t number, bool from_opener, const runtime::Endpoint&,
                            const runtime::Endpoint&) {
    std::shared_ptr<PduReader>& reader = (*readers)[number];
    if (!reader) reader = std::make_shared<PduReader>();
    runtime::FilterChain chain;
    chain.add(std::make_unique<SplitFilter>(strike, reader, from_opener));
    return chain;
  };
}

}  // namespace lunsim::explore
