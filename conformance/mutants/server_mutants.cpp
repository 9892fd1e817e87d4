#include "conformance/mutants/server_mutants.hpp"

#include <algorithm>
#include <array>

#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::conformance {
namespace {

using namespace rpc::srvsvc;
using rpc::OptionalText;
using smb_server::Caller;
using smb_server::MessageTap;
using smb_server::SessionTable;
using smb_server::TappedCall;
using Answer = MessageTap::Answer;
using Routine = MessageTap::Routine;
using Bend = Answer (*)(const TappedCall&, SessionTable&, const Routine&);

constexpr std::uint32_t kAnyCode = 0xffff'ffff;

/// The code at the end of an answer: `from` becomes `to`.
template <std::uint32_t from, std::uint32_t to, std::uint32_t or_from = kAnyCode>
Answer says(const TappedCall& call, SessionTable&, const Routine& routine) {
  Answer answer = routine(call.stub, call.caller);
  if (!answer || answer->size() < 4) return answer;
  const auto end = std::span(*answer).last(4);
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < 4; ++i) code |= std::to_integer<std::uint32_t>(end[i]) << (8 * i);
  if (code != from && code != or_from) return answer;
  for (std::size_t i = 0; i < 4; ++i) end[i] = static_cast<std::byte>((to >> (8 * i)) & 0xff);
  return answer;
}

Answer lets_all(const TappedCall& call, SessionTable&, const Routine& routine) {
  return routine(call.stub, Caller::administrator);
}

/// An enumeration asked otherwise.
template <Opnum opnum, class Change>
Answer asked(const TappedCall& call, const Routine& routine, Change change) {
  auto request = decode_enum_request(opnum, call.stub);
  if (!request) return tl::unexpected(request.error());
  change(*request);
  return routine(encode(opnum, *request), call.caller);
}
/// An enumeration answered otherwise.
template <class Record, class Change>
Answer answered(Answer answer, Change change) {
  if (!answer) return answer;
  auto response = decode_enum_response<Record>(*answer);
  if (!response) return answer;
  change(*response);
  return encode(*response);
}
template <class Record, class Change>
Answer answered(const TappedCall& call, const Routine& routine, Change change) {
  return answered<Record>(routine(call.stub, call.caller), change);
}
/// Every entry of an answer at this level changed.
template <class Record, std::uint32_t level, auto member>
Answer without(const TappedCall& call, SessionTable&, const Routine& routine) {
  return answered<Record>(call, routine, [](EnumResponse<Record>& response) {
    if (response.level != level) return;
    for (Record& entry : response.entries) entry.*member = {};
  });
}
template <Opnum opnum, std::size_t qualifier>
Answer ignores(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<opnum>(call, routine,
                      [](EnumRequest& request) { request.qualifiers[qualifier] = std::nullopt; });
}

std::u16string with_backslashes(const std::u16string& name) {
  const std::size_t begin = name.find_first_not_of(u'\\');
  return begin == name.npos ? name : u"\\\\" + name.substr(begin);
}
void add_backslashes(OptionalText& name) {
  if (name && !name->empty()) name = with_backslashes(*name);
}
bool is_its_name(const OptionalText& server) { return server == u"\\\\FAKESRV"; }

// --- NetrSessionEnum ---

