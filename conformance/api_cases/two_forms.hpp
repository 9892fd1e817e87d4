// The A and the W form of a function as types: what a program of that form passes. Needs
// <iscsidsc.h> alone.
#pragma once

#include <string>
#include <vector>

#include "initiator/api/include/iscsidsc.h"

namespace lunsim::conformance {

struct AnsiForm {
  static constexpr bool kIsAnsi = true;
  using Char = CHAR;
  using Portal = ISCSI_TARGET_PORTALA;
  using PortalGroup = ISCSI_TARGET_PORTAL_GROUPA;
  using PortalInfo = ISCSI_TARGET_PORTAL_INFOA;
  using PortalInfoEx = ISCSI_TARGET_PORTAL_INFO_EXA;
  using Mapping = ISCSI_TARGET_MAPPINGA;
  using Session = ISCSI_SESSION_INFOA;
  using Connection = ISCSI_CONNECTION_INFOA;
  using Device = ISCSI_DEVICE_ON_SESSIONA;
  using PersistentLogin = PERSISTENT_ISCSI_LOGIN_INFOA;
};
struct WideForm {
  static constexpr bool kIsAnsi = false;
  using Char = WCHAR;
  using Portal = ISCSI_TARGET_PORTALW;
  using PortalGroup = ISCSI_TARGET_PORTAL_GROUPW;
  using PortalInfo = ISCSI_TARGET_PORTAL_INFOW;
  using PortalInfoEx = ISCSI_TARGET_PORTAL_INFO_EXW;
  using Mapping = ISCSI_TARGET_MAPPINGW;
  using Session = ISCSI_SESSION_INFOW;
  using Connection = ISCSI_CONNECTION_INFOW;
  using Device = ISCSI_DEVICE_ON_SESSIONW;
  using PersistentLogin = PERSISTENT_ISCSI_LOGIN_INFOW;
};

template <class F, class Ansi, class Wide>
auto pick(Ansi ansi, Wide wide) {
  if constexpr (F::kIsAnsi)
    return ansi;
  else
    return wide;
}

/// A text argument, ASCII, with its NUL; the API takes pointers to what it could change.
template <class F>
class Text {
 public:
  explicit Text(const std::string& ascii) : characters_(ascii.begin(), ascii.end()) {
    characters_.push_back(0);
  }
  typename F::Char* get() { return characters_.data(); }

 private:
  std::vector<typename F::Char> characters_;
};

}  // namespace lunsim::conformance
