#include <fmt/format.h>

#include "scenarios/engine/api_table.hpp"
#include "scenarios/engine/knob_table.hpp"
#include "scenarios/engine/net_table.hpp"
#include "scenarios/engine/schema.hpp"

namespace lunsim::scenarios {
namespace {

constexpr const char* kHead = "language: 1\nscenario: p\n";

/// Everything around the steps. Where one or a list of them may stand, both do.
constexpr const char* kWorld = R"yaml(
checks: [A]
seed: 1
live: skip(x)
malformed_on_wire: no
judge: invariants
trouble: {crash: 1}
include: nothing.yaml
params: {n: 1}
hosts:
  n1:
    offers: {HeaderDigest: [None], DataDigest: None}
    nop: {interval: 1 s, timeout: 1 s}
    profile: {sense_cap_18: no}
    address: 10.0.0.1
    isid: 00023d000001
    initiator: iqn.x
    mutual_secret: x
    own_server: files
    smb: {files: {user: u, password: p, domain: d, dialects: "3.1.1", encrypt: no, write_and_read: no, smb1_first: no, rpc: sign, timeout: 1 s}, other: {dialects: ["3.1.1"]}}
servers:
  files:
    name: F
    address: 10.0.0.100
    domain: D
    comment: c
    users: [{name: u, password: p, administrator: no, refusal: STATUS_ACCOUNT_DISABLED}]
    groups: {Administrators: u, Server Operators: [u], Users: u}
    shares: [{name: s, path: p, remark: r, max_uses: 1, special: no}]
    sessions: [{client: c, user: u, opens: 1, time: 1 s, idle: 1 s, guest: no, no_encryption: no, client_type: t, transport: t}]
    files: [{id: 1, path: p, user: u, permissions: 1, locks: 0}]
    connections: [{id: 1, share: s, client: c, user: u, opens: 1, users: 1, time: 1 s}]
    profile: custom
    access: {session_names: guest, session_details: administrator, session_del: guest, files: guest, connections: guest, share_names: guest, share_details: guest, server_names: guest, server_details: guest}
    dialects: "3.1.1"
    signing: required
    encryption: no
    anonymous: no
    unknown_users_are_guests: no
    session_lifetime: 1 min
    memory: 1 KiB
    faults:
      - sa: {on: {receive: IOCTL, nth: 1, every: 1, user: u, probability: 0.5, after_time: 1 s, before_time: 2 s, file: f, variable: {v: 1}}, do: drop, times: 1, armed: no, after: sb, may_not_fire: yes}
      - sb: {on: {send: any, status: STATUS_PENDING}, do: {drop: no, delay: 1 s, duplicate: no, reorder: no, cut: {how: reset, after: 1}, status: STATUS_PENDING, signature: wrong, credits: 0, dialect: "3.0", pending: 1 s, expire_session: no}}
      - sc: {on: {call: any, level: 1}, do: {return: 5, done: yes, fault: 5, level: 1, entries: 1, total: 1, resume: 1, cut_ndr: 1, pad_ndr: 1, rpc_signature: wrong, end_sessions: {client: c, user: u}}}
  other: {dialects: ["3.1.1"]}
targets:
  one:
    portals: 10.0.0.1
    luns: [{lun: 0, store: ram}]
    chap: {user: u, secret: s, mutual: {user: u, secret: s}}
    nop: {interval: 1 s}
    faults:
      - f: {on: {receive: READ(10), command: READ(10), lba: 0, probability: 0.5, session: any, per: run}, do: drop}
      - d: {on: {receive: READ(10), lua: "true"}, do: {status: GOOD, apply: {after: 1 s}, answer: {after: 1 s}, data: {xor: ff}, torn: {after_blocks: 1}, luns: {list: [1]}, capacity: {block: 1}, identity: {without: 128}, attention: 2901h, misdirect: 1, length: +1, change: {remove: {lun: 1}}, lua: "drop()"}}
      - e: {on: {receive: WRITE(10)}, do: {apply: yes, answer: never, data: [{xor: ff}, {put: ff}, {append: ff}, {cut: 1}], torn: {after_bytes: 1}, luns: {addressing: flat}, identity: {without: [128]}, attention: [2901h]}}
      - g: {on: {send: Data-In}, do: {sense: {code: 1, bytes: 70}, cut: {how: reset, at: data}, set: {F: 1}, add: {F: 1}, corrupt: [header digest], redirect: {to: 10.0.0.2}}}
      - h: {on: {receive: bytes}, do: {cut: {at: 1, how: reset}}}
      - i: {on: {connect: any}, do: refuse}
  two:
    portals: [10.0.0.1]
    chap: [{user: u, secret: s}]
    offers: {HeaderDigest: None}
host_faults:
  - a: {on: {call: LogoutIScsiTarget, command: READ(10)}, do: hang}
  - b: {on: {host: n1}, do: {return: 1}}
)yaml";

/// All that a change can hold; faults have the same.
constexpr const char* kChanges = R"yaml(
targets: {t: {luns: [{lun: 0, same_unit_as: {target: t}}], port_group: {group: 1}}}
steps:
  - change: {target: t, attention: {lun: 0, code: 2901h}, unit: {lun: 0}, port_group: {state: standby}, reservation: {do: clear, type: exclusive access}, crash: {down: 1 s}, portal_down: 10.0.0.1, portal_up: [10.0.0.1]}
  - change: {target: t, attention: {code: [2901h]}, power_loss: {down: 1 s}, portal_down: [10.0.0.1], portal_up: 10.0.0.1, unit: {lun: 1}}
  - change: {server: s, end_sessions: {client: c}, add_sessions: [{client: c}], expire_sessions: no, drop_connections: reset}
  - lua: "return 1"
)yaml";