Answer enum_takes_bare_names(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(
      call, routine, [](EnumRequest& request) { add_backslashes(request.qualifiers[0]); });
}
Answer enum_user_forgotten(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(call, routine, [](EnumRequest& request) {
    if (request.qualifiers[0]) request.qualifiers[1] = std::nullopt;
  });
}
Answer enum_page_anyway(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(
      call, routine, [](EnumRequest& request) { request.preferred_maximum_length = 1000; });
}
Answer enum_total_of_all(const TappedCall& call, SessionTable&, const Routine& routine) {
  return answered<SessionInfo>(call, routine, [](auto& response) { ++response.total_entries; });
}
Answer enum_skips_first(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(call, routine, [](EnumRequest& request) {
    if (request.resume_handle.value_or(0) == 0) request.resume_handle = 1;
  });
}
Answer enum_begins_anew(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(call, routine, [](EnumRequest& request) {
    if (request.resume_handle) request.resume_handle = 0;
  });
}
Answer enum_handle_invalid(const TappedCall& call, SessionTable& sessions, const Routine& routine) {
  const auto request = decode_enum_request(Opnum::session_enum, call.stub);
  if (!request || request->resume_handle.value_or(0) < sessions.all().size())
    return routine(call.stub, call.caller);
  return encode(EnumResponse<SessionInfo>{request->level, {}, 0, request->resume_handle, 87});
}
Answer enum_handle_unchanged(const TappedCall& call, SessionTable&, const Routine& routine) {
  return answered<SessionInfo>(call, routine, [](auto& response) {
    if (response.resume_handle) response.resume_handle = 0;
  });
}
Answer enum_wants_its_name(const TappedCall& call, SessionTable&, const Routine& routine) {
  const auto request = decode_enum_request(Opnum::session_enum, call.stub);
  if (!request || is_its_name(request->server)) return routine(call.stub, call.caller);
  return encode(EnumResponse<SessionInfo>{request->level, {}, 0, request->resume_handle, 53});
}
Answer enum_counts_matches(const TappedCall& call, SessionTable&, const Routine& routine) {
  std::uint32_t resume = 0;
  Answer whole = asked<Opnum::session_enum>(call, routine, [&](EnumRequest& request) {
    resume = request.resume_handle.value_or(0);
    if (request.resume_handle) request.resume_handle = 0;
  });
  return answered<SessionInfo>(std::move(whole), [&](auto& response) {
    const auto gone = std::min<std::size_t>(resume, response.entries.size());
    response.entries.erase(response.entries.begin(),
                           response.entries.begin() + static_cast<std::ptrdiff_t>(gone));
    response.total_entries -= static_cast<std::uint32_t>(gone);
  });
}
Answer enum_empty_is_a_name(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::session_enum>(call, routine, [](EnumRequest& request) {
    for (OptionalText& name : request.qualifiers)
      if (name && name->empty()) name = u"\\\\ ";
  });
}

// --- NetrSessionDel ---

Answer del_takes_bare_names(const TappedCall& call, SessionTable&, const Routine& routine) {
  auto request = decode_session_del_request(call.stub);
  if (!request) return tl::unexpected(request.error());
  add_backslashes(request->client);
  return routine(encode(*request), call.caller);
}
Answer del_ends_all(const TappedCall& call, SessionTable& sessions, const Routine& routine) {
  const auto request = decode_session_del_request(call.stub);
  if (!request || !request->client.value_or(u"").empty() || !request->user.value_or(u"").empty())
    return routine(call.stub, call.caller);
  sessions.end(u"", u"");
  return encode_status(0);
}
Answer del_ends_others(const TappedCall& call, SessionTable& sessions, const Routine& routine) {
  sessions.end(u"WS1", u"");
  return routine(call.stub, call.caller);
}
Answer del_ends_one(const TappedCall& call, SessionTable& sessions, const Routine&) {
  const auto request = decode_session_del_request(call.stub);
  for (const auto& [id, session] : sessions.all()) {
    if (!request || session.user != request->user) continue;
    sessions.remove(id);
    break;
  }
  return encode_status(0);
}
Answer del_wants_its_name(const TappedCall& call, SessionTable&, const Routine& routine) {
  const auto request = decode_session_del_request(call.stub);
  if (!request || is_its_name(request->server)) return routine(call.stub, call.caller);
  return encode_status(53);
}
/// NetrSessionDel, NetrFileClose: nothing happens.
Answer says_only(const TappedCall&, SessionTable&, const Routine&) { return encode_status(0); }

// --- the others ---

