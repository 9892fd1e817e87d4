// IPsec settings: kept and told, and never used. A login that wants IPsec is refused
// (check_options).
#include <algorithm>

#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::uint32_t kPresharedKey = 1;  // IKE_AUTHENTICATION_PRESHARED_KEY_METHOD
enum IdType : std::uint8_t { ipv4_address = 1, fqdn = 2, user_fqdn = 3, ipv6_address = 5 };
constexpr std::size_t kIkeIdBytesMax = 255;

/// SIKE-R7: addresses as bytes, names without a terminator.
StatusCode check_id(const IkeAuthentication& ike) {
  switch (ike.id_type) {
    case IdType::ipv4_address:
      return ike.id.size() == 4 ? kSuccess : kIkeIdPayloadIncorrectSize;
    case IdType::ipv6_address:
      return ike.id.size() == 16 ? kSuccess : kIkeIdPayloadIncorrectSize;
    case IdType::fqdn:
    case IdType::user_fqdn:
      return !ike.id.empty() && ike.id.size() <= kIkeIdBytesMax ? kSuccess
                                                                : kIkeIdPayloadIncorrectSize;
    default:
      return kIkeIdPayloadTypeNotSupported;
  }
}

/// A name of an instance, or none for all of them.
StatusCode check_name(const HostState& host, const std::optional<std::string>& name,
                      std::uint32_t port) {
  return check_instance(host.config(), name, port);
}

template <class Request>
bool is_same_place(const Request& a, const Request& b) {
  const bool same_name =
      a.initiator_name.has_value() == b.initiator_name.has_value() &&
      (!a.initiator_name || is_same_ignoring_case(*a.initiator_name, *b.initiator_name));
  return same_name && a.initiator_port == b.initiator_port;
}

/// Renews the entry that `is_same` finds, or adds one. False when there are too many.
template <class Entry, class IsSame>
bool put(std::vector<Entry>& entries, const Entry& entry, std::size_t entries_max, IsSame is_same) {
  const auto found = std::find_if(entries.begin(), entries.end(), is_same);
  if (found != entries.end()) {
    *found = entry;
    return true;
  }
  if (entries.size() >= entries_max) return false;
  entries.push_back(entry);
  return true;
}

/// What is stored for all instances or all ports holds for each of them.
bool covers(const SetIkeInfo& stored, const GetIkeInfo& wanted) {
  const bool name = !stored.initiator_name || !wanted.initiator_name ||
                    is_same_ignoring_case(*stored.initiator_name, *wanted.initiator_name);
  const bool port = stored.initiator_port == kAnyInitiatorPort ||
                    wanted.initiator_port == kAnyInitiatorPort ||
                    stored.initiator_port == wanted.initiator_port;
  return name && port && stored.authentication.id_type == wanted.selector.id_type &&
         stored.authentication.id == wanted.selector.id;
}

}  // namespace

Reply answer(HostState& host, const SetIkeInfo& request) {
  if (request.authentication.method != kPresharedKey) return Reply{kRequestNotSupported, {}};
  StatusCode code = check_name(host, request.initiator_name, request.initiator_port);
  if (code == kSuccess) code = check_id(request.authentication);
  if (code == kSuccess && request.authentication.key.size() > kKeyBytesMax)
    code = kInvalidParameter;
  if (code != kSuccess) return Reply{code, {}};
  const bool kept =
      put(host.settings().ike, request, host.config().servers_max, [&](const SetIkeInfo& stored) {
        return is_same_place(stored, request) &&
               stored.authentication.id_type == request.authentication.id_type &&
               stored.authentication.id == request.authentication.id;
      });
  return Reply{kept ? kSuccess : kOutOfResources, {}};
}

// The id selects; flags come back, the key does not (GIKE-R3, R7).
Reply answer(HostState& host, const GetIkeInfo& request) {
  if (request.selector.method != kPresharedKey) return Reply{kRequestNotSupported, {}};
  StatusCode code = check_name(host, request.initiator_name, request.initiator_port);
  if (code == kSuccess) code = check_id(request.selector);
  if (code != kSuccess) return Reply{code, {}};
  for (const SetIkeInfo& stored : host.settings().ike) {
    if (!covers(stored, request)) continue;
    IkeAuthentication told = stored.authentication;
    told.key.clear();
    return Reply{kSuccess, told};
  }
  return Reply{kNoAuthInfoAvailable, {}};
}

Reply answer(HostState& host, const SetGroupPresharedKey& request) {
  if (request.key && request.key->size() > kKeyBytesMax) return Reply{kInvalidParameter, {}};
  if (request.key)
    host.settings().group_key = request;
  else
    host.settings().group_key.reset();
  return Reply{kSuccess, {}};
}

// Without an outer address the entry goes; without a destination all of the place go (STM-R6).
Reply answer(HostState& host, const SetTunnelOuterAddress& request) {
  const StatusCode code = check_name(host, request.initiator_name, request.initiator_port);
  if (code != kSuccess) return Reply{code, {}};
  const auto is_same = [&](const SetTunnelOuterAddress& stored) {
    return is_same_place(stored, request) &&
           stored.destination_address == request.destination_address;
  };
  auto& tunnels = host.settings().tunnels;
  if (!request.outer_address) {
    std::erase_if(tunnels, [&](const SetTunnelOuterAddress& stored) {
      return is_same(stored) || (is_same_place(stored, request) && !request.destination_address);
    });
    return Reply{kSuccess, {}};
  }
  const bool kept = put(tunnels, request, host.config().servers_max, is_same);
  return Reply{kept ? kSuccess : kOutOfResources, {}};
}

}  // namespace lunsim::initiator
