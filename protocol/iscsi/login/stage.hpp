// Which stage of a login may follow which, as a table. Not the login itself. RFC 7143 §6.3,
// §11.12.3.
#pragma once

#include "protocol/iscsi/pdu/login_request.hpp"

namespace lunsim::login {

/// Security or operational negotiation: what CSG may say.
bool is_negotiation_stage(pdu::Stage stage);

/// A transition that T=1 with this CSG and NSG may ask for. Any value of the two-bit fields may be
/// passed.
bool is_legal_transition(pdu::Stage from, pdu::Stage to);

}  // namespace lunsim::login