Answer connections_of_all_shares(const TappedCall& call, SessionTable&, const Routine& routine) {
  Answer more = asked<Opnum::connection_enum>(
      call, routine, [](EnumRequest& request) { request.qualifiers[0] = u"\\\\WS1"; });
  return answered<ConnectionInfo>(call, routine, [&](EnumResponse<ConnectionInfo>& response) {
    const auto others = decode_enum_response<ConnectionInfo>(*more);
    response.entries.insert(response.entries.end(), others->entries.begin(), others->entries.end());
  });
}
Answer connections_of_no_computers(const TappedCall& call, SessionTable&, const Routine& routine) {
  return asked<Opnum::connection_enum>(call, routine, [](EnumRequest& request) {
    OptionalText& name = request.qualifiers[0];
    if (name && name->starts_with(u"\\\\")) name = name->substr(2);
  });
}
Answer server_own_name(const TappedCall& call, SessionTable&, const Routine& routine) {
  auto request = decode_server_get_info_request(call.stub);
  if (!request) return tl::unexpected(request.error());
  request->server = std::nullopt;
  return routine(encode(*request), call.caller);
}

struct ServerMutant {
  std::string_view name;
  Opnum opnum;
  Bend bend;
};

constexpr std::uint32_t kOk = 0, kMemory = 8, kParameter = 87, kLevel = 124, kMore = 234,
                        kUser = 2221, kShare = 2310, kClient = 2312, kFile = 2314, kNoFile = 2;

