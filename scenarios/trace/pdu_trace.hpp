// What crossed the wires of a world, as PDUs: an observer that puts the bytes of each connection
// together again and tells of every PDU, opening and closing in their order. Remembers nothing but
// what is under way; Ladder (ladder.hpp) keeps what it tells.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/ports/world.hpp"
#include "scenarios/trace/digest_watch.hpp"
#include "scenarios/trace/pdu_stream.hpp"
#include "scenarios/trace/smb_text.hpp"

namespace lunsim::scenarios {

/// One thing that happened on a wire.
struct TraceEntry {
  enum class Kind : std::uint8_t { opened, pdu, no_pdu, closed };
  Kind kind = Kind::pdu;
  std::uint64_t number = 0;         // of all entries of the trace, from 1
  std::uint64_t pdu_number = 0;     // of its PDUs, from 1; else 0
  std::uint32_t connection = 0;     // the observer's number
  bool from_opener = false;         // closed: who did it
  bool by_reset = false;            // closed
  runtime::TimePoint began_at;      // when its first byte left
  runtime::TimePoint at;            // when its last byte left
  runtime::Endpoint from, to;       // opened: the opener and whom it reached
  StreamPart part;                  // pdu, no_pdu
  std::vector<SmbGlance> messages;  // no_pdu: the messages of a frame of SMB2 in its first 64 KiB

  /// The standard's name ("SCSI Command"), "unknown opcode 1Eh", "bytes that are no PDU", "opened",
  /// "closed", "reset".
  std::string name() const;
  /// One line without time and connection: pdu::summary() and what is wrong with the digests, or
  /// name() and the sizes or endpoints.
  std::string summary() const;
};

struct PduTraceOptions {
  std::size_t data_bytes_kept_max = 4096;  // of each data segment
};

class PduTrace final : public runtime::Observer {
 public:
  using Sink = std::function<void(TraceEntry)>;

  /// `sink` is called in the order in which last bytes left; it must not turn the world.
  explicit PduTrace(Sink sink, PduTraceOptions options = {});

  void opened(std::uint32_t number, const runtime::Endpoint& from, const runtime::Endpoint& to,
              runtime::TimePoint now) override;
  /// Digests are those that the login of this connection came to. Bound: a partial PDU per
  /// direction of an open connection, with its header and what is kept of its data (while it logs
  /// in, up to DigestWatch::kLoginBytesMax).
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               runtime::TimePoint now) override;
  void closed(std::uint32_t number, bool by_opener, bool reset, runtime::TimePoint now) override;
  /// The run is over: tells of what is under way on connections that are still open.
  void finish();

  std::uint64_t pdus() const { return pdus_; }
  /// Told of so far.
  std::uint64_t entries() const { return entries_; }

 private:
  struct Connection {
    explicit Connection(std::size_t data_bytes_kept_max);
    PduStream streams[2];  // 0 of the acceptor, 1 of the opener, who is the initiator
    runtime::TimePoint began_at[2];
    runtime::TimePoint last_at[2];
    DigestWatch watch;
  };
  Connection& connection(std::uint32_t number);
  void finish(std::uint32_t number, Connection& connection);
  void tell(std::uint32_t number, bool from_opener, StreamPart part);
  void tell(TraceEntry entry);

  Sink sink_;
  PduTraceOptions options_;
  std::map<std::uint32_t, Connection> connections_;
  std::uint64_t entries_ = 0;
  std::uint64_t pdus_ = 0;
};

}  // namespace lunsim::scenarios
