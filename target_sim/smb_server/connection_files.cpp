// The pipes srvsvc and lsarpc on IPC$. Other files are not served: shares can be connected to and
// listed, not opened. MS-SMB2 §3.3.5.9 to §3.3.5.15, §3.3.5.20
#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/connection.hpp"
#include "target_sim/smb_server/lsarpc_service.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

using namespace smb;

namespace {

constexpr std::uint32_t kReadAndWrite = 3;  // PERM_FILE_READ, PERM_FILE_WRITE
constexpr std::string_view kPipes[] = {"srvsvc", "lsarpc"};

/// Empty if there is none of that name.
std::string_view pipe_of(std::u16string_view name) {
  if (name.starts_with(u'\\')) name.remove_prefix(1);
  for (const std::string_view pipe : kPipes)
    if (ntlm::is_equal_without_case(name, text16(pipe))) return pipe;
  return {};
}

}  // namespace

std::size_t Connection::opens() const {
  std::size_t sum = 0;
  for (const auto& [id, session] : sessions_) sum += session.opens.size();
  return sum;
}

std::size_t Connection::pipe_bytes() const {
  std::size_t sum = 0;
  for (const auto& [id, session] : sessions_)
    for (const auto& [number, open] : session.opens) sum += open.pipe->held_bytes();
  return sum;
}

Open* Connection::find_open(Context& context, FileId file) {
  if (file == kPreviousFile && context.is_related) file = context.related_file;
  auto& opens = context.session->opens;
  const auto found = opens.find(file.volatile_part);
  if (found == opens.end() || found->first != file.persistent ||
      found->second.tree_id != context.header.tree_id)
    return nullptr;
  if (server_.sessions.files().contains(found->second.listed)) return &found->second;
  opens.erase(found);  // NetrFileClose
  return nullptr;
}

PipeService Connection::service_of(std::string_view pipe, std::uint64_t session_id) {
  const bool is_srvsvc = pipe == "srvsvc";
  // The time of a call is that of the message that completed it: it is set before each write.
  auto answer = [this, session_id, is_srvsvc](const PipeCall& call) -> SrvsvcService::Answer {
    const Session& session = sessions_.at(session_id);
    const Caller caller = call.login != nullptr ? server_.caller(*call.login) : session.caller;
    if (!is_srvsvc) return lsarpc_call(call.opnum, call.stub, caller, call.association);
    const auto routine = [&](rpc::Stub asked, Caller who) {
      return server_.srvsvc.call(call.opnum, asked, who, call_time_);
    };
    if (server_.tap == nullptr) return routine(call.stub, caller);
    const auto& user = call.login != nullptr ? call.login->user : session.user;
    return server_.tap->call({call.opnum, call.stub, caller, user, call_time_, call.is_protected},
                             server_.sessions, routine);
  };
  auto make_acceptor = [this] {
    ntlm::Bytes8 challenge;
    server_.entropy.fill(challenge);
    return std::make_unique<Acceptor>(server_.login_policy, challenge,
                                      server_.filetime(call_time_));
  };
  std::function<void(std::vector<std::byte>&)> before_leaving;
  if (is_srvsvc && server_.tap != nullptr)
    before_leaving = [this](std::vector<std::byte>& pdu) { server_.tap->change_answer(pdu); };
  return {std::string(pipe),        is_srvsvc ? rpc::srvsvc::interface_id() : lsarpc_interface(),
          std::move(answer),        std::move(make_acceptor),
          server_.associations,     peer_address_,
          std::move(before_leaving)};
}

Connection::Reply Connection::create(Context& context) {
  const auto request = decode_create_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  Session& session = *context.session;
  const Tree& tree = session.trees.at(context.header.tree_id);
  if (!tree.is_ipc) return failed(NtStatus::not_supported);
  const std::string_view pipe = pipe_of(request->name);
  if (pipe.empty()) return failed(NtStatus::object_name_not_found);
  if (opens() >= kOpensMax) return failed(NtStatus::insufficient_resources);
  const std::uint64_t number = server_.next_file_id++;
  Open open;
  open.tree_id = context.header.tree_id;
  open.pipe = std::make_unique<PipeEnd>(service_of(pipe, session.id));
  ListedFile listed;
  listed.session = session.table_id;
  listed.connection = tree.listed;
  listed.permissions = kReadAndWrite;
  listed.path = u"\\PIPE\\" + text16(pipe);
  listed.user = session.user;
  open.listed = server_.sessions.add_file(std::move(listed));
  session.opens.emplace(number, std::move(open));
  CreateResponse response;
  response.file = {number, number};
  response.allocation_bytes = 4096;
  Reply reply = with(encode(response));
  reply.file = response.file;
  return reply;
}

