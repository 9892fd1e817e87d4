// The calls of srvsvc as they go over the wire, without the checks that the Net functions make
// before: for stories about what a server does. MS-SRVS §3.1.4
#include "initiator/api/include/lmerr.h"
#include "initiator/api/include/lmshare.h"
#include "initiator/api/record_image.hpp"
#include "initiator/smb_client/network.hpp"
#include "scenarios/engine/net_rows.hpp"

namespace lunsim::scenarios {
namespace {

using namespace rpc::srvsvc;
using rpc::OptionalText;

constexpr std::uint32_t kBadStubData = 1783;  // RPC_X_BAD_STUB_DATA
constexpr std::uint32_t kCallFailed = 1726;   // RPC_S_CALL_FAILED

OptionalText text_of(const char16_t* text) {
  return text == nullptr ? OptionalText{} : OptionalText{text};
}

/// The stub of an answer, or how the call ended instead.
tl::expected<std::vector<std::byte>, std::uint32_t> ask(const NetArguments& with, Opnum opnum,
                                                        std::vector<std::byte> stub) {
  smb_client::Network* network = smb_client::current_network();
  if (network == nullptr) return tl::unexpected(static_cast<std::uint32_t>(NERR_WkstaNotStarted));
  const char* const who =
      opnum == Opnum::server_get_info && with.text("Server") != nullptr ? "Server" : "ServerName";
  auto outcome =
      network->call(text_of(with.text(who)), static_cast<std::uint16_t>(opnum), std::move(stub));
  if (outcome.kind == smb_client::Outcome::Kind::answered) return std::move(outcome.stub);
  const std::uint32_t code = win32_code(outcome);
  return tl::unexpected(code == 0 ? kCallFailed : code);
}

template <class Record>
void hand_out(const NetArguments& with, const std::vector<Record>& entries, std::uint32_t level) {
  unsigned char** block = with.block_at("Buffer");
  if (block == nullptr) return;
  *block = nullptr;
  if (const auto fields = Record::fields(level); !fields.empty())
    (void)api::RecordImage<Record>::make(fields, entries, block);
}

template <class Record, Opnum opnum>
std::uint32_t enumerate(const NetArguments& with) {
  EnumRequest request;
  request.server = text_of(with.text("ServerName"));
  static constexpr const char* kQualifiers[][2] = {
      {"Qualifier", ""}, {"BasePath", "UserName"}, {"ClientName", "UserName"}};
  const std::size_t wanted = qualifiers_of(opnum);
  const std::size_t row = wanted == 1 ? 0 : opnum == Opnum::file_enum ? 1 : 2;
  for (std::size_t i = 0; i < wanted; ++i)
    request.qualifiers.push_back(text_of(with.text(kQualifiers[row][i])));
  request.level = with.number("Level");
  request.preferred_maximum_length = with.number("PreferedMaximumLength");
  if (const std::uint32_t* resume = with.number_at("ResumeHandle")) request.resume_handle = *resume;
  auto stub = ask(with, opnum, encode(opnum, request));
  if (!stub) return stub.error();
  const auto answer = decode_enum_response<Record>(*stub);
  if (!answer) return kBadStubData;
  hand_out(with, answer->entries, answer->level);
  if (std::uint32_t* out = with.number_at("EntriesRead"))
    *out = static_cast<std::uint32_t>(answer->entries.size());
  if (std::uint32_t* out = with.number_at("TotalEntries")) *out = answer->total_entries;
  if (std::uint32_t* out = with.number_at("ResumeHandle"); out != nullptr && answer->resume_handle)
    *out = *answer->resume_handle;
  return answer->status;
}

template <class Record>
std::uint32_t show(const NetArguments& with, Opnum opnum, std::vector<std::byte> request) {
  auto stub = ask(with, opnum, std::move(request));
  if (!stub) return stub.error();
  const auto answer = decode_info_response<Record>(*stub);
  if (!answer) return kBadStubData;
  if (answer->info) hand_out<Record>(with, {*answer->info}, answer->level);
  return answer->status;
}

std::uint32_t status_of(const NetArguments& with, Opnum opnum, std::vector<std::byte> request) {
  auto stub = ask(with, opnum, std::move(request));
  if (!stub) return stub.error();
  const auto status = decode_status(*stub);
  return status ? *status : kBadStubData;
}

std::uint32_t raw_session_del(const NetArguments& with) {
  return status_of(
      with, Opnum::session_del,
      encode(SessionDelRequest{text_of(with.text("ServerName")), text_of(with.text("ClientName")),
                               text_of(with.text("UserName"))}));
}
std::uint32_t raw_file_get_info(const NetArguments& with) {
  return show<FileInfo>(with, Opnum::file_get_info,
                        encode(FileRequest{text_of(with.text("ServerName")), with.number("FileId"),
                                           with.number("Level")}));
}
std::uint32_t raw_file_close(const NetArguments& with) {
  return status_of(
      with, Opnum::file_close,
      encode(FileRequest{text_of(with.text("ServerName")), with.number("FileId"), std::nullopt}));
}
std::uint32_t raw_share_get_info(const NetArguments& with) {
  return show<ShareInfo>(with, Opnum::share_get_info,
                         encode(ShareGetInfoRequest{text_of(with.text("ServerName")),
                                                    text_of(with.text("NetName")).value_or(u""),
                                                    with.number("Level")}));
}
std::uint32_t raw_server_get_info(const NetArguments& with) {
  return show<ServerInfo>(
      with, Opnum::server_get_info,
      encode(ServerGetInfoRequest{text_of(with.text("ServerName")), with.number("Level")}));
}

NetFunction raw_enumeration(std::string name, std::vector<Parameter> qualifiers,
                            std::uint64_t level, const NetLayout& layout,
                            std::uint32_t (*invoke)(const NetArguments&)) {
  std::vector<Parameter> parameters{text_in("ServerName")};
  parameters.insert(parameters.end(), qualifiers.begin(), qualifiers.end());
  parameters.push_back(number_in("Level", level));
  parameters.push_back(block_out("Buffer", layout.list));
  parameters.push_back(number_in("PreferedMaximumLength", MAX_PREFERRED_LENGTH));
  for (const char* out : {"EntriesRead", "TotalEntries", "ResumeHandle"})
    parameters.push_back(number_out(out));
  return {{std::move(name), false, std::move(parameters)}, layout.levels, "EntriesRead", invoke};
}

}  // namespace

std::vector<NetFunction> raw_functions() {
  return {
      raw_enumeration("NetrSessionEnum", {text_in("ClientName"), text_in("UserName")}, 10,
                      session_layout(), enumerate<SessionInfo, Opnum::session_enum>),
      {{"NetrSessionDel",
        false,
        {text_in("ServerName"), text_in("ClientName"), text_in("UserName")}},
       {},
       "",
       raw_session_del},
      raw_enumeration("NetrFileEnum", {text_in("BasePath"), text_in("UserName")}, 3, file_layout(),
                      enumerate<FileInfo, Opnum::file_enum>),
      {{"NetrFileGetInfo",
        false,
        {text_in("ServerName"), number_in("FileId", 0), number_in("Level", 3),
         block_out("Buffer", file_layout().record)}},
       file_layout().levels,
       "",
       raw_file_get_info},
      {{"NetrFileClose", false, {text_in("ServerName"), number_in("FileId", 0)}},
       {},
       "",
       raw_file_close},
      raw_enumeration("NetrConnectionEnum", {text_in("Qualifier")}, 1, connection_layout(),
                      enumerate<ConnectionInfo, Opnum::connection_enum>),
      raw_enumeration("NetrShareEnum", {}, 1, share_layout(),
                      enumerate<ShareInfo, Opnum::share_enum>),
      raw_enumeration("NetrShareEnumSticky", {}, 1, share_layout(),
                      enumerate<ShareInfo, Opnum::share_enum_sticky>),
      {{"NetrShareGetInfo",
        false,
        {text_in("ServerName"), text_in("NetName"), number_in("Level", 1),
         block_out("Buffer", share_layout().record)}},
       share_layout().levels,
       "",
       raw_share_get_info},
      {{"NetrServerGetInfo",
        false,
        {text_in("Server"), text_in("ServerName"), number_in("Level", 101),
         block_out("Buffer", server_layout().record)}},
       server_layout().levels,
       "",
       raw_server_get_info},
  };
}

}  // namespace lunsim::scenarios
