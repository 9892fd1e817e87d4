// CREATE, CLOSE, READ, WRITE, IOCTL and QUERY_INFO, both ways, as far as pipes need them: create
// contexts, leases and RDMA channels are neither kept nor written.   MS-SMB2 §2.2.13 to §2.2.22,
// §2.2.31, §2.2.32, §2.2.37, §2.2.38
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/smb/message/header.hpp"

namespace lunsim::smb {

struct FileId {
  std::uint64_t persistent = 0;
  std::uint64_t volatile_part = 0;
  friend bool operator==(const FileId&, const FileId&) = default;
};
/// In a related operation: the file of the message before.
inline constexpr FileId kPreviousFile{~std::uint64_t{0}, ~std::uint64_t{0}};

struct CreateRequest {
  std::uint32_t impersonation_level = 2;
  std::uint32_t desired_access = 0;
  std::uint32_t file_attributes = 0;
  std::uint32_t share_access = 0;
  std::uint32_t disposition = 1;  // open
  std::uint32_t options = 0;
  std::u16string name;  // without a leading backslash
};
std::vector<std::byte> encode(const CreateRequest& request);
Result<CreateRequest> decode_create_request(Span message);

struct CreateResponse {
  std::uint32_t action = 1;  // opened
  std::uint64_t allocation_bytes = 0;
  std::uint64_t end_of_file = 0;
  std::uint32_t file_attributes = 0x80;  // normal
  FileId file;
};
std::vector<std::byte> encode(const CreateResponse& response);
Result<CreateResponse> decode_create_response(Span message);

struct CloseRequest {
  std::uint16_t flags = 0;
  FileId file;
};
std::vector<std::byte> encode(const CloseRequest& request);
Result<CloseRequest> decode_close_request(Span message);
std::vector<std::byte> encode_close_response();

struct ReadRequest {
  std::uint32_t length = 0;
  std::uint64_t offset = 0;
  FileId file;
  std::uint32_t minimum = 0;
};
std::vector<std::byte> encode(const ReadRequest& request);
Result<ReadRequest> decode_read_request(Span message);
std::vector<std::byte> encode_read_response(Span data);
Result<std::vector<std::byte>> decode_read_response(Span message);

struct WriteRequest {
  std::uint64_t offset = 0;
  FileId file;
  std::vector<std::byte> data;
};
std::vector<std::byte> encode(const WriteRequest& request);
Result<WriteRequest> decode_write_request(Span message);
std::vector<std::byte> encode_write_response(std::uint32_t count);
Result<std::uint32_t> decode_write_response(Span message);

inline constexpr std::uint32_t kFsctlDfsGetReferrals = 0x0006'0194;
inline constexpr std::uint32_t kFsctlDfsGetReferralsEx = 0x0006'01b0;
inline constexpr std::uint32_t kFsctlPipeTransceive = 0x0011'c017;
inline constexpr std::uint32_t kFsctlPipeWait = 0x0011'0018;
inline constexpr std::uint32_t kFsctlQueryNetworkInterfaceInfo = 0x0014'01fc;
inline constexpr std::uint32_t kFsctlValidateNegotiateInfo = 0x0014'0204;

struct IoctlRequest {
  std::uint32_t code = 0;
  FileId file;
  std::vector<std::byte> input;
  std::uint32_t max_input_response = 0;
  std::uint32_t max_output_response = 0;
  std::uint32_t flags = 1;  // an FSCTL
};
std::vector<std::byte> encode(const IoctlRequest& request);
Result<IoctlRequest> decode_ioctl_request(Span message);

struct IoctlResponse {
  std::uint32_t code = 0;
  FileId file;
  std::vector<std::byte> output;
};
std::vector<std::byte> encode(const IoctlResponse& response);
Result<IoctlResponse> decode_ioctl_response(Span message);

struct QueryInfoRequest {
  std::uint8_t info_type = 0;  // 1 file, 2 file system, 3 security, 4 quota
  std::uint8_t info_class = 0;
  std::uint32_t output_bytes_max = 0;
  FileId file;
};
Result<QueryInfoRequest> decode_query_info_request(Span message);
std::vector<std::byte> encode_query_info_response(Span data);

}  // namespace lunsim::smb
