#include "target_sim/smb_server/srvsvc_service.hpp"

#include <algorithm>

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/paging.hpp"
#include "target_sim/smb_server/refusal.hpp"
#include "target_sim/smb_server/srvsvc_other.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

using namespace rpc::srvsvc;
using rpc::OptionalText;
using smb::ntlm::is_equal_without_case;

namespace {

constexpr std::size_t kStatusBytes = 4;  // an answer that is only a code

bool is_computer(std::u16string_view text) { return text.starts_with(u"\\\\"); }

ShareInfo share_info(const Share& share, const std::u16string& server) {
  ShareInfo info;
  info.netname = text16(share.name);
  info.type = share.type;
  info.remark = text16(share.remark);
  info.max_uses = share.max_uses;
  info.path = text16(share.path);
  info.passwd = u"";
  info.servername = server;
  return info;
}

}  // namespace

SrvsvcService::SrvsvcService(const ServerConfig& config, SessionTable& sessions,
                             std::function<void(SessionTable::Id)> end_session)
    : config_(config), sessions_(sessions), end_session_(std::move(end_session)) {
  for (const Share& share : config.shares) shares_.push_back(share_info(share, u"*"));
  shares_.push_back(
      share_info({"IPC$", "", "Remote IPC", kShareTypeIpc | kShareTypeSpecial}, u"*"));
}

SrvsvcService::Answer SrvsvcService::call(std::uint16_t opnum, rpc::Stub stub, Caller caller,
                                          TimePoint now) {
  const auto without_memory = [&] { return refusal_of(opnum, stub, kErrorNotEnoughMemory); };
  // What changes something is not begun without room for its answer.
  const bool is_deed = opnum == static_cast<std::uint16_t>(Opnum::session_del) ||
                       opnum == static_cast<std::uint16_t>(Opnum::file_close);
  if (is_deed && config_.memory_bytes < kStatusBytes) return without_memory();
  Answer answer = serve(opnum, stub, caller, now);
  if (answer && answer->size() > config_.memory_bytes) return without_memory();
  return answer;
}

SrvsvcService::Answer SrvsvcService::serve(std::uint16_t opnum, rpc::Stub stub, Caller caller,
                                           TimePoint now) {
  switch (static_cast<Opnum>(opnum)) {
    case Opnum::connection_enum:
      return connection_enum(stub, caller, now);
    case Opnum::file_enum:
      return file_enum(stub, caller);
    case Opnum::file_get_info:
      return file_get_info(stub, caller);
    case Opnum::file_close:
      return file_close(stub, caller);
    case Opnum::session_enum:
      return session_enum(stub, caller, now);
    case Opnum::session_del:
      return session_del(stub, caller);
    case Opnum::share_enum:
    case Opnum::share_enum_sticky:
      return share_enum(static_cast<Opnum>(opnum), stub, caller);
    case Opnum::share_get_info:
      return share_get_info(stub, caller);
    case Opnum::server_get_info:
      return server_get_info(stub, caller);
    case Opnum::remote_tod:
      return remote_tod(stub, now);
    case Opnum::name_validate:
      return name_validate(stub);
  }
  if (auto other = other_call(opnum, stub, shares_)) return std::move(*other);
  return tl::unexpected(rpc::kFaultOpRange);
}

