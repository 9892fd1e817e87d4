#include "initiator/host/login_rules.hpp"

#include <algorithm>

#include "initiator/host/status_code.hpp"

namespace lunsim::initiator {
namespace {

using namespace status_code;

constexpr std::size_t kServerAddressBytesMax = 255;  // of a DNS name
constexpr std::size_t kChapSecretBytesMin = 12;
constexpr std::uint32_t kRequireIpsec = 0x01;  // ISCSI_LOGIN_FLAG_REQUIRE_IPSEC
constexpr std::uint64_t kValidIpsec = 0x03;    // ..._VALID and ..._IKE_IPSEC_ENABLED
constexpr std::uint32_t kTimeMax_s = 3600;     // RFC 7143 §13.15, §13.16
enum AuthType : std::uint32_t { none = 0, chap = 1, mutual_chap = 2 };

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_name_character(char c) {
  const bool is_letter = to_lower(c) >= 'a' && to_lower(c) <= 'z';
  const bool is_digit = c >= '0' && c <= '9';
  const bool is_beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
  return is_letter || is_digit || is_beyond_ascii || c == '-' || c == '.' || c == ':';
}

bool is_at_most(const std::optional<std::uint32_t>& value, std::uint32_t limit) {
  return !value || *value <= limit;
}

StatusCode check_values(const LoginOptions& options) {
  if (options.version != 0) return kLoginUserInfoBad;
  if (!is_at_most(options.auth_type, AuthType::mutual_chap)) return kInvalidLogonAuthType;
  if (!is_at_most(options.header_digest, 1) || !is_at_most(options.data_digest, 1))
    return kLoginUserInfoBad;
  if (options.maximum_connections == 0u || !is_at_most(options.maximum_connections, 65535))
    return kLoginUserInfoBad;
  if (!is_at_most(options.default_time2wait_s, kTimeMax_s) ||
      !is_at_most(options.default_time2retain_s, kTimeMax_s))
    return kLoginUserInfoBad;
  return kSuccess;
}

// Of the secrets, "target" means the one that the target checks, "initiator" the one that we check.
StatusCode check_chap(const DirectHostConfig& config, const LoginOptions& options) {
  const std::uint32_t type = options.auth_type.value_or(AuthType::none);
  if (type == AuthType::none) return kSuccess;
  if (options.username &&
      (options.username->empty() || options.username->size() > kIscsiNameBytesMax ||
       options.username->find('\0') != std::string::npos))
    return kInvalidChapUserName;
  if (!options.password || !is_chap_secret(*options.password)) return kInvalidTargetChapSecret;
  if (type != AuthType::mutual_chap) return kSuccess;
  if (!config.initiator_chap_secret || !is_chap_secret(*config.initiator_chap_secret))
    return kInvalidInitiatorChapSecret;
  // One secret must not serve both directions.  RFC 7143 §9.2.1
  if (*config.initiator_chap_secret == *options.password) return kInvalidInitiatorChapSecret;
  return kSuccess;
}

void wish(negotiation::Wishes& wishes, const LoginOptions& options) {
  if (options.header_digest) wishes.header_digest_crc32c = *options.header_digest == 1;
  if (options.data_digest) wishes.data_digest_crc32c = *options.data_digest == 1;
  wishes.prefer_digests |= options.header_digest == 1u || options.data_digest == 1u;
  const auto take = [](std::uint16_t& into, const std::optional<std::uint32_t>& from) {
    if (from) into = static_cast<std::uint16_t>(*from);
  };
  take(wishes.session.max_connections, options.maximum_connections);
  take(wishes.session.default_time2wait_s, options.default_time2wait_s);
  take(wishes.session.default_time2retain_s, options.default_time2retain_s);
}

}  // namespace

bool is_iscsi_name(std::string_view name) {
  return !name.empty() && name.size() <= kIscsiNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

bool is_same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// A blank, a slash or an at sign is in no name of a host; "[::1]" and "10.0.0.1:3205" are fine.
bool is_server_address(std::string_view address) {
  return !address.empty() && address.size() <= kServerAddressBytesMax &&
         std::all_of(address.begin(), address.end(), [](char c) {
           return is_name_character(c) || c == '[' || c == ']' || c == '_' || c == '%';
         });
}

bool is_chap_secret(std::string_view secret) {
  return secret.size() >= kChapSecretBytesMin && secret.size() <= kChapSecretBytesMax;
}

StatusCode check_initiator(const DirectHostConfig& config,
                           const std::optional<std::string>& instance, std::uint32_t port) {
  if (instance && !is_same_ignoring_case(*instance, config.initiator_instance))
    return kInitiatorInstanceNotFound;
  const bool is_the_port = instance && port == 0;
  return port == kAnyInitiatorPort || is_the_port ? kSuccess : kInvalidPortNumber;
}

StatusCode check_instance(const DirectHostConfig& config,
                          const std::optional<std::string>& instance, std::uint32_t port) {
  return instance ? check_initiator(config, instance, port) : kSuccess;
}

StatusCode check_options(const DirectHostConfig& config, const std::optional<LoginOptions>& options,
                         std::uint64_t security_flags) {
  if ((security_flags & kValidIpsec) == kValidIpsec) return kIpsecNotSupportedOnOs;
  if (!options) return kSuccess;
  if (const StatusCode code = check_values(*options); code != kSuccess) return code;
  if ((options->login_flags & kRequireIpsec) != 0) return kIpsecNotSupportedOnOs;
  return check_chap(config, *options);
}

login::InitiatorLoginConfig login_config(const DirectHostConfig& config,
                                         const std::optional<LoginOptions>& options,
                                         std::string_view target_name, const pdu::Isid& isid) {
  login::InitiatorLoginConfig made;
  made.initiator_name = config.initiator_name;
  made.initiator_alias = config.initiator_alias;
  made.target_name = target_name;
  made.isid = isid;
  made.cid = 1;
  made.algorithms = config.chap_algorithms;
  made.wishes = config.wishes;
  made.first_cmd_sn = config.first_cmd_sn;
  if (!options) return made;
  wish(made.wishes, *options);
  const std::uint32_t type = options->auth_type.value_or(AuthType::none);
  if (type == AuthType::none) return made;
  made.allow_none = false;
  made.chap = login::Secret{options->username.value_or(config.initiator_name),
                            options->password.value_or(std::string())};
  if (type == AuthType::mutual_chap)
    made.mutual = login::Secret{"", config.initiator_chap_secret.value_or(std::string())};
  return made;
}

}  // namespace lunsim::initiator
