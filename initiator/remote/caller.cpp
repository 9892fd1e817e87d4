#include "initiator/remote/caller.hpp"

#include "initiator/host/status_code.hpp"
#include "initiator/remote/codec.hpp"
#include "protocol/bytes/little_endian.hpp"

namespace lunsim::initiator::remote {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBufferBytes = 64 * 1024;
// What a service says at once, or has begun to say; and what an operation may last.
constexpr auto kServiceSilenceMax = 20s;
constexpr auto kOperationMax = std::chrono::seconds(11min);

StatusCode code_of(Refusal why) {
  switch (why) {
    case Refusal::wrong_token:
      return status_code::kAccessDenied;
    case Refusal::other_version:
      return status_code::kRevisionMismatch;
    case Refusal::too_many_callers:
      return status_code::kNoSystemResources;
  }
  return status_code::kServiceNotRunning;
}

}  // namespace

Caller::Caller(std::unique_ptr<runtime::Stream> stream, const std::string& token)
    : stream_(std::move(stream)), buffer_(kBufferBytes) {
  greet(token);
}

void Caller::end(StatusCode code) {
  code_ = code;
  stream_.reset();
}

bool Caller::send(FrameKind kind, std::span<const std::byte> body) {
  return stream_ != nullptr && stream_->send(encode_frame(kind, body));
}

std::optional<Frame> Caller::receive_frame(std::chrono::seconds silence_max) {
  while (stream_ != nullptr && !in_.has_frame()) {
    stream_->limit_silence(in_.bytes() == 0 ? silence_max : kServiceSilenceMax);
    const std::size_t came = stream_->receive(buffer_);
    if (came == 0) return std::nullopt;
    in_.append(std::span(buffer_).first(came));
  }
  return in_.take();
}

void Caller::greet(const std::string& token) {
  code_ = status_code::kServiceNotRunning;
  if (!send(FrameKind::hello, encode_hello({kProtocolVersion, token})))
    return end(status_code::kServiceNotRunning);
  const std::optional<Frame> frame = receive_frame(kServiceSilenceMax);
  if (!frame) return end(status_code::kServiceDidNotRespond);
  judge(*frame);
}

void Caller::judge(const Frame& frame) {
  if (frame.kind == FrameKind::refused) {
    const auto why = decode_refused(frame.body);
    return end(why ? code_of(*why) : status_code::kServiceNotRunning);
  }
  bytes::LittleReader reader(frame.body);
  const std::uint16_t version = reader.u16();
  if (frame.kind != FrameKind::welcome || reader.failed())
    return end(status_code::kServiceNotRunning);
  if (version != kProtocolVersion) return end(status_code::kRevisionMismatch);
  const auto profile = decode_profile(reader.rest());
  if (!profile) return end(status_code::kRevisionMismatch);
  profile_ = *profile;
  code_ = status_code::kSuccess;
}

bool Caller::send(const Request& request) {
  if (code_ != 0) return false;
  if (send(FrameKind::request, encode(request))) return true;
  end(status_code::kServiceDidNotRespond);
  return false;
}

bool Caller::has_reply() {
  while (stream_ != nullptr && !in_.has_frame() && stream_->is_readable()) {
    const std::size_t came = stream_->receive(buffer_);
    if (came == 0) end(status_code::kServiceDidNotRespond);
    in_.append(std::span(buffer_).first(came));
  }
  return stream_ == nullptr || in_.has_frame();
}

Reply Caller::receive() {
  const std::optional<Frame> frame = receive_frame(kOperationMax);
  if (frame && frame->kind == FrameKind::reply) {
    if (auto reply = decode_reply(frame->body)) return std::move(*reply);
  }
  if (code_ == 0) end(status_code::kServiceDidNotRespond);
  return Reply{code_, {}};
}

NetReply Caller::call(const NetCall& call) {
  if (code_ == 0 && send(FrameKind::net_call, encode(call))) {
    const std::optional<Frame> frame = receive_frame(kOperationMax);
    if (frame && frame->kind == FrameKind::net_reply)
      if (auto reply = decode_net_reply(frame->body)) return std::move(*reply);
  }
  if (code_ == 0) end(status_code::kServiceDidNotRespond);
  return {code_, {}};
}

tl::expected<bool, StatusCode> Caller::control(ServiceVerb verb) {
  const std::byte body[] = {static_cast<std::byte>(verb)};
  if (code_ == 0 && send(FrameKind::service, body)) {
    const std::optional<Frame> frame = receive_frame(kServiceSilenceMax);
    if (frame && frame->kind == FrameKind::service_state && frame->body.size() == 1)
      return frame->body[0] != std::byte{0};
    if (frame && frame->kind == FrameKind::reply)
      if (const auto reply = decode_reply(frame->body); reply && reply->code != 0)
        return tl::unexpected(reply->code);
  }
  if (code_ == 0) end(status_code::kServiceDidNotRespond);
  return tl::unexpected(code_);
}

}  // namespace lunsim::initiator::remote
