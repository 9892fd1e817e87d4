// SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT and ECHO, both ways, and the error response.
// MS-SMB2 §2.2.5 to §2.2.12, §2.2.28, §2.2.29, §2.2.2
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/smb/message/header.hpp"

namespace lunsim::smb {

struct SessionSetupRequest {
  std::uint8_t flags = 0;  // 1: binding to a session of another connection
  std::uint8_t security_mode = 0;
  std::uint32_t capabilities = 0;
  std::uint64_t previous_session_id = 0;
  std::vector<std::byte> security_blob;
};
inline constexpr std::uint8_t kSessionBinding = 1;
std::vector<std::byte> encode(const SessionSetupRequest& request);
Result<SessionSetupRequest> decode_session_setup_request(Span message);

inline constexpr std::uint16_t kSessionIsGuest = 1;
inline constexpr std::uint16_t kSessionIsNull = 2;
inline constexpr std::uint16_t kSessionEncryptsData = 4;
struct SessionSetupResponse {
  std::uint16_t session_flags = 0;
  std::vector<std::byte> security_blob;
};
std::vector<std::byte> encode(const SessionSetupResponse& response);
Result<SessionSetupResponse> decode_session_setup_response(Span message);

/// \\server\share
std::vector<std::byte> encode_tree_connect_request(std::u16string_view path);
Result<std::u16string> decode_tree_connect_request(Span message);

enum class ShareKind : std::uint8_t { disk = 1, pipe = 2, print = 3 };
struct TreeConnectResponse {
  ShareKind kind = ShareKind::pipe;
  std::uint32_t share_flags = 0;
  std::uint32_t capabilities = 0;
  std::uint32_t maximal_access = 0;
};
inline constexpr std::uint32_t kShareEncryptsData = 0x0000'8000;
std::vector<std::byte> encode(const TreeConnectResponse& response);
Result<TreeConnectResponse> decode_tree_connect_response(Span message);

/// The body of four bytes that LOGOFF, TREE_DISCONNECT, ECHO, FLUSH's answer and CANCEL share.
std::vector<std::byte> encode_empty_body();
Result<void> decode_empty_body(Span message);

/// The body of an answer that failed, without error data.   §2.2.2
std::vector<std::byte> encode_error_body();

}  // namespace lunsim::smb