// §3.1.4.5. The order of the checks is ours: access by level, so an unknown level comes first.
SrvsvcService::Answer SrvsvcService::session_enum(rpc::Stub stub, Caller caller,
                                                  TimePoint now) const {
  const auto request = decode_enum_request(Opnum::session_enum, stub);
  if (!request) return tl::unexpected(request.error());
  const auto refuse = [&](std::uint32_t status) { return refused<SessionInfo>(*request, status); };
  if (SessionInfo::fields(request->level).empty()) return refuse(kErrorInvalidLevel);
  const bool names_only = request->level == 0 || request->level == 10;
  if (caller < (names_only ? config_.access.session_names : config_.access.session_details))
    return refuse(kErrorAccessDenied);
  const OptionalText& client = request->qualifiers[0];
  const OptionalText& user = request->qualifiers[1];
  if (is_too_long(client) || is_too_long(user)) return refuse(kErrorInvalidParameter);
  if (is_given(client) && !is_computer(*client)) return refuse(kNerrInvalidComputer);

  const std::u16string name = without_backslashes(client.value_or(u""));
  std::vector<SessionInfo> list;
  for (const auto& [id, session] : sessions_.all())
    list.push_back(SessionTable::info(session, now));
  const std::uint32_t resume = request->resume_handle.value_or(0);
  if (resume != 0 && resume >= list.size()) return answer<SessionInfo>(*request, {});
  const auto passes = [&](std::size_t i) {
    return (!is_given(client) || is_equal_without_case(*list[i].cname, name)) &&
           (!is_given(user) || is_equal_without_case(*list[i].username, *user));
  };
  auto page = page_of(list, request->level, resume, request->preferred_maximum_length, passes);
  if (page.total_entries == 0 && (is_given(client) || is_given(user)))
    return refuse(is_given(client) ? kNerrClientNameNotFound : kNerrUserNotFound);
  return answer(*request, std::move(page));
}

// §3.1.4.6
SrvsvcService::Answer SrvsvcService::session_del(rpc::Stub stub, Caller caller) {
  const auto request = decode_session_del_request(stub);
  if (!request) return tl::unexpected(request.error());
  if (caller < config_.access.session_del) return encode_status(kErrorAccessDenied);
  const OptionalText& client = request->client;
  const OptionalText& user = request->user;
  if (is_too_long(client) || is_too_long(user)) return encode_status(kErrorInvalidParameter);
  if (!is_given(client) && !is_given(user)) return encode_status(kNerrClientNameNotFound);
  if (is_given(client) && !is_computer(*client)) return encode_status(kNerrClientNameNotFound);
  const std::u16string name = without_backslashes(client.value_or(u""));
  std::vector<SessionTable::Id> matching;
  for (const auto& [id, session] : sessions_.all()) {
    if (is_given(client) && !is_equal_without_case(session.client, name)) continue;
    if (is_given(user) && !is_equal_without_case(session.user, *user)) continue;
    matching.push_back(id);
  }
  for (const SessionTable::Id id : matching) {
    sessions_.remove(id);
    end_session_(id);
  }
  return encode_status(matching.empty() ? kNerrClientNameNotFound : kNerrSuccess);
}

// MS-SMB2 §3.3.4.16
ShareInfo SrvsvcService::counted(ShareInfo share) const {
  const auto is_its = [&](const auto& entry) {
    return is_equal_without_case(entry.second.share, *share.netname);
  };
  share.current_uses =
      static_cast<std::uint32_t>(std::ranges::count_if(sessions_.connections(), is_its));
  return share;
}

// §3.1.4.8, §3.1.4.9: nothing here outlives the server, so the sticky shares are the shares.
SrvsvcService::Answer SrvsvcService::share_enum(Opnum opnum, rpc::Stub stub, Caller caller) const {
  const auto request = decode_enum_request(opnum, stub);
  if (!request) return tl::unexpected(request.error());
  const std::uint32_t level = request->level;
  const auto refuse = [&](std::uint32_t status) { return refused<ShareInfo>(*request, status); };
  const bool has_level = level != 1005 && (level != 501 || opnum == Opnum::share_enum);
  if (!has_level || ShareInfo::fields(level).empty()) return refuse(kErrorInvalidLevel);
  const bool names_only = level == 0 || level == 1 || level == 501;
  Caller least = names_only ? config_.access.share_names : config_.access.share_details;
  // Windows lists level 501 to nobody without a name.
  if (level == 501) least = std::max(least, Caller::guest);
  if (caller < least) return refuse(kErrorAccessDenied);
  const std::uint32_t resume = request->resume_handle.value_or(0);
  std::vector<ShareInfo> list;
  for (const ShareInfo& share : shares_) list.push_back(counted(share));
  return answer(*request, page_of(list, level, resume, request->preferred_maximum_length,
                                  [](std::size_t) { return true; }));
}

