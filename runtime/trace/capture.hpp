// A capture of a run that Wireshark opens: pcapng with one interface of raw IP packets
// (LINKTYPE_RAW, nanoseconds). The worlds carry streams, not packets; this invents the TCP around
// them: handshake, sequence numbers, acknowledgements, FIN and RST, with right checksums. What it
// shows is the order of bytes, not how a network behaved.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/ports/world.hpp"
#include "runtime/trace/capture_places.hpp"
#include "runtime/trace/ip_address.hpp"

namespace lunsim::runtime {

struct CaptureOptions {
  std::int64_t epoch_s = 0;               // seconds since 1970 at TimePoint 0
  std::size_t segment_bytes_max = 16384;  // of TCP payload in a packet, kept within 1 and 65000
  std::string application = "lunsim";     // shb_userappl
  std::string interface = "lunsim";       // if_name
  /// Shows an endpoint as another; empty for none.
  std::function<Endpoint(const Endpoint&)> shown_as = {};
  /// Told where every byte stands; outlives the writer. Null for none.
  CapturePlaces* places = nullptr;
};

class PcapngWriter final : public Observer {
 public:
  using Sink = std::function<void(std::span<const std::byte>)>;

  /// Writes the file's head to `sink` at once and each packet as soon as the next one is there (see
  /// comment).
  explicit PcapngWriter(Sink sink, CaptureOptions options = {});
  ~PcapngWriter() override;
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  void opened(std::uint32_t number, const Endpoint& from, const Endpoint& to,
              TimePoint now) override;
  void carried(std::uint32_t number, bool from_opener, std::span<const std::byte> bytes,
               TimePoint now) override;
  void closed(std::uint32_t number, bool by_opener, bool reset, TimePoint now) override;

  /// Adds a comment to the last packet (to the first one, if there is none yet).
  void comment(std::string text);
  /// Writes what is held back. Called by the destructor too.
  void finish();
  std::uint64_t packets() const { return packets_; }

 private:
  struct Side {
    IpAddress address;
    std::uint16_t port = 0;
    std::uint32_t next_sequence = 0;
    std::uint32_t unacknowledged = 0;
  };
  struct Stream {
    Side sides[2];  // 0 the opener
    bool is_over = false;
    Endpoint opener;
  };

  void segment(Stream& stream, int from, std::uint8_t flags, std::span<const std::byte> payload,
               TimePoint now);
  void packet(std::vector<std::byte> bytes, TimePoint now);
  Side side_of(const Endpoint& endpoint, std::uint32_t first_sequence) const;

  Sink sink_;
  CaptureOptions options_;
  std::map<std::uint32_t, Stream> streams_;
  std::vector<std::byte> held_;  // the last packet
  TimePoint held_at_{};
  std::vector<std::string> comments_;  // for it
  std::uint64_t packets_ = 0;
};

}  // namespace lunsim::runtime
