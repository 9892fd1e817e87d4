// NetSessionEnum, NetSessionGetInfo and NetSessionDel over this thread's network. lmshare.h,
// MS-SRVS §3.1.4.5, §3.1.4.6
#include "initiator/api/include/lmshare.h"
#include "initiator/api/net_face.hpp"

namespace {

using namespace lunsim;
using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::Opnum;
using rpc::srvsvc::SessionInfo;

/// 502 is a level of the enumeration, not of NetSessionGetInfo's page.
bool is_info_level(DWORD level) { return level != 502 && !SessionInfo::fields(level).empty(); }

bool is_missing(const rpc::OptionalText& name) { return !name || name->empty(); }

}  // namespace

extern "C" {

NET_API_STATUS NET_API_FUNCTION NetSessionEnum(LMSTR servername, LMSTR UncClientName,
                                               LMSTR username, DWORD level, LPBYTE* bufptr,
                                               DWORD prefmaxlen, LPDWORD entriesread,
                                               LPDWORD totalentries, LPDWORD resume_handle) {
  return api::net_function([&]() -> NET_API_STATUS {
    const api::ListPlaces places{bufptr, entriesread, totalentries};
    if (!places.clear()) return ERROR_INVALID_PARAMETER;
    if (!api::is_list_level<SessionInfo>(level)) return ERROR_INVALID_LEVEL;
    EnumRequest request;
    request.level = level;
    request.qualifiers.resize(2);
    if (!api::read_name(servername, request.server) ||
        !api::read_name(UncClientName, request.qualifiers[0]) ||
        !api::read_name(username, request.qualifiers[1]))
      return ERROR_INVALID_PARAMETER;
    return api::enumerate<SessionInfo>(Opnum::session_enum, std::move(request), places, prefmaxlen,
                                       resume_handle);
  });
}

/// It has no call of its own: it is an enumeration by both names, and the first of what comes.
NET_API_STATUS NET_API_FUNCTION NetSessionGetInfo(LMSTR servername, LMSTR UncClientName,
                                                  LMSTR username, DWORD level, LPBYTE* bufptr) {
  return api::net_function([&]() -> NET_API_STATUS {
    if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
    api::store(bufptr, LPBYTE{nullptr});
    if (!is_info_level(level)) return ERROR_INVALID_LEVEL;
    EnumRequest request;
    request.level = level;
    request.qualifiers.resize(2);
    if (!api::read_name(servername, request.server) ||
        !api::read_name(UncClientName, request.qualifiers[0]) ||
        !api::read_name(username, request.qualifiers[1]) || is_missing(request.qualifiers[0]) ||
        is_missing(request.qualifiers[1]))
      return ERROR_INVALID_PARAMETER;
    const auto outcome =
        api::ask(request.server, Opnum::session_enum, encode(Opnum::session_enum, request));
    const auto list = smb_client::record_list<SessionInfo>(outcome, level);
    if (list.code != NERR_Success && list.code != ERROR_MORE_DATA) return list.code;
    // A server that says success and gives nothing has no such session.
    if (list.entries.empty()) return NERR_ClientNameNotFound;
    return api::hand_out(list.entries.front(), level, bufptr);
  });
}

NET_API_STATUS NET_API_FUNCTION NetSessionDel(LMSTR servername, LMSTR UncClientName,
                                              LMSTR username) {
  return api::net_function([&]() -> NET_API_STATUS {
    rpc::srvsvc::SessionDelRequest request;
    if (!api::read_name(servername, request.server) ||
        !api::read_name(UncClientName, request.client) || !api::read_name(username, request.user))
      return ERROR_INVALID_PARAMETER;
    return smb_client::status_code(api::ask(request.server, Opnum::session_del, encode(request)));
  });
}

}  // extern "C"
