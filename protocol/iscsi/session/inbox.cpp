#include "protocol/iscsi/session/inbox.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace lunsim::session {

using pdu::Framer;

struct Inbox::State {
  State(std::uint32_t number, pdu::FramerLimits limits, pdu::Tap* t)
      : connection(number), framer(limits), tap(t) {}

  std::uint32_t connection;
  Framer framer;
  pdu::Tap* tap;
  bool silent = false;
  std::optional<pdu::TapVerdict::Cut> due_cut;

  // A PDU that the tap has judged, on its way to the receiver in two phases.
  pdu::TappedPdu tapped;
  std::uint32_t copies_left = 0;
  bool header_given = false;
  bool discard = false;
  std::span<std::byte> into;
  std::int64_t not_before_ns = 0;

  // Bytes that came while a PDU was held. Chunks keep their place in memory, because the framer may
  // hold views.
  std::deque<std::vector<std::byte>> backlog;
  std::size_t backlog_used = 0;  // of the front chunk

  bool wants_whole =
      false;  // the framer is between header and pdu of a PDU that the tap will judge
  bool judge_now(std::int64_t now_ns, const pdu::PduView& view);
  Framer::Step deliver_tapped();
  Framer::Step from_framer(std::span<const std::byte>& input, std::int64_t now_ns, bool& again);
};

bool Inbox::State::judge_now(std::int64_t now_ns, const pdu::PduView& view) {
  std::copy(view.bhs.begin(), view.bhs.end(), tapped.bhs.begin());
  tapped.ahs.assign(view.ahs.begin(), view.ahs.end());
  tapped.data.assign(view.data.begin(), view.data.end());
  const pdu::TapVerdict verdict = tap->judge(pdu::Direction::receive, connection, tapped, now_ns);
  if (verdict.cut != pdu::TapVerdict::Cut::no) {
    due_cut = verdict.cut;
    // Whatever the cut, nothing behind it is read, unless only our half is closed.
    silent = verdict.cut != pdu::TapVerdict::Cut::half_close;
    if (silent) return false;
  }
  // The receiver may trust that views and header agree, as they do when they come from a framer.
  tapped.ahs.resize(pdu::ahs_bytes_of(tapped.bhs));
  tapped.data.resize(pdu::data_segment_bytes_of(tapped.bhs));
  copies_left = verdict.copies;
  not_before_ns = verdict.hold_ns > 0 ? now_ns + verdict.hold_ns : 0;
  return copies_left > 0;
}

Framer::Step Inbox::State::deliver_tapped() {
  Framer::Step step{
      .kind = Framer::Kind::header, .pdu = {pdu::BhsView{tapped.bhs}, tapped.ahs, {}}, .error = {}};
  if (!header_given) {
    header_given = true;
    discard = false;
    into = {};
    return step;
  }
  header_given = false;
  --copies_left;
  step.kind = discard ? Framer::Kind::discarded : Framer::Kind::pdu;
  if (discard) return step;
  step.pdu.data = tapped.data;
  if (!into.empty()) {
    std::copy_n(tapped.data.begin(), std::min(into.size(), tapped.data.size()), into.begin());
    step.pdu.data = into;
  }
  return step;
}

Framer::Step Inbox::State::from_framer(std::span<const std::byte>& input, std::int64_t now_ns,
                                       bool& again) {
  Framer::Step step = framer.next(input);
  again = false;
  if (tap == nullptr) return step;
  if (step.kind == Framer::Kind::header &&
      tap->is_interested(pdu::Direction::receive, pdu::opcode_of(step.pdu.bhs))) {
    wants_whole = true;
    again = true;
  } else if (step.kind == Framer::Kind::pdu && wants_whole) {
    wants_whole = false;
    again = true;
    judge_now(now_ns, step.pdu);
  } else if (wants_whole && step.kind != Framer::Kind::need_more) {
    wants_whole = false;  // a wrong digest or a violation speaks for itself
  }
  return step;
}

Inbox::Inbox(std::uint32_t connection, pdu::FramerLimits limits, pdu::Tap* tap)
    : state_(std::make_unique<State>(connection, limits, tap)) {}
Inbox::~Inbox() = default;
Inbox::Inbox(Inbox&&) noexcept = default;
Inbox& Inbox::operator=(Inbox&&) noexcept = default;

void Inbox::set_limits(pdu::FramerLimits limits) { state_->framer.set_limits(limits); }
void Inbox::set_digests(bool header, bool data) { state_->framer.set_digests(header, data); }

Framer::Step Inbox::next(std::span<const std::byte>& input, std::int64_t now_ns) {
  State& s = *state_;
  const auto keep_for_later = [&] {
    if (!input.empty()) s.backlog.emplace_back(input.begin(), input.end());
    input = {};
  };
  while (true) {
    if (s.silent) {
      input = {};
      s.backlog.clear();
      return {};
    }
    if (s.copies_left > 0) {
      if (s.not_before_ns > now_ns) {
        keep_for_later();
        return {};
      }
      return s.deliver_tapped();
    }
    if (s.backlog.empty()) {
      bool again = false;
      const Framer::Step step = s.from_framer(input, now_ns, again);
      if (!again) return step;
      continue;
    }
    keep_for_later();
    std::span<const std::byte> chunk{s.backlog.front()};
    chunk = chunk.subspan(s.backlog_used);
    bool again = false;
    const Framer::Step step = s.from_framer(chunk, now_ns, again);
    s.backlog_used = s.backlog.front().size() - chunk.size();
    if (step.kind == Framer::Kind::need_more) {
      s.backlog.pop_front();
      s.backlog_used = 0;
      if (s.backlog.empty()) return {};
    } else if (!again) {
      return step;
    }
  }
}

void Inbox::discard_data() {
  if (state_->copies_left > 0) {
    state_->discard = true;
  } else {
    state_->framer.discard_data();
  }
}

void Inbox::receive_into(std::span<std::byte> out) {
  if (state_->copies_left > 0) {
    state_->into = out;
  } else {
    state_->framer.receive_into(out);
  }
}

std::optional<pdu::TapVerdict::Cut> Inbox::poll_cut() {
  return std::exchange(state_->due_cut, std::nullopt);
}
bool Inbox::is_silent() const { return state_->silent; }
void Inbox::silence() { state_->silent = true; }
std::optional<std::int64_t> Inbox::next_timeout_ns() const {
  if (state_->copies_left > 0 && state_->not_before_ns > 0 && !state_->silent)
    return state_->not_before_ns;
  return std::nullopt;
}
bool Inbox::is_holding(std::int64_t now_ns) const {
  return state_->copies_left > 0 && state_->not_before_ns > now_ns && !state_->silent;
}
std::size_t Inbox::held_bytes() const { return state_->framer.held_bytes(); }

}  // namespace lunsim::session
