// The few stories that the knobs' examples are played in. A story has a line `@faults`,
// `@host_faults`, `@target` or `@host` where an example goes; without it the story is an ordinary
// one.
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
scenario: a minute without commands, with pings from both sides
@host_faults
hosts:
  pc:
    nop: {interval: 10 s, timeout: 5 s}
    offers: {DefaultTime2Wait: 0}
    address: 10.0.0.1
    @host
targets:
  array:
    nop: {interval: 15 s, timeout: 5 s}
    luns: [{lun: 0}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
  - sleep: 60 s
  - scsi: {session: s1, cdb: "00 00 00 00 00 00"}
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
  }
  return {};
}

std::string_view story_named(std::string_view name) {
  for (const Story& story : kStories)
    if (story.name == name) return story.text;
  if (const std::string_view text = device_story(name); !text.empty()) return text;
  if (const std::string_view text = host_story(name); !text.empty()) return text;
  throw std::logic_error(fmt::format("no story is called \"{}\"", name));
}

/// The example as it stands in the file, below its key if it is a list.
std::string placed(const Knob& knob, std::string_view indent) {
  const bool is_list = knob.place == KnobPlace::faults || knob.place == KnobPlace::host_faults;
  std::string out = is_list ? fmt::format("{}{}:\n", indent, key_of(knob.place).substr(1)) : "";
  std::string_view rest = knob.example;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += fmt::format("{}{}{}\n", indent, is_list ? "  " : "", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

}  // namespace

std::string knob_scenario(const Knob& knob, bool with_example) {
  std::string out;
  std::string_view rest = story_named(knob.story);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t mark = line.find('@');
    if (mark == std::string_view::npos) {
      out += fmt::format("{}\n", line);
    } else if (with_example && line.substr(mark) == key_of(knob.place)) {
      out += placed(knob, line.substr(0, mark));
    }
  }
  return out;
}

}  // namespace lunsim::scenarios
