#include <fmt/format.h>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/cdb.hpp"
#include "protocol/scsi/field_lines.hpp"
#include "protocol/scsi/opcode_table.hpp"

namespace lunsim::scsi {

namespace {

std::string number(std::uint64_t value) { return fmt::format("{} ({:X}h)", value, value); }
std::string bit_text(bool set) { return set ? "1" : "0"; }

/// Where a form keeps its LBA, its length and its group number.
struct Places {
  std::string_view lba, length, group;
};
Places places_of(std::uint8_t form) {
  switch (form) {
    case 6:
      return {"byte 1..3", "byte 4", ""};
    case 10:
      return {"byte 2..5", "byte 7..8", "byte 6"};
    case 12:
      return {"byte 2..5", "byte 6..9", "byte 10"};
    default:
      return {"byte 2..9", "byte 10..13", "byte 14"};
  }
}

std::string_view protect_name(BlockOperation operation) {
  if (operation == BlockOperation::read) return "RDPROTECT";
  return operation == BlockOperation::verify ? "VRPROTECT" : "WRPROTECT";
}

std::string_view length_name(BlockOperation operation) {
  if (operation == BlockOperation::verify) return "VERIFICATION LENGTH";
  if (operation == BlockOperation::synchronize_cache) return "NUMBER OF LOGICAL BLOCKS";
  return "TRANSFER LENGTH";
}

/// Explains each command's own fields; the operation code and CONTROL are told by describe_cdb.
class Explainer {
 public:
  Explainer(FieldLines& lines, std::span<const std::byte> cdb) : lines_(lines), cdb_(cdb) {}

  void operator()(const OtherCommand&) { lines_.add_rest(cdb_, 1, "not explained here"); }
  void operator()(const TestUnitReady&) {}
  void operator()(const BlockCommand& command) {
    const Places places = places_of(command.form);
    if (command.form != 6) explain_flags(command);
    lines_.add(places.lba, "LOGICAL BLOCK ADDRESS", number(command.lba));
    lines_.add(places.length, length_name(command.operation), length_text(command));
    if (command.group != 0) lines_.add(places.group, "GROUP NUMBER", number(command.group));
  }
  void operator()(const RequestSense& command) {
    lines_.add("byte 1 bit 0", "DESC", command.descriptor ? "1 (descriptor format)" : "0 (fixed)");
    lines_.add("byte 4", "ALLOCATION LENGTH", number(command.allocation_length));
  }
  void operator()(const Inquiry& command) {
    lines_.add("byte 1 bit 0", "EVPD", bit_text(command.vital_product_data));
    lines_.add("byte 2", "PAGE CODE", fmt::format("{:02X}h", command.page));
    lines_.add("byte 3..4", "ALLOCATION LENGTH", number(command.allocation_length));
  }
  void operator()(const ModeSense& command) {
    constexpr std::string_view kControls[] = {"current", "changeable", "default", "saved"};
    if (command.form == 10)
      lines_.add("byte 1 bit 4", "LLBAA", bit_text(command.long_lba_accepted));
    lines_.add("byte 1 bit 3", "DBD", bit_text(command.disable_block_descriptors));
    lines_.add(
        "byte 2 bit 7..6", "PC",
        fmt::format("{} ({} values)", command.page_control, kControls[command.page_control & 3]));
    lines_.add("byte 2 bit 5..0", "PAGE CODE", fmt::format("{:02X}h", command.page));
    lines_.add("byte 3", "SUBPAGE CODE", fmt::format("{:02X}h", command.subpage));
    lines_.add(command.form == 10 ? "byte 7..8" : "byte 4", "ALLOCATION LENGTH",
               number(command.allocation_length));
  }
  void operator()(const StartStopUnit& command) {
    lines_.add("byte 1 bit 0", "IMMED", bit_text(command.immediate));
    lines_.add("byte 3 bit 3..0", "POWER CONDITION MODIFIER",
               number(command.power_condition_modifier));
    lines_.add("byte 4 bit 7..4", "POWER CONDITION", number(command.power_condition));
    lines_.add("byte 4 bit 2", "NO_FLUSH", bit_text(command.no_flush));
    lines_.add("byte 4 bit 1", "LOEJ", bit_text(command.load_eject));
    lines_.add("byte 4 bit 0", "START", bit_text(command.start));
  }
  void operator()(const PreventAllowMediumRemoval& command) {
    lines_.add("byte 4 bit 1..0", "PREVENT", number(command.prevent));
  }
  void operator()(const ReadCapacity10& command) {
    lines_.add("byte 2..5", "LOGICAL BLOCK ADDRESS", number(command.lba));
    lines_.add("byte 8 bit 0", "PMI", bit_text(command.partial_medium_indicator));
  }
  void operator()(const ReadCapacity16& command) {
    lines_.add("byte 2..9", "LOGICAL BLOCK ADDRESS", number(command.lba));
    lines_.add("byte 10..13", "ALLOCATION LENGTH", number(command.allocation_length));
    lines_.add("byte 14 bit 0", "PMI", bit_text(command.partial_medium_indicator));
  }
  void operator()(const ReportLuns& command) {
    lines_.add("byte 2", "SELECT REPORT", fmt::format("{:02X}h", command.select));
    lines_.add("byte 6..9", "ALLOCATION LENGTH", number(command.allocation_length));
  }
  void operator()(const ReportSupportedOperationCodes& command) {
    const CommandCode wanted{command.operation_code, command.service_action};
    lines_.add("byte 2 bit 7", "RCTD", bit_text(command.return_timeouts));
    lines_.add("byte 2 bit 2..0", "REPORTING OPTIONS", number(command.reporting_options));
    lines_.add("byte 3", "REQUESTED OPERATION CODE",
               fmt::format("{:02X}h {}", command.operation_code, name_of(wanted)));
    lines_.add("byte 4..5", "REQUESTED SERVICE ACTION", number(command.service_action));
    lines_.add("byte 6..9", "ALLOCATION LENGTH", number(command.allocation_length));
  }

