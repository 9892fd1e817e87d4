#include "protocol/iscsi/session/outbox.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "protocol/bytes/crc32c.hpp"

namespace lunsim::session {
namespace {

using bytes::Slice;

constexpr std::size_t kGatherSlicesMax = 64;
constexpr std::size_t kFreeNodesMax = 64;
constexpr std::size_t kOwnedBytesKeptMax = 16384;
constexpr std::byte kZeroPadding[4] = {};

/// One PDU on its way out: header (with its digest), AHS, data, tail (padding and data digest).
struct Node {
  std::array<std::byte, pdu::kBhsBytes + pdu::kDigestBytes> header{};
  std::array<std::byte, 3 + pdu::kDigestBytes> tail{};
  std::array<Slice, Outbox::kPduSlicesMax + 2> parts{};
  std::size_t part_count = 0;
  std::vector<std::byte> owned;
  std::size_t bytes = 0;  // that will leave
  std::int64_t not_before_ns = 0;
  pdu::TapVerdict::Cut cut = pdu::TapVerdict::Cut::no;

  void add(std::span<const std::byte> part, bytes::Pinned* pin = nullptr) {
    if (part.empty() && pin == nullptr) return;
    parts[part_count++] = Slice{part, pin};
    bytes += part.size();
  }
  void unpin() {
    for (std::size_t i = 0; i < part_count; ++i)
      if (parts[i].pin != nullptr) parts[i].pin->unpin();
    part_count = 0;
  }
};

void store_digest(std::byte* at, std::uint32_t crc) {
  // The CRC's bytes leave least significant first.                                       RFC 7143
  // §13.1
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::byte>(crc >> (8 * i));
}

/// First in, first out, on one vector that keeps its capacity: a deque would allocate a block every
/// so often.
class NodeQueue {
 public:
  bool empty() const { return first_ == nodes_.size(); }
  std::size_t size() const { return nodes_.size() - first_; }
  const std::unique_ptr<Node>& front() const { return nodes_[first_]; }
  void push_back(std::unique_ptr<Node> node) { nodes_.push_back(std::move(node)); }
  std::unique_ptr<Node> take_front() {
    std::unique_ptr<Node> node = std::move(nodes_[first_++]);
    if (first_ == nodes_.size() || first_ >= kTakenMax) {
      nodes_.erase(nodes_.begin(), nodes_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    return node;
  }
  void clear() {
    nodes_.clear();
    nodes_.shrink_to_fit();
    first_ = 0;
  }
  auto begin() const { return nodes_.begin() + static_cast<std::ptrdiff_t>(first_); }
  auto end() const { return nodes_.end(); }

 private:
  static constexpr std::size_t kTakenMax = 256;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::size_t first_ = 0;  // those before it have been taken
};

}  // namespace

struct Outbox::State {
  std::uint32_t connection = 0;
  pdu::Tap* tap = nullptr;
  bool header_digest = false;
  bool data_digest = false;
  bool silent = false;
  bool closing = false;  // a cut has been queued: nothing behind it leaves
  std::optional<pdu::TapVerdict::Cut> due_cut;

  NodeQueue queue;
  std::vector<std::unique_ptr<Node>> free;
  std::size_t queued_bytes = 0;
  std::size_t front_sent = 0;  // bytes of the front node that have left
  std::size_t in_flight = 0;
  std::int64_t now_ns = 0;
  std::vector<std::span<const std::byte>> gather;

  std::unique_ptr<Node> make_node() {
    if (free.empty()) return std::make_unique<Node>();
    std::unique_ptr<Node> node = std::move(free.back());
    free.pop_back();
    node->bytes = 0;
    node->not_before_ns = 0;
    node->cut = pdu::TapVerdict::Cut::no;
    return node;
  }

  void retire(std::unique_ptr<Node> node) {
    node->unpin();
    if (node->owned.capacity() > kOwnedBytesKeptMax) std::vector<std::byte>().swap(node->owned);
    node->owned.clear();
    if (free.size() < kFreeNodesMax) free.push_back(std::move(node));
  }

