#include "initiator/remote/frame.hpp"

#include "initiator/remote/archive.hpp"

namespace lunsim::initiator::remote {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::uint32_t kMagic = 0x4D53'4E4C;  // "LNSM"

Refusal last_of(Refusal) { return Refusal::too_many_callers; }
ServiceVerb last_of(ServiceVerb) { return ServiceVerb::stop; }

template <class T>
std::optional<T> read_enumeration(Reader& reader) {
  std::uint8_t number = 0;
  reader(number);
  if (!reader.is_complete() || number > static_cast<std::uint8_t>(last_of(T{})))
    return std::nullopt;
  return static_cast<T>(number);
}

}  // namespace

std::vector<std::byte> encode_frame(FrameKind kind, std::span<const std::byte> body) {
  std::vector<std::byte> out;
  out.reserve(kLengthBytes + 1 + body.size());
  bytes::LittleWriter writer(out);
  writer.u32(static_cast<std::uint32_t>(1 + body.size()));
  writer.u8(static_cast<std::uint8_t>(kind));
  writer.bytes(body);
  return out;
}

std::size_t FrameReader::announced() const { return bytes::LittleReader(in_).u32(); }

bool FrameReader::is_broken() const {
  if (in_.size() < kLengthBytes) return false;
  if (announced() == 0 || announced() > bytes_max_) return true;
  if (in_.size() == kLengthBytes) return false;
  const auto kind = std::to_integer<std::uint8_t>(in_[kLengthBytes]);
  return kind < static_cast<std::uint8_t>(FrameKind::hello) ||
         kind > static_cast<std::uint8_t>(FrameKind::net_reply);
}

bool FrameReader::has_frame() const {
  return is_broken() || (in_.size() >= kLengthBytes && in_.size() - kLengthBytes >= announced());
}

std::optional<Frame> FrameReader::take() {
  if (is_broken() || !has_frame()) return std::nullopt;
  const std::size_t length = announced();
  const auto body = std::span(in_).subspan(kLengthBytes + 1, length - 1);
  Frame frame{static_cast<FrameKind>(in_[kLengthBytes]), {body.begin(), body.end()}};
  in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(kLengthBytes + length));
  return frame;
}

std::vector<std::byte> encode_hello(const Hello& hello) {
  std::vector<std::byte> body;
  Writer writer(body);
  writer(kMagic, hello.version, hello.token);
  return body;
}

std::optional<Hello> decode_hello(std::span<const std::byte> body) {
  Hello hello;
  std::uint32_t magic = 0;
  Reader reader(body);
  reader(magic, hello.version);
  if (reader.failed() || magic != kMagic) return std::nullopt;
  // Of another version only this much is understood.
  if (hello.version != kProtocolVersion) return hello;
  reader(hello.token);
  if (!reader.is_complete()) return std::nullopt;
  return hello;
}

std::vector<std::byte> encode_refused(Refusal why) {
  std::vector<std::byte> body;
  Writer writer(body);
  writer(kProtocolVersion, why);
  return body;
}

std::optional<Refusal> decode_refused(std::span<const std::byte> body) {
  std::uint16_t version = 0;
  Reader reader(body);
  reader(version);
  return read_enumeration<Refusal>(reader);
}

std::optional<ServiceVerb> decode_service(std::span<const std::byte> body) {
  Reader reader(body);
  return read_enumeration<ServiceVerb>(reader);
}

}  // namespace lunsim::initiator::remote
