// What the server answers to the calls of srvsvc: stub in, stub out, or the status for a fault. The
// oracle is MS-SRVS; where it leaves a choice, the choice is said here and in the README.   MS-SRVS
// §3.1.4
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_server/session_table.hpp"

namespace lunsim::smb_server {

// Win32 codes that end an answer. MS-ERREF §2.3.1, §2.3.2
inline constexpr std::uint32_t kNerrSuccess = 0;
inline constexpr std::uint32_t kErrorFileNotFound = 2;
inline constexpr std::uint32_t kErrorAccessDenied = 5;
inline constexpr std::uint32_t kErrorNotEnoughMemory = 8;
inline constexpr std::uint32_t kErrorInvalidParameter = 87;
inline constexpr std::uint32_t kErrorInvalidName = 123;
inline constexpr std::uint32_t kErrorInvalidLevel = 124;
inline constexpr std::uint32_t kErrorMoreData = 234;
inline constexpr std::uint32_t kNerrUserNotFound = 2221;
inline constexpr std::uint32_t kNerrNetNameNotFound = 2310;
inline constexpr std::uint32_t kNerrClientNameNotFound = 2312;
inline constexpr std::uint32_t kNerrFileIdNotFound = 2314;
inline constexpr std::uint32_t kNerrInvalidComputer = 2351;

class SrvsvcService {
 public:
  /// `config` and `sessions` outlive it. `end_session` is told of each session that NetrSessionDel
  /// ends.
  SrvsvcService(const ServerConfig& config, SessionTable& sessions,
                std::function<void(SessionTable::Id)> end_session);

  using Answer = rpc::srvsvc::Parsed<std::vector<std::byte>>;
  /// Errors   kFaultOpRange for a call that is not served
  /// Bound    ServerConfig::memory_bytes for an answer
  Answer call(std::uint16_t opnum, rpc::Stub stub, Caller caller, TimePoint now);

 private:
  Answer serve(std::uint16_t opnum, rpc::Stub stub, Caller caller, TimePoint now);
  Answer session_enum(rpc::Stub stub, Caller caller, TimePoint now) const;
  Answer session_del(rpc::Stub stub, Caller caller);
  /// The share as it stands, with its uses.
  rpc::srvsvc::ShareInfo counted(rpc::srvsvc::ShareInfo share) const;
  Answer share_enum(rpc::srvsvc::Opnum opnum, rpc::Stub stub, Caller caller) const;
  Answer share_get_info(rpc::Stub stub, Caller caller) const;
  Answer server_get_info(rpc::Stub stub, Caller caller) const;
  Answer file_enum(rpc::Stub stub, Caller caller) const;
  Answer file_get_info(rpc::Stub stub, Caller caller) const;
  Answer file_close(rpc::Stub stub, Caller caller);
  Answer connection_enum(rpc::Stub stub, Caller caller, TimePoint now) const;
  Answer name_validate(rpc::Stub stub) const;
  Answer remote_tod(rpc::Stub stub, TimePoint now) const;

  const ServerConfig& config_;
  SessionTable& sessions_;
  std::function<void(SessionTable::Id)> end_session_;
  std::vector<rpc::srvsvc::ShareInfo> shares_;
};

}  // namespace lunsim::smb_server
