// NetFileEnum, NetFileGetInfo, NetFileClose and NetConnectionEnum over this thread's network.
// lmshare.h, MS-SRVS §3.1.4.1 to §3.1.4.4
#include "initiator/api/include/lmshare.h"
#include "initiator/api/net_face.hpp"

namespace {

using namespace lunsim;
using rpc::srvsvc::ConnectionInfo;
using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::FileInfo;
using rpc::srvsvc::FileRequest;
using rpc::srvsvc::Opnum;

}  // namespace

extern "C" {

NET_API_STATUS NET_API_FUNCTION NetFileEnum(LMSTR servername, LMSTR basepath, LMSTR username,
                                            DWORD level, LPBYTE* bufptr, DWORD prefmaxlen,
                                            LPDWORD entriesread, LPDWORD totalentries,
                                            PDWORD_PTR resume_handle) {
  return api::net_function([&]() -> NET_API_STATUS {
    const api::ListPlaces places{bufptr, entriesread, totalentries};
    if (!places.clear()) return ERROR_INVALID_PARAMETER;
    if (!api::is_list_level<FileInfo>(level)) return ERROR_INVALID_LEVEL;
    EnumRequest request;
    request.level = level;
    request.qualifiers.resize(2);
    if (!api::read_name(servername, request.server) ||
        !api::read_name(basepath, request.qualifiers[0]) ||
        !api::read_name(username, request.qualifiers[1]))
      return ERROR_INVALID_PARAMETER;
    return api::enumerate<FileInfo>(Opnum::file_enum, std::move(request), places, prefmaxlen,
                                    resume_handle);
  });
}

NET_API_STATUS NET_API_FUNCTION NetFileGetInfo(LMSTR servername, DWORD fileid, DWORD level,
                                               LPBYTE* bufptr) {
  return api::net_function([&]() -> NET_API_STATUS {
    if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
    api::store(bufptr, LPBYTE{nullptr});
    if (FileInfo::fields(level).empty()) return ERROR_INVALID_LEVEL;
    FileRequest request{{}, fileid, level};
    if (!api::read_name(servername, request.server)) return ERROR_INVALID_PARAMETER;
    return api::get_info<FileInfo>(request.server, Opnum::file_get_info, encode(request), level,
                                   bufptr);
  });
}

NET_API_STATUS NET_API_FUNCTION NetFileClose(LMSTR servername, DWORD fileid) {
  return api::net_function([&]() -> NET_API_STATUS {
    FileRequest request{{}, fileid, {}};
    if (!api::read_name(servername, request.server)) return ERROR_INVALID_PARAMETER;
    return smb_client::status_code(api::ask(request.server, Opnum::file_close, encode(request)));
  });
}

NET_API_STATUS NET_API_FUNCTION NetConnectionEnum(LMSTR servername, LMSTR qualifier, DWORD level,
                                                  LPBYTE* bufptr, DWORD prefmaxlen,
                                                  LPDWORD entriesread, LPDWORD totalentries,
                                                  LPDWORD resume_handle) {
  return api::net_function([&]() -> NET_API_STATUS {
    const api::ListPlaces places{bufptr, entriesread, totalentries};
    if (!places.clear()) return ERROR_INVALID_PARAMETER;
    if (!api::is_list_level<ConnectionInfo>(level)) return ERROR_INVALID_LEVEL;
    EnumRequest request;
    request.level = level;
    request.qualifiers.resize(1);
    // The page wants a share or a computer: it is required.
    if (qualifier == nullptr || !api::read_name(servername, request.server) ||
        !api::read_name(qualifier, request.qualifiers[0]))
      return ERROR_INVALID_PARAMETER;
    return api::enumerate<ConnectionInfo>(Opnum::connection_enum, std::move(request), places,
                                          prefmaxlen, resume_handle);
  });
}

}  // extern "C"