// §3.1.4.10
SrvsvcService::Answer SrvsvcService::share_get_info(rpc::Stub stub, Caller caller) const {
  const auto request = decode_share_get_info_request(stub);
  if (!request) return tl::unexpected(request.error());
  const std::uint32_t level = request->level;
  const auto refuse = [&](std::uint32_t status) {
    return encode(InfoResponse<ShareInfo>{level, std::nullopt, status});
  };
  if (request->name.empty()) return refuse(kErrorInvalidParameter);
  if (ShareInfo::fields(level).empty()) return refuse(kErrorInvalidLevel);
  const bool names_only = level == 0 || level == 1 || level == 501 || level == 1005;
  if (caller < (names_only ? config_.access.share_names : config_.access.share_details))
    return refuse(kErrorAccessDenied);
  for (const ShareInfo& share : shares_)
    if (is_equal_without_case(*share.netname, request->name))
      return encode(InfoResponse<ShareInfo>{level, counted(share), kNerrSuccess});
  return refuse(kNerrNetNameNotFound);
}

// §3.1.4.17. Levels 502 and 503 are settings of a service that does not exist here: refused as
// levels.
SrvsvcService::Answer SrvsvcService::server_get_info(rpc::Stub stub, Caller caller) const {
  constexpr std::uint32_t kWorkstationServerNt =
      0x0000'1003;  // workstation, server, NT workstation
  constexpr std::uint32_t kServerNt = 0x0000'8000;
  const auto request = decode_server_get_info_request(stub);
  if (!request) return tl::unexpected(request.error());
  const std::uint32_t level = request->level;
  const auto refuse = [&](std::uint32_t status) {
    return encode(InfoResponse<ServerInfo>{level, std::nullopt, status});
  };
  if (request->server && request->server->size() >= kNameUnitsMax)
    return refuse(kErrorInvalidParameter);
  if (ServerInfo::fields(level).empty()) return refuse(kErrorInvalidLevel);
  const bool names_only = level <= 101;
  if (caller < (names_only ? config_.access.server_names : config_.access.server_details))
    return refuse(kErrorAccessDenied);
  ServerInfo info;
  info.name = request->server ? *request->server : text16(config_.name);
  info.version_major = config_.version_major;
  info.version_minor = config_.version_minor;
  info.type = kWorkstationServerNt | kServerNt;
  info.comment = text16(config_.comment);
  info.users = 0xffff'ffff;
  info.disc = 15;
  info.announce = 240;
  info.anndelta = 3000;
  info.userpath = u"c:\\";
  return encode(InfoResponse<ServerInfo>{level, info, kNerrSuccess});
}

// §3.1.4.32. Lengths and characters of share names are judged; other kinds of name by length only.
SrvsvcService::Answer SrvsvcService::name_validate(rpc::Stub stub) const {
  constexpr std::uint32_t kNameTypeShare = 9, kNameTypeMax = 14;
  constexpr std::uint32_t kOldStyle = 0x8000'0000;
  const auto request = decode_name_validate_request(stub);
  if (!request) return tl::unexpected(request.error());
  if (request->name_type == 0 || request->name_type >= kNameTypeMax ||
      (request->flags & ~kOldStyle) != 0)
    return encode_status(kErrorInvalidParameter);
  const bool is_old = (request->flags & kOldStyle) != 0;
  constexpr std::u16string_view kForbidden = u"\"/\\[]:|<>+=;,*?";
  const std::size_t longest = request->name_type == kNameTypeShare ? (is_old ? 13 : 80) : 256;
  const bool is_bad = request->name.empty() || request->name.size() > longest ||
                      request->name.find_first_of(kForbidden) != request->name.npos;
  return encode_status(is_bad ? kErrorInvalidName : kNerrSuccess);
}

}  // namespace lunsim::smb_server
