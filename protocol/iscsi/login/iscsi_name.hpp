// Whether a text may be an iSCSI name. Nothing about who bears it. RFC 7143 §4.2.7.1.
#pragma once

#include <cstddef>
#include <string_view>

namespace lunsim::login {

inline constexpr std::size_t kIscsiNameBytesMax = 223;

/// 1 to 223 bytes of letters, digits, '-', '.', ':' and bytes of UTF-8 above ASCII. The underscore,
/// which the standard does not have but real initiators use, passes too; a type (iqn., eui., naa.)
/// is not asked for.
bool is_acceptable_iscsi_name(std::string_view name);

}  // namespace lunsim::login
