// The proposing half of Negotiator: what we wish, and what we must ask for because the peer was
// silent.
#include "protocol/iscsi/negotiation/negotiator.hpp"

#include <algorithm>

#include "protocol/iscsi/negotiation/key_registry.hpp"
#include "protocol/iscsi/negotiation/parameter_access.hpp"
#include "protocol/iscsi/negotiation/result_function.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::negotiation {
namespace {

constexpr std::string_view kCrc32c = "CRC32C";

std::string_view word_of(Digest digest) { return digest == Digest::none ? kNone : kCrc32c; }

bool is_digest(Key key) { return key == Key::header_digest || key == Key::data_digest; }

}  // namespace

std::uint64_t Negotiator::wish(Key key) const {
  const SessionParameters& session = setup_.wishes.session;
  const KeyRule& rule = rule_of(key);
  if (key == Key::error_recovery_level && setup_.discovery) return 0;   // §13.21
  std::uint64_t value = read(session, key);
  if (key == Key::first_burst_length) value = std::min(value, read(session, Key::max_burst_length));
  if (key == Key::max_outstanding_r2t && wish(Key::error_recovery_level) != 0 &&
      session.data_sequence_in_order) {
    value = 1;   // §13.19
  }
  if (rule.kind == ValueKind::boolean) return value;
  return std::clamp<std::uint64_t>(value, rule.minimum, rule.maximum);
}

std::string Negotiator::acceptable_digests(Key key) const {
  const bool none = accepts(key, kNone), crc32c = accepts(key, kCrc32c);
  if (!crc32c) return "None";
  if (!none) return "CRC32C";
  return setup_.wishes.prefer_digests ? "CRC32C,None" : "None,CRC32C";
}

void Negotiator::declare_receive_limit(TextBuilder& out) {
  declare_receive_limit(out, setup_.wishes.our_max_recv_data_segment_bytes);
}

void Negotiator::declare_receive_limit(TextBuilder& out, std::uint32_t bytes) {
  const KeyRule& rule = rule_of(Key::max_recv_data_segment_length);
  if (from_us_.test(index(rule.key))) return;
  from_us_.set(index(rule.key));
  const std::uint32_t legal = std::clamp(bytes, rule.minimum, rule.maximum);
  connection_.our_max_recv_data_segment_bytes = legal;
  out.add_number(rule.name, legal);
}

void Negotiator::offer(Key key, TextBuilder& out) {
  const KeyRule& rule = rule_of(key);
  from_us_.set(index(key));
  pending_.set(index(key));
  if (is_digest(key)) {
    required_.set(index(key));
    return out.add(rule.name, acceptable_digests(key));
  }
  std::uint64_t value = wish(key);
  if (key == Key::first_burst_length && from_peer_.test(index(Key::max_burst_length))) {
    value = std::min<std::uint64_t>(value, session_.max_burst_bytes);   // §13.14
  }
  offered_[index(key)] = static_cast<std::uint32_t>(value);
  // §6.2.2: an offer that settles the result needs no answer. RFC 7144 §7.1.1: its key may be
  // ignored.
  if (is_settled_by(rule.function, value)) {
    write(session_, key, value);
  } else if (key != Key::iscsi_protocol_level) {
    required_.set(index(key));
  }
  if (rule.kind == ValueKind::boolean) return out.add(rule.name, text_of(value != 0));
  out.add_number(rule.name, value);
}

void Negotiator::offer_everything(TextBuilder& out) {
  declare_receive_limit(out);
  for (const KeyRule& rule : all_rules()) {
    if (!is_session_parameter(rule.key) && !is_digest(rule.key)) continue;
    if (from_us_.test(index(rule.key)) || from_peer_.test(index(rule.key))) continue;
    if (is_irrelevant(rule) || (rule.use == Use::leading_only && !setup_.leading)) continue;
    if (rule.key == Key::iscsi_protocol_level && !setup_.wishes.offer_protocol_level) continue;
    offer(rule.key, out);
  }
}

bool Negotiator::is_current_acceptable(const KeyRule& rule) const {
  if (rule.key == Key::header_digest) return accepts(rule.key, word_of(connection_.header_digest));
  if (rule.key == Key::data_digest) return accepts(rule.key, word_of(connection_.data_digest));
  if (!is_session_parameter(rule.key)) return true;
  const std::uint64_t current = read(session_, rule.key);
  if (rule.key == Key::first_burst_length && current > session_.max_burst_bytes &&
      (session_.immediate_data || !session_.initial_r2t)) {
    return false;   // §13.14
  }
  return is_admissible_answer(rule.function, wish(rule.key), current);
}

bool Negotiator::is_worth_proposing(const KeyRule& rule) const {
  if (!is_session_parameter(rule.key) && !is_digest(rule.key)) return false;
  if (from_us_.test(index(rule.key)) || from_peer_.test(index(rule.key))) return false;
  if (is_irrelevant(rule) || (rule.use == Use::leading_only && !setup_.leading)) return false;
  return rule.key != Key::iscsi_protocol_level && !is_current_acceptable(rule);
}

bool Negotiator::has_something_to_propose() const {
  const auto rules = all_rules();
  return std::any_of(rules.begin(), rules.end(),
                     [this](const KeyRule& rule) { return is_worth_proposing(rule); });
}

void Negotiator::propose_missing(TextBuilder& out) {
  for (const KeyRule& rule : all_rules()) {
    if (is_worth_proposing(rule)) offer(rule.key, out);
  }
}

}  // namespace lunsim::negotiation