 private:
  void explain_flags(const BlockCommand& command) {
    if (command.operation == BlockOperation::synchronize_cache) {
      lines_.add("byte 1 bit 1", "IMMED", bit_text(command.immediate));
      return;
    }
    lines_.add("byte 1 bit 7..5", protect_name(command.operation), number(command.protect));
    lines_.add("byte 1 bit 4", "DPO", bit_text(command.disable_page_out));
    const bool transfers =
        command.operation == BlockOperation::read || command.operation == BlockOperation::write;
    if (transfers) lines_.add("byte 1 bit 3", "FUA", bit_text(command.force_unit_access));
    if (!transfers) lines_.add("byte 1 bit 2..1", "BYTCHK", number(command.byte_check));
  }
  static std::string length_text(const BlockCommand& command) {
    if (command.form == 6 && command.blocks == 256) return "0, which means 256 blocks";
    return number(command.blocks) + (command.blocks == 1 ? " block" : " blocks");
  }

  FieldLines& lines_;
  std::span<const std::byte> cdb_;
};

void add_operation_code(std::span<const std::byte> cdb, FieldLines& lines) {
  const CommandCode code = command_code(cdb);
  lines.add("byte 0", "OPERATION CODE", fmt::format("{:02X}h", code.operation_code));
  if (!code.service_action) return;
  const bool variable = code.operation_code == opcode::kVariableLength;
  lines.add(variable ? "byte 8..9" : "byte 1 bit 4..0", "SERVICE ACTION",
            fmt::format("{:02X}h", *code.service_action));
}

void add_control(std::span<const std::byte> cdb, std::size_t length, FieldLines& lines) {
  const std::uint8_t control = bytes::load_u8(&cdb[length - 1]);
  lines.add(fmt::format("byte {}", length - 1), "CONTROL",
            fmt::format("{:02X}h{}", control, (control & 4) != 0 ? " (NACA)" : ""));
}

}  // namespace

std::string describe_cdb(std::span<const std::byte> cdb) {
  FieldLines lines;
  if (cdb.empty()) {
    lines.say("an empty CDB");
    return lines.take();
  }
  const std::string_view name = name_of(command_code(cdb));
  lines.say(fmt::format("CDB, {} bytes: {}", cdb.size(), name.empty() ? "unknown command" : name));
  add_operation_code(cdb, lines);
  const Result<AnyCommand> command = decode_cdb(cdb);
  if (!command) {
    lines.say(fmt::format("  {}: {} bytes are needed ({})", command.error().reason, cdb_bytes(cdb),
                          command.error().section));
    lines.add_rest(cdb, 1, "bytes");
    return lines.take();
  }
  std::visit(Explainer(lines, cdb), *command);
  const bool other = std::holds_alternative<OtherCommand>(*command);
  const std::size_t length = cdb_bytes(cdb);
  if (!other && length != 0) {
    add_control(cdb, length, lines);
    lines.add_rest(cdb, length, "beyond the CDB");
  }
  return lines.take();
}

}  // namespace lunsim::scsi
