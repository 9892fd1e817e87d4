#include "scenarios/trace/pdu_trace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/iscsi/pdu/describe.hpp"
#include "scenarios/trace/smb_text.hpp"

namespace lunsim::scenarios {

std::string TraceEntry::name() const {
  switch (kind) {
    case Kind::opened:
      return "opened";
    case Kind::closed:
      return by_reset ? "reset" : "closed";
    case Kind::no_pdu:
      if (std::string smb = smb_name(part.data); !smb.empty()) return smb;
      return "bytes that are no PDU";
    case Kind::pdu:
      break;
  }
  if (is_known(part.opcode())) return std::string(pdu::name_of(part.opcode()));
  return fmt::format("unknown opcode {:02X}h", static_cast<unsigned>(part.opcode()));
}

std::string TraceEntry::summary() const {
  switch (kind) {
    case Kind::opened:
      return fmt::format("opened {} to {}", to_string(from), to_string(to));
    case Kind::closed:
      return fmt::format("{} by the {}", name(), from_opener ? "initiator" : "target");
    case Kind::no_pdu:
      if (!smb_name(part.data).empty()) return smb_summary(part.data);
      return fmt::format("{} {}", part.data_bytes,
                         part.data_bytes == 1 ? "byte that is no PDU" : "bytes that are no PDU");
    case Kind::pdu:
      break;
  }
  std::string out = is_known(part.opcode()) ? pdu::summary(part.view()) : name();
  if (part.header_digest == DigestState::wrong) out += ", header digest wrong";
  if (part.data_digest == DigestState::wrong) out += ", data digest wrong";
  return out;
}

PduTrace::Connection::Connection(std::size_t data_bytes_kept_max)
    : streams{PduStream(false, data_bytes_kept_max), PduStream(true, data_bytes_kept_max)} {}

PduTrace::PduTrace(Sink sink, PduTraceOptions options)
    : sink_(std::move(sink)), options_(options) {}

/// Watched from its opening on or not: what comes is read in any case.
PduTrace::Connection& PduTrace::connection(std::uint32_t number) {
  const std::size_t kept = std::max(options_.data_bytes_kept_max, DigestWatch::kLoginBytesMax);
  return connections_.try_emplace(number, kept).first->second;
}

void PduTrace::opened(std::uint32_t number, const runtime::Endpoint& from,
                      const runtime::Endpoint& to, runtime::TimePoint now) {
  connection(number);
  TraceEntry entry;
  entry.kind = TraceEntry::Kind::opened;
  entry.connection = number;
  entry.from_opener = true;
  entry.began_at = entry.at = now;
  entry.from = from;
  entry.to = to;
  tell(std::move(entry));
}

void PduTrace::carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
                       runtime::TimePoint now) {
  Connection& one = connection(number);
  PduStream& stream = one.streams[from_opener];
  if (stream.bytes_held() == 0) one.began_at[from_opener] = now;
  one.last_at[from_opener] = now;
  stream.take(bytes, [&](StreamPart part) {
    if (one.watch.see(from_opener, part)) {
      for (PduStream& direction : one.streams) {
        direction.set_digests(one.watch.header_digest(), one.watch.data_digest());
        direction.set_data_bytes_kept_max(options_.data_bytes_kept_max);
      }
    }
    tell(number, from_opener, std::move(part));
    one.began_at[from_opener] = now;
  });
}

void PduTrace::tell(std::uint32_t number, bool from_opener, StreamPart part) {
  const Connection& one = connections_.at(number);
  TraceEntry entry;
  entry.kind = part.is_pdu ? TraceEntry::Kind::pdu : TraceEntry::Kind::no_pdu;
  entry.connection = number;
  entry.from_opener = from_opener;
  entry.began_at = one.began_at[from_opener];
  entry.at = one.last_at[from_opener];
  entry.part = std::move(part);
  if (!entry.part.is_pdu) entry.messages = smb_glances(entry.part.data);
  if (entry.part.data.size() > options_.data_bytes_kept_max) {
    entry.part.data.resize(options_.data_bytes_kept_max);
    entry.part.data.shrink_to_fit();
  }
  if (entry.part.is_pdu) entry.pdu_number = ++pdus_;
  tell(std::move(entry));
}

void PduTrace::tell(TraceEntry entry) {
  entry.number = ++entries_;
  if (sink_) sink_(std::move(entry));
}

void PduTrace::finish(std::uint32_t number, Connection& one) {
  for (const bool from_opener : {true, false})
    one.streams[from_opener].finish(
        [&](StreamPart part) { tell(number, from_opener, std::move(part)); });
}

void PduTrace::closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) {
  const auto found = connections_.find(number);
  if (found != connections_.end()) {
    finish(number, found->second);
    connections_.erase(found);
  }
  TraceEntry entry;
  entry.kind = TraceEntry::Kind::closed;
  entry.connection = number;
  entry.from_opener = by_opener;
  entry.by_reset = reset;
  entry.began_at = entry.at = now;
  tell(std::move(entry));
}

void PduTrace::finish() {
  for (auto& [number, one] : connections_) finish(number, one);
  connections_.clear();
}

}  // namespace lunsim::scenarios
