#include "protocol/smb/message/session_messages.hpp"

namespace lunsim::smb {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;

}  // namespace

std::vector<std::byte> encode(const SessionSetupRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(25);
  writer.u8(request.flags);
  writer.u8(request.security_mode);
  writer.u32(request.capabilities);
  writer.u32(0);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 24));
  writer.u16(static_cast<std::uint16_t>(request.security_blob.size()));
  writer.u64(request.previous_session_id);
  writer.bytes(request.security_blob);
  return body;
}

Result<SessionSetupRequest> decode_session_setup_request(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  SessionSetupRequest request;
  const bool good_size = reader.u16() == 25;
  request.flags = reader.u8();
  request.security_mode = reader.u8();
  request.capabilities = reader.u32();
  reader.u32();
  const std::size_t offset = reader.u16();
  const std::size_t length = reader.u16();
  request.previous_session_id = reader.u64();
  reader.seek(offset);
  request.security_blob = copy(reader.bytes(length));
  if (reader.failed() || !good_size)
    return violation("SESSION_SETUP is not as it should be", "MS-SMB2 2.2.5", reader.position());
  return request;
}

std::vector<std::byte> encode(const SessionSetupResponse& response) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(9);
  writer.u16(response.session_flags);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 8));
  writer.u16(static_cast<std::uint16_t>(response.security_blob.size()));
  writer.bytes(response.security_blob);
  return body;
}

Result<SessionSetupResponse> decode_session_setup_response(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  SessionSetupResponse response;
  const bool good_size = reader.u16() == 9;
  response.session_flags = reader.u16();
  const std::size_t offset = reader.u16();
  const std::size_t length = reader.u16();
  if (length > 0) {
    reader.seek(offset);
    response.security_blob = copy(reader.bytes(length));
  }
  if (reader.failed() || !good_size)
    return violation("the answer to SESSION_SETUP is not as it should be", "MS-SMB2 2.2.6",
                     reader.position());
  return response;
}

std::vector<std::byte> encode_tree_connect_request(std::u16string_view path) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(9);
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 8));
  writer.u16(static_cast<std::uint16_t>(path.size() * 2));
  writer.utf16(path);
  return body;
}

Result<std::u16string> decode_tree_connect_request(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  const bool good_size = reader.u16() == 9;
  reader.u16();
  const std::size_t offset = reader.u16();
  const std::size_t length = reader.u16();
  reader.seek(offset);
  std::u16string path = reader.utf16(length / 2);
  if (reader.failed() || !good_size)
    return violation("TREE_CONNECT is not as it should be", "MS-SMB2 2.2.9", reader.position());
  return path;
}

std::vector<std::byte> encode(const TreeConnectResponse& response) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(16);
  writer.u8(static_cast<std::uint8_t>(response.kind));
  writer.u8(0);
  writer.u32(response.share_flags);
  writer.u32(response.capabilities);
  writer.u32(response.maximal_access);
  return body;
}

Result<TreeConnectResponse> decode_tree_connect_response(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  TreeConnectResponse response;
  const bool good_size = reader.u16() == 16;
  response.kind = static_cast<ShareKind>(reader.u8());
  reader.u8();
  response.share_flags = reader.u32();
  response.capabilities = reader.u32();
  response.maximal_access = reader.u32();
  if (reader.failed() || !good_size)
    return violation("the answer to TREE_CONNECT is not as it should be", "MS-SMB2 2.2.10",
                     reader.position());
  return response;
}

std::vector<std::byte> encode_empty_body() {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(4);
  writer.u16(0);
  return body;
}

Result<void> decode_empty_body(Span message) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  const bool good_size = reader.u16() == 4;
  reader.u16();
  if (reader.failed() || !good_size)
    return violation("a body of four bytes was expected", "MS-SMB2 2.2.7", kHeaderBytes);
  return {};
}

std::vector<std::byte> encode_error_body() {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(9);
  writer.zeros(7);  // no contexts, no data, and the one byte that stands for none
  return body;
}

}  // namespace lunsim::smb
