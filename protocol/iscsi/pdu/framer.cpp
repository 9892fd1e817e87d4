#include "protocol/iscsi/pdu/framer.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/bytes/crc32c.hpp"

namespace lunsim::pdu {

Framer::Framer(FramerLimits limits) : limits_(limits) {}

void Framer::set_limits(FramerLimits limits) { limits_ = limits; }

void Framer::set_digests(bool header, bool data) {
  header_digest_ = header;
  data_digest_ = data;
}

void Framer::discard_data() {
  assert(phase_ == Phase::data && have_ == 0);
  fate_ = DataFate::discard;
}

void Framer::receive_into(std::span<std::byte> out) {
  assert(phase_ == Phase::data && have_ == 0);
  assert(out.size() == data_segment_bytes_of(bhs_));
  fate_ = DataFate::elsewhere;
  elsewhere_ = out;
}

std::size_t Framer::held_bytes() const {
  switch (phase_) {
    case Phase::header:
      return have_;
    case Phase::data:
      return kBhsBytes + ahs_.size() + have_;
    case Phase::lost:
      break;
  }
  return 0;
}

Framer::Step Framer::next(std::span<const std::byte>& input) {
  switch (phase_) {
    case Phase::header:
      return next_header(input);
    case Phase::data:
      return next_data(input);
    case Phase::lost:
      break;
  }
  return step(lost_kind_);
}

Framer::Step Framer::step(Kind kind, std::span<const std::byte> data) const {
  return Step{kind, PduView{BhsView(bhs_), ahs_, data},
              kind == Kind::violation ? error_ : ProtocolError{}};
}

Framer::Step Framer::lose(Kind kind, ProtocolError error) {
  phase_ = Phase::lost;
  lost_kind_ = kind;
  error_ = error;
  std::vector<std::byte>().swap(data_);
  return step(kind);
}

// Fills `segment`, which occupies the bytes of this phase from `begins_at` on. True when it is
// full.
bool Framer::take(std::span<std::byte> segment, std::size_t begins_at, Input& input) {
  const std::size_t end = begins_at + segment.size();
  if (have_ >= end) return true;
  const std::size_t n = std::min(end - have_, input.size());
  std::copy_n(input.begin(), n, segment.subspan(have_ - begins_at).begin());
  input = input.subspan(n);
  have_ += static_cast<std::uint32_t>(n);
  return have_ == end;
}

// ---- header: BHS, AHSs, header digest

void Framer::begin_pdu() {
  current_header_digest_ = header_digest_;
  current_data_digest_ = data_digest_;
  fate_ = DataFate::keep;
  ahs_.clear();
  data_.clear();
}

// Between PDUs with nothing to read: the connection may now be quiet for long, and there may be
// thousands of them. Assigning {} would keep the capacity.
void Framer::release_idle_memory() {
  if (ahs_.capacity() != 0) std::vector<std::byte>().swap(ahs_);
  if (data_.capacity() != 0) std::vector<std::byte>().swap(data_);
}

bool Framer::header_digest_is_right() const {
  const std::uint32_t crc = bytes::crc32c(ahs_, bytes::crc32c(bhs_));
  return crc == bytes::load_digest(trailer_.data());
}

Framer::Step Framer::next_header(Input& input) {
  if (have_ == 0) {
    if (input.empty()) {
      release_idle_memory();
      return step(Kind::need_more);
    }
    begin_pdu();
  }
  if (!take(bhs_, 0, input)) return step(Kind::need_more);
  // Without a digest the lengths can be judged before the AHSs have come: text that is no iSCSI at
  // all ends here.
  if (!current_header_digest_ && data_segment_bytes_of(bhs_) > limits_.data_segment_bytes_max)
    return judge_header();
  const std::size_t ahs_bytes = ahs_bytes_of(bhs_);
  if (ahs_bytes != ahs_.size()) {
    if (ahs_bytes > limits_.ahs_bytes_max) {
      return lose(Kind::violation, {"the AHSs are longer than we accept", "RFC 7143 §11.2.1.5", 4,
                                    "TotalAHSLength"});
    }
    ahs_.resize(ahs_bytes);
  }
  if (!take(ahs_, kBhsBytes, input)) return step(Kind::need_more);
  if (current_header_digest_) {
    const auto digest = std::span(trailer_).first<kDigestBytes>();
    if (!take(digest, kBhsBytes + ahs_bytes, input)) return step(Kind::need_more);
    if (!header_digest_is_right()) return lose(Kind::header_digest_error, {});
  }
  return judge_header();
}

Framer::Step Framer::judge_header() {
  if (data_segment_bytes_of(bhs_) > limits_.data_segment_bytes_max) {
    return lose(Kind::violation, {"the data segment is longer than MaxRecvDataSegmentLength",
                                  "RFC 7143 §13.12", 5, "DataSegmentLength"});
  }
  phase_ = Phase::data;
  have_ = 0;
  return step(Kind::header);
}

// ---- data: data segment, padding, data digest

std::size_t Framer::data_trailer_bytes() const {
  const std::size_t bytes = data_segment_bytes_of(bhs_);
  if (bytes == 0) return 0;  // then there is no digest either (§11.2.3)
  return padding_of(bytes) + (current_data_digest_ ? kDigestBytes : 0);
}

Framer::Step Framer::next_data(Input& input) {
  const std::size_t bytes = data_segment_bytes_of(bhs_);
  switch (fate_) {
    case DataFate::keep:
      return keep_data(input);
    case DataFate::elsewhere:
      if (!take(elsewhere_, 0, input)) return step(Kind::need_more);
      if (!take(std::span(trailer_).first(data_trailer_bytes()), bytes, input)) {
        return step(Kind::need_more);
      }
      return finish_data(elsewhere_);
    case DataFate::discard:
      break;
  }
  const std::size_t left = bytes + data_trailer_bytes() - have_;
  const std::size_t n = std::min(left, input.size());
  input = input.subspan(n);
  have_ += static_cast<std::uint32_t>(n);
  if (n < left) return step(Kind::need_more);
  phase_ = Phase::header;
  have_ = 0;
  return step(Kind::discarded);
}

Framer::Step Framer::keep_data(Input& input) {
  const std::size_t bytes = data_segment_bytes_of(bhs_);
  const std::size_t trailer_bytes = data_trailer_bytes();
  if (have_ == 0 && input.size() >= bytes + trailer_bytes) {
    const Input data = input.first(bytes);
    std::copy_n(input.subspan(bytes).begin(), trailer_bytes, trailer_.begin());
    input = input.subspan(bytes + trailer_bytes);
    return finish_data(data);
  }
  if (have_ < bytes) take_growing(bytes, input);
  if (have_ < bytes || !take(std::span(trailer_).first(trailer_bytes), bytes, input)) {
    return step(Kind::need_more);
  }
  return finish_data(data_);
}

// The buffer grows with what has arrived, not with what was announced: a header alone costs
// nothing.
void Framer::take_growing(std::size_t bytes, Input& input) {
  const std::size_t n = std::min(bytes - have_, input.size());
  const std::size_t after = have_ + n;
  if (after > data_.capacity())
    data_.reserve(std::min(bytes, std::max(after, 2 * data_.capacity())));
  data_.insert(data_.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(n));
  input = input.subspan(n);
  have_ += static_cast<std::uint32_t>(n);
}

Framer::Step Framer::finish_data(std::span<const std::byte> data) {
  phase_ = Phase::header;
  have_ = 0;
  if (!current_data_digest_ || data.empty()) return step(Kind::pdu, data);
  const std::size_t padding = padding_of(data.size());
  const std::uint32_t crc = bytes::crc32c(std::span(trailer_).first(padding), bytes::crc32c(data));
  const bool is_right = crc == bytes::load_digest(&trailer_[padding]);
  return step(is_right ? Kind::pdu : Kind::data_digest_error, data);
}

}  // namespace lunsim::pdu
