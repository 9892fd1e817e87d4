// Every kind at once: decode by the opcode that is there, encode what came out. For tools and
// tests; a session knows what it expects and calls the one decoder that it needs. RFC 7143
// §11.2.1.2

#include <variant>

#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/data_out.hpp"
#include "protocol/iscsi/pdu/login_request.hpp"
#include "protocol/iscsi/pdu/login_response.hpp"
#include "protocol/iscsi/pdu/logout_request.hpp"
#include "protocol/iscsi/pdu/logout_response.hpp"
#include "protocol/iscsi/pdu/nop_in.hpp"
#include "protocol/iscsi/pdu/nop_out.hpp"
#include "protocol/iscsi/pdu/r2t.hpp"
#include "protocol/iscsi/pdu/reject.hpp"
#include "protocol/iscsi/pdu/scsi_command.hpp"
#include "protocol/iscsi/pdu/scsi_response.hpp"
#include "protocol/iscsi/pdu/snack_request.hpp"
#include "protocol/iscsi/pdu/task_management_request.hpp"
#include "protocol/iscsi/pdu/task_management_response.hpp"
#include "protocol/iscsi/pdu/text_request.hpp"
#include "protocol/iscsi/pdu/text_response.hpp"

namespace lunsim::pdu {

using AnyPdu =
    std::variant<NopOut, ScsiCommand, TaskManagementRequest, LoginRequest, TextRequest, DataOut,
                 LogoutRequest, SnackRequest, NopIn, ScsiResponse, TaskManagementResponse,
                 LoginResponse, TextResponse, DataIn, LogoutResponse, R2t, AsyncMessage, Reject>;

/// Errors   those of the kind's own decoder, and opcodes that nobody has assigned
Result<AnyPdu> decode(const PduView& pdu);
void encode(const AnyPdu& pdu, BhsBytes& out);

}  // namespace lunsim::pdu
