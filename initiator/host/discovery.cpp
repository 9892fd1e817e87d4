#include "initiator/host/discovery.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "initiator/host/login_rules.hpp"
#include "initiator/host/outcome_codes.hpp"
#include "initiator/host/status_code.hpp"
#include "protocol/bytes/utf16.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::uint16_t kIscsiPort = 3260;

// "10.0.0.1:3260,1": the portal group tag is not an address.  RFC 7143 §13.8
std::optional<runtime::Endpoint> endpoint_of(std::string_view target_address) {
  return runtime::parse_endpoint(target_address.substr(0, target_address.find(',')), kIscsiPort);
}

std::uint16_t portal_group_tag_of(std::string_view target_address) {
  constexpr std::uint16_t kFirst = 1;
  const std::size_t comma = target_address.find(',');
  std::uint16_t tag = kFirst;
  if (comma != std::string_view::npos)
    std::from_chars(target_address.data() + comma + 1,
                    target_address.data() + target_address.size(), tag);
  return tag;
}

// Also refuses what could not be handed out in a W call.
bool is_usable_name(const std::string& name) {
  return is_iscsi_name(name) && bytes::utf16_from_utf8(name).has_value();
}

}  // namespace

std::vector<DiscoveredTarget> targets_of(const std::vector<TargetFound>& records,
                                         const runtime::Endpoint& portal) {
  std::vector<DiscoveredTarget> targets;
  for (const TargetFound& record : records) {
    if (!is_usable_name(record.name)) continue;
    DiscoveredTarget target{record.name, {}, {}};
    for (const std::string& address : record.addresses) {
      const auto endpoint = endpoint_of(address);
      if (!endpoint) continue;
      target.addresses.push_back(*endpoint);
      target.portal_group_tags.push_back(portal_group_tag_of(address));
    }
    if (record.addresses.empty()) {
      target.addresses.push_back(portal);
      target.portal_group_tags.push_back(portal_group_tag_of({}));
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

void keep_targets(HostState& host, const Portal& portal, const Discovery& discovery) {
  StoredPortal* stored = host.find_portal(portal);
  if (stored != nullptr && discovery.targets()) stored->targets = *discovery.targets();
}

Discovery::Discovery(HostState& host, const AddSendTargetPortal& portal)
    : portal_{portal.portal.address, portal.portal.port},
      session_(host.make_session(portal.options, "", host.sessions().free_isid(), portal_,
                                 {.tries_max = 0})) {
  session_->start();
}

bool Discovery::advance() {
  if (step_ == Step::logging_in) step_log_in();
  if (step_ == Step::asking) step_ask();
  if (step_ == Step::leaving && session_->state() == KeptSession::State::over) end(code_);
  return step_ == Step::ended;
}

void Discovery::step_log_in() {
  if (const auto& failure = session_->login_failure()) return end(code_of(*failure));
  if (session_->state() == KeptSession::State::over) return end(status_code::kTransportError);
  if (session_->state() != KeptSession::State::up) return;
  session_->send_targets("All");
  step_ = Step::asking;
}

void Discovery::step_ask() {
  const std::optional<TargetsDiscovered> found = session_->take_targets();
  const bool is_lost = session_->state() == KeptSession::State::over;
  if (found) {
    targets_ = targets_of(found->targets, portal_);
    if (!found->complete || targets_->size() != found->targets.size())
      code_ = status_code::kInvalidSendTargetsText;
  }
  // A question that the connection took along is answered "incomplete" first.
  if (is_lost) return end(found && code_ == 0 ? 0 : status_code::kTransportError);
  if (!found) return;
  session_->log_out();
  step_ = Step::leaving;
}

void Discovery::end(StatusCode code) {
  code_ = code;
  session_.reset();
  step_ = Step::ended;
}

}  // namespace lunsim::initiator
