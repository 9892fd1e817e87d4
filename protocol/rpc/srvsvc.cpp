#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::rpc::srvsvc {
namespace {

template <class Request>
Parsed<Request> unless_failed(const NdrReader& reader, Request request) {
  if (reader.failed()) return tl::unexpected(kFaultBadStubData);
  return request;
}

/// The twelve numbers of a TIME_OF_DAY_INFO but the time zone, in their order.
constexpr std::uint32_t TimeOfDay::*kBeforeZone[] = {&TimeOfDay::elapsed_s, &TimeOfDay::msecs,
                                                     &TimeOfDay::hours,     &TimeOfDay::mins,
                                                     &TimeOfDay::secs,      &TimeOfDay::hunds};
constexpr std::uint32_t TimeOfDay::*kBehindZone[] = {&TimeOfDay::tinterval, &TimeOfDay::day,
                                                     &TimeOfDay::month, &TimeOfDay::year,
                                                     &TimeOfDay::weekday};

}  // namespace

const SyntaxId& interface_id() {
  static const SyntaxId id = [] {
    constexpr int kUuid[] = {0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01,
                             0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88};
    SyntaxId made;
    for (std::size_t i = 0; i < 16; ++i) made.uuid[i] = static_cast<std::byte>(kUuid[i]);
    made.version = 3;
    return made;
  }();
  return id;
}

std::vector<std::byte> encode(const SessionDelRequest& request) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.unique_text(request.server);
  writer.unique_text(request.client);
  writer.unique_text(request.user);
  return stub;
}

Parsed<SessionDelRequest> decode_session_del_request(Stub stub) {
  NdrReader reader(stub);
  SessionDelRequest request;
  request.server = reader.unique_text();
  request.client = reader.unique_text();
  request.user = reader.unique_text();
  return unless_failed(reader, std::move(request));
}

std::vector<std::byte> encode(const ShareGetInfoRequest& request) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.unique_text(request.server);
  writer.text(request.name);
  writer.u32(request.level);
  return stub;
}

Parsed<ShareGetInfoRequest> decode_share_get_info_request(Stub stub) {
  NdrReader reader(stub);
  ShareGetInfoRequest request;
  request.server = reader.unique_text();
  request.name = reader.text();
  request.level = reader.u32();
  return unless_failed(reader, std::move(request));
}

std::vector<std::byte> encode(const ServerGetInfoRequest& request) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.unique_text(request.server);
  writer.u32(request.level);
  return stub;
}

Parsed<ServerGetInfoRequest> decode_server_get_info_request(Stub stub) {
  NdrReader reader(stub);
  ServerGetInfoRequest request;
  request.server = reader.unique_text();
  request.level = reader.u32();
  return unless_failed(reader, std::move(request));
}

std::vector<std::byte> encode(const FileRequest& request) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.unique_text(request.server);
  writer.u32(request.file_id);
  if (request.level) writer.u32(*request.level);
  return stub;
}

Parsed<FileRequest> decode_file_request(Stub stub, bool has_level) {
  NdrReader reader(stub);
  FileRequest request;
  request.server = reader.unique_text();
  request.file_id = reader.u32();
  if (has_level) request.level = reader.u32();
  return unless_failed(reader, std::move(request));
}

Parsed<NameValidateRequest> decode_name_validate_request(Stub stub) {
  NdrReader reader(stub);
  NameValidateRequest request;
  request.server = reader.unique_text();
  request.name = reader.text();
  request.name_type = reader.u32();
  request.flags = reader.u32();
  return unless_failed(reader, std::move(request));
}

std::vector<std::byte> encode_remote_tod_request(const OptionalText& server) {
  std::vector<std::byte> stub;
  NdrWriter(stub).unique_text(server);
  return stub;
}

Parsed<OptionalText> decode_remote_tod_request(Stub stub) {
  NdrReader reader(stub);
  OptionalText server = reader.unique_text();
  return unless_failed(reader, std::move(server));
}

std::vector<std::byte> encode_remote_tod_response(const std::optional<TimeOfDay>& time,
                                                  std::uint32_t status) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.pointer(time.has_value());
  if (time) {
    for (const auto member : kBeforeZone) writer.u32((*time).*member);
    writer.u32(static_cast<std::uint32_t>(time->timezone_min));
    for (const auto member : kBehindZone) writer.u32((*time).*member);
  }
  writer.u32(status);
  return stub;
}

Result<RemoteTodResponse> decode_remote_tod_response(Span stub) {
  NdrReader reader(stub);
  RemoteTodResponse response;
  if (reader.pointer()) {
    TimeOfDay& time = response.time.emplace();
    for (const auto member : kBeforeZone) time.*member = reader.u32();
    time.timezone_min = static_cast<std::int32_t>(reader.u32());
    for (const auto member : kBehindZone) time.*member = reader.u32();
  }
  response.status = reader.u32();
  if (reader.failed())
    return violation("the answer's NDR does not hold together", "C706 14", reader.position());
  return response;
}

std::vector<std::byte> encode_status(std::uint32_t status) {
  std::vector<std::byte> stub;
  NdrWriter(stub).u32(status);
  return stub;
}

Result<std::uint32_t> decode_status(Span stub) {
  NdrReader reader(stub);
  const std::uint32_t status = reader.u32();
  if (reader.failed()) return violation("the answer has no status", "MS-SRVS 3.1.4", 0);
  return status;
}

}  // namespace lunsim::rpc::srvsvc
