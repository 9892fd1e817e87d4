#include "scenarios/engine/smb_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::uint16_t kLastCommand = static_cast<std::uint16_t>(smb::Command::oplock_break);

constexpr std::array kCalls{
    std::pair{std::uint16_t{8}, std::string_view("NetrConnectionEnum")},
    std::pair{std::uint16_t{9}, std::string_view("NetrFileEnum")},
    std::pair{std::uint16_t{10}, std::string_view("NetrFileGetInfo")},
    std::pair{std::uint16_t{11}, std::string_view("NetrFileClose")},
    std::pair{std::uint16_t{12}, std::string_view("NetrSessionEnum")},
    std::pair{std::uint16_t{13}, std::string_view("NetrSessionDel")},
    std::pair{std::uint16_t{14}, std::string_view("NetrShareAdd")},
    std::pair{std::uint16_t{15}, std::string_view("NetrShareEnum")},
    std::pair{std::uint16_t{16}, std::string_view("NetrShareGetInfo")},
    std::pair{std::uint16_t{17}, std::string_view("NetrShareSetInfo")},
    std::pair{std::uint16_t{18}, std::string_view("NetrShareDel")},
    std::pair{std::uint16_t{20}, std::string_view("NetrShareCheck")},
    std::pair{std::uint16_t{21}, std::string_view("NetrServerGetInfo")},
    std::pair{std::uint16_t{23}, std::string_view("NetrServerDiskEnum")},
    std::pair{std::uint16_t{26}, std::string_view("NetrServerTransportEnum")},
    std::pair{std::uint16_t{28}, std::string_view("NetrRemoteTOD")},
    std::pair{std::uint16_t{33}, std::string_view("NetprNameValidate")},
    std::pair{std::uint16_t{36}, std::string_view("NetrShareEnumSticky")},
};

}  // namespace

std::optional<smb::Command> smb_command_named(std::string_view name) {
  std::string wanted(name);
  std::ranges::replace(wanted, ' ', '_');
  for (std::uint16_t code = 0; code <= kLastCommand; ++code)
    if (equal_ignoring_case(wanted, smb::to_string(static_cast<smb::Command>(code))))
      return static_cast<smb::Command>(code);
  return std::nullopt;
}

std::vector<std::string> smb_command_names() {
  std::vector<std::string> out;
  for (std::uint16_t code = 0; code <= kLastCommand; ++code)
    out.push_back(smb::to_string(static_cast<smb::Command>(code)));
  return out;
}

std::optional<std::uint16_t> srvsvc_call_named(std::string_view name) {
  for (const auto& [opnum, known] : kCalls)
    if (equal_ignoring_case(name, known)) return opnum;
  return std::nullopt;
}

std::vector<std::string> srvsvc_call_names() {
  std::vector<std::string> out;
  for (const auto& [opnum, known] : kCalls) out.emplace_back(known);
  return out;
}

std::optional<smb::NtStatus> nt_status_named(std::string_view name) {
  for (const smb::StatusName& known : smb::nt_status_names())
    if (equal_ignoring_case(name, known.name)) return known.status;
  const auto number = parse_number(name);
  if (!number || *number > 0xffff'ffff) return std::nullopt;
  return static_cast<smb::NtStatus>(*number);
}

std::vector<std::string> nt_status_words() {
  std::vector<std::string> out;
  for (const smb::StatusName& known : smb::nt_status_names()) out.emplace_back(known.name);
  return out;
}

}  // namespace lunsim::scenarios
