#include "protocol/smb/message/file_messages.hpp"

#include <algorithm>

namespace lunsim::smb {
namespace {

using bytes::LittleReader;
using bytes::LittleWriter;

void write(LittleWriter& writer, const FileId& file) {
  writer.u64(file.persistent);
  writer.u64(file.volatile_part);
}
FileId read_file_id(LittleReader& reader) {
  FileId file;
  file.persistent = reader.u64();
  file.volatile_part = reader.u64();
  return file;
}

/// A reader behind the header, failed if StructureSize is another.
LittleReader body_of(Span message, std::uint16_t structure_size) {
  LittleReader reader(message);
  reader.skip(kHeaderBytes);
  if (reader.u16() != structure_size) reader.fail();
  return reader;
}

/// What lies at an offset from the header; nothing if it is empty, wherever it points.
std::vector<std::byte> buffer(LittleReader& reader, std::size_t offset, std::size_t length) {
  if (length == 0) return {};
  reader.seek(offset);
  return copy(reader.bytes(length));
}

tl::unexpected<ProtocolError> malformed(const LittleReader& reader, std::string_view section) {
  return violation("the body is not as it should be", section, reader.position());
}

}  // namespace

std::vector<std::byte> encode(const CreateRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(57);
  writer.u16(0);  // no oplock
  writer.u32(request.impersonation_level);
  writer.zeros(16);
  writer.u32(request.desired_access);
  writer.u32(request.file_attributes);
  writer.u32(request.share_access);
  writer.u32(request.disposition);
  writer.u32(request.options);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 56));
  writer.u16(static_cast<std::uint16_t>(request.name.size() * 2));
  writer.u64(0);
  writer.utf16(request.name);
  if (request.name.empty()) writer.u8(0);
  return body;
}

Result<CreateRequest> decode_create_request(Span message) {
  LittleReader reader = body_of(message, 57);
  CreateRequest request;
  reader.u16();
  request.impersonation_level = reader.u32();
  reader.skip(16);
  request.desired_access = reader.u32();
  request.file_attributes = reader.u32();
  request.share_access = reader.u32();
  request.disposition = reader.u32();
  request.options = reader.u32();
  const std::size_t offset = reader.u16();
  const std::size_t length = reader.u16();
  reader.u64();
  request.name = LittleReader(buffer(reader, offset, length)).utf16(length / 2);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.13");
  return request;
}

std::vector<std::byte> encode(const CreateResponse& response) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(89);
  writer.u16(0);
  writer.u32(response.action);
  writer.zeros(32);  // a pipe has no times
  writer.u64(response.allocation_bytes);
  writer.u64(response.end_of_file);
  writer.u32(response.file_attributes);
  writer.u32(0);
  write(writer, response.file);
  writer.u64(0);
  return body;
}

Result<CreateResponse> decode_create_response(Span message) {
  LittleReader reader = body_of(message, 89);
  CreateResponse response;
  reader.u16();
  response.action = reader.u32();
  reader.skip(32);
  response.allocation_bytes = reader.u64();
  response.end_of_file = reader.u64();
  response.file_attributes = reader.u32();
  reader.u32();
  response.file = read_file_id(reader);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.14");
  return response;
}

std::vector<std::byte> encode(const CloseRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(24);
  writer.u16(request.flags);
  writer.u32(0);
  write(writer, request.file);
  return body;
}

Result<CloseRequest> decode_close_request(Span message) {
  LittleReader reader = body_of(message, 24);
  CloseRequest request;
  request.flags = reader.u16();
  reader.u32();
  request.file = read_file_id(reader);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.15");
  return request;
}

std::vector<std::byte> encode_close_response() {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(60);
  writer.zeros(58);
  return body;
}

std::vector<std::byte> encode(const ReadRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(49);
  writer.u16(0x50);  // where a client would have the data: behind header and body
  writer.u32(request.length);
  writer.u64(request.offset);
  write(writer, request.file);
  writer.u32(request.minimum);
  writer.zeros(13);
  return body;
}

Result<ReadRequest> decode_read_request(Span message) {
  LittleReader reader = body_of(message, 49);
  ReadRequest request;
  reader.u16();
  request.length = reader.u32();
  request.offset = reader.u64();
  request.file = read_file_id(reader);
  request.minimum = reader.u32();
  reader.skip(12);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.19");
  return request;
}

