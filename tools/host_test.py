"""libiscsidsc.so in programs that know nothing of lunsim: alone, on `lunsim host` in several processes, and what the host
makes of callers with a wrong token, nonsense, too much of it, or a sudden end. Also: what the library exports and how it
is found once installed."""
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer
from windows_calls import Host, TARGET, TWO_LUNS, code_of, two_processes

WALK = [os.environ["LUNSIM_WALK"]]
LIBRARY = os.environ["LUNSIM_LIBRARY"]
BUILD = os.environ["LUNSIM_BUILD"]
SUCCESS, INSUFFICIENT, ACCESS_DENIED = 0, 122, 5
NOT_RUNNING, ALREADY_LOGGED_IN, NOT_FOUND, NO_SESSION = 0xEFFF003E, 0xEFFF003F, 0xEFFF0029, 0xEFFF001C


def exports(checks):
    done = peer.run(["nm", "-D", "--defined-only", LIBRARY], 20)
    seen = {line.split()[-1].split("@")[0] for line in done.output.splitlines()}
    header = open(os.path.join(SOURCE, "initiator", "api", "include", "iscsidsc.h"), encoding="utf-8").read()
    declared = set(re.findall(r"ISDSC_API\s+([A-Za-z]+)\(", header))
    checks.that(f"the library exports the {len(declared)} declared names and nothing else",
                len(declared) == 79 and seen == declared, str(seen ^ declared))


def alone(checks):
    env = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    with peer.Target(TWO_LUNS) as target:
        said = two_processes(WALK, target.portal, TARGET, env)
        checks.that("without LUNSIM_HOST a process has a host of its own", code_of(said, "LoginIScsiTargetA") == SUCCESS
                    and "LoginIScsiTargetA again EFFF003F" in said, said)
        checks.that("and its sessions end with it", said.count("  0 sessions") == 3, said)


def two_programs(checks):
    with peer.Target(TWO_LUNS) as target, Host() as host:
        mode = stat.S_IMODE(os.stat(host.token_file).st_mode)
        checks.that("the token file is its owner's alone", mode == 0o600, oct(mode))
        said = two_processes(WALK, target.portal, TARGET, host.env)
        wanted = {"AddIScsiSendTargetPortalA": SUCCESS, "ReportIScsiTargetsA probe": INSUFFICIENT,
                  "ReportIScsiTargetsA": SUCCESS, "LoginIScsiTargetA": SUCCESS,
                  "LoginIScsiTargetA again": ALREADY_LOGGED_IN, "LoginIScsiTargetA unknown": NOT_FOUND,
                  "GetIScsiSessionListW": SUCCESS, "ReportActiveIScsiTargetMappingsA": SUCCESS,
                  "SendScsiReadCapacity": SUCCESS, "SendScsiInquiry": SUCCESS, "SendScsiReportLuns": SUCCESS,
                  "LogoutIScsiTarget": SUCCESS, "LogoutIScsiTarget again": NO_SESSION}
        wrong = {call: code_of(said, call) for call, code in wanted.items() if code_of(said, call) != code}
        checks.that("one process logs in, the next one finds the session, reads and logs out", not wrong, f"{wrong}\n{said}")
        checks.that("the session outlived the program", "  1 sessions" in said and said.rstrip().endswith("0 sessions"), said)
        checks.that("capacities are the scenario's", "capacity 00 0F FF FF 00 00 02 00" in said, said)


def isids_of(said):
    return re.findall(r"^ISID +: (80(?: [0-9a-f]{2}){5})$", said, re.MULTILINE)


