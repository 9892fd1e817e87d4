#include "runtime/ports/engine.hpp"

#include <charconv>
#include <string_view>

namespace lunsim::runtime {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

bool is_address_text(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c == '[' || c == ']' || c == '/' || c == ',' || c == 0x7f) return false;
  }
  return true;
}

std::optional<Endpoint> parse_bracketed(std::string_view text, std::uint16_t default_port) {
  const std::size_t bracket = text.find(']');
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::string_view address = text.substr(1, bracket - 1);
  if (!is_address_text(address)) return std::nullopt;
  const std::string_view rest = text.substr(bracket + 1);
  if (rest.empty()) return Endpoint{std::string(address), default_port};
  if (rest.front() != ':') return std::nullopt;
  const auto port = parse_port(rest.substr(1));
  if (!port) return std::nullopt;
  return Endpoint{std::string(address), *port};
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.address.find(':') != std::string::npos;
  std::string text = is_ipv6 ? "[" + endpoint.address + "]" : endpoint.address;
  return text + ":" + std::to_string(endpoint.port);
}

// Two colons without brackets can only be an IPv6 address without a port.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  if (!text.empty() && text.front() == '[') return parse_bracketed(text, default_port);
  if (!is_address_text(text)) return std::nullopt;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return Endpoint{std::string(text), default_port};
  }
  const auto port = parse_port(text.substr(colon + 1));
  if (!port || colon == 0) return std::nullopt;
  return Endpoint{std::string(text.substr(0, colon)), *port};
}

std::string_view describe(CloseReason reason) {
  switch (reason) {
    case CloseReason::finished: return "closed in order by the peer";
    case CloseReason::reset: return "reset by the peer or the network";
    case CloseReason::refused: return "refused: nobody listens there";
    case CloseReason::unreachable: return "unreachable: no such address";
    case CloseReason::timed_out: return "no answer in time";
    case CloseReason::local: return "closed by this side";
  }
  return "closed for an unknown reason";
}

}  // namespace lunsim::runtime
