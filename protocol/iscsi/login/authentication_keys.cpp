#include "protocol/iscsi/login/authentication_keys.hpp"

#include <algorithm>

#include "protocol/iscsi/negotiation/key_registry.hpp"

namespace lunsim::login {

bool has_step_key_outside(std::span<const negotiation::TextPair> pairs,
                          std::initializer_list<std::string_view> allowed) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const negotiation::TextPair& pair) {
    const negotiation::KeyRule* rule = negotiation::find_rule(pair.key);
    if (rule == nullptr || !rule->security) return false;
    return std::find(allowed.begin(), allowed.end(), pair.key) == allowed.end();
  });
}

}  // namespace lunsim::login
