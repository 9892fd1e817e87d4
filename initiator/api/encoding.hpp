// The two spellings of every call that has text: A, whose CHARs are UTF-8 here (the code page of
// this ANSI), and W, whose WCHARs are UTF-16. The faces are written once over these two, with UTF-8
// inside.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "initiator/api/include/iscsidsc.h"

namespace lunsim::api {

struct Ansi {
  using Char = CHAR;
  using TargetPortal = ISCSI_TARGET_PORTALA;
  using SessionInfo = ISCSI_SESSION_INFOA;
  using ConnectionInfo = ISCSI_CONNECTION_INFOA;
  using TargetMapping = ISCSI_TARGET_MAPPINGA;
  using PortalGroup = ISCSI_TARGET_PORTAL_GROUPA;
  using PortalInfo = ISCSI_TARGET_PORTAL_INFOA;
  using PortalInfoEx = ISCSI_TARGET_PORTAL_INFO_EXA;
  using DeviceOnSession = ISCSI_DEVICE_ON_SESSIONA;
  using PersistentLoginInfo = PERSISTENT_ISCSI_LOGIN_INFOA;
};
struct Wide {
  using Char = WCHAR;
  using TargetPortal = ISCSI_TARGET_PORTALW;
  using SessionInfo = ISCSI_SESSION_INFOW;
  using ConnectionInfo = ISCSI_CONNECTION_INFOW;
  using TargetMapping = ISCSI_TARGET_MAPPINGW;
  using PortalGroup = ISCSI_TARGET_PORTAL_GROUPW;
  using PortalInfo = ISCSI_TARGET_PORTAL_INFOW;
  using PortalInfoEx = ISCSI_TARGET_PORTAL_INFO_EXW;
  using DeviceOnSession = ISCSI_DEVICE_ON_SESSIONW;
  using PersistentLoginInfo = PERSISTENT_ISCSI_LOGIN_INFOW;
};

inline constexpr std::size_t kTextCharactersMax = 4096;

/// A caller's text up to its NUL or `characters_max`, as UTF-8. `text` is not null and need not be
/// aligned.
///
/// Errors   empty when it is not valid UTF-8 or UTF-16
std::optional<std::string> read_text(const CHAR* text,
                                     std::size_t characters_max = kTextCharactersMax);
std::optional<std::string> read_text(const WCHAR* text,
                                     std::size_t characters_max = kTextCharactersMax);

/// UTF-8 as the encoding's characters, without a NUL. What is not valid comes out as '?' for each
/// byte beyond ASCII.
template <class Encoding>
std::basic_string<typename Encoding::Char> make_text(std::string_view utf8);

/// The same into an array of a structure: cut if too long, always ended by a NUL.
template <class Char, std::size_t kSize>
void fill_text(Char (&array)[kSize], const std::basic_string<Char>& text) {
  const std::size_t length = text.copy(array, kSize - 1);
  array[length] = 0;
}

}  // namespace lunsim::api
