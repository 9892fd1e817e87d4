// What the Net functions make of a server's answer: the code, and the records if there are some. An
// answer of another level than was asked, or one that does not decode, is RPC_X_BAD_STUB_DATA.
// Knows no buffer of a caller's (initiator/api) and no connection. lmshare.h, MS-SRVS §3.1.4
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "initiator/smb_client/outcome.hpp"
#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::smb_client {

inline constexpr std::uint32_t kErrorMoreData = 234;
inline constexpr std::uint32_t kRpcBadStubData = 1783;

template <class Record>
struct RecordList {
  std::uint32_t code = 0;  // NET_API_STATUS: 0, 234 and their entries, or why there are none
  std::vector<Record> entries;
  std::uint32_t total_entries = 0;
  std::optional<std::uint32_t> resume_handle;
};
template <class Record>
RecordList<Record> record_list(const Outcome& outcome, std::uint32_t level) {
  RecordList<Record> list;
  list.code = win32_code(outcome);
  if (outcome.kind != Outcome::Kind::answered) return list;
  auto response = rpc::srvsvc::decode_enum_response<Record>(outcome.stub);
  if (!response || response->level != level) {
    list.code = kRpcBadStubData;
    return list;
  }
  list.code = response->status;
  list.total_entries = response->total_entries;
  list.resume_handle = response->resume_handle;
  if (list.code == 0 || list.code == kErrorMoreData) list.entries = std::move(response->entries);
  return list;
}

template <class Record>
struct OneRecord {
  std::uint32_t code = 0;
  std::optional<Record> info;  // there if the code is 0
};
template <class Record>
OneRecord<Record> one_record(const Outcome& outcome, std::uint32_t level) {
  if (outcome.kind != Outcome::Kind::answered) return {win32_code(outcome), {}};
  auto response = rpc::srvsvc::decode_info_response<Record>(outcome.stub);
  if (!response || (response->status == 0 && (response->level != level || !response->info)))
    return {kRpcBadStubData, {}};
  if (response->status != 0) return {response->status, {}};
  return {0, std::move(response->info)};
}

/// Of a call that returns nothing else.
inline std::uint32_t status_code(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::answered) return win32_code(outcome);
  const auto status = rpc::srvsvc::decode_status(outcome.stub);
  return status ? *status : kRpcBadStubData;
}

}  // namespace lunsim::smb_client
