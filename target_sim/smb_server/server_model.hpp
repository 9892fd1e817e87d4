// What a fake SMB server is told about itself: its names, users, shares, what it pretends to serve
// already, who may ask for what, and which of SMB2 it speaks. Data only.   MS-SRVS §3.1.1
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/smb/message/negotiate.hpp"

namespace lunsim::smb_server {

struct User {
  std::string name;
  std::string password;
  bool is_administrator = false;  // or Server Operator: MS-SRVS makes no difference between them
  smb::NtStatus refusal =
      smb::NtStatus::success;  // what a login with the right password is answered with
};

// MS-SRVS §2.2.2.4
inline constexpr std::uint32_t kShareTypeDisk = 0;
inline constexpr std::uint32_t kShareTypeIpc = 3;
inline constexpr std::uint32_t kShareTypeSpecial = 0x8000'0000;

struct Share {
  std::string name;
  std::string path;
  std::string remark;
  std::uint32_t type = kShareTypeDisk;
  std::uint32_t max_uses = 0xffff'ffff;
};

/// A session that no client has made. Times are ages at the world's beginning and grow with it.
struct DeclaredSession {
  std::string client;  // with or without leading backslashes
  std::string user;
  std::uint32_t num_opens = 0;
  std::int64_t time_s = 0;
  std::int64_t idle_s = 0;
  std::uint32_t user_flags = 0;  // 1 guest, 2 no encryption
  std::string client_type;
  std::string transport = "\\Device\\NetbiosSmb";
};

struct DeclaredFile {
  std::uint32_t id = 0;
  std::uint32_t permissions = 1;  // 1 read, 2 write, 4 create
  std::uint32_t num_locks = 0;
  std::string path;
  std::string user;
};

struct DeclaredConnection {
  std::uint32_t id = 0;
  std::uint32_t type = 0;
  std::uint32_t num_opens = 0;
  std::uint32_t num_users = 1;
  std::int64_t time_s = 0;
  std::string user;
  std::string share;
  std::string client;
};

/// Who is asking. Each may do what those before it may.
enum class Caller : std::uint8_t { anonymous, guest, authenticated, administrator };

/// The least that a call needs. MS-SRVS leaves it to the server (<52> to <55> and their kin).
struct AccessRules {
  Caller session_names = Caller::authenticated;    // NetrSessionEnum 0 and 10
  Caller session_details = Caller::administrator;  // 1, 2, 502
  Caller session_del = Caller::administrator;
  Caller files = Caller::administrator;
  Caller connections = Caller::administrator;
  Caller share_names = Caller::anonymous;         // 0, 1, 501
  Caller share_details = Caller::administrator;   // 2, 502, 503
  Caller server_names = Caller::anonymous;        // NetrServerGetInfo 100, 101
  Caller server_details = Caller::administrator;  // 102, 103
};
/// `legacy`: what the documents say. `windows-2019`: session names for administrators only.
/// `samba`: as smbd decides. Empty for another name.
std::optional<AccessRules> access_profile(std::string_view name);

enum class SigningPolicy : std::uint8_t { enabled, required };

struct ServerConfig {
  std::string name = "FAKESRV";  // at most 15 characters
  std::string domain = "WORKGROUP";
  std::string comment;
  std::vector<User> users;
  std::vector<Share> shares;  // IPC$ is there in any case
  std::vector<DeclaredSession> sessions;
  std::vector<DeclaredFile> files;
  std::vector<DeclaredConnection> connections;
  AccessRules access;
  /// What an answer of srvsvc may take; one that needs more is ERROR_NOT_ENOUGH_MEMORY.
  std::uint64_t memory_bytes = std::uint64_t{16} << 20;

  std::vector<smb::Dialect> dialects = {smb::Dialect::smb_2_0_2, smb::Dialect::smb_2_1,
                                        smb::Dialect::smb_3_0, smb::Dialect::smb_3_0_2,
                                        smb::Dialect::smb_3_1_1};
  SigningPolicy signing = SigningPolicy::enabled;
  bool offers_encryption = true;
  bool allows_anonymous = false;
  bool unknown_users_are_guests = false;
  std::int64_t session_lifetime_s = 0;  // then a client must log in anew; 0: for ever

  std::uint32_t version_major = 10;
  std::uint32_t version_minor = 0;
  std::int64_t epoch_s = 0;  // seconds since 1970 at the world's beginning
};

}  // namespace lunsim::smb_server
