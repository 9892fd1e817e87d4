#include "scenarios/engine/wire_pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/lun.hpp"

namespace lunsim::scenarios {
namespace {

Seen seen_field(const WireEntry& entry, const std::string& name) {
  const pdu::Field* field = pdu::find_field(pdu::opcode_of(entry.bhs), name);
  if (field == nullptr) return Seen::absent_because("no such field");
  std::uint64_t value = pdu::read_field(entry.bhs, *field);
  if (field->kind == pdu::FieldKind::lun) value = scsi::plain_lun(value).value_or(value);
  return Seen::of_number(value);
}

std::string describe(const SmbGlance& smb) {
  if (smb.is_encrypted) return smb.is_answer ? "send SMB2 ENCRYPTED" : "receive SMB2 ENCRYPTED";
  if (!smb.is_answer) return fmt::format("receive SMB2 {}", smb::to_string(smb.command));
  return fmt::format("send SMB2 {} {}", smb::to_string(smb.command), smb::to_string(smb.status));
}

std::string describe(const WireEntry& entry) {
  switch (entry.kind) {
    case TraceEntry::Kind::opened:
      return "opened";
    case TraceEntry::Kind::closed:
      return entry.by_reset ? "reset" : "closed";
    case TraceEntry::Kind::no_pdu:
      return entry.smb ? describe(*entry.smb) : "bytes that are no PDU";
    case TraceEntry::Kind::pdu:
      break;
  }
  std::string text = fmt::format("{} {}", entry.by_initiator ? "receive" : "send",
                                 pdu::name_of(pdu::opcode_of(entry.bhs)));
  if (entry.command) text += fmt::format(" of {}", scsi::name_of(*entry.command));
  return text;
}

bool is_smb(const WireItem& item, const WireEntry& entry) {
  if (!entry.smb || entry.smb->is_encrypted != item.message.is_encrypted) return false;
  return (entry.smb->is_encrypted || entry.smb->command == item.message.command) &&
         entry.smb->is_answer == item.message.is_answer &&
         (!item.status || entry.smb->status == *item.status);
}

bool is_kind(const WireItem& item, const WireEntry& entry) {
  switch (item.kind) {
    case WireItem::Kind::smb:
      return is_smb(item, entry);
    case WireItem::Kind::opened:
      return entry.kind == TraceEntry::Kind::opened;
    case WireItem::Kind::closed:
      return entry.kind == TraceEntry::Kind::closed;
    case WireItem::Kind::reset:
      return entry.kind == TraceEntry::Kind::closed && entry.by_reset;
    case WireItem::Kind::pdu:
      return entry.kind == TraceEntry::Kind::pdu && pdu::opcode_of(entry.bhs) == item.opcode;
  }
  return false;
}

bool is_command(const WireItem& item, const WireEntry& entry) {
  if (!item.command) return true;
  return entry.command && entry.command->operation_code == item.command->operation_code &&
         (!item.command->service_action ||
          entry.command->service_action == item.command->service_action);
}

}  // namespace

bool matches(const WireItem& item, const WireEntry& entry, const WireLog& log,
             const Variables& variables) {
  if (!is_kind(item, entry) || !is_command(item, entry)) return false;
  if (!item.address.empty() && log.opener_of(entry.connection) != item.address) return false;
  return std::all_of(item.fields.begin(), item.fields.end(), [&](const auto& field) {
    return !mismatch(field.second, seen_field(entry, field.first), variables);
  });
}

WireProgress::WireProgress(const WirePattern& pattern, const WireLog& log, std::uint64_t from,
                           const Variables& variables)
    : pattern_(pattern),
      log_(log),
      variables_(variables),
      from_(from),
      next_(from),
      end_(from),
      counts_(pattern.counted.size(), 0) {}

bool WireProgress::look_at(const WireEntry& entry) {
  for (const WireItem& item : pattern_.never) {
    if (!matches(item, entry, log_, variables_)) continue;
    violation_ = fmt::format("\"{}\" came, which must not", item.text);
    return true;
  }
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (matches(pattern_.counted[i], entry, log_, variables_)) ++counts_[i];
  if (item_ == pattern_.order.size()) return false;
  const WireItem& item = pattern_.order[item_];
  if (!matches(item, entry, log_, variables_) || ++times_ < item.times_in_order) return false;
  times_ = 0;
  return ++item_ == pattern_.order.size();
}

bool WireProgress::advance() {
  const bool is_complete = !pattern_.order.empty() && item_ == pattern_.order.size();
  if (is_complete || !violation_.empty()) return true;
  if (next_ < log_.begin()) {
    violation_ =
        fmt::format("more than {} events since: nothing can be said", WireLog::kEntriesMax);
    return true;
  }
  while (next_ < log_.end()) {
    const bool is_decided = look_at(log_.at(next_++));
    end_ = next_;
    if (is_decided) return true;
  }
  return false;
}

std::string WireProgress::complaint() const {
  if (!violation_.empty()) return violation_;
  if (item_ < pattern_.order.size()) {
    const WireItem& item = pattern_.order[item_];
    const std::string so_often = item.times_in_order == 1
                                     ? std::string{}
                                     : fmt::format(" {} of {} times", times_, item.times_in_order);
    return fmt::format(
        "\"{}\" {}{}{}", item.text, so_often.empty() ? "did not come" : "came", so_often,
        item_ == 0 ? "" : fmt::format(", after \"{}\"", pattern_.order[item_ - 1].text));
  }
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const WireItem& item = pattern_.counted[i];
    if (mismatch(item.times, Seen::of_number(counts_[i]), variables_))
      return fmt::format("\"{}\" came {} times, not {}", item.text, counts_[i],
                         scenarios::describe(item.times));
  }
  return {};
}

std::string WireProgress::seen(std::size_t max) const {
  const std::uint64_t oldest = std::max(from_, log_.begin());
  const std::uint64_t first = end_ - oldest > max ? end_ - max : oldest;
  std::string out = first > oldest ? fmt::format("{} before, ", first - oldest) : "";
  for (std::uint64_t i = first; i < end_; ++i)
    out += fmt::format("{}{}", i == first ? "" : ", ", describe(log_.at(i)));
  return out.empty() ? "nothing" : out;
}

}  // namespace lunsim::scenarios
