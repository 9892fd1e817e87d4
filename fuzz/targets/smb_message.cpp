// One frame of SMB as either side may meet it: header, chain, every command's request and response,
// SMB1's negotiation, the header of an encrypted message.
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/require.hpp"
#include "protocol/smb/message/file_messages.hpp"
#include "protocol/smb/message/negotiate.hpp"
#include "protocol/smb/message/security.hpp"
#include "protocol/smb/message/session_messages.hpp"

namespace {

using namespace lunsim::smb;
using lunsim::fuzz::require;

void check_chain(Span frame) {
  constexpr std::size_t kLinksMax = 32;
  const auto links = chain(frame, kLinksMax);
  if (!links) return;
  require(!links->empty() && links->size() <= kLinksMax, "a chain has one to 32 messages");
  for (const Link& link : *links) {
    require(link.offset % 8 == 0 && link.offset <= frame.size() &&
                link.bytes <= frame.size() - link.offset && link.bytes >= kHeaderBytes,
            "a message lies in its frame");
    const auto header = decode_header(frame.subspan(link.offset, link.bytes));
    require(header.has_value(), "a message of a chain has a header");
    std::vector<std::byte> again;
    lunsim::bytes::LittleWriter writer(again);
    encode(*header, writer);
    require(again.size() == kHeaderBytes, "a header is 64 bytes");
  }
}

void decode_as_requests(Span message) {
  (void)decode_negotiate_request(message);
  (void)decode_session_setup_request(message);
  (void)decode_tree_connect_request(message);
  (void)decode_create_request(message);
  (void)decode_close_request(message);
  (void)decode_read_request(message);
  if (const auto write = decode_write_request(message))
    require(write->data.size() <= message.size(), "what is written came with it");
  if (const auto ioctl = decode_ioctl_request(message)) {
    require(ioctl->input.size() <= message.size(), "an input came with it");
    (void)decode_validate_negotiate_request(ioctl->input);
  }
  (void)decode_query_info_request(message);
  (void)decode_empty_body(message);
}

void decode_as_responses(Span message) {
  (void)decode_negotiate_response(message);
  (void)decode_session_setup_response(message);
  (void)decode_tree_connect_response(message);
  (void)decode_create_response(message);
  (void)decode_read_response(message);
  (void)decode_write_response(message);
  (void)decode_ioctl_response(message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = std::as_bytes(std::span(data, size));
  switch (protocol_of(frame)) {
    case Protocol::smb1:
      (void)decode_smb1_negotiate(frame);
      break;
    case Protocol::transform:
      (void)decode_transform_header(frame);
      break;
    default:
      check_chain(frame);
      decode_as_requests(frame);
      decode_as_responses(frame);
  }
  return 0;
}