Connection::Reply Connection::close(Context& context) {
  const auto request = decode_close_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  FileId file = request->file;
  if (file == kPreviousFile && context.is_related) file = context.related_file;
  const Open* open = find_open(context, file);
  if (open == nullptr) return failed(NtStatus::file_closed);
  server_.sessions.remove_file(open->listed);
  context.session->opens.erase(file.volatile_part);
  return with(encode_close_response());
}

/// Its request has the form of CLOSE's (§2.2.17, §2.2.15). What a pipe was given is consumed at
/// once.
Connection::Reply Connection::flush(Context& context) {
  const auto request = decode_close_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  if (find_open(context, request->file) == nullptr) return failed(NtStatus::file_closed);
  return with(encode_empty_body());
}

Connection::Reply Connection::read(Context& context) {
  const auto request = decode_read_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  Open* open = find_open(context, request->file);
  if (open == nullptr) return failed(NtStatus::file_closed);
  if (request->length > kFrameBytesMax) return failed(NtStatus::invalid_parameter);
  if (!open->pipe->has_message()) return failed(NtStatus::pipe_empty);
  const PipeEnd::Message message = open->pipe->read(request->length);
  Reply reply = with(encode_read_response(message.bytes));
  if (message.is_cut) reply.status = NtStatus::buffer_overflow;
  return reply;
}

Connection::Reply Connection::write(Context& context) {
  const auto request = decode_write_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  Open* open = find_open(context, request->file);
  if (open == nullptr) return failed(NtStatus::file_closed);
  call_time_ = context.now;
  if (pipe_bytes() > kPipeBytesMax) return failed(NtStatus::insufficient_resources);
  if (!open->pipe->write(request->data)) return failed(NtStatus::pipe_disconnected);
  return with(encode_write_response(static_cast<std::uint32_t>(request->data.size())));
}

Connection::Reply Connection::ioctl(Context& context) {
  const auto request = decode_ioctl_request(context.message);
  if (!request || request->flags != 1) return failed(NtStatus::invalid_parameter);
  switch (request->code) {
    case kFsctlValidateNegotiateInfo:
      return validate_negotiate(context, *request);
    case kFsctlDfsGetReferrals:
    case kFsctlDfsGetReferralsEx:
      return failed(NtStatus::not_found);
    case kFsctlPipeTransceive:
      break;
    default:
      return failed(NtStatus::invalid_device_request);
  }
  Open* open = find_open(context, request->file);
  if (open == nullptr) return failed(NtStatus::file_closed);
  if (open->pipe->has_message()) return failed(NtStatus::pipe_busy);
  call_time_ = context.now;
  if (pipe_bytes() > kPipeBytesMax) return failed(NtStatus::insufficient_resources);
  if (!open->pipe->write(request->input)) return failed(NtStatus::pipe_disconnected);
  const PipeEnd::Message message = open->pipe->read(request->max_output_response);
  IoctlResponse response;
  response.code = request->code;
  response.file = request->file;
  response.output = message.bytes;
  Reply reply = with(encode(response));
  if (message.is_cut) reply.status = NtStatus::buffer_overflow;
  return reply;
}

/// Of a pipe: FileStandardInformation only. MS-FSCC §2.4.41
Connection::Reply Connection::query_info(Context& context) {
  constexpr std::uint8_t kFile = 1, kFileStandardInformation = 5;
  const auto request = decode_query_info_request(context.message);
  if (!request) return failed(NtStatus::invalid_parameter);
  if (find_open(context, request->file) == nullptr) return failed(NtStatus::file_closed);
  if (request->info_type != kFile || request->info_class != kFileStandardInformation)
    return failed(NtStatus::not_supported);
  if (request->output_bytes_max < 24) return failed(NtStatus::buffer_too_small);
  std::vector<std::byte> data;
  bytes::LittleWriter writer(data);
  writer.u64(4096);
  writer.u64(0);
  writer.u32(1);
  writer.u8(1);  // goes when it is closed
  writer.zeros(3);
  return with(encode_query_info_response(data));
}

}  // namespace lunsim::smb_server
