// What an SMB2 client is told: where the server is, who logs in, what it may speak. Data only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/rpc/pdu.hpp"
#include "protocol/smb/message/negotiate.hpp"
#include "runtime/ports/engine.hpp"

namespace lunsim::smb_client {

enum class Encryption : std::uint8_t { if_asked, required };

/// "connect", "sign" and "seal": a login inside RPC that names the caller only, signs calls and
/// answers, or seals them.   MS-RPCE §2.2.1.1.8
std::optional<rpc::AuthLevel> rpc_login_named(std::string_view word);
inline constexpr std::string_view kRpcLoginWords[] = {"connect", "sign", "seal"};

struct ClientConfig {
  runtime::Endpoint server;
  std::string server_name;  // in \\name\IPC$; the address if empty
  std::string user;         // empty: anonymous
  std::string domain;
  std::string password;  // never printed
  std::string workstation = "LUNSIM";
  std::vector<smb::Dialect> dialects = {smb::Dialect::smb_2_0_2, smb::Dialect::smb_2_1,
                                        smb::Dialect::smb_3_0, smb::Dialect::smb_3_0_2,
                                        smb::Dialect::smb_3_1_1};
  std::vector<smb::SigningAlgorithm> signing_algorithms = {smb::SigningAlgorithm::aes_gmac,
                                                           smb::SigningAlgorithm::aes_cmac,
                                                           smb::SigningAlgorithm::hmac_sha256};
  std::vector<smb::Cipher> ciphers = {smb::Cipher::aes128_gcm, smb::Cipher::aes128_ccm,
                                      smb::Cipher::aes256_gcm, smb::Cipher::aes256_ccm};
  Encryption encryption = Encryption::if_asked;
  bool begins_with_smb1 = false;  // a multi-protocol NEGOTIATE first
  bool writes_and_reads = false;  // the pipe by WRITE and READ instead of TRANSCEIVE
  /// The same user logs in once more inside RPC; `none`: the login of SMB2 is enough.
  rpc::AuthLevel rpc_login = rpc::AuthLevel::none;
  std::int64_t epoch_s = 0;  // seconds since 1970 at the world's beginning
  runtime::Duration answer_timeout = std::chrono::seconds(30);
};

}  // namespace lunsim::smb_client