constexpr std::array kMutants{
    ServerMutant{"s12_r1_no_name", Opnum::session_enum,
                 without<SessionInfo, 0, &SessionInfo::cname>},
    ServerMutant{"s12_r2_no_opens", Opnum::session_enum,
                 without<SessionInfo, 1, &SessionInfo::num_opens>},
    ServerMutant{"s12_r3_never_idle", Opnum::session_enum,
                 without<SessionInfo, 2, &SessionInfo::idle_time_s>},
    ServerMutant{"s12_r4_no_time", Opnum::session_enum,
                 without<SessionInfo, 10, &SessionInfo::time_s>},
    ServerMutant{"s12_r5_no_transport", Opnum::session_enum,
                 without<SessionInfo, 502, &SessionInfo::transport>},
    ServerMutant{"s12_r6_takes_any_level", Opnum::session_enum, says<kLevel, kOk>},
    ServerMutant{"s12_r7_ignores_client", Opnum::session_enum, ignores<Opnum::session_enum, 0>},
    ServerMutant{"s12_r8_takes_bare_names", Opnum::session_enum, enum_takes_bare_names},
    ServerMutant{"s12_r9_client_unbounded", Opnum::session_enum, says<kParameter, kClient>},
    ServerMutant{"s12_r10_ignores_user", Opnum::session_enum, ignores<Opnum::session_enum, 1>},
    ServerMutant{"s12_r11_user_unbounded", Opnum::session_enum, says<kParameter, kUser>},
    ServerMutant{"s12_r12_user_forgotten", Opnum::session_enum, enum_user_forgotten},
    ServerMutant{"s12_r13_success", Opnum::session_enum, says<kClient, kOk, kUser>},
    ServerMutant{"s12_r14_page_anyway", Opnum::session_enum, enum_page_anyway},
    ServerMutant{"s12_r15_says_success", Opnum::session_enum, says<kMore, kOk>},
    ServerMutant{"s12_r16_total_of_all", Opnum::session_enum, enum_total_of_all},
    ServerMutant{"s12_r17_skips_first", Opnum::session_enum, enum_skips_first},
    ServerMutant{"s12_r18_begins_anew", Opnum::session_enum, enum_begins_anew},
    ServerMutant{"s12_r19_invalid", Opnum::session_enum, enum_handle_invalid},
    ServerMutant{"s12_r20_handle_unchanged", Opnum::session_enum, enum_handle_unchanged},
    ServerMutant{"s12_r21_lets_all", Opnum::session_enum, lets_all},
    ServerMutant{"s12_r22_wants_its_name", Opnum::session_enum, enum_wants_its_name},
    ServerMutant{"s12_r23_counts_matches", Opnum::session_enum, enum_counts_matches},
    ServerMutant{"s12_r24_empty_is_a_name", Opnum::session_enum, enum_empty_is_a_name},
    ServerMutant{"s13_r1_takes_bare_names", Opnum::session_del, del_takes_bare_names},
    ServerMutant{"s13_r2_client_unbounded", Opnum::session_del, says<kParameter, kClient>},
    ServerMutant{"s13_r3_user_unbounded", Opnum::session_del, says<kParameter, kClient>},
    ServerMutant{"s13_r4_ends_all", Opnum::session_del, del_ends_all},
    ServerMutant{"s13_r5_ends_others", Opnum::session_del, del_ends_others},
    ServerMutant{"s13_r6_ends_one", Opnum::session_del, del_ends_one},
    ServerMutant{"s13_r7_success", Opnum::session_del, says<kClient, kOk>},
    ServerMutant{"s13_r8_lets_all", Opnum::session_del, lets_all},
    ServerMutant{"s13_r9_wants_its_name", Opnum::session_del, del_wants_its_name},
    ServerMutant{"s13_r10_only_the_list", Opnum::session_del, says_only},
    ServerMutant{"s8_r1_all_shares", Opnum::connection_enum, connections_of_all_shares},
    ServerMutant{"s8_r2_no_computers", Opnum::connection_enum, connections_of_no_computers},
    ServerMutant{"s8_r3_success", Opnum::connection_enum, says<kParameter, kOk>},
    ServerMutant{"s8_r4_unbounded", Opnum::connection_enum, says<kParameter, kOk>},
    ServerMutant{"s8_r5_takes_any_level", Opnum::connection_enum, says<kLevel, kOk>},
    ServerMutant{"s8_r6_lets_all", Opnum::connection_enum, lets_all},
    ServerMutant{"s9_r1_ignores_path", Opnum::file_enum, ignores<Opnum::file_enum, 0>},
    ServerMutant{"s9_r2_ignores_user", Opnum::file_enum, ignores<Opnum::file_enum, 1>},
    ServerMutant{"s9_r3_takes_any_level", Opnum::file_enum, says<kLevel, kOk>},
    ServerMutant{"s9_r4_says_success", Opnum::file_enum, says<kMore, kOk>},
    ServerMutant{"s9_r5_lets_all", Opnum::file_enum, lets_all},
    ServerMutant{"s9_r6_unbounded", Opnum::file_enum, says<kParameter, kOk>},
    ServerMutant{"s9_r7_success", Opnum::file_enum, says<kMore, kOk>},
    ServerMutant{"s10_r1_success", Opnum::file_get_info, says<kNoFile, kOk>},
    ServerMutant{"s10_r2_takes_any_level", Opnum::file_get_info, says<kLevel, kOk>},
    ServerMutant{"s10_r3_lets_all", Opnum::file_get_info, lets_all},
    ServerMutant{"s11_r1_success", Opnum::file_close, says<kFile, kOk>},
    ServerMutant{"s11_r2_says_only", Opnum::file_close, says_only},
    ServerMutant{"s11_r3_lets_all", Opnum::file_close, lets_all},
    ServerMutant{"s15_r1_no_remark", Opnum::share_enum, without<ShareInfo, 1, &ShareInfo::remark>},
    ServerMutant{"s15_r2_takes_any_level", Opnum::share_enum, says<kLevel, kOk>},
    ServerMutant{"s15_r3_says_success", Opnum::share_enum, says<kMore, kOk>},
    ServerMutant{"s36_r1_takes_501", Opnum::share_enum_sticky, says<kLevel, kOk>},
    ServerMutant{"s36_r2_success", Opnum::share_enum_sticky, says<kMore, kOk>},
    ServerMutant{"s16_r1_success", Opnum::share_get_info, says<kShare, kOk>},
    ServerMutant{"s16_r2_takes_any_level", Opnum::share_get_info, says<kLevel, kOk>},
    ServerMutant{"s16_r3_unknown", Opnum::share_get_info, says<kParameter, kShare>},
    ServerMutant{"s16_r4_lets_all", Opnum::share_get_info, lets_all},
    ServerMutant{"s21_r1_takes_any_level", Opnum::server_get_info, says<kLevel, kOk>},
    ServerMutant{"s21_r3_lets_all", Opnum::server_get_info, lets_all},
    ServerMutant{"s21_r2_unbounded", Opnum::server_get_info, says<kParameter, kOk>},
    ServerMutant{"s21_r4_own_name", Opnum::server_get_info, server_own_name},
    ServerMutant{"s8_r7_says_success", Opnum::connection_enum, says<kMemory, kOk>},
    ServerMutant{"s9_r8_says_success", Opnum::file_enum, says<kMemory, kOk>},
    ServerMutant{"s10_r4_says_success", Opnum::file_get_info, says<kMemory, kOk>},
    ServerMutant{"s11_r4_says_success", Opnum::file_close, says<kMemory, kOk>},
    ServerMutant{"s12_r25_says_success", Opnum::session_enum, says<kMemory, kOk>},
    ServerMutant{"s13_r11_says_success", Opnum::session_del, says<kMemory, kOk>},
    ServerMutant{"s16_r5_says_success", Opnum::share_get_info, says<kMemory, kOk>},
    ServerMutant{"s21_r5_says_success", Opnum::server_get_info, says<kMemory, kOk>},
};

