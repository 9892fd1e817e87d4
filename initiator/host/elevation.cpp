#include "initiator/host/elevation.hpp"

namespace lunsim::initiator {
namespace {

struct Needs {
  bool operator()(const ListSendTargetPortals&) const { return false; }
  /// A forced one asks every portal again.
  bool operator()(const ReportTargets& request) const { return request.force_update; }
  bool operator()(const ListTargetPortals&) const { return false; }
  bool operator()(const GetTargetInformation&) const { return false; }
  bool operator()(const ListSessions&) const { return false; }
  bool operator()(const ListSessionsWithParameters&) const { return false; }
  bool operator()(const ListMappings&) const { return false; }
  bool operator()(const ListDevices&) const { return false; }
  bool operator()(const ListPersistentLogins&) const { return false; }
  bool operator()(const ListPersistentDevices&) const { return false; }
  bool operator()(const ListInitiators&) const { return false; }
  bool operator()(const GetNodeName&) const { return false; }
  bool operator()(const GetVersion&) const { return false; }
  bool operator()(const ListIsnsServers&) const { return false; }
  bool operator()(const ListRadiusAddresses&) const { return false; }
  template <class Asked>
  bool operator()(const Asked&) const {
    return true;
  }
};

}  // namespace

bool needs_elevation(const Request& request) { return std::visit(Needs{}, request); }

}  // namespace lunsim::initiator
