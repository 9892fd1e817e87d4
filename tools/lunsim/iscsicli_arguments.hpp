// The words behind a verb of iscsicli: by their place, `*` for what is left out, and read as the
// structures of <iscsidsc.h>.
#pragma once

#include <iscsidsc.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lunsim::tools {

/// What is wrong with the command line: a sentence.
struct IscsicliUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class IscsicliArguments {
 public:
  /// `words` without the verb; `form` is its line of help.
  IscsicliArguments(std::vector<std::string> words, std::string form)
      : words_(std::move(words)), form_(std::move(form)) {}

  std::size_t count() const { return words_.size(); }
  /// Errors   IscsicliUsage when there are too few or too many
  void expect(std::size_t at_least, std::size_t at_most) const;
  /// Empty when it is not there or `*`.
  std::optional<std::string> text(std::size_t at) const;
  /// Errors   IscsicliUsage when it is missing, or no number below 2^32 (decimal or 0x...)
  std::optional<std::uint32_t> number(std::size_t at) const;
  std::string needed_text(std::size_t at) const;
  std::uint32_t needed_number(std::size_t at) const;
  /// T or F.
  bool flag(std::size_t at) const;
  /// Two hexadecimal numbers with a hyphen, as SessionList prints them.
  ISCSI_UNIQUE_SESSION_ID session(std::size_t at) const;
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::vector<std::string> words_;
  std::string form_;
};

/// Login options with the memory behind their texts.
class IscsicliLoginOptions {
 public:
  /// Login flags, header digest, data digest, connections, Time2Wait, Time2Retain, user, secret and
  /// authentication, from that place on.
  IscsicliLoginOptions(const IscsicliArguments& arguments, std::size_t first);
  /// CHAP with a user and a secret; without a user nothing is said.
  IscsicliLoginOptions(const std::optional<std::string>& user,
                       const std::optional<std::string>& secret);
  IscsicliLoginOptions(const IscsicliLoginOptions&) = delete;
  IscsicliLoginOptions& operator=(const IscsicliLoginOptions&) = delete;

  ISCSI_LOGIN_OPTIONS* get() { return &options_; }

 private:
  void set_user(const std::optional<std::string>& user, const std::optional<std::string>& secret);
  ISCSI_LOGIN_OPTIONS options_{};
  std::string user_, secret_;
};

/// Errors   IscsicliUsage for a port that is none, or an address beyond its array
ISCSI_TARGET_PORTALA portal_of(const std::string& address, std::uint32_t port);

}  // namespace lunsim::tools