  void enqueue(std::unique_ptr<Node> node) {
    queued_bytes += node->bytes;
    queue.push_back(std::move(node));
  }

  void finish_header(Node& node, const pdu::BhsBytes& bhs, std::optional<std::uint32_t> digest) {
    std::copy(bhs.begin(), bhs.end(), node.header.begin());
    std::size_t used = pdu::kBhsBytes;
    if (digest) {
      store_digest(&node.header[used], *digest);
      used += pdu::kDigestBytes;
    }
    node.add({node.header.data(), used});
  }
  std::optional<std::uint32_t> header_crc(const pdu::BhsBytes& bhs) const {
    return header_digest ? std::optional(bytes::crc32c(bhs)) : std::nullopt;
  }

  void finish_tail(Node& node, std::size_t pad_bytes, std::optional<std::uint32_t> digest) {
    std::fill_n(node.tail.begin(), pad_bytes, std::byte{0});
    std::size_t used = pad_bytes;
    if (digest) {
      store_digest(&node.tail[used], *digest);
      used += pdu::kDigestBytes;
    }
    if (used > 0) node.add({node.tail.data(), used});
  }
  /// The CRC of the data and its padding, if data digests are in use and there is data.
  std::optional<std::uint32_t> data_crc(std::uint32_t crc, std::size_t data_bytes) const {
    if (!data_digest || data_bytes == 0) return std::nullopt;
    return bytes::crc32c({kZeroPadding, pdu::padding_of(data_bytes)}, crc);
  }

  void push_plain(const pdu::BhsBytes& bhs, std::span<const Slice> data) {
    std::unique_ptr<Node> node = make_node();
    finish_header(*node, bhs, header_crc(bhs));
    std::size_t data_bytes = 0;
    std::uint32_t crc = 0;
    for (const Slice& slice : data) {
      data_bytes += slice.bytes.size();
      if (data_digest) crc = bytes::crc32c(slice.bytes, crc);
      node->add(slice.bytes, slice.pin);
    }
    assert(data_bytes == pdu::data_segment_bytes_of(bhs));
    finish_tail(*node, pdu::padding_of(data_bytes), data_crc(crc, data_bytes));
    enqueue(std::move(node));
  }

  void push_copy(const pdu::BhsBytes& bhs, std::span<const std::byte> data) {
    std::unique_ptr<Node> node = make_node();
    finish_header(*node, bhs, header_crc(bhs));
    node->owned.assign(data.begin(), data.end());
    node->add(node->owned);
    finish_tail(*node, pdu::padding_of(data.size()),
                data_crc(data_digest ? bytes::crc32c(data) : 0, data.size()));
    enqueue(std::move(node));
  }

  std::uint32_t tapped_header_digest(const pdu::TappedPdu& tapped) const {
    // A word too few, where it is to be wrong in its range.
    const std::size_t bytes = pdu::kBhsBytes - (tapped.header_digest_misplaced ? 4 : 0);
    std::uint32_t crc = bytes::crc32c(std::span{tapped.bhs}.first(bytes));
    crc = bytes::crc32c(tapped.ahs, crc);
    return crc ^ (tapped.header_digest_wrong ? 0xFFu : 0u);
  }
  std::uint32_t tapped_data_digest(const pdu::TappedPdu& tapped) const {
    const std::vector<std::byte> padding(pdu::padding_of(tapped.data.size()), tapped.pad_byte);
    std::uint32_t crc = bytes::crc32c(padding, bytes::crc32c(tapped.data));
    // A word too many.
    if (tapped.data_digest_misplaced) crc = bytes::crc32c(kZeroPadding, crc);
    return crc ^ (tapped.data_digest_wrong ? 0xFFu : 0u);
  }