def two_hosts(checks):
    """Two hosts of the same node name at one target: whoever logs in last leaves the other's session alone."""
    with peer.Target(TWO_LUNS) as target, Host() as one, Host() as other:
        address, port = target.portal.rsplit(":", 1)
        logins = [peer.run([*WALK, "login", address, port, TARGET], 60, env=host.env).output for host in (one, other)]
        said = [Iscsicli(host)("SessionList").output for host in (one, other)]
        isids = [isid for text in said for isid in isids_of(text)]
        checks.that("two hosts of one target have ISIDs of their own (80h, random, qualifier 0)", len(set(isids)) == 2
                    and all(isid.endswith("00 00") for isid in isids), "".join(logins + said))
        for host in (one, other):
            looked = peer.run([*WALK, "look"], 60, env=host.env).output
            checks.that("and each session is alive", code_of(looked, "SendScsiReadCapacity") == SUCCESS
                        and code_of(looked, "LogoutIScsiTarget") == SUCCESS, looked)
        with Host(state=one.state + ".second") as again:
            peer.run([*WALK, "login", address, port, TARGET], 60, env=again.env)
            first = isids_of(Iscsicli(again)("SessionList").output)
            state = again.state
        with Host(state=state) as again:
            peer.run([*WALK, "login", address, port, TARGET], 60, env=again.env)
            second = isids_of(Iscsicli(again)("SessionList").output)
        checks.that("the next host of a state has its ISID", first and first == second, f"{first} {second}")