std::vector<std::byte> encode_read_response(Span data) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(17);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 16));
  writer.u32(static_cast<std::uint32_t>(data.size()));
  writer.u64(0);
  writer.bytes(data);
  return body;
}

Result<std::vector<std::byte>> decode_read_response(Span message) {
  LittleReader reader = body_of(message, 17);
  const std::size_t offset = reader.u8();
  reader.u8();
  const std::size_t length = reader.u32();
  reader.u64();
  auto data = buffer(reader, offset, length);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.20");
  return data;
}

std::vector<std::byte> encode(const WriteRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(49);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 48));
  writer.u32(static_cast<std::uint32_t>(request.data.size()));
  writer.u64(request.offset);
  write(writer, request.file);
  writer.zeros(16);
  writer.bytes(request.data);
  return body;
}

Result<WriteRequest> decode_write_request(Span message) {
  LittleReader reader = body_of(message, 49);
  WriteRequest request;
  const std::size_t offset = reader.u16();
  const std::size_t length = reader.u32();
  request.offset = reader.u64();
  request.file = read_file_id(reader);
  reader.skip(16);
  request.data = buffer(reader, offset, length);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.21");
  return request;
}

std::vector<std::byte> encode_write_response(std::uint32_t count) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(17);
  writer.u16(0);
  writer.u32(count);
  writer.u64(0);
  return body;
}

Result<std::uint32_t> decode_write_response(Span message) {
  LittleReader reader = body_of(message, 17);
  reader.u16();
  const std::uint32_t count = reader.u32();
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.22");
  return count;
}

std::vector<std::byte> encode(const IoctlRequest& request) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(57);
  writer.u16(0);
  writer.u32(request.code);
  write(writer, request.file);
  writer.u32(static_cast<std::uint32_t>(kHeaderBytes + 56));
  writer.u32(static_cast<std::uint32_t>(request.input.size()));
  writer.u32(request.max_input_response);
  writer.u32(0);
  writer.u32(0);
  writer.u32(request.max_output_response);
  writer.u32(request.flags);
  writer.u32(0);
  writer.bytes(request.input);
  if (request.input.empty()) writer.u8(0);
  return body;
}

Result<IoctlRequest> decode_ioctl_request(Span message) {
  LittleReader reader = body_of(message, 57);
  IoctlRequest request;
  reader.u16();
  request.code = reader.u32();
  request.file = read_file_id(reader);
  const std::size_t offset = reader.u32();
  const std::size_t length = reader.u32();
  request.max_input_response = reader.u32();
  reader.u32();
  reader.u32();
  request.max_output_response = reader.u32();
  request.flags = reader.u32();
  request.input = buffer(reader, offset, length);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.31");
  return request;
}

std::vector<std::byte> encode(const IoctlResponse& response) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  const auto offset = static_cast<std::uint32_t>(kHeaderBytes + 48);
  writer.u16(49);
  writer.u16(0);
  writer.u32(response.code);
  write(writer, response.file);
  writer.u32(offset);
  writer.u32(0);
  writer.u32(offset);
  writer.u32(static_cast<std::uint32_t>(response.output.size()));
  writer.u32(0);
  writer.u32(0);
  writer.bytes(response.output);
  return body;
}

Result<IoctlResponse> decode_ioctl_response(Span message) {
  LittleReader reader = body_of(message, 49);
  IoctlResponse response;
  reader.u16();
  response.code = reader.u32();
  response.file = read_file_id(reader);
  reader.u32();
  reader.u32();
  const std::size_t offset = reader.u32();
  const std::size_t length = reader.u32();
  response.output = buffer(reader, offset, length);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.32");
  return response;
}

Result<QueryInfoRequest> decode_query_info_request(Span message) {
  LittleReader reader = body_of(message, 41);
  QueryInfoRequest request;
  request.info_type = reader.u8();
  request.info_class = reader.u8();
  request.output_bytes_max = reader.u32();
  reader.skip(16);
  request.file = read_file_id(reader);
  if (reader.failed()) return malformed(reader, "MS-SMB2 2.2.37");
  return request;
}

std::vector<std::byte> encode_query_info_response(Span data) {
  std::vector<std::byte> body;
  LittleWriter writer(body);
  writer.u16(9);
  writer.u16(static_cast<std::uint16_t>(kHeaderBytes + 8));
  writer.u32(static_cast<std::uint32_t>(data.size()));
  writer.bytes(data);
  return body;
}

}  // namespace lunsim::smb
