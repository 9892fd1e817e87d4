// Stories for knobs of units and of the target as a whole; see knob_stories.cpp.
#include "scenarios/engine/knob_stories.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::string_view kCommands = R"(language: 1
scenario: a host asks a unit for everything that there is
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    command_timeout: 60 s
    @host
targets:
  array:
    luns: [{lun: 0, capacity: 1 MiB, thin: true}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, blocks: 8, pattern: "first   "}
  - write: {session: s1, blocks: 8, pattern: counting}
  - read: {session: s1, blocks: 8, pattern: counting}
  - read: {session: s1, blocks: 8, pattern: counting}
  - write: {session: s1, lba: 16, blocks: 1, pattern: counting}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - scsi: {session: s1, cdb: "12 00 00 00 ff 00", data_in: 255}
  - scsi: {session: s1, cdb: "12 01 00 00 ff 00", data_in: 255}
  - scsi: {session: s1, cdb: "12 01 80 00 ff 00", data_in: 255}
  - scsi: {session: s1, cdb: "12 01 83 00 ff 00", data_in: 255}
  - scsi: {session: s1, cdb: "25 00 00 00 00 00 00 00 00 00", data_in: 8}
  - scsi: {session: s1, cdb: "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00", data_in: 32}
  - scsi: {session: s1, cdb: "a0 00 00 00 00 00 00 02 00 08 00 00", data_in: 131080}
  - scsi: {session: s1, cdb: "1a 08 3f 00 ff 00", data_in: 255}
  - scsi: {session: s1, cdb: "a3 0c 00 00 00 00 00 00 10 00 00 00", data_in: 4096}
  - scsi: {session: s1, cdb: "5f 06 00 00 00 00 00 00 18 00", data_out: "00 * 8, 00 00 00 00 00 00 12 34, 00 * 8"}
  - scsi: {session: s1, cdb: "5e 00 00 00 00 00 00 01 00 00", data_in: 256}
  - scsi: {session: s1, cdb: "89 00 00 00 00 00 00 00 00 20 00 00 00 01 00 00", data_out: "00 * 512, 61 * 512"}
  - scsi: {session: s1, cdb: "89 00 00 00 00 00 00 00 00 20 00 00 00 01 00 00", data_out: "00 * 512, 62 * 512"}
    expect: {status: CHECK CONDITION, sense: {key: MISCOMPARE}}
  - scsi: {session: s1, cdb: "42 00 00 00 00 00 00 00 18 00", data_out: "00 16 00 10, 00 * 4, 00 * 7, 30 00 00 00 01, 00 * 4"}
  - scsi: {session: s1, cdb: "83 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"}
    expect: {status: CHECK CONDITION}
  - scsi: {session: s1, cdb: "03 00 00 00 fc 00", data_in: 252}
  - write: {session: s1, lba: 24, blocks: 8, pattern: counting}
  - scsi: {session: s1, cdb: "c1 00 00 00 00 00"}
    expect: {status: CHECK CONDITION}
  - scsi: {session: s1, cdb: "1a 08 08 00 ff 00", data_in: 255}
  - sleep: 30 s
  - read: {session: s1, blocks: 32}
  - scsi: {session: s1, cdb: "5e 00 00 00 00 00 00 01 00 00", data_in: 256}
)";

constexpr std::string_view kGroups = R"(language: 1
scenario: one unit behind two targets, each in a port group of its own
targets:
  left:
    portals: [10.0.0.10:3260]
    port_group: {group: 1, preferred: true, explicit: true}
    luns: [{lun: 0, capacity: 1 MiB}]
    @target
    @faults
  right:
    portals: [10.0.0.11:3260]
    port_group: {group: 2, state: active/non-optimized, explicit: true}
    luns: [{lun: 0, same_unit_as: {target: left, lun: 0}}]
steps:
  - login: {target: left, as: l}
  - login: {target: right, as: r, portal: 10.0.0.11:3260}
  - scsi: {session: l, cdb: "1a 08 3f 00 ff 00", data_in: 255}
  - read: {session: l, blocks: 8}
  - read: {session: l, blocks: 8}
  - scsi: {session: l, cdb: "a3 0a 00 00 00 00 00 00 10 00 00 00", data_in: 4096}
  - scsi: {session: r, cdb: "a3 0a 00 00 00 00 00 00 10 00 00 00", data_in: 4096}
    expect: {status: any}
  - scsi: {session: l, cdb: "a4 0a 00 00 00 00 00 00 00 08 00 00", data_out: "00 00 00 00 00 00 00 02"}
  - read: {session: r, blocks: 8}
    expect: {status: any}
  - read: {session: r, blocks: 8}
)";

constexpr std::string_view kOutage = R"(language: 1
scenario: a host reads, waits and reads again
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    @host
targets:
  array:
    portals: [10.0.0.10:3260, 10.0.0.11:3260]
    luns: [{lun: 0, capacity: 1 MiB, write_cache: true}, {lun: 1, capacity: 1 MiB}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, lun: 0, blocks: 8, pattern: counting}
  - scsi: {session: s1, lun: 1, cdb: "5f 06 00 00 00 00 00 00 18 00", data_out: "00 * 8, 00 00 00 00 00 00 12 34, 00 * 8"}
  - read: {session: s1, lun: 0, blocks: 8}
  - read: {session: s1, lun: 0, blocks: 8}
  - sleep: 30 s
  - scsi: {session: s1, lun: 1, cdb: "00 00 00 00 00 00"}
    expect: {status: any, return: any, answered: any}
  - read: {session: s1, lun: 0, blocks: 8}
    expect: {status: any, return: any, answered: any}
  - read: {session: s1, lun: 0, blocks: 8}
)";

constexpr std::string_view kPower = R"(language: 1
scenario: blocks are written and synchronized, then the power goes and comes
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    @host
targets:
  array:
    luns: [{lun: 0, capacity: 1 MiB}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, blocks: 8, pattern: counting}
  - scsi: {session: s1, cdb: "35 00 00 00 00 00 00 00 00 00"}
  - change: {target: array, power_loss: {down: 1 s}}
  - sleep: 30 s
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
    expect: {status: any, return: any, answered: any}
  - read: {session: s1, blocks: 8, pattern: counting}
)";

}  // namespace

std::string_view device_story(std::string_view name) {
  if (name == "commands") return kCommands;
  if (name == "groups") return kGroups;
  if (name == "outage") return kOutage;
  if (name == "power") return kPower;
  return {};
}

}  // namespace lunsim::scenarios
