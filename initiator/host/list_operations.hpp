// GetIScsiSessionList, ReportActiveIScsiTargetMappings and GetDevicesForIScsiSession: what the host
// holds at this instant, as a copy. Units are looked at again if their target said that they have
// changed.
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

class ListDevicesOperation final : public Operation {
 public:
  explicit ListDevicesOperation(const ListDevices& request) : session_(request.session) {}
  std::optional<Reply> advance(HostState& host) override;

 private:
  UniqueId session_;
};

}  // namespace lunsim::initiator
