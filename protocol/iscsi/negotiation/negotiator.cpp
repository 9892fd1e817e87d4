#include "protocol/iscsi/negotiation/negotiator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/iscsi/negotiation/key_registry.hpp"
#include "protocol/iscsi/negotiation/parameter_access.hpp"
#include "protocol/iscsi/negotiation/result_function.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::negotiation {
namespace {

/// Values that depend on other keys of the same text are looked at last, so that the order of keys
/// does not matter.
bool is_handled_late(const KeyRule* rule) {
  return rule != nullptr &&
         (rule->key == Key::first_burst_length || rule->key == Key::max_outstanding_r2t);
}

bool has_repeated_unknown(std::span<const TextPair> pairs) {
  std::vector<std::string_view> keys;
  for (const TextPair& pair : pairs) {
    if (find_rule(pair.key) == nullptr) keys.push_back(pair.key);
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

bool may_send(Senders senders, Role role) {
  return senders == Senders::both || (senders == Senders::initiator) == (role == Role::initiator);
}

constexpr Role other(Role role) { return role == Role::initiator ? Role::target : Role::initiator; }

/// SessionType is "leading only", but initiators repeat it on every connection and it changes
/// nothing there.
bool is_refused_on_further_connections(const KeyRule& rule) {
  return rule.use == Use::leading_only && rule.key != Key::session_type &&
         rule.key != Key::node_architecture;
}

}  // namespace

Negotiator::Negotiator(Setup setup)
    : setup_(std::move(setup)),
      session_(setup_.session),
      settled_session_(setup_.session),
      connection_(setup_.connection),
      settled_connection_(setup_.connection) {}

void Negotiator::enter(Phase phase) {
  phase_ = phase;
  if (phase != Phase::full_feature) return;
  from_peer_.reset();
  from_us_.reset();
  pending_.reset();
  required_.reset();
  session_ = settled_session_;
  connection_ = settled_connection_;
}

Result<void> Negotiator::handle(std::span<const TextPair> pairs, TextBuilder& answers) {
  answered_offers_ = false;
  if (has_repeated_unknown(pairs)) {
    return violation("a key sent twice in one negotiation", "RFC 7143 §6.3", 0, "key");
  }
  for (const bool late : {false, true}) {
    for (const TextPair& pair : pairs) {
      const KeyRule* rule = find_rule(pair.key);
      if (is_handled_late(rule) != late) continue;
      const Result<void> done =
          rule == nullptr ? handle_unknown(pair, answers) : handle_pair(*rule, pair, answers);
      if (!done) return done;
    }
  }
  return {};
}

Result<void> Negotiator::judge_phase(const KeyRule& rule, std::size_t at) const {
  const bool from_target = setup_.role == Role::initiator;
  // §13.4: a target names itself only in the answer to SendTargets.
  const bool only_in_full_feature =
      rule.use == Use::full_feature_phase_only || (from_target && rule.key == Key::target_name);
  if (phase_ == Phase::full_feature) {
    if (only_in_full_feature || rule.use == Use::all) return {};
    return violation("a key of the login phase in full feature phase", rule.section, at, "key");
  }
  if (only_in_full_feature) {
    return violation("a key of full feature phase in the login phase", rule.section, at, "key");
  }
  if (phase_ == Phase::security && !rule.security && !rule.any_stage) {
    return violation("an operational key in the security stage", "RFC 7143 §6.3", at, "key");
  }
  if (phase_ == Phase::operational && rule.security) {
    return violation("a security key in the operational stage", "RFC 7143 §6.3", at, "key");
  }
  return {};
}

Result<void> Negotiator::judge_presence(const KeyRule& rule, const TextPair& pair) {
  const std::size_t at = pair.byte_offset;
  if (!may_send(rule.senders, other(setup_.role))) {
    return violation("a key that this side may not send", rule.section, at, "key");
  }
  if (const auto phase = judge_phase(rule, at); !phase) return phase;
  if (!setup_.leading && is_refused_on_further_connections(rule)) {
    return violation("a leading-only key on a further connection", rule.section, at, "key");
  }
  if (from_peer_.test(index(rule.key)) && !rule.repeatable) {
    return violation("a key sent twice in one negotiation", "RFC 7143 §6.3", at, "key");
  }
  from_peer_.set(index(rule.key));
  return {};
}

Result<void> Negotiator::handle_pair(const KeyRule& rule, const TextPair& pair,
                                     TextBuilder& answers) {
  if (const auto presence = judge_presence(rule, pair); !presence) return presence;
  switch (rule.function) {
    case ResultFunction::declared:
      return handle_declaration(rule, pair);
    case ResultFunction::command:
    case ResultFunction::security_step:
      return {};
    default:
      break;
  }
  if (pending_.test(index(rule.key))) return handle_answer(rule, pair);
  return handle_offer(rule, pair, answers);
}

Result<void> Negotiator::handle_unknown(const TextPair& pair, TextBuilder& answers) {
  // We offer no key that is not in the registry, so this cannot be an answer.
  if (is_reserved_answer(pair.value)) {
    return violation("an answer to a key that was not offered", "RFC 7143 §6.2", pair.byte_offset,
                     "value");
  }
  answers.add(pair.key, kNotUnderstood);
  return {};
}

Result<void> Negotiator::handle_declaration(const KeyRule& rule, const TextPair& pair) {
  if (rule.kind != ValueKind::number) return {};
  const auto value = parse_number(pair.value);
  if (!value || !is_in_range(rule, *value)) {
    return violation("a declared value that is not a number in the key's range", rule.section,
                     pair.byte_offset, rule.name);
  }
  if (rule.key == Key::max_recv_data_segment_length) {
    connection_.peers_max_recv_data_segment_bytes = static_cast<std::uint32_t>(*value);
  }
  return {};
}

Result<void> Negotiator::settle() {
  if (awaits_answers()) {
    return violation("the peer has not answered an offer", "RFC 7143 §6.2");
  }
  const bool unsolicited = session_.immediate_data || !session_.initial_r2t;
  if (session_.first_burst_bytes > session_.max_burst_bytes) {
    if (unsolicited && !setup_.discovery) {
      return violation("FirstBurstLength above MaxBurstLength", "RFC 7143 §13.14", 0,
                       "FirstBurstLength");
    }
    session_.first_burst_bytes = session_.max_burst_bytes;
  }
  if (session_.error_recovery_level != 0 && session_.data_sequence_in_order &&
      session_.max_outstanding_r2t != 1) {
    return violation("MaxOutstandingR2T above 1 with error recovery and ordered sequences",
                     "RFC 7143 §13.19", 0, "MaxOutstandingR2T");
  }
  pending_.reset();
  settled_session_ = session_;
  settled_connection_ = connection_;
  return {};
}

}  // namespace lunsim::negotiation
