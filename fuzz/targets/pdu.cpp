// One PDU's bytes to the decoder of its opcode: it accepts or refuses with a place, and what it
// accepted is written and read again to the same value, so encode writes every field that decode
// reads. Whatever it is, it can be described.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "fuzz/require.hpp"
#include "protocol/iscsi/pdu/ahs.hpp"
#include "protocol/iscsi/pdu/async_message.hpp"
#include "protocol/iscsi/pdu/data_in.hpp"
#include "protocol/iscsi/pdu/data_out.hpp"
#include "protocol/iscsi/pdu/describe.hpp"
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

namespace {

namespace pdu = lunsim::pdu;
using lunsim::fuzz::require;

template <class Decode>
void check(const pdu::PduView& view, Decode decode) {
  const auto seen = decode(view);
  require(pdu::violation_in(view).has_value() == !seen,
          "violation_in() is of the decoder's opinion");
  if (!seen) {
    require(!seen.error().reason.empty() && !seen.error().section.empty(),
            "a refusal has a reason and a section");
    require(seen.error().byte_offset <= pdu::kBhsBytes + view.ahs.size() + view.data.size(),
            "a refusal has a place");
    return;
  }
  pdu::BhsBytes written{};
  pdu::encode(*seen, written);
  require(pdu::opcode_of(written) == pdu::opcode_of(view.bhs), "encode writes the opcode");
  const auto again = decode(pdu::PduView{written, view.ahs, view.data});
  require(again.has_value(), "what was accepted and written is accepted again");
  require(*again == *seen, "what was written is what was read");
}

void check_kind(const pdu::PduView& view) {
  switch (pdu::opcode_of(view.bhs)) {
    case pdu::Opcode::nop_out:
      return check(view, pdu::decode_nop_out);
    case pdu::Opcode::scsi_command:
      return check(view, pdu::decode_scsi_command);
    case pdu::Opcode::task_management_request:
      return check(view, pdu::decode_task_management_request);
    case pdu::Opcode::login_request:
      return check(view, pdu::decode_login_request);
    case pdu::Opcode::text_request:
      return check(view, pdu::decode_text_request);
    case pdu::Opcode::data_out:
      return check(view, pdu::decode_data_out);
    case pdu::Opcode::logout_request:
      return check(view, pdu::decode_logout_request);
    case pdu::Opcode::snack_request:
      return check(view, pdu::decode_snack_request);
    case pdu::Opcode::nop_in:
      return check(view, pdu::decode_nop_in);
    case pdu::Opcode::scsi_response:
      return check(view, pdu::decode_scsi_response);
    case pdu::Opcode::task_management_response:
      return check(view, pdu::decode_task_management_response);
    case pdu::Opcode::login_response:
      return check(view, pdu::decode_login_response);
    case pdu::Opcode::text_response:
      return check(view, pdu::decode_text_response);
    case pdu::Opcode::data_in:
      return check(view, pdu::decode_data_in);
    case pdu::Opcode::logout_response:
      return check(view, pdu::decode_logout_response);
    case pdu::Opcode::r2t:
      return check(view, pdu::decode_r2t);
    case pdu::Opcode::async_message:
      return check(view, pdu::decode_async_message);
    case pdu::Opcode::reject:
      return check(view, pdu::decode_reject);
  }
  require(!pdu::is_known(pdu::opcode_of(view.bhs)), "every known opcode has a decoder here");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < pdu::kBhsBytes) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  const pdu::BhsView bhs = bytes.first<pdu::kBhsBytes>();
  const std::size_t ahs_bytes =
      std::min(pdu::ahs_bytes_of(bhs), bytes.size() - pdu::kBhsBytes) / 4 * 4;
  const auto rest = bytes.subspan(pdu::kBhsBytes + ahs_bytes);
  const std::size_t data_bytes =
      std::min<std::size_t>(pdu::data_segment_bytes_of(bhs), rest.size());
  const pdu::PduView view{bhs, bytes.subspan(pdu::kBhsBytes, ahs_bytes), rest.first(data_bytes)};

  check_kind(view);
  require(pdu::describe(view).ends_with('\n'), "any PDU is described, in whole lines");
  require(pdu::summary(view).find('\n') == std::string::npos, "a summary is one line");
  for (pdu::AhsWalk walk(view.ahs); !walk.is_done();) (void)walk.next();
  const auto cdb = pdu::collect_cdb(bhs.subspan<32, pdu::kCdbBytesInBhs>(), view.ahs);
  require(!cdb || cdb->size <= pdu::kCdbBytesMax, "a CDB has an end");
  return 0;
}
