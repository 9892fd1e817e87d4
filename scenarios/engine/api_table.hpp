// The 46 functions of the iSCSI Discovery Library, as scenarios call them: their parameters by
// Windows name, what each can be set to and what is seen of it afterwards. Only data, most of it
// from initiator/api/signatures.hpp; api_call.hpp makes the calls.
//                                                          facts of iscsidsc.h;
//                                                          learn.microsoft.com, iscsidsc.h
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/matcher.hpp"

namespace lunsim::scenarios {

enum class ParameterKind : std::uint8_t {
  byte_value,       // UCHAR, BOOLEAN
  long_value,       // ULONG
  long_long_value,  // ULONGLONG, ISCSI_SECURITY_FLAGS
  text,             // PSTR / PWSTR, in
  session_in,       // PISCSI_UNIQUE_SESSION_ID, in
  portal,           // PISCSI_TARGET_PORTAL, in
  login_options,    // PISCSI_LOGIN_OPTIONS, in
  key_bytes,        // PCHAR, PUCHAR; the parameter with its size has that length if it is left out
  portal_group,     // PISCSI_TARGET_PORTAL_GROUP, in: a list of portals
  word_in,          // PUSHORT, in
  ike,              // PIKE_AUTHENTICATION_INFORMATION, in
  null_in,          // a pointer that can only be NULL here: mappings, what is reserved
  byte_out,         // PUCHAR, one byte out
  long_out,         // PULONG, out
  size_in_out,      // PULONG: capacity in, size out
  buffer_out,       // a buffer of the capacity that `size_of` says
  id_out,           // PISCSI_UNIQUE_SESSION_ID, out
  fixed_out,        // a structure or an array of characters, out; its size is known
};

struct Parameter {
  std::string name;
  ParameterKind kind;
  std::string size_of;                       // buffer_out, key_bytes: the parameter with its size
  std::uint64_t initial = 0;                 // when the scenario does not say
  const Shape* seen = nullptr;               // null: nothing comes out of it
  std::size_t ansi_unit = 1, wide_unit = 1;  // buffer_out: bytes of what its size counts
};

struct Function {
  std::string name;        // "GetIScsiSessionList"
  bool has_forms = false;  // A and W
  std::vector<Parameter> parameters;

  const Parameter* find(std::string_view parameter) const;
};

std::span<const Function> functions();
/// By name, those of net_table.hpp as well, with or without its A or W; `ansi` says which form it named (W without). Null if there
/// is none.
const Function* function_named(std::string_view name, bool& ansi);

/// The keys of Portal and LoginOptions arguments.
std::span<const std::string> portal_fields();
std::span<const std::string> login_option_fields();
/// Of AuthInfo.
std::span<const std::string> ike_fields();

const Shape& return_shape();
const Shape& plain_number_shape();
/// Of "took": how long a step took.
const Shape& duration_shape();
/// What steps with SCSI commands show: status, sense, data.
const Shape& io_shape();

}  // namespace lunsim::scenarios
