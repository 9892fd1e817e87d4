#include "initiator/host/isns_operations.hpp"

#include <algorithm>

#include "initiator/host/login_rules.hpp"
#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::uint16_t kIsnsPort = 3205;  // RFC 4171 §2.8

std::unique_ptr<ServerProbe> probe(HostState& host, const std::string& address) {
  const auto server = runtime::parse_endpoint(address, kIsnsPort);
  return std::make_unique<ServerProbe>(host.world(), host.config().address,
                                       server.value_or(runtime::Endpoint{address, kIsnsPort}),
                                       host.config().session.connect_timeout);
}

/// AISNS-R2: what a socket would say.
StatusCode winsock_code(runtime::CloseReason reason) {
  switch (reason) {
    case runtime::CloseReason::timed_out:
      return kTimedOut;
    case runtime::CloseReason::unreachable:
      return kHostUnreachable;
    default:
      return kConnectionRefused;
  }
}

bool knows(const std::vector<std::string>& servers, const std::string& address) {
  return std::any_of(servers.begin(), servers.end(), [&](const std::string& known) {
    return is_same_ignoring_case(known, address);
  });
}

}  // namespace

StatusCode AddIsnsServerOperation::store(HostState& host) const {
  if (!is_server_address(request_.address)) return kInvalidParameter;
  std::vector<std::string>& servers = host.settings().isns_servers;
  if (knows(servers, request_.address)) return kSuccess;
  if (servers.size() >= host.config().servers_max) return kOutOfResources;
  servers.push_back(request_.address);
  return kSuccess;
}

// Like a portal, a server that does not answer stays registered: it is sought again on refresh.
std::optional<Reply> AddIsnsServerOperation::advance(HostState& host) {
  if (!probe_) {
    if (const StatusCode code = store(host); code != kSuccess) return Reply{code, {}};
    probe_ = probe(host, request_.address);
  }
  if (!probe_->has_ended()) return std::nullopt;
  const StatusCode code = probe_->failure() ? winsock_code(*probe_->failure()) : kSuccess;
  return Reply{code, {}};
}

std::optional<Reply> RefreshIsnsServerOperation::advance(HostState& host) {
  if (!is_begun_) {
    is_begun_ = true;
    servers_ = host.settings().isns_servers;
    if (request_.address) {
      if (!knows(servers_, *request_.address)) return Reply{kIsnsServerNotFound, {}};
      servers_ = {*request_.address};
    }
  }
  while (!servers_.empty()) {
    if (!probe_) probe_ = probe(host, servers_.front());
    if (!probe_->has_ended()) return std::nullopt;
    const StatusCode code = probe_->failure() ? kIsnsServerNotFound : kRequestNotSupported;
    if (code_ == kSuccess) code_ = code;
    probe_.reset();
    servers_.erase(servers_.begin());
  }
  return Reply{code_, {}};
}

}  // namespace lunsim::initiator