  void push_tapped(const pdu::TappedPdu& tapped, const pdu::TapVerdict& verdict, std::int64_t now) {
    std::unique_ptr<Node> node = make_node();
    std::vector<std::byte>& owned = node->owned;
    owned.assign(tapped.ahs.begin(), tapped.ahs.end());
    const bool digest_in_header = header_digest && tapped.ahs.empty();
    finish_header(*node, tapped.bhs,
                  digest_in_header ? std::optional(tapped_header_digest(tapped)) : std::nullopt);
    if (header_digest && !tapped.ahs.empty()) {
      owned.resize(owned.size() + pdu::kDigestBytes);
      store_digest(&owned[tapped.ahs.size()], tapped_header_digest(tapped));
    }
    owned.insert(owned.end(), tapped.data.begin(), tapped.data.end());
    const std::size_t pad = tapped.padding_omitted ? 0 : pdu::padding_of(tapped.data.size());
    owned.insert(owned.end(), pad + tapped.extra_pad_bytes, tapped.pad_byte);
    node->add(owned);
    const bool has_data_digest = data_digest && !tapped.data.empty();
    finish_tail(*node, 0,
                has_data_digest ? std::optional(tapped_data_digest(tapped)) : std::nullopt);
    node->not_before_ns = verdict.hold_ns > 0 ? now + verdict.hold_ns : 0;
    if (verdict.cut != pdu::TapVerdict::Cut::no) {
      node->cut = verdict.cut;
      node->bytes = std::min<std::size_t>(node->bytes, verdict.cut_after_bytes);
      closing = true;
    }
    enqueue(std::move(node));
  }

  /// Lets the tap judge; true if it took the PDU over.
  template <class FillData>
  bool tapped(const pdu::BhsBytes& bhs, FillData fill, std::int64_t now) {
    if (tap == nullptr || !tap->is_interested(pdu::Direction::send, pdu::opcode_of(bhs)))
      return false;
    pdu::TappedPdu copy;
    copy.bhs = bhs;
    copy.has_header_digest = header_digest;
    copy.has_data_digest = data_digest;
    fill(copy.data);
    const pdu::TapVerdict verdict = tap->judge(pdu::Direction::send, connection, copy, now);
    std::uint32_t copies = verdict.copies;
    if (verdict.cut != pdu::TapVerdict::Cut::no) copies = 1;
    for (const pdu::TappedPdu& one : verdict.before) push_tapped(one, {}, now);
    for (std::uint32_t i = 0; i < copies; ++i) push_tapped(copy, verdict, now);
    for (const pdu::TappedPdu& one : verdict.after)
      if (!closing) push_tapped(one, {}, now);
    settle_cuts();
    return true;
  }

  bool swallows() const { return silent || closing; }

  /// Cut nodes with nothing (left) to send are due as soon as they reach the front.
  void settle_cuts() {
    while (!queue.empty() && queue.front()->bytes == front_sent && is_ripe(*queue.front())) {
      std::unique_ptr<Node> node = queue.take_front();
      front_sent = 0;
      if (node->cut == pdu::TapVerdict::Cut::silence) silent = true;
      if (node->cut != pdu::TapVerdict::Cut::no) due_cut = node->cut;
      retire(std::move(node));
    }
  }

  bool is_ripe(const Node& node) const { return node.not_before_ns <= now_ns; }