# A parent and a forked child, each with a host and a session of its own, that read by turns.
TWO_SESSIONS = """
import ctypes, os, sys
library = ctypes.CDLL(os.environ["LUNSIM_LIBRARY"])
def log_in():
    portal = ctypes.create_string_buffer(514)
    portal[256:256 + 9] = b"127.0.0.1"
    portal[512:514] = int(sys.argv[1]).to_bytes(2, "little")
    library.AddIScsiSendTargetPortalA(None, 0xFFFFFFFF, None, ctypes.c_uint64(0), portal)
    session, connection = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)
    code = library.LoginIScsiTargetA(sys.argv[2].encode(), 0, None, 0xFFFFFFFF, None, ctypes.c_uint64(0), None, None, 0, None,
                                     0, session, connection)
    return code & 0xFFFFFFFF, session
def read(session):
    status, size, sense_size = ctypes.c_ubyte(0), ctypes.c_uint32(8), ctypes.c_uint32(18)
    data, sense = ctypes.create_string_buffer(8), ctypes.create_string_buffer(18)
    return library.SendScsiReadCapacity(session, ctypes.c_uint64(0), ctypes.byref(status), ctypes.byref(size), data,
                                        ctypes.byref(sense_size), sense) & 0xFFFFFFFF
code, session = log_in()
codes = [code, read(session)]
there, back = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    code, session = log_in()
    codes = [code, read(session)]
    os.write(there[1], b"x")
    os.read(back[0], 1)
    codes.append(read(session))
    os._exit(7 if codes == [0, 0, 0] else 1)
os.read(there[0], 1)
codes.append(read(session))
os.write(back[1], b"x")
print("parent", codes, "child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def parent_and_child(checks):
    env = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    with peer.Target(TWO_LUNS) as target:
        done = peer.run([sys.executable, "-c", TWO_SESSIONS, target.portal.rsplit(":", 1)[1], TARGET], 60, env=env)
    checks.that("a forked child's session leaves its parent's alone", done.output == "parent [0, 0, 0] child 7\n", done.output)


def service(checks):
    with Host() as host:
        checks.that("a new host's service runs", host.control("status") == "running")
        found = peer.run([peer.LUNSIM, "host", "status"], 20, env=Iscsicli(host).env)
        checks.that("a host is found by its state, too", found.returncode == 0 and "running" in found.output, found.output)
        checks.that("it can be stopped", host.control("stop") == "stopped")
        said = peer.run([*WALK, "sessions"], 20, env=host.env).output
        checks.that("then calls say so", code_of(said, "GetIScsiSessionListA") == NOT_RUNNING, said)
        checks.that("and be started again", host.control("start") == "running")
        said = peer.run([*WALK, "sessions"], 20, env=host.env).output
        checks.that("then they do not", code_of(said, "GetIScsiSessionListA") == SUCCESS, said)
        token_file = host.token_file
    checks.that("its token is gone with it", not os.path.exists(token_file))
    said = peer.run([*WALK, "sessions"], 20, env=host.env).output
    checks.that("a host that is not there is a service that does not run",
                code_of(said, "GetIScsiSessionListA") == NOT_RUNNING, said)


class Iscsicli:
    """`lunsim iscsicli` at the host of a state, found by its address file as people use it."""

    def __init__(self, host):
        self.env = {name: value for name, value in host.env.items() if not name.startswith("LUNSIM_HOST")}

    def __call__(self, *words):
        return peer.run([peer.LUNSIM, "iscsicli", *words], 60, env=self.env)


def verbs(checks):
    with peer.Target(TWO_LUNS) as target, Host() as host:
        address, port = target.portal.rsplit(":", 1)
        cli = Iscsicli(host)
        steps = [(("ListTargets",), "Targets List:"), (("AddTargetPortal", address, port), "completed successfully"),
                 (("listtargets", "T"), TARGET), (("ListTargetPortals",), f"{address} {port}"),
                 (("QLoginTarget", TARGET), "Session Id is "), (("SessionList",), "Total of 1 sessions"),
                 (("ReportTargetMappings",), "Target Lun: 0x1 <--> OS Lun: 0x1")]
        for words, wanted in steps:
            done = cli(*words)
            checks.that(f"iscsicli {words[0]}", done.returncode == 0 and wanted in done.output, done.output)
        found = re.search(r"^Session Id +: (\S+)", cli("SessionList").output, re.MULTILINE)
        session = found.group(1) if found else "0-0"
        for words, wanted, code in ((("ReadCapacity", session, "0"), "00 0f ff ff 00 00 02 00", 0),
                                    (("Inquiry", session, "0"), "4c 55 4e 53 49 4d", 0),
                                    (("Inquiry", session, "0", "1", "0"), "Response: ", 0),
                                    (("ReportLUNs", session), "Response: 24 bytes", 0),
                                    (("ReadCapacity", session, "9"), "Scsi Status: 0x02", 1),
                                    (("LogoutTarget", session), "completed successfully", 0),
                                    (("LogoutTarget", session), "ISDSC_INVALID_SESSION_ID", 1),
                                    (("AddTargetPortal", address, "1"), "ISDSC_CONNECTION_FAILED", 1),
                                    (("ListTargets", "T"), TARGET, 1),
                                    (("ListTargets", "T"), "warning: ISDSC_OPERATION_NOT_ALL_SUCCESS", 1),
                                    (("AddTargetPortal", address, "99999999"), "no port", 2),
                                    (("AddTargetPortal", address, "0"), "no port", 2),
                                    (("LogoutTarget",), "argument", 2), (("LogoutTarget", "7"), "no session id", 2),
                                    (("FormatDisk",), "no verb is called FormatDisk", 2)):
            done = cli(*words)
            checks.that(f"iscsicli {' '.join(words[:1] + words[2:])}: exit {code}", done.returncode == code
                        and wanted in done.output, done.output)
        host.control("stop")
        checks.that("a stopped service is exit code 3", cli("SessionList").returncode == 3)


SECRET = "wonderland-12"
PERSISTENT = ["T", "{address}", "{port}", "*", "*", "*", "*", "*", "*", "*", "*", "*", "alice", SECRET, "1", "*", "0"]
CHAP_TARGET = "iqn.2026-11.org.lunsim:chap"


def state(checks, workdir):
    path = os.path.join(workdir, "deep", "er", "host.state")
    with peer.Target(TWO_LUNS) as target:
        address, port = target.portal.rsplit(":", 1)
        with Host(state=path) as host:
            cli = Iscsicli(host)
            cli("AddTargetPortal", address, port)
            words = [word.format(address=address, port=port) for word in PERSISTENT]
            stored = cli("PersistentLoginTarget", CHAP_TARGET, *words)
            checks.that("a persistent login with CHAP is stored and not made", stored.returncode == 0
                        and "Total of 0 sessions" in cli("SessionList").output, stored.output)
            second = peer.run([peer.LUNSIM, "host", "--state", path], 20)
            checks.that("a second host with that state is refused, with a sentence", second.returncode == 2
                        and "another host has the state" in second.output, second.output)
            told = stored.output + cli("ListPersistentTargets").output + host.errors()
            checks.that("the secret is not told", SECRET not in told, told)
            host.stop(signal.SIGKILL)
        mode = stat.S_IMODE(os.stat(path).st_mode)
        checks.that("the state is its owner's alone", mode == 0o600, oct(mode))
        os.chmod(path, 0o644)
        with Host(state=path) as host:
            cli = Iscsicli(host)
            until = time.monotonic() + 15
            while "Total of 1 sessions" not in cli("SessionList").output and time.monotonic() < until:
                time.sleep(0.1)
            said = cli("SessionList").output
            checks.that("after a sudden end the next host has logged in again, with the secret", CHAP_TARGET in said, said)
            checks.that("and knows the portal", f"{address} {port}" in cli("ListTargetPortals").output)
            mode = stat.S_IMODE(os.stat(path).st_mode)
            checks.that("a state that others could read is its owner's alone again, and that is told", mode == 0o600
                        and "now only its owner can" in host.errors(), oct(mode) + host.errors())
    with Host(state=os.path.relpath(os.path.join(workdir, "relative.state"))) as host:
        checks.that("programs in other folders are told the whole path of the token", os.path.isabs(host.token_file)
                    and f"LUNSIM_HOST_TOKEN_FILE={host.token_file}\n" in host.errors(), host.errors())
    left = sorted(os.listdir(os.path.dirname(path)))
    checks.that("an orderly end leaves the state and its lock", left == ["host.state", "host.state.lock"], str(left))
    with open(path, "ab") as file:
        file.write(b"x")
    before = open(path, "rb").read()
    done = peer.run([peer.LUNSIM, "host", "--state", path], 20)
    checks.that("a damaged state is refused, with a sentence, and left as it is", done.returncode == 2
                and "its checksum is wrong" in done.output and open(path, "rb").read() == before, done.output)
    fresh = os.path.join(workdir, "never.state")
    for words, wanted in ((("--initiator", "xyz"), "xyz is no iSCSI name"), (("--volume", "E:"), "NAME=TARGET/LUN"),
                          (("--volume", "E:=disks/0"), "no name of a target"),
                          (("--volume", "E:=iqn.2026-01.com.example:disks/x"), "no LUN")):
        done = peer.run([peer.LUNSIM, "host", "--state", fresh, *words], 20)
        checks.that(f"host {' '.join(words)} is refused with a sentence", done.returncode == 2 and wanted in done.output
                    and not os.path.exists(fresh), done.output)


ONE_UNIT = """language: 1
scenario: an array for a program that knows nothing of us
targets:
  array:
    name: iqn.2026-11.org.lunsim:open
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
    faults:
      - grown: {on: {receive: READ CAPACITY(10)}, times: 1, do: {status: CHECK CONDITION, sense: {key: UNIT ATTENTION, asc: 2Ah, ascq: 09h}}}
