#include "protocol/scsi/opcode_table.hpp"

#include <algorithm>
#include <array>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/text_match.hpp"

namespace lunsim::scsi {

namespace {

constexpr std::nullopt_t kNone = std::nullopt;
constexpr CommandName kNames[] = {
#include "protocol/scsi/opcode_table_entries.inc"
};

/// An operation code without a service action comes before those with one.
constexpr unsigned order_of(const CommandCode& code) {
  const unsigned action = code.service_action ? 1u + *code.service_action : 0u;
  return (unsigned{code.operation_code} << 17) | action;
}
constexpr bool comes_before(const CommandName& a, const CommandName& b) {
  return order_of(a.code) < order_of(b.code);
}
static_assert(std::is_sorted(std::begin(kNames), std::end(kNames), comes_before));

std::string_view exact_name(const CommandCode& code) {
  const CommandName wanted{code, {}};
  const auto* found = std::lower_bound(std::begin(kNames), std::end(kNames), wanted, comes_before);
  return found != std::end(kNames) && found->code == code ? found->name : std::string_view{};
}

constexpr std::size_t kVariableLengthActionEnd = 10;

}  // namespace

std::span<const CommandName> command_names() { return kNames; }

bool has_service_action(std::uint8_t operation_code) {
  constexpr std::array<std::uint8_t, 16> kWithAction{0x48, 0x5E, 0x5F, 0x7F, 0x83, 0x84,
                                                     0x8C, 0x94, 0x95, 0x9D, 0x9E, 0x9F,
                                                     0xA3, 0xA4, 0xA9, 0xAB};
  return std::find(kWithAction.begin(), kWithAction.end(), operation_code) != kWithAction.end();
}

CommandCode command_code(std::span<const std::byte> cdb) {
  CommandCode code;
  if (cdb.empty()) return code;
  code.operation_code = bytes::load_u8(cdb.data());
  if (!has_service_action(code.operation_code)) return code;
  if (code.operation_code == 0x7F) {
    if (cdb.size() >= kVariableLengthActionEnd) {
      code.service_action = bytes::load_be16(cdb.data() + 8);
    }
  } else if (cdb.size() >= 2) {
    code.service_action = static_cast<std::uint16_t>(bytes::load_u8(cdb.data() + 1) & 0x1F);
  }
  return code;
}

std::string_view name_of(const CommandCode& code) {
  const std::string_view exact = exact_name(code);
  return exact.empty() ? exact_name({code.operation_code, std::nullopt}) : exact;
}

std::optional<CommandCode> command_named(std::string_view name) {
  for (const CommandName& known : kNames) {
    if (matches_name(name, known.name)) return known.code;
  }
  return std::nullopt;
}

}  // namespace lunsim::scsi
