// The few stories that the knobs' examples are played in. A story has a line `@faults`,
// `@host_faults`, `@target` or `@host` where an example goes, and `@more faults` where there are
// some already; a line behind `@with` is only there with the example. Without it the story is an
// ordinary one.
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "scenarios/engine/knob_stories.hpp"
#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

struct Story {
  std::string_view name;
  std::string_view text;
};

constexpr std::array kStories{
    Story{"reading", R"(language: 1
scenario: sixty-four blocks are read, four in each Data-In
@host_faults
hosts:
  pc:
    offers: {MaxRecvDataSegmentLength: 2048, DefaultTime2Wait: 0}
    command_timeout: 60 s
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, blocks: 64, pattern: counting}
  - read: {session: s1, blocks: 64, blocks_each: 16, pattern: counting}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1}
    expect: {return: any}
  - logout: s1
)"},
    Story{"writing", R"(language: 1
scenario: sixty-four blocks are written as R2Ts ask for them
@host_faults
hosts:
  pc:
    offers: {InitialR2T: yes, ImmediateData: no, MaxBurstLength: 8192, FirstBurstLength: 8192, MaxOutstandingR2T: 2, DefaultTime2Wait: 0}
    command_timeout: 60 s
    address: 10.0.0.1
    @host
targets:
  array:
    offers: {InitialR2T: yes, ImmediateData: no, MaxBurstLength: 8192, FirstBurstLength: 8192, MaxOutstandingR2T: 2}
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, blocks: 64, blocks_each: 32, pattern: counting}
  - read: {session: s1, blocks: 64, pattern: counting}
  - logout: s1
)"},
    Story{"login", R"(language: 1
scenario: two logins, and a command in the first
@host_faults
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - login: {target: array, as: s2, multipath: true}
  - logout: s1
)"},
    Story{"discovery", R"(language: 1
scenario: a portal is asked for its targets
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - call: AddIScsiSendTargetPortal
    with: {Portal: {Address: 10.0.0.10, Socket: 3260}}
    expect: {return: any}
  - call: ReportIScsiTargets
    expect: {return: any}
  - login: {target: array, as: s1}
)"},
    Story{"digests", R"(language: 1
scenario: blocks are written and read under header and data digests
@host_faults
hosts:
  pc:
    offers: {MaxRecvDataSegmentLength: 2048, DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    offers: {HeaderDigest: [CRC32C, None], DataDigest: [CRC32C, None]}
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1, header_digest: true, data_digest: true}
  - write: {session: s1, blocks: 16, pattern: counting}
  - read: {session: s1, blocks: 16, pattern: counting}
  - logout: s1
)"},
    Story{"idle", R"(language: 1
scenario: a minute without commands, and the initiator pings
@host_faults
hosts:
  pc:
    nop: {interval: 10 s, timeout: 5 s}
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - sleep: 60 s
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"pinged", R"(language: 1
scenario: a minute without commands, and the target pings
@host_faults
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    nop: {interval: 10 s, timeout: 5 s}
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - sleep: 60 s
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"busy", R"(language: 1
scenario: three reads at once
@host_faults
hosts:
  pc:
    offers: {MaxRecvDataSegmentLength: 2048}
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - start: {read: {session: s1, blocks: 16}, as: a}
  - start: {read: {session: s1, blocks: 16}, as: b}
  - start: {read: {session: s1, blocks: 16}, as: c}
  - await: {operation: a, within: 60 s}
  - await: {operation: b, within: 60 s}
  - await: {operation: c, within: 60 s}
  - logout: s1
)"},
    Story{"reconnecting", R"(language: 1
scenario: what is lost comes back by itself
@host_faults
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - read: {session: s1}
    expect: {return: any}
  - sleep: 8 s
  - read: {session: s1}
    expect: {return: any}
)"},
    Story{"aborting", R"(language: 1
scenario: a command takes too long and is aborted
@host_faults
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    faults:
      - slow: {on: {receive: READ CAPACITY(10)}, times: 1, do: {delay: 30 s}}
      @more faults
steps:
  - login: {target: array, as: s1}
  - scsi: {session: s1, cdb: "25 00 00 00 00 00 00 00 00 00", data_in: 8, timeout: 1 s}
    expect: {return: {not: ERROR_SUCCESS}, answered: no}
  - sleep: 20 s
  - read: {session: s1, pattern: zeros}
  - logout: s1
)"},
    Story{"service action", R"(language: 1
scenario: a capacity by a command with a service action
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - scsi: {session: s1, cdb: "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00", data_in: 32}
  - logout: s1
)"},
    Story{"variable", R"(language: 1
scenario: a variable is set and taken back
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - set: {slow: 1, slow.flag: 1}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - set: {slow: 0, slow.flag: 0}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"armed", R"(language: 1
scenario: a command before and one after a fault is armed
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  @with - arm: f
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"two portals", R"(language: 1
scenario: a login to a target with three portals
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    portals: [10.0.0.10:3260, 10.0.0.11:3260, "[fd00::11]:3260"]
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1, portal: 10.0.0.10:3260}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"chap", R"(language: 1
scenario: a login by CHAP
@host_faults
hosts:
  pc:
    address: 10.0.0.1
    @host