"""
BOTH = """#!/bin/sh
"$@" login "${LUNSIM_ISCSI_ARRAY%:*}" "${LUNSIM_ISCSI_ARRAY##*:}" "$LUNSIM_TARGET_ARRAY" && "$@" look
"""


def executed(checks, workdir):
    story, both = os.path.join(workdir, "story.yaml"), os.path.join(workdir, "both.sh")
    with open(story, "w", encoding="utf-8") as file:
        file.write(ONE_UNIT)
    with open(both, "w", encoding="utf-8") as file:
        file.write(BOTH)
    done = peer.run([peer.LUNSIM, "exec", story, "--", "sh", both, *WALK], 120)
    checks.that("exec: two processes of a program share the run's host, and meet the scenario's fault",
                done.returncode == 0 and "SendScsiReadCapacity EFFF001D" in done.output
                and "fault" in done.output and code_of(done.output, "LogoutIScsiTarget") == SUCCESS, done.output)
    done = peer.run([peer.LUNSIM, "exec", story, "--seed", "1", "--explore", "outcomes", "--", *WALK, "sessions"], 120)
    rows = [line for line in done.output.splitlines() if line.startswith("1 GetIScsiSessionList ")]
    explored(checks, story)
    checks.that(f"exec --explore outcomes: {len(rows)} outcomes of a call through the library", done.returncode == 0
                and len(rows) > 3 and f"{len(rows)} outcomes of 1 calls: {len(rows)} handled" in done.output, done.output)


# Probes and fetches; a list that has grown in between, or a discovery that failed, is its exit code.
PROBING = """
import ctypes, os, sys
library = ctypes.CDLL(os.environ["LUNSIM_LIBRARY"])
def fetch(call):
    size = ctypes.c_uint32(0)
    code = call(ctypes.byref(size), None) & 0xFFFFFFFF
    code = call(ctypes.byref(size), ctypes.create_string_buffer(size.value)) & 0xFFFFFFFF if code == 122 else code
    if code != 0:
        sys.exit(3)
