// One connection of a session: its inbox, its outbox, its StatSN. Fills into each PDU what belongs
// to the connection, and decides nothing. RFC 7143 §4.2.2.2
#pragma once

#include <array>
#include <span>

#include "protocol/bytes/slice.hpp"
#include "protocol/iscsi/pdu/framer.hpp"
#include "protocol/iscsi/session/inbox.hpp"
#include "protocol/iscsi/session/outbox.hpp"
#include "protocol/iscsi/session/status_numbering.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::initiator {

struct Link {
  Link(runtime::ConnectionId number, pdu::Tap* tap)
      : id(number),
        inbox(static_cast<std::uint32_t>(number), pdu::FramerLimits{}, tap),
        outbox(static_cast<std::uint32_t>(number), tap) {}

  /// Sends a PDU of any kind with a copy of `data`; sets ExpStatSN and DataSegmentLength.
  template <class Pdu>
  void send(Pdu pdu, std::span<const std::byte> data, runtime::TimePoint now) {
    outbox.push(header_of(pdu, data.size()), data, now.since_start_ns);
  }
  /// The same with data that stays where it is until it has left.
  template <class Pdu>
  void send(Pdu pdu, const bytes::Slice& data, runtime::TimePoint now) {
    const pdu::BhsBytes header = header_of(pdu, data.bytes.size());
    const std::array<bytes::Slice, 1> slices{data};
    outbox.push(header, std::span(slices).first(data.bytes.empty() ? 0u : 1u), now.since_start_ns);
  }

  runtime::ConnectionId id;
  session::Inbox inbox;
  session::Outbox outbox;
  session::StatusWatch status;

 private:
  template <class Pdu>
  pdu::BhsBytes header_of(Pdu& pdu, std::size_t data_bytes) const {
    pdu.exp_stat_sn = status.exp_stat_sn();
    pdu.data_segment_bytes = static_cast<std::uint32_t>(data_bytes);
    pdu::BhsBytes header{};
    encode(pdu, header);
    return header;
  }
};

}  // namespace lunsim::initiator
