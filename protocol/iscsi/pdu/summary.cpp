#include <fmt/format.h>

#include "protocol/iscsi/pdu/describe.hpp"
#include "protocol/iscsi/pdu/fields.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/opcode_table.hpp"

namespace lunsim::pdu {
namespace {

constexpr std::size_t kSummaryCdbOffset = 32;

std::string lun_in_short(std::uint64_t raw) {
  if (const auto plain = scsi::plain_lun(raw)) return fmt::format("LUN {}", *plain);
  return fmt::format("LUN {:016X}h", raw);
}

// What the line of this kind tells, in this order: names of fields, told only if the kind has them.
constexpr std::string_view kTold[] = {
    "Function",      "Reason Code",   "Type",   "Response", "Status",
    "Reason",        "AsyncEvent",    "CSG",    "NSG",      "Status-Class",
    "Status-Detail", "LUN",           "ITT",    "TTT",      "RTT",
    "CID",           "TSIH",          "CmdSN",  "StatSN",   "ExpStatSN",
    "ExpCmdSN",      "MaxCmdSN",      "DataSN", "R2TSN",    "BegRun",
    "RunLength",     "Buffer Offset", "EDTL",   "DDTL",     "Residual Count"};

std::string part(std::string_view label, const Field& field, std::uint64_t value) {
  switch (field.kind) {
    case FieldKind::code:
      return fmt::format(" {}", field.meaning(value));
    case FieldKind::lun:
      return " " + lun_in_short(value);
    case FieldKind::tag:
      return value == 0xFFFF'FFFF ? std::string() : fmt::format(" {} {:08X}", label, value);
    default:
      return fmt::format(" {} {}", label, value);
  }
}

// Status is reserved without S, NSG without T, a residual without O or U: those are left out.
bool is_meaningful(BhsView bhs, std::string_view label) {
  const auto is_set = [&](std::string_view name) { return read_field(bhs, name).value_or(1) != 0; };
  if (label == "Status" || label == "StatSN") return is_set("S");
  if (label == "NSG") return is_set("T");
  if (label == "Residual Count") {
    return read_field(bhs, "O").value_or(0) != 0 || read_field(bhs, "U").value_or(0) != 0;
  }
  return true;
}

std::string flags_of(BhsView bhs) {
  std::string flags;
  for (const Field& field : fields_of(opcode_of(bhs))) {
    if (field.kind != FieldKind::flag || read_field(bhs, field) == 0) continue;
    const std::string_view letter = field.aliases.substr(0, field.aliases.find('|'));
    flags += letter;
  }
  return flags;
}

}  // namespace

std::string summary(const PduView& pdu) {
  const Opcode opcode = opcode_of(pdu.bhs);
  std::string line = is_known(opcode)
                         ? std::string(name_of(opcode))
                         : fmt::format("unknown opcode {:02X}h", static_cast<unsigned>(opcode));
  if (opcode == Opcode::scsi_command) {
    const auto cdb = pdu.bhs.subspan<kSummaryCdbOffset>();
    const std::string_view name = scsi::name_of(scsi::command_code(cdb));
    line += name.empty() ? fmt::format(" {:02X}h", bytes::load_u8(cdb.data()))
                         : fmt::format(" {}", name);
  }
  for (const std::string_view label : kTold) {
    const Field* field = find_field(opcode, label);
    if (field == nullptr || field->kind == FieldKind::reserved) continue;
    if (is_meaningful(pdu.bhs, label)) line += part(label, *field, read_field(pdu.bhs, *field));
  }
  const std::uint32_t data = data_segment_bytes_of(pdu.bhs);
  if (data != 0) line += fmt::format(", {} bytes", data);
  const std::string flags = flags_of(pdu.bhs);
  if (!flags.empty()) line += fmt::format(" [{}]", flags);
  return line;
}

}  // namespace lunsim::pdu
