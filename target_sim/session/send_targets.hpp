// The answer to SendTargets: which nodes can be reached, and through which portals.          RFC
// 7143 Appendix C
#pragma once

#include <string>
#include <string_view>

#include "target_sim/session/target_server.hpp"

namespace lunsim::target_sim {

/// Text pairs, NUL-terminated each. In a discovery session (`in_session_target` empty) "All" lists
/// every node; a name lists that node. In a normal session only the node itself is told, for an
/// empty value or its name. A portal that listens on every address is told as `local`, the address
/// where the question came in.
/// Nodes whose access list does not know `initiator` are not told.
std::string send_targets_text(const TargetServerConfig& config, const runtime::Endpoint& local,
                              std::string_view initiator, std::string_view what,
                              std::string_view in_session_target);

/// "10.0.0.10:3260,1" or "[fe80::1]:3260,1".                                                 RFC
/// 7143 §13.8
std::string target_address(const runtime::Endpoint& portal, std::uint16_t portal_group_tag);

}  // namespace lunsim::target_sim
