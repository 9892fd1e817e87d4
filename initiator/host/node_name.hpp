// The iSCSI name of the initiator itself: the one that it has by default, and what is one at all.
#pragma once

#include <string>
#include <string_view>

namespace lunsim::initiator {

/// SINN-R3: the default name, made of the computer's: iqn.2026-11.org.lunsim:<name>, in lower case.
/// What no iSCSI name can have becomes "-"; the name ends where 223 bytes do. A computer without a
/// name is called "host".
std::string default_node_name(std::string_view computer_name);

/// iqn.YYYY-MM.AUTHORITY[:TEXT], eui. and 16 hexadecimal digits, or naa. and 16 or 32 of them, of
/// the characters of an iSCSI name and at most 223 bytes.  RFC 7143 §4.2.7
bool is_node_name(std::string_view name);

}  // namespace lunsim::initiator