/// Messages pass as they are; calls of one kind are bent.
class MutantTap final : public MessageTap {
 public:
  MutantTap(const ServerMutant& mutant, MessageTap* own) : mutant_(mutant), own_(own) {}

  smb_server::RequestVerdict judge_request(runtime::ConnectionId connection,
                                           const smb::Header& header, std::u16string_view user,
                                           smb_server::TimePoint now) override {
    return own_ == nullptr ? smb_server::RequestVerdict{}
                           : own_->judge_request(connection, header, user, now);
  }
  smb_server::ResponseVerdict judge_response(runtime::ConnectionId connection,
                                             smb_server::TappedResponse& response,
                                             std::u16string_view user,
                                             smb_server::TimePoint now) override {
    return own_ == nullptr ? smb_server::ResponseVerdict{}
                           : own_->judge_response(connection, response, user, now);
  }
  Answer call(const TappedCall& call, SessionTable& sessions, const Routine& routine) override {
    const Routine inner = [&](rpc::Stub stub, Caller caller) {
      if (own_ == nullptr) return routine(stub, caller);
      TappedCall other = call;
      other.stub = stub;
      other.caller = caller;
      return own_->call(other, sessions, routine);
    };
    if (call.opnum != static_cast<std::uint16_t>(mutant_.opnum))
      return inner(call.stub, call.caller);
    return mutant_.bend(call, sessions, inner);
  }
  void change_answer(std::vector<std::byte>& pdu) override {
    if (own_ != nullptr) own_->change_answer(pdu);
  }

 private:
  const ServerMutant& mutant_;
  MessageTap* own_;
};

}  // namespace

std::unique_ptr<MessageTap> make_server_mutant(std::string_view name, MessageTap* own) {
  const auto* found = std::ranges::find(kMutants, name, &ServerMutant::name);
  return found == kMutants.end() ? nullptr : std::make_unique<MutantTap>(*found, own);
}

std::vector<std::string_view> server_mutant_names() {
  std::vector<std::string_view> out;
  for (const ServerMutant& mutant : kMutants) out.push_back(mutant.name);
  return out;
}

}  // namespace lunsim::conformance
