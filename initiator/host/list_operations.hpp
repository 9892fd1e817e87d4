// GetIScsiSessionList and ReportActiveIScsiTargetMappings: what the host holds at this instant, as
// a copy.
#pragma once

#include "initiator/host/operation.hpp"

namespace lunsim::initiator {

class ListSessionsOperation final : public Operation {
 public:
  std::optional<Reply> advance(HostState& host) override;
};

/// Informational sessions have no place in the operating system and are left out (RATM-R19).
class ListMappingsOperation final : public Operation {
 public:
  std::optional<Reply> advance(HostState& host) override;
};

}  // namespace lunsim::initiator
