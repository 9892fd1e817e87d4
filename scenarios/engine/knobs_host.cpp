#include <array>

#include "scenarios/engine/knob_table.hpp"

namespace lunsim::scenarios {
namespace {

constexpr Knob host_knob(std::string_view name, std::string_view line, std::string_view example) {
  return {name, "Host", line, example, "calls", KnobPlace::host_faults};
}

constexpr std::array kHostKnobs{
    host_knob("call", "waits for a function of the API",
              "- call: {on: {call: GetIScsiSessionList}, times: 1, do: {return: "
              "ISDSC_SESSION_BUSY}}"),
    host_knob("call, command", "waits for calls that send a SCSI command",
              "- call_command: {on: {command: INQUIRY}, do: {return: ISDSC_TRANSPORT_ERROR}}"),
    host_knob("call, lun", "waits for calls to a LUN",
              "- call_lun: {on: {command: INQUIRY, lun: 3}, do: {return: ISDSC_TRANSPORT_ERROR}}"),
    host_knob("call, target", "waits for logins to a target",
              "- call_target: {on: {call: LoginIScsiTarget, target: \"*:array\"}, times: 1, do: "
              "{return: ISDSC_CONNECTION_FAILED}}"),
    host_knob("call, host", "waits for calls of one host",
              "- call_host: {on: {call: LoginIScsiTarget, host: backup}, do: {return: "
              "ISDSC_CONNECTION_FAILED}}"),
    host_knob("call, nth", "waits for the n-th such call",
              "- call_nth: {on: {call: GetIScsiSessionList, nth: 2}, do: {return: "
              "ISDSC_SESSION_BUSY}}"),
    host_knob("call, every", "waits for every n-th such call",
              "- call_every: {on: {call: GetIScsiSessionList, every: 2}, do: {return: "
              "ISDSC_SESSION_BUSY}}"),
    host_knob("call, after", "waits for another fault of the hosts first",
              "- first: {on: {call: LoginIScsiTarget}, times: 1, do: {delay: 1 s}}\n"
              "- call_after: {after: first, on: {call: LogoutIScsiTarget}, times: 1, do: {return: "
              "ISDSC_SESSION_BUSY}}"),
    host_knob("return", "the call returns an error, and nothing is done",
              "- return: {on: {call: LogoutIScsiTarget}, times: 1, do: {return: "
              "ISDSC_SESSION_BUSY}}"),
    host_knob("return, done", "the call returns an error, and it is done all the same",
              "- return_done: {on: {call: LogoutIScsiTarget}, times: 1, do: {return: "
              "ISDSC_TRANSPORT_ERROR, done: yes}}"),
    host_knob("delay", "the call takes so much longer",
              "- delay: {on: {call: LoginIScsiTarget}, times: 1, do: {delay: 10 s}}"),
    host_knob("hang", "the call never returns",
              "- hang: {on: {call: SendScsiInquiry}, times: 1, do: hang}"),
    host_knob("grew", "a list has more entries than there are",
              "- grew: {on: {call: ReportIScsiTargets}, do: {grew: 2}}"),
    host_knob("shrank", "a list has fewer entries than there are",
              "- shrank: {on: {call: ReportActiveIScsiTargetMappings}, do: {shrank: 1}}"),
    host_knob("stop_service", "the call finds the initiator service stopped, as do those after it",
              "- stop_service: {on: {call: SendScsiReadCapacity}, do: stop_service}"),
};

}  // namespace

std::span<const Knob> host_knobs() { return kHostKnobs; }

}  // namespace lunsim::scenarios
