// Structures and texts that a caller passes in, as the host's values. Only form is judged here
// (null, unreadable text); what the values mean is the host's business.
#pragma once

#include <algorithm>
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

/// `from` may be null if `length` is 0. Longer than any secret, key or id: cut to what is too long
/// all the same.
///
/// Errors   ERROR_INVALID_PARAMETER for a length without a place
ISDSC_STATUS read_bytes(const void* from, ULONG length, std::string& into);

/// A text that must be there.
///
/// Errors   ERROR_INVALID_PARAMETER for null, ERROR_NO_UNICODE_TRANSLATION
template <class Char>
ISDSC_STATUS read_required_text(const Char* from, std::string& into) {
  if (from == nullptr) return ERROR_INVALID_PARAMETER;
  std::optional<std::string> text = read_text(from);
  if (!text) return ERROR_NO_UNICODE_TRANSLATION;
  into = std::move(*text);
  return ERROR_SUCCESS;
}

/// Null stays empty.
///
/// Errors   ERROR_NO_UNICODE_TRANSLATION
template <class Char>
ISDSC_STATUS read_optional_text(const Char* from, std::optional<std::string>& into) {
  if (from == nullptr) return ERROR_SUCCESS;
  into = read_text(from);
  return into ? ERROR_SUCCESS : ERROR_NO_UNICODE_TRANSLATION;
}

template <class Char, std::size_t kSize>
bool is_ended(const Char (&array)[kSize]) {
  return std::find(array, array + kSize, Char{0}) != array + kSize;
}

/// `from` is not null. The symbolic name is for people and is left out when it cannot be read or no
/// NUL ends it, since callers leave it uninitialised.
///
/// Errors   ERROR_INVALID_PARAMETER for an address that no NUL ends, ERROR_NO_UNICODE_TRANSLATION
template <class Portal>
ISDSC_STATUS read_portal(const Portal* from, initiator::Portal& into) {
  const Portal portal = load(from);
  if (!is_ended(portal.Address)) return ERROR_INVALID_PARAMETER;
  const std::optional<std::string> address = read_text(portal.Address);
  if (!address) return ERROR_NO_UNICODE_TRANSLATION;
  into.symbolic_name.clear();
  if (is_ended(portal.SymbolicName))
    into.symbolic_name = read_text(portal.SymbolicName).value_or(std::string());
  into.address = *address;
  into.port = portal.Socket;
  return ERROR_SUCCESS;
}

/// The units that a caller wants to be mapped, as `lun_is_raw` reads their numbers (RATM-R21).
///
/// Errors   ERROR_INVALID_PARAMETER for a list without a place or beyond all numbers
ISDSC_STATUS read_luns(const SCSI_LUN_LIST* from, ULONG count, bool lun_is_raw,
                       std::vector<initiator::MappedLun>& into);

/// Null stays empty. Of what a caller passes only the place is taken: bus, target and units.
template <class Mapping>
ISDSC_STATUS read_mapping(const Mapping* from, bool lun_is_raw,
                          std::optional<initiator::MappingInfo>& into) {
  if (from == nullptr) return ERROR_SUCCESS;
  const Mapping mapping = load(from);
  into.emplace();
  into->os_bus = mapping.OSBusNumber;
  into->os_target = mapping.OSTargetNumber;
  return read_luns(mapping.LUNList, mapping.LUNCount, lun_is_raw, into->luns);
}

inline initiator::UniqueId read_id(const ISCSI_UNIQUE_SESSION_ID* from) {
  const ISCSI_UNIQUE_SESSION_ID id = load(from);
  return {id.AdapterUnique, id.AdapterSpecific};
}

}  // namespace lunsim::api
