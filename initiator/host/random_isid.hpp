// The ISIDs of a host that shares its node name with others, as every host does that nobody has
// named: two hosts with the same first ISID would take over each other's sessions at a target.
#pragma once

#include "protocol/iscsi/pdu/login_request.hpp"
#include "runtime/ports/entropy.hpp"

namespace lunsim::initiator {

/// Of the type "Random": 80h, three random bytes, qualifier 0.                    RFC 7143 §11.12.5
pdu::Isid random_isid(runtime::Entropy& entropy);

}  // namespace lunsim::initiator
