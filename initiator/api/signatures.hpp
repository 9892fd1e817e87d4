// The 46 functions of <iscsidsc.h> as data: their parameters by Windows name, what each is and
// whether the sources let it be NULL; and a way to call any of them with values that are known only
// at run time. For whoever asks all functions the same (conformance/api_cases, scenarios).
//                                                          learn.microsoft.com, iscsidsc.h
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "initiator/api/function_names.hpp"

namespace lunsim::api {

enum class Kind : std::uint8_t {
  byte_value,        // UCHAR, BOOLEAN
  long_value,        // ULONG, an enumeration
  long_long_value,   // ULONGLONG, ISCSI_SECURITY_FLAGS
  text,              // PCHAR, PWCHAR with a NUL, in
  bytes,             // PUCHAR, PCHAR, in; `size_of` names the ULONG with its length
  session,           // PISCSI_UNIQUE_SESSION_ID, in
  connection,        // PISCSI_UNIQUE_CONNECTION_ID, in
  portal,            // PISCSI_TARGET_PORTAL, in
  portal_group,      // PISCSI_TARGET_PORTAL_GROUP, in
  mapping,           // PISCSI_TARGET_MAPPING, in
  login_options,     // PISCSI_LOGIN_OPTIONS, in
  portal_group_tag,  // PUSHORT, in
  reserved,          // a pointer that nobody looks behind
  ike,               // PIKE_AUTHENTICATION_INFORMATION, in; GetIScsiIKEInfo writes it, too
  byte_out,          // PUCHAR, one byte out
  count_out,         // PULONG, out
  size,              // PULONG: capacity in, size out
  buffer,            // out; `size_of` names its size
  id_out,            // PISCSI_UNIQUE_SESSION_ID, PISCSI_UNIQUE_CONNECTION_ID, out
  name_out,          // MAX_ISCSI_NAME_LEN + 1 characters, out
  version_out,       // PISCSI_VERSION_INFO, out
};
constexpr bool is_value(Kind kind) { return kind <= Kind::long_long_value; }
constexpr bool is_output(Kind kind) { return kind >= Kind::byte_out; }

struct SignatureParameter {
  std::string_view name;
  Kind kind;
  bool may_be_null = false;
  std::string_view size_of = {};  // of bytes and buffers
};

struct Signature {
  std::string_view name;   // without A and W
  bool has_forms = false;  // A and W
  std::vector<SignatureParameter> parameters;
  /// What its size counts, in bytes of each form; 0 without a size.
  std::size_t ansi_unit_bytes = 0, wide_unit_bytes = 0;

  /// The place of a parameter; `parameters.size()` if there is none of this name.
  std::size_t find(std::string_view parameter) const;
};

std::span<const Signature> signatures();
/// Null if there is none; by the name without A and W.
const Signature* signature_of(std::string_view function);

/// An argument: a number, or a pointer.
using Word = std::uint64_t;
inline constexpr std::size_t kParametersMax = 16;
using Words = std::array<Word, kParametersMax>;

template <class T>
T from_word(Word word) {
  if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<T>(static_cast<std::uintptr_t>(word));
  else
    return static_cast<T>(word);
}

template <class... Arguments, std::size_t... kAt>
ISDSC_STATUS call_with_words(ISDSC_STATUS (*function)(Arguments...), const Words& words,
                             std::index_sequence<kAt...>) {
  static_assert(sizeof...(Arguments) <= kParametersMax);
  return function(from_word<Arguments>(words[kAt])...);
}
/// Calls `function` with as many words as it has parameters.
template <class... Arguments>
ISDSC_STATUS call_with_words(ISDSC_STATUS (*function)(Arguments...), const Words& words) {
  return call_with_words(function, words, std::index_sequence_for<Arguments...>{});
}

/// Calls an export of the library that this program is linked with. Allocates nothing.
ISDSC_STATUS call_function(const Signature& signature, bool ansi, const Words& words);

}  // namespace lunsim::api
