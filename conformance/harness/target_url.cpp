#include "conformance/harness/target_url.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace lunsim::conform {
namespace {

constexpr std::string_view kScheme = "iscsi://";
constexpr std::string_view kForm = "iscsi://[user@]host[:port]/iqn...[/lun]";

tl::unexpected<std::string> wrong(std::string_view url, std::string_view why) {
  return tl::unexpected(fmt::format("{}: {}; a target is written {}", url, why, kForm));
}

bool is_iscsi_name(std::string_view name) {
  return name.starts_with("iqn.") || name.starts_with("eui.") || name.starts_with("naa.");
}

}  // namespace

tl::expected<JudgedTarget, std::string> parse_target_url(std::string_view url) {
  if (url.empty()) return tl::unexpected(fmt::format("which target? It is written {}", kForm));
  if (!url.starts_with(kScheme)) return wrong(url, "this is no iscsi:// URL");
  std::string_view rest = url.substr(kScheme.size());
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos) return wrong(url, "there is no target name");
  std::string_view host = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  JudgedTarget target;
  const std::size_t at = host.rfind('@');
  if (at != host.npos) {
    const std::string_view user = host.substr(0, at);
    if (user.find('%') != user.npos || user.find(':') != user.npos)
      return wrong("the URL", "a secret has no place in it, others see it: use --secret-file");
    target.chap.user = user;
    host.remove_prefix(at + 1);
  }
  if (std::count(host.begin(), host.end(), ':') > 1 && !host.starts_with('['))
    return wrong(url, "an IPv6 address stands in brackets, as in [::1]:3260");
  const auto portal = runtime::parse_endpoint(host, 3260);
  if (portal && portal->port == 0) return wrong(url, "port 0 is nowhere");
  if (!portal || portal->address.empty()) return wrong(url, "the host and port cannot be read");
  target.portal = *portal;
  const std::size_t behind = rest.find('/');
  target.name = rest.substr(0, behind);
  for (char& c : target.name)  // RFC 3722 folds case
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (!is_iscsi_name(target.name))
    return wrong(url, "the target's name begins with iqn., eui. or naa.");
  if (behind == rest.npos) return target;
  const std::string_view lun = rest.substr(behind + 1);
  const auto [end, error] = std::from_chars(lun.data(), lun.data() + lun.size(), target.lun);
  if (error != std::errc{} || end != lun.data() + lun.size() || target.lun > 16383)
    return wrong(url, "the LUN is a number from 0 to 16383");
  return target;
}

std::string url_of(const JudgedTarget& target) {
  const std::string user = target.chap.user.empty() ? "" : target.chap.user + "@";
  return fmt::format("iscsi://{}{}/{}/{}", user, runtime::to_string(target.portal), target.name,
                     target.lun);
}

}  // namespace lunsim::conform
