#include "scenarios/engine/wire_log.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::size_t kCdbOffset = 32;
constexpr std::size_t kTagsMax = 65536;  // remembered at a time

}  // namespace

WireLog::WireLog()
    : trace_([this](const TraceEntry& entry) { add(entry); }, {.data_bytes_kept_max = 0}) {}

void WireLog::opened(std::uint32_t number, const runtime::Endpoint& from,
                     const runtime::Endpoint& to, runtime::TimePoint now) {
  openers_[number] = from.address;
  trace_.opened(number, from, to, now);
}

std::string WireLog::opener_of(std::uint32_t connection) const {
  const auto found = openers_.find(connection);
  return found == openers_.end() ? std::string{} : found->second;
}

void WireLog::find_command(WireEntry& entry) {
  const std::pair key{entry.connection,
                      static_cast<std::uint32_t>(pdu::initiator_task_tag_of(entry.bhs))};
  if (pdu::opcode_of(entry.bhs) == pdu::Opcode::scsi_command) {
    if (commands_.size() >= kTagsMax) commands_.clear();
    commands_[key] = scsi::command_code(pdu::BhsView(entry.bhs).subspan(kCdbOffset));
  }
  const auto found = commands_.find(key);
  if (found != commands_.end()) entry.command = found->second;
}

void WireLog::add(const TraceEntry& traced) {
  WireEntry entry;
  entry.kind = traced.kind;
  entry.connection = traced.connection;
  entry.by_initiator = traced.from_opener;
  entry.by_reset = traced.by_reset;
  entry.at = traced.at;
  entry.bhs = traced.part.bhs;
  if (entry.kind == TraceEntry::Kind::pdu) find_command(entry);
  if (traced.messages.empty()) return keep(entry);
  for (const SmbGlance& message : traced.messages) {
    entry.smb = message;
    if (message.is_encrypted) entry.smb->is_answer = !entry.by_initiator;
    keep(entry);
  }
}

void WireLog::keep(const WireEntry& entry) {
  entries_.push_back(entry);
  if (entries_.size() <= kEntriesMax) return;
  entries_.pop_front();
  ++forgotten_;
}

}  // namespace lunsim::scenarios