  void add_node_to_gather(const Node& node, std::size_t skip) {
    std::size_t left = node.bytes - skip;
    for (std::size_t i = 0; i < node.part_count && left > 0; ++i) {
      std::span<const std::byte> part = node.parts[i].bytes;
      if (skip >= part.size()) {
        skip -= part.size();
        continue;
      }
      part = part.subspan(skip, std::min(part.size() - skip, left));
      skip = 0;
      left -= part.size();
      in_flight += part.size();
      gather.push_back(part);
    }
  }
};

Outbox::Outbox(std::uint32_t connection, pdu::Tap* tap) : state_(std::make_unique<State>()) {
  state_->connection = connection;
  state_->tap = tap;
}
Outbox::~Outbox() {
  if (state_) clear();
}
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;

void Outbox::set_digests(bool header, bool data) {
  state_->header_digest = header;
  state_->data_digest = data;
}

void Outbox::push(const pdu::BhsBytes& bhs, std::span<const Slice> data, std::int64_t now_ns) {
  State& s = *state_;
  s.now_ns = std::max(s.now_ns, now_ns);
  const auto release = [&] {
    for (const Slice& slice : data)
      if (slice.pin != nullptr) slice.pin->unpin();
  };
  if (s.swallows()) return release();
  const bool taken = s.tapped(
      bhs,
      [&](std::vector<std::byte>& out) {
        for (const Slice& slice : data)
          out.insert(out.end(), slice.bytes.begin(), slice.bytes.end());
      },
      now_ns);
  if (taken) return release();
  s.push_plain(bhs, data);
}

void Outbox::push(const pdu::BhsBytes& bhs, std::span<const std::byte> data, std::int64_t now_ns) {
  State& s = *state_;
  s.now_ns = std::max(s.now_ns, now_ns);
  if (s.swallows()) return;
  const bool taken = s.tapped(
      bhs, [&](std::vector<std::byte>& out) { out.assign(data.begin(), data.end()); }, now_ns);
  if (!taken) s.push_copy(bhs, data);
}

void Outbox::push_as_is(const pdu::TappedPdu& pdu, std::int64_t now_ns) {
  State& s = *state_;
  s.now_ns = std::max(s.now_ns, now_ns);
  if (!s.swallows()) s.push_tapped(pdu, {}, now_ns);
}

std::span<const std::span<const std::byte>> Outbox::gather() {
  State& s = *state_;
  if (s.in_flight > 0) return {};
  s.gather.clear();
  std::size_t skip = s.front_sent;
  for (const std::unique_ptr<Node>& node : s.queue) {
    if (!s.is_ripe(*node)) break;
    if (s.gather.size() + node->part_count > kGatherSlicesMax) break;
    s.add_node_to_gather(*node, skip);
    skip = 0;
    if (node->cut != pdu::TapVerdict::Cut::no) break;
  }
  return s.gather;
}

std::size_t Outbox::gathered_bytes() const { return state_->in_flight; }

void Outbox::sent(std::size_t bytes) {
  State& s = *state_;
  assert(bytes <= s.in_flight);
  s.in_flight -= bytes;
  s.queued_bytes -= bytes;
  while (bytes > 0) {
    Node& front = *s.queue.front();
    const std::size_t step = std::min(bytes, front.bytes - s.front_sent);
    s.front_sent += step;
    bytes -= step;
    if (s.front_sent == front.bytes && front.cut == pdu::TapVerdict::Cut::no) {
      s.retire(s.queue.take_front());
      s.front_sent = 0;
    } else if (s.front_sent == front.bytes) {
      break;
    }
  }
  s.settle_cuts();
}

std::size_t Outbox::queued_bytes() const { return state_->queued_bytes; }
std::size_t Outbox::queued_cost() const {
  return state_->queued_bytes + state_->queue.size() * sizeof(Node);
}
bool Outbox::is_idle() const { return state_->queue.empty() && state_->in_flight == 0; }

std::optional<pdu::TapVerdict::Cut> Outbox::poll_cut() {
  return std::exchange(state_->due_cut, std::nullopt);
}
bool Outbox::is_silent() const { return state_->silent; }
void Outbox::silence() { state_->silent = true; }

std::optional<std::int64_t> Outbox::next_timeout_ns() const {
  const State& s = *state_;
  if (s.in_flight > 0 || s.queue.empty() || s.is_ripe(*s.queue.front())) return std::nullopt;
  return s.queue.front()->not_before_ns;
}

void Outbox::handle_timeout(std::int64_t now_ns) {
  state_->now_ns = std::max(state_->now_ns, now_ns);
  state_->settle_cuts();
}

void Outbox::clear() {
  State& s = *state_;
  for (const std::unique_ptr<Node>& node : s.queue) node->unpin();
  s.queue.clear();
  s.free.clear();
  s.queued_bytes = s.front_sent = s.in_flight = 0;
}

}  // namespace lunsim::session
