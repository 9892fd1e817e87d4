// iSNS and RADIUS servers as settings. An iSNS server is sought when it is added or refreshed
// (isns_operations.hpp); a RADIUS server is first needed by a login that asks for it.
#include <algorithm>

#include "initiator/host/immediate_answers.hpp"
#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::size_t kRadiusSecretBytesMin = 22, kRadiusSecretBytesMax = 26;  // SRS-R3

auto find_server(std::vector<std::string>& servers, const std::string& address) {
  return std::find_if(servers.begin(), servers.end(), [&](const std::string& known) {
    return is_same_ignoring_case(known, address);
  });
}

Reply remove(std::vector<std::string>& servers, const std::string& address, StatusCode unknown) {
  const auto found = find_server(servers, address);
  if (found == servers.end()) return Reply{unknown, {}};
  servers.erase(found);
  return Reply{kSuccess, {}};
}

}  // namespace

Reply answer(HostState& host, const RemoveIsnsServer& request) {
  return remove(host.settings().isns_servers, request.address, kIsnsServerNotFound);
}

Reply answer(HostState& host, const ListIsnsServers&) {
  return Reply{kSuccess, host.settings().isns_servers};
}

Reply answer(HostState& host, const AddRadiusAddress& request) {
  if (!is_server_address(request.address)) return Reply{kInvalidParameter, {}};
  std::vector<std::string>& servers = host.settings().radius_servers;
  if (find_server(servers, request.address) != servers.end()) return Reply{kSuccess, {}};
  if (servers.size() >= host.config().servers_max) return Reply{kOutOfResources, {}};
  servers.push_back(request.address);
  return Reply{kSuccess, {}};
}

Reply answer(HostState& host, const RemoveRadiusAddress& request) {
  return remove(host.settings().radius_servers, request.address, kNotFound);
}

Reply answer(HostState& host, const ListRadiusAddresses&) {
  return Reply{kSuccess, host.settings().radius_servers};
}

Reply answer(HostState& host, const SetRadiusSecret& request) {
  if (request.secret.size() < kRadiusSecretBytesMin ||
      request.secret.size() > kRadiusSecretBytesMax)
    return Reply{kInvalidParameter, {}};
  host.settings().radius_secret = request.secret;
  return Reply{kSuccess, {}};
}

}  // namespace lunsim::initiator
