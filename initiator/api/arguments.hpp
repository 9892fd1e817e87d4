// Structures and texts that a caller passes in, as the host's values. Only form is judged here
// (null, unreadable text); what the values mean is the host's business.
#pragma once

#include <optional>
#include <string>

#include "initiator/api/caller_memory.hpp"
#include "initiator/api/encoding.hpp"
#include "initiator/host/host.hpp"

namespace lunsim::api {

/// Null stays empty. Only fields whose bit is set in InformationSpecified are taken (LIT-R18);
/// LoginFlags has none and always counts.
///
/// Errors   ERROR_INVALID_PARAMETER for a user name or password that is specified, has a length and
/// no place
ISDSC_STATUS read_login_options(const ISCSI_LOGIN_OPTIONS* from,
                                std::optional<initiator::LoginOptions>& into);

/// Null stays empty.
///
/// Errors   ERROR_NO_UNICODE_TRANSLATION
template <class Char>
ISDSC_STATUS read_optional_text(const Char* from, std::optional<std::string>& into) {
  if (from == nullptr) return ERROR_SUCCESS;
  into = read_text(from);
  return into ? ERROR_SUCCESS : ERROR_NO_UNICODE_TRANSLATION;
}

/// `from` is not null. The address is an array and need not be ended by a NUL; the symbolic name is
/// for people and is left out when it cannot be read, since callers leave it uninitialised.
template <class Portal>
ISDSC_STATUS read_portal(const Portal* from, initiator::Portal& into) {
  const Portal portal = load(from);
  const std::optional<std::string> address =
      read_text(portal.Address, MAX_ISCSI_PORTAL_ADDRESS_LEN);
  if (!address) return ERROR_NO_UNICODE_TRANSLATION;
  into.symbolic_name =
      read_text(portal.SymbolicName, MAX_ISCSI_PORTAL_NAME_LEN).value_or(std::string());
  into.address = *address;
  into.port = portal.Socket;
  return ERROR_SUCCESS;
}

}  // namespace lunsim::api
