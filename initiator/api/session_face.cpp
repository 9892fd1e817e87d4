// NetSessionEnum, NetSessionGetInfo and NetSessionDel over this thread's network. Arguments are
// judged here as far as the documents judge them before anything leaves; the rest is the server's.
// lmshare.h
#include "initiator/api/include/lmerr.h"
#include "initiator/api/include/lmshare.h"
#include "initiator/api/record_image.hpp"
#include "initiator/smb_client/net_session.hpp"
#include "initiator/smb_client/network.hpp"

namespace {

using namespace lunsim;
using rpc::srvsvc::Opnum;
using rpc::srvsvc::SessionInfo;

rpc::OptionalText text_of(LMSTR text) {
  return text == nullptr ? rpc::OptionalText{} : rpc::OptionalText{text};
}

smb_client::SessionList enumerate(const smb_client::SessionQuery& query) {
  smb_client::SessionList list;
  smb_client::Network* network = smb_client::current_network();
  if (network == nullptr) {
    list.code = NERR_WkstaNotStarted;
    return list;
  }
  const auto outcome = network->call(query.server, static_cast<std::uint16_t>(Opnum::session_enum),
                                     session_enum_stub(query));
  return session_list(outcome, query.level);
}

}  // namespace

extern "C" {

NET_API_STATUS NetSessionEnum(LMSTR servername, LMSTR UncClientName, LMSTR username, DWORD level,
                              LPBYTE* bufptr, DWORD prefmaxlen, LPDWORD entriesread,
                              LPDWORD totalentries, LPDWORD resume_handle) {
  if (bufptr == nullptr || entriesread == nullptr || totalentries == nullptr)
    return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;
  *entriesread = *totalentries = 0;
  if (SessionInfo::fields(level).empty()) return ERROR_INVALID_LEVEL;
  smb_client::SessionQuery query{
      text_of(servername), text_of(UncClientName), text_of(username), level, prefmaxlen, {}};
  if (resume_handle != nullptr) query.resume_handle = *resume_handle;
  const auto list = enumerate(query);
  if (list.code != NERR_Success && list.code != ERROR_MORE_DATA) return list.code;
  if (const auto status =
          api::RecordImage<SessionInfo>::make(SessionInfo::fields(level), list.entries, bufptr);
      status != NERR_Success)
    return status;
  *entriesread = static_cast<DWORD>(list.entries.size());
  *totalentries = list.total_entries;
  if (resume_handle != nullptr && list.resume_handle) *resume_handle = *list.resume_handle;
  return list.code;
}

NET_API_STATUS NetSessionGetInfo(LMSTR servername, LMSTR UncClientName, LMSTR username, DWORD level,
                                 LPBYTE* bufptr) {
  if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
  *bufptr = nullptr;
  // 502 is a level of the enumeration, not of this page.
  if (level == 502 || SessionInfo::fields(level).empty()) return ERROR_INVALID_LEVEL;
  if (UncClientName == nullptr || username == nullptr || *UncClientName == 0 || *username == 0)
    return ERROR_INVALID_PARAMETER;
  auto list = enumerate({text_of(servername),
                         text_of(UncClientName),
                         text_of(username),
                         level,
                         MAX_PREFERRED_LENGTH,
                         {}});
  if (const auto code = smb_client::one_session(list); code != NERR_Success) return code;
  return api::RecordImage<SessionInfo>::make(SessionInfo::fields(level), list.entries, bufptr);
}

NET_API_STATUS NetSessionDel(LMSTR servername, LMSTR UncClientName, LMSTR username) {
  smb_client::Network* network = smb_client::current_network();
  if (network == nullptr) return NERR_WkstaNotStarted;
  const auto server = text_of(servername);
  const auto stub =
      smb_client::session_del_stub({server, text_of(UncClientName), text_of(username)});
  return smb_client::session_del_code(
      network->call(server, static_cast<std::uint16_t>(Opnum::session_del), stub));
}

}  // extern "C"
