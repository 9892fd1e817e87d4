// What the Net functions have in common: names of callers, enumerations with their out parameters,
// and calls about one thing. Arguments are judged here as far as the documents judge them before
// anything leaves; the rest is the server's. lmshare.h
#pragma once

#include <utility>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/include/lmerr.h"
#include "initiator/api/net_function.hpp"
#include "initiator/api/record_image.hpp"
#include "initiator/smb_client/net_calls.hpp"
#include "initiator/smb_client/network.hpp"

namespace lunsim::api {

/// Longer names of callers are refused; no server takes more than 1,024.
inline constexpr std::size_t kNameCharactersMax = 32'767;

/// Null stays empty.
/// Errors   false for a name without an end in sight
bool read_name(LMCSTR name, rpc::OptionalText& into);

/// Asks the server that `server` means. Without a network the workstation is not started.
smb_client::Outcome ask(const rpc::OptionalText& server, rpc::srvsvc::Opnum opnum,
                        std::vector<std::byte> stub);

/// The out parameters of an enumeration.
struct ListPlaces {
  LPBYTE* bufptr = nullptr;
  LPDWORD entriesread = nullptr;
  LPDWORD totalentries = nullptr;

  /// False if one is missing; otherwise nothing stands in any.
  bool clear() const {
    if (bufptr == nullptr || entriesread == nullptr || totalentries == nullptr) return false;
    store(bufptr, LPBYTE{nullptr});
    store(entriesread, DWORD{0});
    store(totalentries, DWORD{0});
    return true;
  }
};

/// Levels of an enumeration: SHARE_INFO_1005 is none.
template <class Record>
bool is_list_level(DWORD level) {
  return level != 1005 && !Record::fields(level).empty();
}

/// Shape    `request` has names and level; `places` are cleared; `resume` may be null
template <class Record, class Handle>
NET_API_STATUS enumerate(rpc::srvsvc::Opnum opnum, rpc::srvsvc::EnumRequest request,
                         const ListPlaces& places, DWORD prefmaxlen, Handle* resume) {
  request.preferred_maximum_length = prefmaxlen;
  if (resume != nullptr) request.resume_handle = static_cast<std::uint32_t>(load(resume));
  const auto outcome = ask(request.server, opnum, encode(opnum, request));
  const auto list = smb_client::record_list<Record>(outcome, request.level);
  if (list.code != NERR_Success && list.code != ERROR_MORE_DATA) return list.code;
  LPBYTE block = nullptr;
  if (const auto status =
          RecordImage<Record>::make(Record::fields(request.level), list.entries, &block);
      status != NERR_Success)
    return status;
  store(places.bufptr, block);
  store(places.entriesread, static_cast<DWORD>(list.entries.size()));
  store(places.totalentries, static_cast<DWORD>(list.total_entries));
  if (resume != nullptr && list.resume_handle)
    store(resume, static_cast<Handle>(*list.resume_handle));
  return list.code;
}

/// One structure in a block of its own; `*bufptr` is null unless it succeeds.
template <class Record>
NET_API_STATUS hand_out(const Record& record, DWORD level, LPBYTE* bufptr) {
  LPBYTE block = nullptr;
  const auto status = RecordImage<Record>::make(Record::fields(level), {record}, &block);
  store(bufptr, block);
  return status;
}

template <class Record>
NET_API_STATUS get_info(const rpc::OptionalText& server, rpc::srvsvc::Opnum opnum,
                        std::vector<std::byte> stub, DWORD level, LPBYTE* bufptr) {
  const auto outcome = ask(server, opnum, std::move(stub));
  const auto one = smb_client::one_record<Record>(outcome, level);
  if (one.code != NERR_Success) return one.code;
  return hand_out(*one.info, level, bufptr);
}

}  // namespace lunsim::api
