// What was sent and seen in a case, frame by frame, for whoever has to believe the verdict.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/raw_pdu.hpp"
#include "runtime/ports/engine.hpp"
#include "runtime/ports/time_point.hpp"

namespace lunsim::conform {

/// What a connection brought when somebody waited for it.
struct Seen {
  enum class Kind : std::uint8_t {
    pdu,
    closed,    // in order, by the peer
    reset,     // broken by the peer or the network
    refused,   // never opened
    silence,   // nothing came in the time that was given
    nonsense,  // bytes that are no PDU; `detail` says why
  };
  Kind kind = Kind::silence;
  RawPdu pdu = {};
  std::size_t frame = 0;  // of Exchange::frames; the last one if nothing came
  std::string detail = {};
  std::string_view peer = "target";  // whom it came from: a literal

  bool is(pdu::Opcode opcode) const { return kind == Kind::pdu && pdu.opcode() == opcode; }
  bool is_over() const {
    return kind == Kind::closed || kind == Kind::reset || kind == Kind::refused;
  }
  std::uint64_t get(std::string_view field) const { return pdu.get(field); }
};

struct Frame {
  enum class Kind : std::uint8_t { opened, pdu, bytes, closed, note };
  runtime::TimePoint at;
  std::uint32_t connection = 0;  // of the case, from 1
  bool from_us = false;
  Kind kind = Kind::note;
  RawPdu pdu = {};                    // with at most kDataBytesKept of its data
  std::size_t data_bytes = 0;         // that it really had
  std::vector<std::byte> bytes = {};  // of what is no PDU, at most kDataBytesKept
  std::string text = {};
  std::uint64_t wire_offset = 0;    // bytes of its direction that went before on its connection
  std::uint64_t capture_frame = 0;  // its first byte's in the capture, from 1; 0 for none
};

/// Where the verdict lies: bytes of one frame.
struct Mark {
  std::size_t frame = 0;
  std::size_t byte_offset = 0, byte_count = 0;  // from the first byte of the BHS
  std::string field = {};
};

struct Exchange {
  static constexpr std::size_t kFramesMax = 4096;
  static constexpr std::size_t kDataBytesKept = 512;

  /// How a capture knows a connection.
  struct Wire {
    runtime::Endpoint opener;
    bool we_opened = true;
    std::uint16_t listener_port = 0;
  };

  std::vector<Frame> frames;
  std::uint64_t left_out = 0;
  std::map<std::uint32_t, Wire> wires = {};  // of the connections that stood, by number

  /// The place of the frame; the last one's once there are too many.
  std::size_t add(Frame frame);
  std::size_t last_frame() const { return frames.empty() ? 0 : frames.size() - 1; }
};

/// "a SCSI Response (Status 02h)", "a close", "silence": for messages.
std::string describe(const Seen& seen);
/// One line of the exchange, without a line end.
std::string describe(const Frame& frame);
/// The field's bytes in the frame; the whole header without a field. "data" are the first 64 bytes
/// of the data segment, "data+2:2" two of them, a text key its pair.
Mark mark_of(const Seen& seen, std::string_view field);
/// "frame 9 (14 of the capture), byte 36, StatSN: 00 00 00 07"; of a close or silence the header
/// that was answered so.
std::string deciding_bytes(const Exchange& exchange, const Mark& mark);

}  // namespace lunsim::conform
