// iscsi://[user@]host[:port]/iqn...[/lun] as people write it, and back without secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "conformance/harness/judged_target.hpp"

namespace lunsim::conform {

/// Errors   a sentence that says what is wrong and what would be right
tl::expected<JudgedTarget, std::string> parse_target_url(std::string_view url);
/// Never has the secret.
std::string url_of(const JudgedTarget& target);

}  // namespace lunsim::conform
