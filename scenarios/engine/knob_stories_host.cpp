// Stories for knobs of the hosts, whose calls say what they saw: a knob that leaves the wire as it
// was makes one of their steps fail. See knob_stories.cpp.
#include "scenarios/engine/knob_stories.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::string_view kCallStories = R"(language: 1
scenario: two hosts make every kind of call, some of them twice
@host_faults
hosts:
  pc:
    offers: {DefaultTime2Wait: 0}
    @host
  backup:
    offers: {DefaultTime2Wait: 0}
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    luns: [{lun: 0, capacity: 1 MiB}, {lun: 3, capacity: 1 MiB}]
    @target
    @faults
steps:
  - login: {target: array, as: s1}
    on: pc
  - login: {target: array, as: s2}
    on: backup
  - call: ReportIScsiTargets
    expect: {return: ERROR_SUCCESS, Buffer: ["iqn.2026-11.org.lunsim:array"]}
  - call: GetIScsiSessionList
    repeat: 2
    expect: {return: ERROR_SUCCESS, SessionCount: 1}
  - call: ReportActiveIScsiTargetMappings
    expect: {return: ERROR_SUCCESS, MappingCount: 1}
  - start: {call: SendScsiInquiry, with: {UniqueSessionId: $s1, Lun: 0}, as: inquiry}
  - await: {inquiry: {within: 30 s}}
  - call: SendScsiInquiry
    with: {UniqueSessionId: $s1, Lun: 3}
    expect: {return: ERROR_SUCCESS}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s2, Lun: 0}
    expect: {return: ERROR_SUCCESS}
  - logout: s1
  - logout: s2
)";

}  // namespace

std::string_view host_story(std::string_view name) { return name == "calls" ? kCallStories : ""; }

}  // namespace lunsim::scenarios
