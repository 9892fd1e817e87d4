// What a direct host is told when it is made: who it is, how it logs in, and how long it waits.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "initiator/host/host.hpp"
#include "initiator/host/kept_session.hpp"

namespace lunsim::initiator {

/// What a host would have mounted: an operating system's name for a unit. Nothing is mounted.
struct Volume {
  std::string name;  // a drive letter, a mount point, a volume device; "E:" and "E:\\" are one
  std::string target_name;
  std::uint64_t lun = 0;  // plain number
};

struct DirectHostConfig {
  std::string computer_name = "host";  // the default iSCSI name is made of it
  std::string initiator_name;          // another default one; empty: default_node_name()
  std::string initiator_alias;
  std::string initiator_instance = "ROOT\\ISCSIPRT\\0000_0";  // the one adapter's name
  std::string os_device_name = "\\device\\ScsiPort0";
  VersionInfo version{10, 0,
                      20348};  // that GetIScsiVersionInformation tells: an operating system's
  std::string address;         // ours, for World::attach; may be empty
  /// Of the first session; the qualifier (last two bytes) counts up to the first that is free.
  pdu::Isid isid{{std::byte{0x00}, std::byte{0x02}, std::byte{0x3D}, std::byte{0x00},
                  std::byte{0x00}, std::byte{0x01}}};
  std::optional<std::string> initiator_chap_secret;  // what a target must prove in mutual CHAP
  std::vector<login::ChapAlgorithm> chap_algorithms{login::ChapAlgorithm::sha256,
                                                    login::ChapAlgorithm::md5};
  negotiation::Wishes wishes;  // login options change it
  CmdSn first_cmd_sn{1};       // of every session
  SessionLimits session;
  ReconnectPolicy reconnect{.first_pause = std::chrono::seconds{2},
                            .pause_max = std::chrono::seconds{2},
                            .tries_max = 120};
  runtime::Duration call_timeout = std::chrono::minutes{10};  // no call() waits longer
  std::uint32_t sessions_max = 4096;
  std::uint32_t portals_max = 4096;
  std::uint32_t targets_max = 4096;  // static ones
  std::uint32_t servers_max = 256;   // of each kind; of IPsec entries, too
  std::uint32_t devices_max = 4096;  // persistent ones
  Host::Profile profile;
  std::vector<Volume> volumes;  // names of devices beside those that GetDevices... tells
  /// The tap of a session to this target ("" for discovery), or null; it outlives the host.
  std::function<pdu::Tap*(std::string_view target_name)> tap;
};

}  // namespace lunsim::initiator
