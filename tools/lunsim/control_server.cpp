#include "tools/lunsim/control_server.hpp"

#include <algorithm>

#include "runtime/trace/ip_address.hpp"
#include "scenarios/engine/host_side.hpp"

namespace lunsim::tools {
namespace {

constexpr runtime::Duration kCallMax = std::chrono::minutes(10);

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace

std::optional<runtime::Endpoint> control_endpoint(const std::string& text) {
  const auto endpoint = runtime::parse_endpoint(text, 0);
  if (!endpoint || !is_loopback(endpoint->address)) return std::nullopt;
  if (endpoint->address != "localhost" && !runtime::parse_ip_address(endpoint->address))
    return std::nullopt;
  return endpoint;
}

std::string control_usage(const std::string& text) {
  return "--control wants an address of loopback and a port, such as 127.0.0.1:0, not " + text;
}

ControlServer::ControlServer(const scenarios::Scenario& scenario, runtime::LiveWorld& world,
                             scenarios::TargetSide& targets, const ControlOptions& options,
                             ControlHooks hooks)
    : world_(world),
      hooks_(std::move(hooks)),
      token_(options.token_file),
      lines_(world, control_endpoint(options.listen).value(), limits_),
      direct_(world, scenarios::host_config(scenario.hosts.front())),
      serving_(direct_, world, serving_hooks()),
      decorated_(hooks_.decorate_host ? hooks_.decorate_host(serving_) : nullptr),
      desk_({scenario, world, targets, token_.token(), hooks_.before_call, hooks_.after_call}) {
  initiator::set_current_host(&host());
}

ControlServer::~ControlServer() { initiator::set_current_host(nullptr); }

scenarios::ServingHooks ControlServer::serving_hooks() {
  return {
      .between = [this] { serve_between(); },
      .is_over = [this] { return world_.was_stopped() || (hooks_.is_over && hooks_.is_over()); },
      .deadline = [this] { return std::min(hooks_.deadline, world_.now() + kCallMax); }};
}

void ControlServer::serve() {
  while (true) {
    while (const auto line = lines_.poll_line()) answer(*line);
    if (waiting_calls_.empty()) break;
    const runtime::Line call = std::move(waiting_calls_.front());
    waiting_calls_.pop_front();
    if (lines_.is_here(call.client)) answer(call);
  }
  forget_gone();
}

/// While a call waits for the wire.
void ControlServer::serve_between() {
  if (hooks_.between) hooks_.between();
  while (const auto line = lines_.poll_line()) {
    const bool is_call = !line->too_long && admitted_.contains(line->client) &&
                         scenarios::ControlDesk::is_call(line->text);
    if (!is_call) {
      answer(*line);
    } else if (waiting_calls_.size() < kWaitingCallsMax) {
      waiting_calls_.push_back(*line);
    } else {
      lines_.send(line->client, scenarios::ControlDesk::refusal(
                                    line->text, "too many calls wait for their turn"));
    }
  }
}

void ControlServer::answer(const runtime::Line& line) {
  if (line.too_long) {
    lines_.send(line.client, scenarios::ControlDesk::too_long(limits_.line_bytes_max));
    return lines_.finish(line.client);
  }
  const auto answer = desk_.handle(line.text, admitted_.contains(line.client));
  if (answer.admits) {
    admitted_.insert(line.client);
    lines_.admit(line.client);
  }
  lines_.send(line.client, answer.text);
  if (answer.ends) lines_.finish(line.client);
}

void ControlServer::forget_gone() {
  std::erase_if(admitted_, [this](runtime::ClientId one) { return !lines_.is_here(one); });
}

}  // namespace lunsim::tools
