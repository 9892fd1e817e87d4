#include "conformance/harness/pdu_cutter.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace lunsim::conform {

using Kind = pdu::Framer::Kind;

PduCutter::PduCutter(std::string_view peer)
    : peer_(peer), framer_({.data_segment_bytes_max = kRawPduBytesMax}) {}

std::optional<Seen> PduCutter::take(RawEnd::Line& line, const std::function<void(Seen&)>& keep) {
  while (!is_lost_) {
    std::span<const std::byte> input(line.received);
    const pdu::Framer::Step step = framer_.next(input);
    begun_bytes_ += line.received.size() - input.size();
    std::optional<Seen> seen;
    if (step.kind != Kind::need_more && step.kind != Kind::header) {
      seen = seen_of(step);
      keep(*seen);
      line.taken_bytes += begun_bytes_;
      begun_bytes_ = 0;
    }
    line.received.erase(line.received.begin(),
                        line.received.end() - static_cast<std::ptrdiff_t>(input.size()));
    if (seen || step.kind == Kind::need_more) return seen;
  }
  line.received.clear();
  return std::nullopt;
}

Seen PduCutter::seen_of(const pdu::Framer::Step& step) {
  Seen seen{.kind = Seen::Kind::pdu, .peer = peer_};
  std::copy(step.pdu.bhs.begin(), step.pdu.bhs.end(), seen.pdu.bhs.begin());
  seen.pdu.ahs.assign(step.pdu.ahs.begin(), step.pdu.ahs.end());
  seen.pdu.data.assign(step.pdu.data.begin(), step.pdu.data.end());
  if (step.kind == Kind::pdu) return seen;
  seen.kind = Seen::Kind::nonsense;
  is_lost_ = step.kind != Kind::data_digest_error;
  seen.detail = step.kind == Kind::violation ? std::string(step.error.reason)
                : is_lost_                   ? "the header digest is wrong"
                                             : "the data digest is wrong";
  return seen;
}

}  // namespace lunsim::conform
