// The accepting half of Negotiator: the peer's offers and the answers to our own.
#include "protocol/iscsi/negotiation/negotiator.hpp"

#include <algorithm>
#include <optional>

#include "protocol/iscsi/negotiation/key_registry.hpp"
#include "protocol/iscsi/negotiation/parameter_access.hpp"
#include "protocol/iscsi/negotiation/result_function.hpp"
#include "protocol/iscsi/negotiation/value.hpp"

namespace lunsim::negotiation {
namespace {

/// A boolean as 0 or 1, a number in its range; nothing for whatever else.
std::optional<std::uint64_t> admissible_value(const KeyRule& rule, std::string_view text) {
  if (rule.kind == ValueKind::boolean) {
    const auto truth = parse_boolean(text);
    return truth ? std::optional<std::uint64_t>(*truth ? 1 : 0) : std::nullopt;
  }
  const auto number = parse_number(text);
  return number && is_in_range(rule, *number) ? number : std::nullopt;
}

}  // namespace

bool Negotiator::is_irrelevant(const KeyRule& rule) const {
  return setup_.discovery && rule.irrelevance != Irrelevance::never;
}

Result<void> Negotiator::handle_offer(const KeyRule& rule, const TextPair& pair,
                                      TextBuilder& answers) {
  if (is_reserved_answer(pair.value)) {
    return violation("a reserved word proposed as a value", "RFC 7143 §6.2", pair.byte_offset,
                     rule.name);
  }
  from_us_.set(index(rule.key));
  answered_offers_ = true;
  answer_offer(rule, pair.value, answers);
  // The default stays in force after our Reject; if we cannot live with it, the negotiation has
  // failed (§7.12).
  if (rule.kind == ValueKind::list && !is_irrelevant(rule) && !is_current_acceptable(rule)) {
    return violation("none of the offered values is acceptable", "RFC 7143 §7.12", pair.byte_offset,
                     rule.name);
  }
  return {};
}

void Negotiator::answer_offer(const KeyRule& rule, std::string_view value, TextBuilder& answers) {
  if (rule.function == ResultFunction::obsolete_interval) return answers.add(rule.name, kReject);
  if (rule.function == ResultFunction::obsolete_marker) {
    // §13.25 has Reject and allows No; No is the answer to a No, which every initiator understands.
    return answers.add(rule.name, value == kNo ? kNo : kReject);
  }
  if (is_irrelevant(rule)) return answers.add(rule.name, kIrrelevant);
  if (rule.kind == ValueKind::list) return answer_list(rule, value, answers);
  const auto offered = admissible_value(rule, value);
  if (!offered) return answers.add(rule.name, kReject);
  answer_value(rule, *offered, answers);
}

void Negotiator::answer_value(const KeyRule& rule, std::uint64_t offered, TextBuilder& answers) {
  std::uint64_t result = resolve(rule.function, offered, wish(rule.key));
  if (rule.key == Key::first_burst_length) {
    result = std::min<std::uint64_t>(result, session_.max_burst_bytes);  // §13.14
  }
  if (rule.key == Key::max_outstanding_r2t && session_.error_recovery_level != 0 &&
      session_.data_sequence_in_order) {
    result = 1;  // §13.19
  }
  write(session_, rule.key, result);
  if (rule.kind == ValueKind::boolean) return answers.add(rule.name, text_of(result != 0));
  answers.add_number(rule.name, result);
}

void Negotiator::answer_list(const KeyRule& rule, std::string_view value, TextBuilder& answers) {
  for (const std::string_view item : split_list(value)) {
    if (!accepts(rule.key, item)) continue;
    store_list_value(rule.key, item);
    return answers.add(rule.name, item);
  }
  answers.add(rule.name, kReject);
}

Result<void> Negotiator::handle_answer(const KeyRule& rule, const TextPair& pair) {
  pending_.reset(index(rule.key));
  required_.reset(index(rule.key));
  if (pair.value == kNotUnderstood) {
    // RFC 7144 §7.1.1 foresees this for its key alone; all others must be understood.
    if (rule.key == Key::iscsi_protocol_level) return {};
    return violation("NotUnderstood for a key of the standard", "RFC 7143 §6.2", pair.byte_offset,
                     rule.name);
  }
  if (pair.value == kIrrelevant) {
    if (rule.irrelevance != Irrelevance::never) return {};
    return violation("Irrelevant for a key that is always relevant", rule.section, pair.byte_offset,
                     rule.name);
  }
  if (pair.value == kReject) return keep_current(rule, pair.byte_offset);
  return handle_plain_answer(rule, pair);
}

Result<void> Negotiator::keep_current(const KeyRule& rule, std::size_t at) {
  if (is_current_acceptable(rule)) return {};
  return violation("the peer rejects an offer whose default we do not accept", "RFC 7143 §7.12", at,
                   rule.name);
}

Result<void> Negotiator::handle_plain_answer(const KeyRule& rule, const TextPair& pair) {
  const std::size_t at = pair.byte_offset;
  if (rule.kind == ValueKind::list) {
    if (!accepts(rule.key, pair.value)) {
      return violation("a selection that was not offered", "RFC 7143 §6.2.1", at, rule.name);
    }
    store_list_value(rule.key, pair.value);
    return {};
  }
  const auto answer = admissible_value(rule, pair.value);
  if (!answer) {
    return violation("an answer that is not a value of its key", rule.section, at, rule.name);
  }
  if (!is_admissible_answer(rule.function, offered_[index(rule.key)], *answer)) {
    return violation("an answer that the offer does not admit", "RFC 7143 §6.2.2", at, rule.name);
  }
  write(session_, rule.key, *answer);
  return {};
}

bool Negotiator::accepts(Key key, std::string_view item) const {
  const Wishes& wishes = setup_.wishes;
  if (key == Key::task_reporting) {
    const auto reporting = task_reporting_of(item);
    return reporting && *reporting <= wishes.session.task_reporting;
  }
  const bool header = key == Key::header_digest;
  if (item == kNone) return header ? wishes.header_digest_none : wishes.data_digest_none;
  if (item == "CRC32C") return header ? wishes.header_digest_crc32c : wishes.data_digest_crc32c;
  return false;
}

void Negotiator::store_list_value(Key key, std::string_view item) {
  if (key == Key::task_reporting) {
    session_.task_reporting = task_reporting_of(item).value_or(TaskReporting::rfc3720);
    return;
  }
  const Digest digest = item == kNone ? Digest::none : Digest::crc32c;
  if (key == Key::header_digest) connection_.header_digest = digest;
  if (key == Key::data_digest) connection_.data_digest = digest;
}

}  // namespace lunsim::negotiation