fetch(library.ReportIScsiInitiatorListA)
fetch(lambda size, names: library.ReportIScsiTargetsA(int(sys.argv[1]), size, names))
"""


def explored(checks, story):
    """Outcomes of a program that uses the library: a list that grows, and discoveries where somebody is asked."""
    discovery = "ISDSC_CONNECTION_FAILED"
    for force in ("0", "1"):
        done = peer.run([peer.LUNSIM, "exec", story, "--seed", "1", "--explore", "outcomes", "--", sys.executable, "-c",
                         PROBING, force], 400)
        rows = [line.split() for line in done.output.splitlines() if re.match(r"\d+ ReportIScsi", line)]
        grown = [(row[1], row[3]) for row in rows if row[2] == "ERROR_INSUFFICIENT_BUFFER"]
        checks.that(f"exec --explore outcomes, ForceUpdate {force}: lists that have grown",
                    ("ReportIScsiInitiatorList", "reported") in grown and "ReportIScsiTargets" in dict(grown), done.output)
        asked = any(row[1] == "ReportIScsiTargets" and row[2] == discovery for row in rows)
        checks.that(f"exec --explore outcomes, ForceUpdate {force}: discoveries " + ("fail" if force == "1" else "are not tried"),
                    asked == (force == "1"), done.output)


FORKING = """
import ctypes, os, threading, _ctypes
library = ctypes.CDLL(os.environ["LUNSIM_LIBRARY"])
def call():
    size, count = ctypes.c_uint32(0), ctypes.c_uint32(0)
    return library.GetIScsiSessionListA(ctypes.byref(size), ctypes.byref(count), None) & 0xFFFFFFFF
first, is_over, codes = call(), threading.Event(), set()
def hammer():
    while not is_over.is_set():
        codes.add(call())
threads = [threading.Thread(target=hammer) for _ in range(4)]
for thread in threads:
    thread.start()
ends = []
for _ in range(20):
    child = os.fork()
    if child == 0:
        os._exit(7 if call() == first else 1)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
is_over.set()
for thread in threads:
    thread.join()
print("codes", sorted(codes | {first}), "ends", sorted(set(ends)))
_ctypes.dlclose(library._handle)
print("unloaded")
"""


def fork_and_unload(checks):
    """Children of a process whose threads are in the middle of calls, and the library's end before the process's."""
    alone_env = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    with Host() as host:
        for what, env in (("in the same process", alone_env), ("of lunsim host", host.env)):
            done = peer.run([sys.executable, "-c", FORKING], 60, env=env)
            checks.that(f"a host {what}: 20 forks amid four calling threads, then unloading", done.returncode == 0
                        and done.output == "codes [0] ends [7]\nunloaded\n", done.output)


# Loaded and unloaded again and again, with a portal added in between: nothing of it stays in the process.
UNLOADING = """
import ctypes, os, sys, _ctypes
def has():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
def once():
    library = ctypes.CDLL(os.environ["LUNSIM_LIBRARY"])
    portal = ctypes.create_string_buffer(514)
    portal[256:256 + 9] = b"127.0.0.1"
    portal[512:514] = int(sys.argv[2]).to_bytes(2, "little")
    added = library.AddIScsiSendTargetPortalA(None, 0xFFFFFFFF, None, ctypes.c_uint64(0), portal)
    session, connection = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)
    code = library.LoginIScsiTargetA(sys.argv[3].encode(), 0, None, 0xFFFFFFFF, None, ctypes.c_uint64(0), None, None, 0, None,
                                     0, session, connection)
    if code == 0 and sys.argv[4] == "logout":
        code = library.LogoutIScsiTarget(session)
    _ctypes.dlclose(library._handle)
    return added & 0xFFFFFFFF, code & 0xFFFFFFFF
