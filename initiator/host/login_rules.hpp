// What a host looks at before it connects: names, ports, login options, CHAP secrets. Pure
// questions with a status code for an answer; 0 means nothing is wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "initiator/host/direct_host_config.hpp"
#include "initiator/host/host.hpp"

namespace lunsim::initiator {

/// The characters and the length of an iSCSI name; capitals are let through, since targets use
/// them.  RFC 7143 §4.2.7
bool is_iscsi_name(std::string_view name);
/// Names and addresses that differ in ASCII case only are the same.  RFC 7143 §4.2.7.1
bool is_same_ignoring_case(std::string_view a, std::string_view b);

/// What can be the address of a server: characters of a name or an address, and not too many.
bool is_server_address(std::string_view address);

inline constexpr std::size_t kIscsiNameBytesMax = 223;  // RFC 7143 §4.2.7.1
inline constexpr std::size_t kChapSecretBytesMax = 16;
/// LIT-R16: 12 to 16 bytes (without IPsec).
bool is_chap_secret(std::string_view secret);

/// LIT-R6: without an instance the port must be "any"; the one instance that we have has one port.
StatusCode check_initiator(const DirectHostConfig& config,
                           const std::optional<std::string>& instance, std::uint32_t port);
/// The same where an instance is optional and a port then says nothing: any will do.
StatusCode check_instance(const DirectHostConfig& config,
                          const std::optional<std::string>& instance, std::uint32_t port);
/// LIT-R16, R17, R18, R19, R21, and values that no field of ISCSI_LOGIN_OPTIONS knows.
StatusCode check_options(const DirectHostConfig& config, const std::optional<LoginOptions>& options,
                         std::uint64_t security_flags);

/// What goes to the wire for checked options. An empty target name makes a discovery session.
login::InitiatorLoginConfig login_config(const DirectHostConfig& config,
                                         const std::optional<LoginOptions>& options,
                                         std::string_view target_name, const pdu::Isid& isid);

}  // namespace lunsim::initiator
