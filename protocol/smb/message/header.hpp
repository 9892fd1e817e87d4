// The 64 bytes that every SMB2 message begins with, and the prefix of the transport (a length). Not
// the bodies: a file for each command stands beside this one.   MS-SMB2 §2.2.1, §2.1
//
//    0 ProtocolId 0xFE 'SMB'  4 StructureSize 64   6 CreditCharge   8 Status (or ChannelSequence)
//   12 Command   14 Credits  16 Flags             20 NextCommand   24 MessageId
//   32 ProcessId, TreeId (or AsyncId)             40 SessionId     48 Signature (16)
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/bytes/little_endian.hpp"
#include "protocol/bytes/protocol_error.hpp"
#include "protocol/smb/crypto/digest.hpp"
#include "protocol/smb/message/nt_status.hpp"

namespace lunsim::smb {

enum class Command : std::uint16_t {
  negotiate = 0,
  session_setup = 1,
  logoff = 2,
  tree_connect = 3,
  tree_disconnect = 4,
  create = 5,
  close = 6,
  flush = 7,
  read = 8,
  write = 9,
  lock = 10,
  ioctl = 11,
  cancel = 12,
  echo = 13,
  query_directory = 14,
  change_notify = 15,
  query_info = 16,
  set_info = 17,
  oplock_break = 18,
};
/// "TREE_CONNECT", or "command 77".
std::string to_string(Command command);

inline constexpr std::uint32_t kFlagServerToRedir = 0x0000'0001;
inline constexpr std::uint32_t kFlagAsyncCommand = 0x0000'0002;
inline constexpr std::uint32_t kFlagRelatedOperations = 0x0000'0004;
inline constexpr std::uint32_t kFlagSigned = 0x0000'0008;

inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kSignatureOffset = 48;

struct Header {
  std::uint16_t credit_charge = 0;
  NtStatus status = NtStatus::success;
  Command command = Command::negotiate;
  std::uint16_t credits = 0;
  std::uint32_t flags = 0;
  std::uint32_t next_command = 0;
  std::uint64_t message_id = 0;
  std::uint32_t process_id = 0xfeff;  // if not asynchronous
  std::uint32_t tree_id = 0;          // if not asynchronous
  std::uint64_t async_id = 0;         // if asynchronous
  std::uint64_t session_id = 0;
  Bytes16 signature{};

  bool is_async() const { return (flags & kFlagAsyncCommand) != 0; }
  bool is_signed() const { return (flags & kFlagSigned) != 0; }
};

void encode(const Header& header, bytes::LittleWriter& writer);
/// Shape    a message, header and body; NextCommand is not looked at
Result<Header> decode_header(Span message);

/// 0xFE 'SMB', 0xFF 'SMB' (SMB1), 0xFD 'SMB' (encrypted).
enum class Protocol : std::uint8_t { smb2, smb1, transform, unknown };
Protocol protocol_of(Span message);

/// Shape    one message behind the four bytes of its length.   §2.1
std::vector<std::byte> framed(Span message);

/// What a view shows, to keep.
inline std::vector<std::byte> copy(Span raw) { return {raw.begin(), raw.end()}; }

/// One message of a chain.
struct Link {
  std::size_t offset = 0;
  std::size_t bytes = 0;
};
/// Shape    all the messages of one frame, by NextCommand; at most `links_max`
/// Errors   an offset that is not a multiple of 8, too small or outside
Result<std::vector<Link>> chain(Span frame, std::size_t links_max);

}  // namespace lunsim::smb