/// Every kind of step that is none of an API function.
constexpr const char* kSteps = R"yaml(
targets: {t: {}}
steps:
  - include: nothing.yaml
  - login: {target: t, portal: 10.0.0.1, chap: {user: u, secret: s, mutual: no}}
    on: n1
    expect: {return: 0}
  - logout: s1
    on: n1
    expect: [{return: 0}]
  - logout: s1
    expect: {return: 0}
  - start: {read: {session: s1}, as: r}
  - start: {write: {session: s1}, as: w}
  - start: {scsi: {session: s1, cdb: 00}, as: s}
  - start: {login: {target: t}, as: l}
  - start: {logout: s1, as: o}
  - await: r
  - await: {operation: r}
    expect: {status: GOOD}
  - await: {r: {outcome: GOOD, expect: {status: GOOD}}}
  - await: {l: {outcome: 0}}
  - arm: f
  - disarm: f
  - change: {target: t, add: {lun: 1}, resize: {lun: 1}, remove: {lun: 1}, request_logout: 1 s, drop_sessions: reset}
  - sleep: 1 s
  - fired: {f: 1}
  - connections: {s1: 1}
  - stop_service: n1
  - start_service: n1
  - mark: here
  - set: {ready: 1}
  - manage: {session: s1, function: LOGICAL UNIT RESET}
    expect: {return: 0, answered: yes, response: 0, rule: A, warn: no, took: 0, nth: [1], lua: "true"}
  - manage: {session: s1, function: ABORT TASK}
    expect: [{answered: yes}]
  - observe: {wire: opened, never: opened, count: {send: R2T, times: 1}, since: here, rule: A}
  - observe: {wire: [opened, {send: SCSI Response, command: READ(10), host: n1, times: 1}, {receive: READ(10)}, {event: reset}], never: [opened, {send: R2T}], count: [{send: R2T, times: 1}, {receive: READ(10), times: 1}, {event: opened, times: 1}]}
)yaml";

std::string expectations(const Function& function) {
  std::string out;
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) out += fmt::format(", {}: any", parameter.name);
  return out;
}

/// One that comes out of it, if any does.
std::string out_of(const Function& function) {
  for (const Parameter& parameter : function.parameters)
    if (parameter.seen != nullptr) return parameter.name + ": any";
  return {};
}

/// A call of this function, alone and started, with all that can be said of it.
std::string calls_of(const Function& function) {
  const std::string row = fmt::format("{{return: any, rule: A, took: 0, nth: 1, out: {{{}}}{}}}",
                                      out_of(function), expectations(function));
  if (function.parameters.empty())
    return fmt::format(
        "  - call: {0}\n    on: n1\n    form: W\n    repeat: 1\n    with: {{}}\n    sweep: {{}}\n"
        "    save: {{}}\n    expect: {{return: any, rule: A, took: 0, nth: 1}}\n"
        "  - call: {0}\n    expect: [{{return: any, nth: [1]}}]\n"
        "  - start: {{call: {0}, form: W, with: {{}}, save: {{}}, as: c}}\n"
        "  - await: c\n    expect: {{return: any}}\n",
        function.name);
  const std::string& axis = function.parameters.front().name;
  std::string out = fmt::format(
      "  - call: {0}\n    on: n1\n    form: W\n    repeat: 1\n    with: {{}}\n    sweep: {{{1}: "
      "[1]}}\n    save: {{a: {1}}}\n    expect: {2}\n"
      "  - call: {0}\n    expect: [{2}, {{if: {{{1}: 1}}, nth: [1]}}]\n"
      "  - start: {{call: {0}, form: W, with: {{}}, save: {{a: {1}}}, as: c}}\n"
      "  - await: c\n    expect: {2}\n"
      "  - await: {{c: {{outcome: 0, expect: [{2}]}}}}\n",
      function.name, axis, row);
  if (function.name == "LoginIScsiTarget")
    out += fmt::format("  - login: {{target: t}}\n    expect: [{}]\n", row);
  return out;
}

std::string reads_and_writes() {
  std::string row = "{rule: A, warn: no, took: 0, nth: [1]";
  for (const auto& [name, shape] : io_shape().fields) row += fmt::format(", {}: any", name);
  row += "}";
  std::string out;
  for (const char* step : {"read: {session: s1}", "write: {session: s1}",
                           "scsi: {session: s1, cdb: 00, data_out: 00}"})
    out += fmt::format(
        "  - {0}\n    on: n1\n    repeat: 1\n    expect: {1}\n"
        "  - {0}\n    expect: [{1}, {{nth: 1, status: GOOD}}]\n",
        step, row);
  return out + fmt::format(
                   "  - start: {{read: {{session: s1}}, as: r}}\n"
                   "  - await: r\n    expect: [{0}]\n  - await: {{r: {{expect: {0}}}}}\n",
                   row);
}

}  // namespace

std::vector<std::string> schema_probes() {
  std::string calls = "targets: {t: {}}\nsteps:\n" + reads_and_writes();
  for (const Function& function : functions()) calls += calls_of(function);
  for (const NetFunction& net : net_functions()) calls += calls_of(net.function);
  std::vector<std::string> out{std::string(kHead) + kWorld, std::string(kHead) + kSteps,
                               std::string(kHead) + kChanges, kHead + calls};
  // Every fault that there is has an example.
  for (const Knob& knob : knobs()) out.push_back(knob_scenario(knob, true));
  return out;
}

}  // namespace lunsim::scenarios
