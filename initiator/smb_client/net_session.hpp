// What the NetSession functions ask of a server and make of its answer, between the caller's
// arguments and a stub. Knows no buffer of a caller's (initiator/api) and no connection. lmshare.h,
// MS-SRVS §3.1.4.5, §3.1.4.6
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "initiator/smb_client/outcome.hpp"
#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_client {

struct SessionQuery {
  rpc::OptionalText server;  // as the caller named it; a server ignores it
  rpc::OptionalText client;
  rpc::OptionalText user;
  std::uint32_t level = 10;
  std::uint32_t preferred_maximum_length = rpc::srvsvc::kMaxPreferredLength;
  std::optional<std::uint32_t> resume_handle;
};
std::vector<std::byte> session_enum_stub(const SessionQuery& query);

struct SessionList {
  std::uint32_t code = 0;  // NET_API_STATUS: 0, 234 and their entries, or why there are none
  std::vector<rpc::srvsvc::SessionInfo> entries;
  std::uint32_t total_entries = 0;
  std::optional<std::uint32_t> resume_handle;
};
/// An answer of another level than was asked, or one that does not decode, is RPC_X_BAD_STUB_DATA.
SessionList session_list(const Outcome& outcome, std::uint32_t level);

/// NetSessionGetInfo has no call of its own: it is an enumeration by both names, and the first of
/// what comes. Returns  the code; 2312 where a server says success and gives nothing
std::uint32_t one_session(SessionList& list);

std::vector<std::byte> session_del_stub(const rpc::srvsvc::SessionDelRequest& request);
std::uint32_t session_del_code(const Outcome& outcome);

}  // namespace lunsim::smb_client
