// DCE/RPC on a pipe and the NDR of srvsvc: PDUs of both directions, every request and answer as a
// stub, and a pipe's end that is written to. Byte 0 is what a call's opnum is taken from.
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/require.hpp"
#include "protocol/rpc/pdu.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/lsarpc_service.hpp"
#include "target_sim/smb_server/pipe_end.hpp"
#include "target_sim/smb_server/srvsvc_service.hpp"

namespace {

using namespace lunsim;
using lunsim::fuzz::require;
using namespace lunsim::rpc;

// What the seeds `auth_own_*` were logged in with, so that their signatures are right.
constexpr smb::ntlm::Bytes8 kChallenge{std::byte{7}};

void decode_pdus(Span pdu) {
  (void)decode_common_header(pdu);
  if (pdu.size() < kCommonHeaderBytes) return;
  (void)decode_bind(pdu);
  (void)decode_bind_ack(pdu);
  (void)decode_request(pdu);
  (void)decode_response(pdu);
  (void)decode_fault(pdu);
}

void decode_stubs(Span stub) {
  using namespace srvsvc;
  if (const auto answer = decode_enum_response<SessionInfo>(stub))
    require(answer->entries.size() <= stub.size(), "entries came with it");
  (void)decode_enum_response<ShareInfo>(stub);
  (void)decode_enum_response<FileInfo>(stub);
  (void)decode_enum_response<ConnectionInfo>(stub);
  (void)decode_info_response<ShareInfo>(stub);
  (void)decode_info_response<FileInfo>(stub);
  (void)decode_info_response<ServerInfo>(stub);
  (void)decode_remote_tod_response(stub);
  (void)decode_status(stub);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const Span bytes = std::as_bytes(std::span(data, size)).subspan(1);
  decode_pdus(bytes);
  decode_stubs(bytes);
  smb_server::ServerConfig config;
  config.sessions.emplace_back().client = "WS1";
  config.sessions.front().user = "alice";
  smb_server::SessionTable sessions(config);
  smb_server::SrvsvcService service(config, sessions, [](smb_server::SessionTable::Id) {});
  const auto call = [&](const smb_server::PipeCall& asked) {
    return service.call(asked.opnum, asked.stub, smb_server::Caller::administrator, {});
  };
  smb_server::AssociationTable associations;
  const auto association = associations.join(0, "192.0.2.7");
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    const Stub stub(bytes, order);
    (void)call({static_cast<std::uint16_t>(data[0] % 64), stub, nullptr, *association});
    (void)smb_server::lsarpc_call(data[0] % 64, stub, smb_server::Caller::administrator,
                                  *association);
  }
  smb::AcceptorPolicy policy;
  policy.computer_name = u"FAKESRV";
  policy.allows_anonymous = true;
  policy.find_account = [](std::u16string_view) {
    return smb::Account{smb::ntlm::nt_hash(u"Secret"), smb::NtStatus::success};
  };
  smb_server::PipeEnd pipe({"srvsvc", srvsvc::interface_id(), call,
                            [&] { return std::make_unique<smb::Acceptor>(policy, kChallenge, 0); },
                            associations, "192.0.2.7"});
  pipe.write(bytes);
  for (int reads = 0; pipe.has_message() && reads < 1000; ++reads)
    require(pipe.read(4280).bytes.size() <= 4280, "no more is read than was asked for");
  return 0;
}
