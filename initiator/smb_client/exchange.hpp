// The state of a client's connection below its steps: identifiers, credits, keys, signatures,
// encryption and the hash of 3.1.1. Makes requests and judges answers; knows no command's meaning.
// MS-SMB2 §3.2.4.1, §3.2.5.1
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/smb/message/security.hpp"

namespace lunsim::smb_client {

class Exchange {
 public:
  smb::Dialect dialect = smb::Dialect::none;
  smb::SigningAlgorithm signing = smb::SigningAlgorithm::hmac_sha256;
  smb::Cipher cipher = smb::Cipher::none;
  std::uint64_t session_id = 0;
  std::uint32_t tree_id = 0;
  std::optional<smb::SessionKeys> keys;
  bool encrypts = false;
  smb::PreauthIntegrity preauth;

  /// A frame that is ready to leave; `sent` keeps the message itself for the hash.
  /// Errors   the server has granted no credit for it
  Result<std::vector<std::byte>> request(smb::Command command, const std::vector<std::byte>& body);
  const std::vector<std::byte>& sent() const { return sent_; }

  struct Answer {
    smb::Header header;
    std::vector<std::byte> message;
    bool is_interim = false;
  };
  /// Shape    the content of one transport frame
  /// Errors   no answer to what was asked, a signature that is wrong or missing, not decrypted
  Result<Answer> answer(smb::Span frame);
  /// For the last answer of a login, whose key is known only then.
  Result<void> check_signature(smb::Span message) const;
  /// SMB1's negotiation takes the first identifier.
  void skip_message_id() { ++next_message_id_; }

 private:
  std::uint64_t next_message_id_ = 0;
  std::uint64_t credits_ = 1;
  std::uint64_t next_nonce_ = 1;
  std::uint64_t asked_id_ = 0;
  smb::Command asked_ = smb::Command::negotiate;
  std::optional<std::uint64_t> async_id_;
  std::vector<std::byte> sent_;
};

}  // namespace lunsim::smb_client