targets:
  array:
    chap: [{user: jo, secret: correct horse 1}]
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1, chap: {user: jo, secret: correct horse 1}}
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
  - logout: s1
)"},
    Story{"mutual chap", R"(language: 1
scenario: two logins by CHAP in which both sides prove themselves
@host_faults
hosts:
  pc:
    mutual_secret: who are you pal
    address: 10.0.0.1
    @host
targets:
  array:
    chap: [{user: jo, secret: correct horse 1, mutual: {user: array, secret: who are you pal}}]
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1, chap: {user: jo, secret: correct horse 1, mutual: true}}
  - login: {target: array, as: s2, multipath: true, chap: {user: jo, secret: correct horse 1, mutual: true}}
  - logout: s1
)"},
};

std::string_view key_of(KnobPlace place) {
  switch (place) {
    case KnobPlace::faults:
      return "@faults";
    case KnobPlace::host_faults:
      return "@host_faults";
    case KnobPlace::target:
      return "@target";
    case KnobPlace::host:
      return "@host";
    case KnobPlace::server_faults:
      return "@server_faults";
  }
  return {};
}

std::string_view story_named(std::string_view name) {
  for (const Story& story : kStories)
    if (story.name == name) return story.text;
  if (const std::string_view text = device_story(name); !text.empty()) return text;
  if (const std::string_view text = host_story(name); !text.empty()) return text;
  if (const std::string_view text = smb_story(name); !text.empty()) return text;
  throw std::logic_error(fmt::format("no story is called \"{}\"", name));
}

/// The example as it stands in the file, below its key if it is the only one there.
std::string placed(const Knob& knob, std::string_view indent, bool below_key) {
  const std::string_view key =
      knob.place == KnobPlace::server_faults ? "faults" : key_of(knob.place).substr(1);
  std::string out = below_key ? fmt::format("{}{}:\n", indent, key) : "";
  std::string_view rest = knob.example;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += fmt::format("{}{}{}\n", indent, below_key ? "  " : "", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

/// A line with a mark: what stands there with the example.
std::string marked(const Knob& knob, std::string_view line) {
  constexpr std::string_view kWith = "@with ";
  const std::size_t mark = line.find('@');
  const std::string_view indent = line.substr(0, mark);
  const std::string_view key = line.substr(mark);
  if (key.starts_with(kWith)) return fmt::format("{}{}\n", indent, key.substr(kWith.size()));
  const bool is_list = knob.place != KnobPlace::target && knob.place != KnobPlace::host;
  if (key == "@more faults" && knob.place == KnobPlace::faults) return placed(knob, indent, false);
  return key == key_of(knob.place) ? placed(knob, indent, is_list) : std::string{};
}

}  // namespace

std::string knob_scenario(const Knob& knob, bool with_example) {
  std::string out;
  std::string_view rest = story_named(knob.story);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.find('@') == std::string_view::npos) {
      out += fmt::format("{}\n", line);
    } else if (with_example) {
      out += marked(knob, line);
    }
  }
  return out;
}

}  // namespace lunsim::scenarios
