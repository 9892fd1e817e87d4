#include "target_sim/smb_server/server_state.hpp"

#include "protocol/smb/auth/ntlm_v2.hpp"
#include "target_sim/smb_server/texts.hpp"

namespace lunsim::smb_server {

ServerState::ServerState(ServerConfig configuration, runtime::Entropy& chance,
                         MessageTap* message_tap)
    : config(std::move(configuration)),
      entropy(chance),
      tap(message_tap),
      sessions(config),
      srvsvc(config, sessions, [](SessionTable::Id) {}) {
  entropy.fill(guid);
  next_session_id = entropy.next_u64() & 0x0000'ffff'ffff'0000u;
  for (const User& user : config.users) users[smb::ntlm::upper(text16(user.name))] = &user;
  login_policy.computer_name = text16(config.name);
  login_policy.domain_name = text16(config.domain);
  login_policy.dns_computer_name = text16(config.name);
  login_policy.dns_domain_name = u"";
  login_policy.allows_anonymous = config.allows_anonymous;
  login_policy.unknown_users_are_guests = config.unknown_users_are_guests;
  login_policy.find_account = [this](std::u16string_view name) -> std::optional<smb::Account> {
    const auto found = users.find(smb::ntlm::upper(name));
    if (found == users.end()) return std::nullopt;
    return smb::Account{smb::ntlm::nt_hash(text16(found->second->password)),
                        found->second->refusal};
  };
}

Caller ServerState::caller(const smb::Login& login) const {
  if (login.is_anonymous) return Caller::anonymous;
  if (login.is_guest) return Caller::guest;
  const auto found = users.find(smb::ntlm::upper(login.user));
  return found != users.end() && found->second->is_administrator ? Caller::administrator
                                                                 : Caller::authenticated;
}

std::uint64_t ServerState::filetime(TimePoint now) const {
  constexpr std::int64_t kFrom1601To1970_s = 11'644'473'600;
  return static_cast<std::uint64_t>((config.epoch_s + kFrom1601To1970_s) * 10'000'000 +
                                    now.since_start_ns / 100);
}

}  // namespace lunsim::smb_server
