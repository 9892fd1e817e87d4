#include "initiator/smb_client/net_session.hpp"

namespace lunsim::smb_client {

using namespace rpc::srvsvc;

namespace {

constexpr std::uint32_t kErrorMoreData = 234;
constexpr std::uint32_t kRpcBadStubData = 1783;
constexpr std::uint32_t kNerrClientNameNotFound = 2312;

}  // namespace

std::vector<std::byte> session_enum_stub(const SessionQuery& query) {
  EnumRequest request;
  request.server = query.server;
  request.qualifiers = {query.client, query.user};
  request.level = query.level;
  request.preferred_maximum_length = query.preferred_maximum_length;
  request.resume_handle = query.resume_handle;
  return encode(Opnum::session_enum, request);
}

SessionList session_list(const Outcome& outcome, std::uint32_t level) {
  SessionList list;
  list.code = win32_code(outcome);
  if (outcome.kind != Outcome::Kind::answered) return list;
  const auto response = decode_enum_response<SessionInfo>(outcome.stub);
  if (!response || response->level != level) {
    list.code = kRpcBadStubData;
    return list;
  }
  list.code = response->status;
  list.total_entries = response->total_entries;
  list.resume_handle = response->resume_handle;
  if (list.code == 0 || list.code == kErrorMoreData) list.entries = response->entries;
  return list;
}

std::uint32_t one_session(SessionList& list) {
  if (list.code != 0 && list.code != kErrorMoreData) return list.code;
  if (list.entries.empty()) return kNerrClientNameNotFound;
  list.entries.resize(1);
  return 0;
}

std::vector<std::byte> session_del_stub(const SessionDelRequest& request) {
  return encode(request);
}

std::uint32_t session_del_code(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::answered) return win32_code(outcome);
  const auto status = decode_status(outcome.stub);
  return status ? *status : kRpcBadStubData;
}

}  // namespace lunsim::smb_client
