// Frames between a caller and the host service: four bytes of length (little-endian, of what
// follows), a byte that says what it is, and its body. A caller says hello with the token, is
// welcomed or refused, and then asks one thing at a time.                  docs/remote_host.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunsim::initiator::remote {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kHelloBytesMax = 256;         // body and kind
inline constexpr std::size_t kRequestBytesMax = 1u << 20;  // a megabyte of Data-Out is plenty
inline constexpr std::size_t kReplyBytesMax = 64u << 20;   // lists of 10,000 sessions and more

enum class FrameKind : std::uint8_t {
  hello = 1,    // caller: magic, version, token
  welcome = 2,  // service: version, profile
  refused = 3,  // service: version, why; the connection ends
  request = 4,
  reply = 5,
  service = 6,        // caller: starts, stops or asks for the service itself
  service_state = 7,  // service: whether it runs
  net_call = 8,       // caller: a call of a Net function
  net_reply = 9,      // service: what became of it
};

struct Frame {
  FrameKind kind{};
  std::vector<std::byte> body;
};

std::vector<std::byte> encode_frame(FrameKind kind, std::span<const std::byte> body);

/// Collects bytes as they come. Holds no more than one frame of the greatest size and what came
/// with its last byte.
class FrameReader {
 public:
  explicit FrameReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void set_bytes_max(std::size_t bytes_max) { bytes_max_ = bytes_max; }
  void append(std::span<const std::byte> bytes) {
    in_.insert(in_.end(), bytes.begin(), bytes.end());
  }
  /// A whole frame is there, or the beginning of one that can never be.
  bool has_frame() const;
  /// The oldest whole frame.
  std::optional<Frame> take();
  /// The next frame says that it is longer than allowed, empty, or of no known kind.
  bool is_broken() const;
  std::size_t bytes() const { return in_.size(); }

 private:
  std::size_t announced() const;

  std::size_t bytes_max_;
  std::vector<std::byte> in_;
};

enum class Refusal : std::uint8_t { wrong_token = 0, other_version = 1, too_many_callers = 2 };

struct Hello {
  std::uint16_t version = kProtocolVersion;
  std::string token;
};
std::vector<std::byte> encode_hello(const Hello& hello);
std::optional<Hello> decode_hello(std::span<const std::byte> body);

std::vector<std::byte> encode_refused(Refusal why);
std::optional<Refusal> decode_refused(std::span<const std::byte> body);

enum class ServiceVerb : std::uint8_t { ask = 0, start = 1, stop = 2 };
std::optional<ServiceVerb> decode_service(std::span<const std::byte> body);

}  // namespace lunsim::initiator::remote
