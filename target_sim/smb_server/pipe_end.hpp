// The server's end of a named pipe with DCE/RPC on it: what a client writes are PDUs or parts of
// them, what it reads are the answers, one message a PDU. Knows no SMB2.   MS-RPCE §3.1.3, C706 §12
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/rpc/pdu.hpp"
#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_server/association.hpp"
#include "target_sim/smb_server/security_context.hpp"

namespace lunsim::smb_server {

struct PipeCall {
  std::uint16_t opnum = 0;
  rpc::Stub stub;
  const smb::Login* login = nullptr;  // null: nobody has logged in inside RPC
  Association& association;
  bool is_protected = false;  // each PDU of it and of its answer has a signature
};

/// What stands behind a pipe.
struct PipeService {
  std::string name;  // "srvsvc"
  rpc::SyntaxId interface;
  /// A stub, or the status for a fault.
  std::function<rpc::srvsvc::Parsed<std::vector<std::byte>>(const PipeCall&)> call;
  std::function<std::unique_ptr<smb::Acceptor>()> make_acceptor;
  AssociationTable& associations;
  std::string peer;  // the client's machine
  /// The last to see each PDU of an answer, signed or sealed as it is; may be empty. For taps.
  std::function<void(std::vector<std::byte>& pdu)> before_leaving = {};
};

class PipeEnd {
 public:
  explicit PipeEnd(PipeService service) : service_(std::move(service)) {}

  /// False if the pipe is broken, by this or by something before: what comes is no RPC, or more
  /// than is taken.
  bool write(rpc::Span bytes);
  bool has_message() const { return !outgoing_.empty(); }
  /// Of requests that are not whole and answers that are not read.
  std::size_t held_bytes() const {
    return incoming_.size() + (pending_ ? pending_->stub.size() : 0) + outgoing_bytes_;
  }
  struct Message {
    std::vector<std::byte> bytes;
    bool is_cut = false;  // there is more of it: the next read goes on
  };
  /// The next message, or as much of it as fits.
  Message read(std::size_t bytes_max);

  // Bounds, in bytes: of what has come of a PDU, of a call's stub over all its fragments, and of
  // answers not yet read.
  static constexpr std::size_t kIncomingMax = 65'535;
  static constexpr std::size_t kStubMax = std::size_t{1} << 20;
  static constexpr std::size_t kOutgoingMax = std::size_t{4} << 20;
  static constexpr std::size_t kSecurityContextsMax = 16;

  /// Who answers in a presentation context.
  enum class Serves : std::uint8_t { nothing, service, management };

 private:
  bool handle_pdu(rpc::Span pdu);
  bool bind(rpc::Span pdu, const rpc::CommonHeader& header);
  rpc::BindAck acknowledge(const rpc::Bind& wanted, bool is_alter);
  rpc::ContextAnswer judge(const rpc::PresentationContext& context) const;
  bool refuse_bind(const rpc::CommonHeader& header, std::uint16_t reason);
  bool authenticate(rpc::Span pdu);
  bool request(rpc::Span pdu, const rpc::CommonHeader& header);
  bool request_part(rpc::Span pdu, const rpc::CommonHeader& header, SecurityContext* security);
  void answer_call(Serves who);
  SecurityContext* find_security(std::uint32_t id);
  void put(std::vector<std::byte> message);

  PipeService service_;
  std::shared_ptr<Association> association_;           // once bound
  std::map<std::uint32_t, SecurityContext> security_;  // by id; at most kSecurityContextsMax
  bool is_bound_ = false;
  bool is_broken_ = false;
  std::map<std::uint16_t, Serves> contexts_;  // by id; bounded by kContextsMax
  std::size_t fragment_bytes_ = rpc::kFragmentBytes;
  std::vector<std::byte> incoming_;
  struct Pending {
    std::uint32_t call_id = 0;
    std::uint16_t context_id = 0;
    std::uint16_t opnum = 0;
    SecurityContext* security = nullptr;
    rpc::ByteOrder order{};
    std::vector<std::byte> stub;
  };
  std::optional<Pending> pending_;  // a call whose last fragment has not come
  std::deque<std::vector<std::byte>> outgoing_;
  std::size_t outgoing_bytes_ = 0;
  std::size_t read_of_first_ = 0;
};

}  // namespace lunsim::smb_server
