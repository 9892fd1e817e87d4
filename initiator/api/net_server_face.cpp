// NetShareEnum, NetShareGetInfo, NetServerGetInfo and NetRemoteTOD over this thread's network.
// lmshare.h, lmserver.h, lmremutl.h, MS-SRVS §3.1.4.8, §3.1.4.10, §3.1.4.17, §3.1.4.21
#include "initiator/api/include/lmremutl.h"
#include "initiator/api/include/lmserver.h"
#include "initiator/api/include/lmshare.h"
#include "initiator/api/net_face.hpp"

namespace {

using namespace lunsim;
using rpc::srvsvc::EnumRequest;
using rpc::srvsvc::Opnum;
using rpc::srvsvc::ServerInfo;
using rpc::srvsvc::ShareInfo;
using rpc::srvsvc::TimeOfDay;

TIME_OF_DAY_INFO structure(const TimeOfDay& time) {
  TIME_OF_DAY_INFO info{};
  info.tod_elapsedt = time.elapsed_s;
  info.tod_msecs = time.msecs;
  info.tod_hours = time.hours;
  info.tod_mins = time.mins;
  info.tod_secs = time.secs;
  info.tod_hunds = time.hunds;
  info.tod_timezone = time.timezone_min;
  info.tod_tinterval = time.tinterval;
  info.tod_day = time.day;
  info.tod_month = time.month;
  info.tod_year = time.year;
  info.tod_weekday = time.weekday;
  return info;
}

}  // namespace

extern "C" {

NET_API_STATUS NET_API_FUNCTION NetShareEnum(LMSTR servername, DWORD level, LPBYTE* bufptr,
                                             DWORD prefmaxlen, LPDWORD entriesread,
                                             LPDWORD totalentries, LPDWORD resume_handle) {
  return api::net_function([&]() -> NET_API_STATUS {
    const api::ListPlaces places{bufptr, entriesread, totalentries};
    if (!places.clear()) return ERROR_INVALID_PARAMETER;
    if (!api::is_list_level<ShareInfo>(level)) return ERROR_INVALID_LEVEL;
    EnumRequest request;
    request.level = level;
    if (!api::read_name(servername, request.server)) return ERROR_INVALID_PARAMETER;
    return api::enumerate<ShareInfo>(Opnum::share_enum, std::move(request), places, prefmaxlen,
                                     resume_handle);
  });
}

NET_API_STATUS NET_API_FUNCTION NetShareGetInfo(LMSTR servername, LMSTR netname, DWORD level,
                                                LPBYTE* bufptr) {
  return api::net_function([&]() -> NET_API_STATUS {
    if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
    api::store(bufptr, LPBYTE{nullptr});
    if (ShareInfo::fields(level).empty()) return ERROR_INVALID_LEVEL;
    rpc::srvsvc::ShareGetInfoRequest request;
    request.level = level;
    rpc::OptionalText name;
    if (!api::read_name(servername, request.server) || !api::read_name(netname, name) || !name)
      return ERROR_INVALID_PARAMETER;
    request.name = std::move(*name);
    return api::get_info<ShareInfo>(request.server, Opnum::share_get_info, encode(request), level,
                                    bufptr);
  });
}

NET_API_STATUS NET_API_FUNCTION NetServerGetInfo(LMSTR servername, DWORD level, LPBYTE* bufptr) {
  return api::net_function([&]() -> NET_API_STATUS {
    if (bufptr == nullptr) return ERROR_INVALID_PARAMETER;
    api::store(bufptr, LPBYTE{nullptr});
    if (ServerInfo::fields(level).empty()) return ERROR_INVALID_LEVEL;
    rpc::srvsvc::ServerGetInfoRequest request;
    request.level = level;
    if (!api::read_name(servername, request.server)) return ERROR_INVALID_PARAMETER;
    return api::get_info<ServerInfo>(request.server, Opnum::server_get_info, encode(request), level,
                                     bufptr);
  });
}

NET_API_STATUS NET_API_FUNCTION NetRemoteTOD(LMCSTR UncServerName, LPBYTE* BufferPtr) {
  return api::net_function([&]() -> NET_API_STATUS {
    if (BufferPtr == nullptr) return ERROR_INVALID_PARAMETER;
    api::store(BufferPtr, LPBYTE{nullptr});
    rpc::OptionalText server;
    if (!api::read_name(UncServerName, server)) return ERROR_INVALID_PARAMETER;
    const auto outcome =
        api::ask(server, Opnum::remote_tod, rpc::srvsvc::encode_remote_tod_request(server));
    if (outcome.kind != smb_client::Outcome::Kind::answered) return win32_code(outcome);
    const auto response = rpc::srvsvc::decode_remote_tod_response(outcome.stub);
    if (!response || (response->status == 0 && !response->time)) return smb_client::kRpcBadStubData;
    if (response->status != NERR_Success) return response->status;
    void* block = nullptr;
    if (const auto status = NetApiBufferAllocate(sizeof(TIME_OF_DAY_INFO), &block);
        status != NERR_Success)
      return status;
    const TIME_OF_DAY_INFO info = structure(*response->time);
    std::memcpy(block, &info, sizeof info);
    api::store(BufferPtr, static_cast<LPBYTE>(block));
    return NERR_Success;
  });
}

}  // extern "C"
