// PERSISTENT RESERVE IN: who is registered, who holds the unit, and what could be. SPC-4 §6.15
#include "protocol/bytes/big_endian.hpp"
#include "target_sim/device/commands/answers.hpp"
#include "target_sim/device/commands/groups.hpp"
#include "target_sim/device/disk_inventory.hpp"

namespace lunsim::target_sim {

namespace {

constexpr std::uint8_t kIscsiPort = 0x45;  // FORMAT CODE 01b, protocol 5: name with an ISID
constexpr std::size_t kTransportIdBytesMin = 24;

std::uint16_t allocation_length(const CommandContext& context) {
  return bytes::load_be16(&context.task.cdb[7]);
}

/// PRGENERATION and ADDITIONAL LENGTH for what has been appended since.
void put_header(const Reservations& reservations, std::vector<std::byte>& out) {
  bytes::store_be32(&out[0], reservations.generation());
  bytes::store_be32(&out[4], static_cast<std::uint32_t>(out.size() - 8));
}

std::uint8_t scope_and_type(const Reservations& reservations) {
  return static_cast<std::uint8_t>(reservations.type());  // scope 0h: the unit
}

/// TransportID of an iSCSI initiator port: the name ends in a zero, padded to four.  SPC-4 §7.6.4.6
void append_transport_id(std::string_view initiator_port, std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  const std::size_t padded = (initiator_port.size() / 4 + 1) * 4;
  out.resize(at + std::max(kTransportIdBytesMin, padded + 4));
  bytes::store_u8(&out[at], kIscsiPort);
  bytes::store_be16(&out[at + 2], static_cast<std::uint16_t>(out.size() - at - 4));
  for (std::size_t i = 0; i < initiator_port.size(); ++i)
    out[at + 4 + i] = static_cast<std::byte>(initiator_port[i]);
}

void append_full_status(const Reservations& reservations, const Reservations::Registrant& one,
                        std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + 24);
  bytes::store_be64(&out[at], one.key);
  if (reservations.is_holder({one.initiator_port, one.target_port})) {
    bytes::store_u8(&out[at + 12], 0x01);  // R_HOLDER
    bytes::store_u8(&out[at + 13], scope_and_type(reservations));
  }
  bytes::store_be16(&out[at + 18], one.target_port);
  append_transport_id(one.initiator_port, out);
  bytes::store_be32(&out[at + 20], static_cast<std::uint32_t>(out.size() - at - 24));
}

}  // namespace

bool check_persistent_reserve_in(CommandContext& context) {
  context.task.data_in_bytes_wanted = allocation_length(context);
  return true;
}

void run_read_keys(CommandContext& context) {
  const Reservations& reservations = context.unit->reservations();
  std::vector<std::byte>& out = context.task.small;
  out.resize(8);
  for (const Reservations::Registrant& one : reservations.registrants()) {
    out.resize(out.size() + 8);
    bytes::store_be64(&out[out.size() - 8], one.key);
  }
  put_header(reservations, out);
  answer_small(context, allocation_length(context));
}

void run_read_reservation(CommandContext& context) {
  const Reservations& reservations = context.unit->reservations();
  std::vector<std::byte>& out = context.task.small;
  out.resize(reservations.is_reserved() ? 24 : 8);
  if (reservations.is_reserved()) {
    bytes::store_be64(&out[8], reservations.holder_key());
    bytes::store_u8(&out[21], scope_and_type(reservations));
  }
  put_header(reservations, out);
  answer_small(context, allocation_length(context));
}

/// PTPL_C, and whether it is on; all six types.                                    SPC-4 §6.15.4
void run_report_capabilities(CommandContext& context) {
  std::vector<std::byte>& out = context.task.small;
  out.resize(8);
  bytes::store_be16(&out[0], 8);
  bytes::store_u8(&out[2], 0x01);
  bytes::store_u8(&out[3], context.unit->reservations().persists() ? 0x81 : 0x80);  // TMV, PTPL_A
  bytes::store_u8(&out[4], 0xEA);  // WR_EX_AR, EX_AC_RO, WR_EX_RO, EX_AC, WR_EX
  bytes::store_u8(&out[5], 0x01);  // EX_AC_AR
  answer_small(context, allocation_length(context));
}

void run_read_full_status(CommandContext& context) {
  const Reservations& reservations = context.unit->reservations();
  std::vector<std::byte>& out = context.task.small;
  out.resize(8);
  for (const Reservations::Registrant& one : reservations.registrants())
    append_full_status(reservations, one, out);
  put_header(reservations, out);
  answer_small(context, allocation_length(context));
}

}  // namespace lunsim::target_sim
