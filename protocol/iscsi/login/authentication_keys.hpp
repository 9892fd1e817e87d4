// Which keys of an authentication step are present in a text, for both roles. RFC 7143 §12.1.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "protocol/iscsi/negotiation/text_segment.hpp"

namespace lunsim::login {

/// Whether the text holds a CHAP, Kerberos or SRP key that is not among `allowed`: a key out of its
/// step.
bool has_step_key_outside(std::span<const negotiation::TextPair> pairs,
                          std::initializer_list<std::string_view> allowed);

}  // namespace lunsim::login
