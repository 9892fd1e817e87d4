// The requests that need no wire: each is answered by what the host holds at this instant. One
// function for each, by subject: targets and portals, sessions and devices, persistent logins and
// devices, the initiator, servers, IPsec. An answer may change the host's settings.
#pragma once

#include "initiator/host/host_state.hpp"

namespace lunsim::initiator {

// target_answers.cpp
Reply answer(HostState& host, const RemoveSendTargetPortal& request);
Reply answer(HostState& host, const ListSendTargetPortals& request);
Reply answer(HostState& host, const AddStaticTarget& request);
Reply answer(HostState& host, const RemoveStaticTarget& request);
Reply answer(HostState& host, const ListTargetPortals& request);
// target_information.cpp
Reply answer(HostState& host, const GetTargetInformation& request);

// session_answers.cpp
Reply answer(HostState& host, const ListSessionsWithParameters& request);
// device_answers.cpp
Reply answer(HostState& host, const AddPersistentDevice& request);
Reply answer(HostState& host, const RemovePersistentDevice& request);
Reply answer(HostState& host, const ListPersistentDevices& request);
Reply answer(HostState& host, const ClearPersistentDevices& request);
Reply answer(HostState& host, const SetupPersistentDevices& request);

// persistent_answers.cpp
Reply answer(HostState& host, const ListPersistentLogins& request);
Reply answer(HostState& host, const RemovePersistentTarget& request);

// initiator_answers.cpp
Reply answer(HostState& host, const ListInitiators& request);
Reply answer(HostState& host, const GetNodeName& request);
Reply answer(HostState& host, const SetNodeName& request);
Reply answer(HostState& host, const SetChapSecret& request);
Reply answer(HostState& host, const GetVersion& request);

// server_answers.cpp
Reply answer(HostState& host, const RemoveIsnsServer& request);
Reply answer(HostState& host, const ListIsnsServers& request);
Reply answer(HostState& host, const AddRadiusAddress& request);
Reply answer(HostState& host, const RemoveRadiusAddress& request);
Reply answer(HostState& host, const ListRadiusAddresses& request);
Reply answer(HostState& host, const SetRadiusSecret& request);

// ipsec_answers.cpp
Reply answer(HostState& host, const GetIkeInfo& request);
Reply answer(HostState& host, const SetIkeInfo& request);
Reply answer(HostState& host, const SetGroupPresharedKey& request);
Reply answer(HostState& host, const SetTunnelOuterAddress& request);

}  // namespace lunsim::initiator
