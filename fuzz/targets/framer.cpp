// The framer on any stream: it must see the same PDUs however the stream is cut, keep within its
// bound, and stay lost once it is lost. Byte 0 of the input: 1 header digests, 2 data digests, 4
// discard every other data segment, 8 receive others into memory of ours; byte 1 the limit on data
// segments, in 64ths of a KiB.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/require.hpp"
#include "protocol/iscsi/pdu/framer.hpp"

namespace {

using lunsim::fuzz::require;
using lunsim::pdu::Framer;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kStepsMax = 4096;

struct Options {
  bool header_digest = false, data_digest = false, discard = false, elsewhere = false;
  std::uint32_t data_segment_bytes_max = 0;
};

struct Event {
  Framer::Kind kind{};
  lunsim::pdu::BhsBytes bhs{};
  Bytes ahs, data;
  friend bool operator==(const Event&, const Event&) = default;
};

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), framer_({options.data_segment_bytes_max}) {
    framer_.set_digests(options.header_digest, options.data_digest);
  }

  void feed(std::span<const std::byte> input) {
    while (!is_over()) {
      const std::size_t before = input.size();
      const Framer::Step step = framer_.next(input);
      require(input.size() <= before, "next() consumes from the front");
      require(framer_.held_bytes() <= bound(), "the framer keeps at most one PDU");
      if (step.kind == Framer::Kind::need_more) {
        require(input.empty(), "need_more means that the input is used up");
        return;
      }
      take(step);
    }
  }

  bool is_over() const { return lost_ || events_.size() >= kStepsMax; }
  const std::vector<Event>& events() const { return events_; }

  /// After `lost`, whatever comes is answered with the same again.
  void insist() {
    if (!lost_) return;
    const std::array<std::byte, 64> more{};
    std::span<const std::byte> input = more;
    require(framer_.next(input).kind == events_.back().kind, "a lost stream stays lost");
  }

 private:
  std::size_t bound() const {
    return lunsim::pdu::kBhsBytes + lunsim::pdu::kAhsBytesMax + options_.data_segment_bytes_max +
           16;
  }

  void take(const Framer::Step& step) {
    Event event{step.kind, {}, {}, {}};
    std::copy(step.pdu.bhs.begin(), step.pdu.bhs.end(), event.bhs.begin());
    event.ahs.assign(step.pdu.ahs.begin(), step.pdu.ahs.end());
    const bool is_whole =
        step.kind == Framer::Kind::pdu || step.kind == Framer::Kind::data_digest_error;
    if (is_whole) event.data.assign(step.pdu.data.begin(), step.pdu.data.end());
    if (is_whole && !elsewhere_.empty())
      require(event.data == elsewhere_, "the data is where receive_into() wanted it");
    if (step.kind == Framer::Kind::header) choose_fate(step.pdu);
    lost_ = step.kind == Framer::Kind::violation || step.kind == Framer::Kind::header_digest_error;
    events_.push_back(std::move(event));
  }

  void choose_fate(const lunsim::pdu::PduView& pdu) {
    ++headers_;
    elsewhere_.clear();
    const std::uint32_t bytes = lunsim::pdu::data_segment_bytes_of(pdu.bhs);
    require(bytes <= options_.data_segment_bytes_max,
            "a larger data segment is refused with its header");
    if (options_.discard && headers_ % 2 == 0) {
      framer_.discard_data();
    } else if (options_.elsewhere && bytes > 0) {
      elsewhere_.resize(bytes);
      framer_.receive_into(elsewhere_);
    }
  }

  Options options_;
  Framer framer_;
  std::vector<Event> events_;
  Bytes elsewhere_;
  std::size_t headers_ = 0;
  bool lost_ = false;
};

std::vector<Event> in_pieces(const Options& options, std::span<const std::byte> stream,
                             std::size_t piece) {
  Run run(options);
  for (std::size_t at = 0; at < stream.size() && !run.is_over(); at += piece)
    run.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
  run.insist();
  return run.events();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Options options{(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0,
                        (data[0] & 8) != 0, data[1] * 16u};
  const auto stream = std::as_bytes(std::span(data, size)).subspan(2);
  const auto whole = in_pieces(options, stream, std::max<std::size_t>(stream.size(), 1));
  require(in_pieces(options, stream, 1) == whole, "byte by byte as whole");
  require(in_pieces(options, stream, 47) == whole, "in pieces of 47 as whole");
  return 0;
}
