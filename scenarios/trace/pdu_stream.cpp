#include "scenarios/trace/pdu_stream.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/bytes/crc32c.hpp"

namespace lunsim::scenarios {

namespace {

constexpr std::size_t kSmbPrefixBytes = 4;

/// A message of SMB1, of SMB2 or an encrypted one behind its length.             MS-SMB2 §2.1
bool begins_smb(pdu::BhsView bytes) {
  const auto mark = std::to_integer<unsigned>(bytes[4]);
  return bytes[0] == std::byte{0} && mark >= 0xfd && bytes[5] == std::byte{'S'} &&
         bytes[6] == std::byte{'M'} && bytes[7] == std::byte{'B'};
}

}  // namespace

PduStream::PduStream(bool from_initiator, std::size_t data_bytes_kept_max)
    : from_initiator_(from_initiator), data_bytes_kept_max_(data_bytes_kept_max) {
  begin();
}

void PduStream::set_digests(bool header, bool data) {
  header_digest_ = header;
  data_digest_ = data;
  if (have_ == 0) begin();
}

void PduStream::begin() {
  part_ = {};
  part_.offset = bytes_taken_;
  have_ = 0;
  crc_ = 0;
  with_header_digest_ = header_digest_;
  with_data_digest_ = data_digest_;
  enter(Phase::bhs);
}

void PduStream::enter(Phase phase) {
  phase_ = phase;
  phase_have_ = 0;
}

bool PduStream::is_at_home() const {
  return is_known(part_.opcode()) && is_from_initiator(part_.opcode()) == from_initiator_;
}

void PduStream::take(std::span<const std::byte> bytes, const Sink& sink) {
  Input input = bytes;
  while (!input.empty() && !lost_)
    if (advance(input)) finish_pdu(sink);
  if (lost_) take_lost(input);
}

/// Consumes what this phase wants, and goes to the next one if it has it. True if the PDU is whole.
bool PduStream::advance(Input& input) {
  switch (phase_) {
    case Phase::bhs:
      if (!fill(part_.bhs, input)) return false;
      if (begins_smb(part_.bhs)) {
        take_for_smb();
        return part_.data_bytes == phase_have_;
      }
      if (!is_at_home() && (after_a_stranger_ || part_.offset == 0)) {
        hold_as_lost();
        return false;
      }
      part_.ahs.resize(pdu::ahs_bytes_of(part_.bhs));
      part_.data_bytes = pdu::data_segment_bytes_of(part_.bhs);
      enter(Phase::ahs);
      if (!part_.ahs.empty()) return false;
      [[fallthrough]];
    case Phase::ahs:
      if (!fill(part_.ahs, input)) return false;
      enter(Phase::header_digest);
      if (with_header_digest_) return false;
      [[fallthrough]];
    case Phase::header_digest:
      if (!fill(std::span(header_trailer_).first(with_header_digest_ ? pdu::kDigestBytes : 0),
                input))
        return false;
      leave_header();
      return part_.data_bytes == 0;
    case Phase::data:
      keep_data(input);
      if (phase_have_ < part_.data_bytes) return false;
      enter(Phase::data_trailer);
      [[fallthrough]];
    case Phase::data_trailer:
      return fill(std::span(data_trailer_)
                      .first((part_.is_pdu ? pdu::padding_of(part_.data_bytes) : 0) +
                             (with_data_digest_ ? pdu::kDigestBytes : 0)),
                  input);
  }
  return false;
}

/// No PDU of ours, but whole messages all the same.
void PduStream::take_for_smb() {
  const pdu::BhsBytes begun = part_.bhs;
  part_.bhs = {};
  part_.is_pdu = false;
  part_.data.assign(begun.begin(), begun.end());
  part_.data.resize(std::min(part_.data.size(), data_bytes_kept_max_));
  part_.data_bytes =
      std::max<std::size_t>(kSmbPrefixBytes + bytes::load_be24(&begun[1]), begun.size());
  with_header_digest_ = with_data_digest_ = false;
  enter(Phase::data);
  phase_have_ = begun.size();
}

bool PduStream::fill(std::span<std::byte> out, Input& input) {
  const std::size_t n = std::min<std::size_t>(out.size() - phase_have_, input.size());
  std::copy_n(input.begin(), n, out.begin() + static_cast<std::ptrdiff_t>(phase_have_));
  input = input.subspan(n);
  phase_have_ += n;
  have_ += n;
  bytes_taken_ += n;
  return phase_have_ == out.size();
}

void PduStream::leave_header() {
  if (with_header_digest_) {
    const std::uint32_t crc = bytes::crc32c(part_.ahs, bytes::crc32c(part_.bhs));
    part_.header_digest =
        crc == bytes::load_digest(header_trailer_.data()) ? DigestState::right : DigestState::wrong;
  }
  enter(Phase::data);
}

void PduStream::keep_data(Input& input) {
  const auto n = static_cast<std::size_t>(
      std::min<std::uint64_t>(part_.data_bytes - phase_have_, input.size()));
  const Input piece = input.first(n);
  const std::size_t room = data_bytes_kept_max_ - std::min(data_bytes_kept_max_, part_.data.size());
  const Input kept = piece.first(std::min(room, n));
  part_.data.insert(part_.data.end(), kept.begin(), kept.end());
  if (with_data_digest_) crc_ = bytes::crc32c(piece, crc_);
  input = input.subspan(n);
  phase_have_ += n;
  have_ += n;
  bytes_taken_ += n;
}

void PduStream::finish_pdu(const Sink& sink) {
  if (with_data_digest_ && part_.data_bytes > 0) {
    const std::size_t padding = pdu::padding_of(part_.data_bytes);
    const std::uint32_t crc = bytes::crc32c(std::span(data_trailer_).first(padding), crc_);
    part_.data_digest = crc == bytes::load_digest(&data_trailer_[padding]) ? DigestState::right
                                                                           : DigestState::wrong;
  }
  part_.bytes = have_;
  after_a_stranger_ = part_.is_pdu && !is_at_home();
  StreamPart whole = std::move(part_);
  begin();
  sink(std::move(whole));
}

/// The PDU's bytes so far, as far as they are kept.
std::vector<std::byte> PduStream::held() const {
  std::vector<std::byte> out;
  const auto add = [&out](std::span<const std::byte> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  const auto so_far = [this](Phase phase, std::span<const std::byte> whole) {
    return phase_ < phase ? whole.first(0) : phase_ == phase ? whole.first(phase_have_) : whole;
  };
  add(so_far(Phase::bhs, part_.bhs));
  add(so_far(Phase::ahs, part_.ahs));
  if (with_header_digest_) add(so_far(Phase::header_digest, header_trailer_));
  add(part_.data);
  if (phase_ == Phase::data_trailer && !part_.is_cut_short())
    add(std::span(data_trailer_).first(phase_have_));
  return out;
}

void PduStream::hold_as_lost() {
  lost_ = true;
  StreamPart lost;
  lost.is_pdu = false;
  lost.offset = part_.offset;
  lost.data = held();
  lost.data.resize(std::min(lost.data.size(), data_bytes_kept_max_));
  lost.data_bytes = have_;
  part_ = std::move(lost);
}

void PduStream::take_lost(Input input) {
  const std::size_t room = data_bytes_kept_max_ - std::min(data_bytes_kept_max_, part_.data.size());
  const Input kept = input.first(std::min(room, input.size()));
  // What is kept is a beginning without gaps.
  if (!part_.is_cut_short()) part_.data.insert(part_.data.end(), kept.begin(), kept.end());
  part_.data_bytes += input.size();
  bytes_taken_ += input.size();
}

void PduStream::finish(const Sink& sink) {
  if (!lost_ && have_ > 0) hold_as_lost();
  if (!lost_ || part_.data_bytes == 0) return;
  part_.bytes = part_.data_bytes;
  StreamPart rest = std::move(part_);
  part_ = {};
  part_.is_pdu = false;
  part_.offset = bytes_taken_;
  sink(std::move(rest));
}

}  // namespace lunsim::scenarios