once()
before = has()
codes = {once() for _ in range(int(sys.argv[1]))}
after = has()
print("codes", sorted(codes), "left", (after[0] - before[0], after[1] - before[1]))
"""
# The process ends while a thread waits for somebody who never answers.
EXITING = """
import ctypes, os, socket, threading, time
silent = socket.create_server(("127.0.0.1", 0))
library, libc = ctypes.CDLL(os.environ["LUNSIM_LIBRARY"]), ctypes.CDLL(None)
portal = ctypes.create_string_buffer(514)
portal[256:256 + 9] = b"127.0.0.1"
portal[512:514] = silent.getsockname()[1].to_bytes(2, "little")
for _ in range(4):
    threading.Thread(target=lambda: library.AddIScsiSendTargetPortalA(None, 0xFFFFFFFF, None, ctypes.c_uint64(0), portal),
                     daemon=True).start()
silent.accept()
libc.exit(7)
"""


def exit_and_reload(checks):
    alone_env = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    with peer.Target(TWO_LUNS) as target, Host() as host:
        port = target.portal.rsplit(":", 1)[1]
        for what, env, times, end in (("in the same process", alone_env, "30", "leave"), ("of lunsim host", host.env, "300", "logout")):
            done = peer.run([sys.executable, "-c", EXITING], 30, env=env)
            checks.that(f"a host {what}: a process ends at once, whatever its threads wait for", done.returncode == 7
                        and done.output == "", f"{done.returncode} {done.output}")
            done = peer.run([sys.executable, "-c", UNLOADING, times, port, TARGET, end], 120, env=env)
            checks.that(f"a host {what}: loaded and unloaded {times} times, nothing is left", done.returncode == 0
                        and done.output == "codes [(0, 0)] left (0, 0)\n", done.output)
        said = peer.run([*WALK, "sessions"], 20, env=host.env).output
        checks.that("and the host is well", code_of(said, "GetIScsiSessionListA") == SUCCESS, said)


def standard_users(checks, workdir):
    token_file = os.path.join(workdir, "standard.token")
    with peer.Target(TWO_LUNS) as target, Host("--standard-token-file", token_file) as host:
        address, port = target.portal.rsplit(":", 1)
        mode = stat.S_IMODE(os.stat(token_file).st_mode)
        checks.that("the standard users' token is a file of its own, its owner's alone", mode == 0o600
                    and open(token_file, encoding="utf-8").read() != open(host.token_file, encoding="utf-8").read(), oct(mode))
        standard = dict(host.env, LUNSIM_HOST_TOKEN_FILE=token_file)
        peer.run([*WALK, "login", address, port, TARGET], 60, env=host.env)
        said = peer.run([*WALK, "login", address, port, TARGET], 60, env=standard).output
        denied = {call: code_of(said, call) for call in ("AddIScsiSendTargetPortalA", "LoginIScsiTargetA")}
        checks.that("a standard user registers nothing and logs in nowhere", set(denied.values()) == {ACCESS_DENIED}, said)
        said += peer.run([*WALK, "look"], 60, env=standard).output
        wanted = {"ReportIScsiTargetsA": SUCCESS, "GetIScsiSessionListW": SUCCESS, "ReportActiveIScsiTargetMappingsA": SUCCESS,
                  "SendScsiReadCapacity": ACCESS_DENIED, "SendScsiReportLuns": ACCESS_DENIED, "LogoutIScsiTarget": ACCESS_DENIED}
        wrong = {call: code_of(said, call) for call, code in wanted.items() if code_of(said, call) != code}
        checks.that("lists are told, and nothing is sent or ended", not wrong, f"{wrong}\n{said}")
        done = peer.run([peer.LUNSIM, "host", "stop"], 20, env=standard)
        checks.that("and cannot stop the service, and is told so", done.returncode == 2
                    and "a standard user's" in done.output and host.control("status") == "running", done.output)
        said = peer.run([*WALK, "look"], 60, env=host.env).output
        checks.that("an administrator finds the session as it was", code_of(said, "LogoutIScsiTarget") == SUCCESS, said)


def connect(host):
    address, port = host.address.rsplit(":", 1)
    one = socket.create_connection((address, int(port)), 10)
    one.settimeout(10)
    return one


def is_closed(one):
    """All that it still says, then its end."""
    try:
        while one.recv(4096):
            pass
    except ConnectionResetError:
        pass
    except socket.timeout:
        return False
    return True


def bad_callers(checks):
    with Host() as host:
        env = dict(host.env, LUNSIM_HOST_TOKEN_FILE=os.devnull)
        said = peer.run([*WALK, "sessions"], 20, env=env).output
        checks.that("without the token access is denied", code_of(said, "GetIScsiSessionListA") == ACCESS_DENIED, said)
        for what, data in (("random bytes", os.urandom(4096)), ("HTTP", b"GET / HTTP/1.1\r\n\r\n"),
                           ("a frame of four gigabytes", struct.pack("<I", 0xFFFFFFFF)), ("an empty frame", bytes(4)),
                           ("a request before hello", struct.pack("<IBH", 3, 4, 5))):
            with connect(host) as one:
                one.sendall(data)
                checks.that(f"{what}: the connection ends", is_closed(one))
        many = [connect(host) for _ in range(400)]
        time.sleep(0.5)
        said = peer.run([*WALK, "sessions"], 30, env=host.env).output
        checks.that("400 silent connections keep nobody out", code_of(said, "GetIScsiSessionListA") == SUCCESS, said)
        checks.that("and the oldest of them made room", is_closed(many[0]))
        for one in many:
            one.close()
        checks.that("the host is alive", host.process.poll() is None, host.errors())


def killed_caller(checks):
    with peer.Target(TWO_LUNS) as target, Host() as host:
        address, port = target.portal.rsplit(":", 1)
        walks = [subprocess.Popen([*WALK, "login", address, port, TARGET], env=host.env, stdout=subprocess.DEVNULL)
                 for _ in range(8)]
        time.sleep(0.02)
        for one in walks:
            one.kill()
            one.wait()
        said = peer.run([*WALK, "look"], 60, env=host.env).output
        checks.that("eight callers killed in the middle leave a host that answers",
                    code_of(said, "GetIScsiSessionListW probe") in (SUCCESS, INSUFFICIENT), said)
        said = peer.run([*WALK, "sessions"], 20, env=host.env).output
        checks.that("with no session after logout", "  0 sessions" in said, said)


PROJECT = """cmake_minimum_required(VERSION 3.16)
project(user C)
find_package(lunsim REQUIRED)
add_executable(user {source})
target_link_libraries(user PRIVATE lunsim::iscsidsc)
"""


def installed(checks, workdir):
    prefix = os.path.join(workdir, "prefix")
    done = peer.run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", "library"], 60)
    if not checks.that("the library installs", done.returncode == 0, done.output):
        return
    source = os.path.join(SOURCE, "tools", "peers", "iscsidsc_walk.c")
    user = os.path.join(workdir, "user")
    os.mkdir(user)
    with open(os.path.join(user, "CMakeLists.txt"), "w", encoding="utf-8") as file:
        file.write(PROJECT.format(source=source))
    done = peer.run(["cmake", "-S", user, "-B", user + "/build", f"-DCMAKE_PREFIX_PATH={prefix}"], 120)
    done = peer.run(["cmake", "--build", user + "/build"], 120) if done.returncode == 0 else done
    checks.that("find_package(lunsim) gives lunsim::iscsidsc", done.returncode == 0, done.output)
    said = peer.run([user + "/build/user", "sessions"], 20).output
    checks.that("and the program runs", code_of(said, "GetIScsiSessionListA") == SUCCESS, said)

    config = [os.path.join(folder, "pkgconfig") for folder, _, names in os.walk(prefix) for name in names
              if name == "lunsim-iscsidsc.pc" for folder in [os.path.dirname(folder)]]
    env = dict(os.environ, PKG_CONFIG_PATH=":".join(config))
    flags = peer.run(["pkg-config", "--cflags", "--libs", "lunsim-iscsidsc"], 20, env=env)
    done = peer.run(["cc", source, "-o", user + "/by_pkg_config", *flags.output.split()], 60)
    checks.that("pkg-config knows lunsim-iscsidsc", flags.returncode == 0 and done.returncode == 0,
                flags.output + done.output)


def body(checks, workdir):
    exports(checks)
    alone(checks)
    two_programs(checks)
    two_hosts(checks)
    parent_and_child(checks)
    service(checks)
    bad_callers(checks)
    killed_caller(checks)
    fork_and_unload(checks)
    exit_and_reload(checks)
    standard_users(checks, workdir)
    executed(checks, workdir)
    verbs(checks)
    state(checks, workdir)
    installed(checks, workdir)


peer.main(body)
