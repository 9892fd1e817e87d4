#include "tools/lunsim/iscsicli_arguments.hpp"

#include <charconv>
#include <cstring>

#include <fmt/format.h>

namespace lunsim::tools {
namespace {

template <class T>
bool parse(const std::string& text, int base, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

}  // namespace

void IscsicliArguments::refuse(const std::string& why) const {
  throw IscsicliUsage(fmt::format("{}; the form is: lunsim iscsicli {}", why, form_));
}

void IscsicliArguments::expect(std::size_t at_least, std::size_t at_most) const {
  if (count() >= at_least && count() <= at_most) return;
  const std::string wanted = at_least == at_most ? fmt::format("{}", at_least)
                                                 : fmt::format("{} to {}", at_least, at_most);
  refuse(fmt::format("{} argument{} after the verb, and {} {} wanted", count(),
                     count() == 1 ? "" : "s", wanted, wanted == "1" ? "is" : "are"));
}

std::optional<std::string> IscsicliArguments::text(std::size_t at) const {
  if (at >= words_.size() || words_[at] == "*") return std::nullopt;
  return words_[at];
}

std::optional<std::uint32_t> IscsicliArguments::number(std::size_t at) const {
  const auto word = text(at);
  if (!word) return std::nullopt;
  const bool is_hex = word->starts_with("0x") || word->starts_with("0X");
  std::uint32_t value = 0;
  if (!parse(is_hex ? word->substr(2) : *word, is_hex ? 16 : 10, value))
    // Not the word itself: one place off, and it is a secret.
    refuse(fmt::format("argument {} is no number", at + 1));
  return value;
}

std::string IscsicliArguments::needed_text(std::size_t at) const {
  const auto word = text(at);
  if (!word) refuse(fmt::format("argument {} is needed", at + 1));
  return *word;
}

std::uint32_t IscsicliArguments::needed_number(std::size_t at) const {
  const auto value = number(at);
  if (!value) refuse(fmt::format("argument {} is needed", at + 1));
  return *value;
}

bool IscsicliArguments::flag(std::size_t at) const {
  const auto word = text(at);
  if (!word || *word == "F" || *word == "f") return false;
  if (*word != "T" && *word != "t") refuse(fmt::format("T or F is wanted, not {}", *word));
  return true;
}

ISCSI_UNIQUE_SESSION_ID IscsicliArguments::session(std::size_t at) const {
  const std::string word = needed_text(at);
  const std::size_t hyphen = word.find('-');
  ISCSI_UNIQUE_SESSION_ID id{};
  std::uint64_t unique = 0, specific = 0;
  if (hyphen == std::string::npos || !parse(word.substr(0, hyphen), 16, unique) ||
      !parse(word.substr(hyphen + 1), 16, specific))
    refuse(fmt::format("{} is no session id; SessionList prints them", word));
  id.AdapterUnique = unique;
  id.AdapterSpecific = specific;
  return id;
}

ISCSI_TARGET_PORTALA portal_of(const std::string& address, std::uint32_t port) {
  constexpr std::uint32_t kPortMax = 65535;
  if (port == 0 || port > kPortMax)
    throw IscsicliUsage(fmt::format("{} is no port; ports are 1 to {}", port, kPortMax));
  ISCSI_TARGET_PORTALA portal{};
  if (address.size() >= sizeof portal.Address)
    throw IscsicliUsage(fmt::format("an address has at most {} characters, and {}... has more",
                                    sizeof portal.Address - 1, address.substr(0, 32)));
  address.copy(portal.Address, sizeof portal.Address - 1);
  portal.Socket = static_cast<USHORT>(port);
  return portal;
}

IscsicliLoginOptions::IscsicliLoginOptions(const IscsicliArguments& arguments, std::size_t first) {
  options_.LoginFlags = arguments.number(first).value_or(0);
  const auto take = [&](std::size_t at, ULONG bit, auto& field) {
    const auto value = arguments.number(first + at);
    if (!value) return;
    field = static_cast<std::remove_reference_t<decltype(field)>>(*value);
    options_.InformationSpecified |= bit;
  };
  take(1, ISCSI_LOGIN_OPTIONS_HEADER_DIGEST, options_.HeaderDigest);
  take(2, ISCSI_LOGIN_OPTIONS_DATA_DIGEST, options_.DataDigest);
  take(3, ISCSI_LOGIN_OPTIONS_MAXIMUM_CONNECTIONS, options_.MaximumConnections);
  take(4, ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_WAIT, options_.DefaultTime2Wait);
  take(5, ISCSI_LOGIN_OPTIONS_DEFAULT_TIME_2_RETAIN, options_.DefaultTime2Retain);
  set_user(arguments.text(first + 6), arguments.text(first + 7));
  take(8, ISCSI_LOGIN_OPTIONS_AUTH_TYPE, options_.AuthType);
}

IscsicliLoginOptions::IscsicliLoginOptions(const std::optional<std::string>& user,
                                           const std::optional<std::string>& secret) {
  set_user(user, secret);
  if (!user) return;
  options_.AuthType = ISCSI_CHAP_AUTH_TYPE;
  options_.InformationSpecified |= ISCSI_LOGIN_OPTIONS_AUTH_TYPE;
}

void IscsicliLoginOptions::set_user(const std::optional<std::string>& user,
                                    const std::optional<std::string>& secret) {
  const auto take = [&](const std::optional<std::string>& text, ULONG bit, std::string& memory,
                        ULONG& length, PUCHAR& place) {
    if (!text) return;
    memory = *text;
    length = static_cast<ULONG>(memory.size());
    place = reinterpret_cast<PUCHAR>(memory.data());
    options_.InformationSpecified |= bit;
  };
  take(user, ISCSI_LOGIN_OPTIONS_USERNAME, user_, options_.UsernameLength, options_.Username);
  take(secret, ISCSI_LOGIN_OPTIONS_PASSWORD, secret_, options_.PasswordLength, options_.Password);
}

}  // namespace lunsim::tools
