// The complete registry of text keys: every key of RFC 7143 §12 and §13, the obsolete markers of
// §13.25 and iSCSIProtocolLevel with the range of RFC 7144. A key that is not here is answered
// NotUnderstood.
#pragma once

#include <span>
#include <string_view>

#include "protocol/iscsi/negotiation/rule.hpp"

namespace lunsim::negotiation {

/// All rules, in the order of enum Key.
std::span<const KeyRule> all_rules();
const KeyRule& rule_of(Key key);
/// Case sensitive, as §6.1 wants.
/// Returns  null if the key is not in the registry
const KeyRule* find_rule(std::string_view name);

}  // namespace lunsim::negotiation
