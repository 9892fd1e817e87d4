"""The control channel of `lunsim serve` and `lunsim exec`: both clients use every request, and whatever else is said to
it, the target goes on."""
import json
import os
import random
import re
import socket
import stat
import subprocess
import sys
import threading
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
sys.path.insert(0, os.path.join(SOURCE, "clients", "python"))
import lunsim_control
import peer

STORY = """language: 1
scenario: a story for the control channel
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
    faults:
      - busy: {on: {receive: READ CAPACITY(10)}, times: 1, armed: false, do: {status: BUSY}}
      - slow: {on: {receive: REPORT LUNS}, armed: false, may_not_fire: true, do: {delay: 3 s}}
"""
LIMIT = 64 * 1024


def lunsim(*arguments, seconds=60, env=None):
    return subprocess.run(["timeout", str(seconds), peer.LUNSIM, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, check=False)


class Served(peer.Server):
    """`lunsim serve --control`; `address` and `token_file` of its channel."""

    def __init__(self, story, *arguments):
        super().__init__([peer.LUNSIM, "serve", story, "--control", "127.0.0.1:0", *arguments], 600)
        line = self.process.stdout.readline()
        found = re.search(r"iscsi=(\S+) control=(\S+) token_file=(\S+)", line)
        if not found:
            self.stop()
            raise peer.Failed(f"no control channel: {line!r} {self.errors()}")
        self.portal, self.address, self.token_file = found.groups()

    def client(self):
        return lunsim_control.LunsimControl(self.address, self.token_file, timeout=20)

    def raw(self):
        host, port = self.address.rsplit(":", 1)
        one = socket.create_connection((host, int(port)), 20)
        one.settimeout(20)
        return one

    def admitted(self):
        one = self.raw()
        with open(self.token_file, encoding="ascii") as file:
            one.sendall(json.dumps({"request": "hello", "token": file.read().strip()}).encode() + b"\n")
        assert b'"result"' in read_line(one)
        return one


def read_line(one):
    text = b""
    while not text.endswith(b"\n"):
        got = one.recv(1)
        if not got:
            break
        text += got
    return text


def refused(what, call):
    try:
        call()
    except lunsim_control.ControlError as error:
        return what in str(error)
    return False


def every_request(checks, served):
    """The Python client; clients/c/control_test.c does the same in C."""
    with served.client() as lunsim:
        checks.that("hello names the target where it is", lunsim.hello["targets"][0]["portals"] == [served.portal])
        host, port = served.portal.split(":")
        found = lunsim.call("AddIScsiSendTargetPortal", Portal={"Address": host, "Socket": int(port)})
        checks.that("a portal by its real address", found.succeeded, found.name)
        login = lunsim.call("LoginIScsiTarget", TargetName="iqn.2026-11.org.lunsim:array")
        checks.that("a login", login.succeeded, login.name)
        session = login["UniqueSessionId"]
        checks.that("its session", [one["target"] for one in lunsim.sessions()] == ["array"])
        checks.that("its connection", [one["full_feature"] for one in lunsim.connections()] == [True])
        listed = lunsim.call("GetIScsiSessionList")["SessionInfo"]["value"][0]["Connections"][0]
        checks.that("the API tells the real portal", listed["TargetAddress"] == host and listed["TargetSocket"] == int(port),
                    str(listed))
        lunsim.arm("busy")
        busy = lunsim.call("SendScsiReadCapacity", UniqueSessionId=session, Lun=0)
        checks.that("an armed fault strikes", busy.name == "ISDSC_SCSI_REQUEST_FAILED" and busy["ScsiStatus"] == 8)
        checks.that("and is counted", lunsim.faults()["busy"]["fired"] == 1)
        lunsim.disarm("busy")
        checks.that("a disarmed one does not", not lunsim.faults()["busy"]["armed"] and lunsim.call(
            "SendScsiReadCapacity", UniqueSessionId=session, Lun=0)["ResponseBuffer"]["value"]["last_lba"] == 131071)
        lunsim.add_lun("array", 7, "8 MiB", thin=True)
        lunsim.resize_lun("array", 7, "16 MiB")
        for _ in range(4):
            luns = lunsim.call("SendScsiReportLuns", UniqueSessionId=session)
            if luns.succeeded:
                break
        checks.that("a LUN that was added is reported", luns["ResponseBuffer"]["value"]["luns"] == [0, 7], str(luns))
        lunsim.remove_lun("array", 7)
        checks.that("what cannot be done is a sentence", refused("no LUN 7", lambda: lunsim.remove_lun("array", 7)))
        checks.that("a typo has a suggestion", refused('did you mean "busy"', lambda: lunsim.arm("buzy")))
        lunsim.request_logout("array", 20)
        lunsim.drop_sessions("array", "finish")
        out = lunsim.call("LogoutIScsiTarget", UniqueSessionId=session)
        checks.that("a logout", out.succeeded, out.name)
        checks.that("counters", lunsim.counters()["calls"] >= 5 and lunsim.counters()["violations"] == 0)
        try:
            lunsim.lua("return 1")
        except lunsim_control.ControlError as error:
            checks.that("lua is refused in a sentence", "Lua" in str(error), str(error))


def tokens(checks, served):
    mode = stat.S_IMODE(os.stat(served.token_file).st_mode)
    checks.that("only the owner reads the token", mode == 0o600, oct(mode))
    for line in (b'{"id":1,"request":"hello","token":"guess"}\n', b'{"id":1,"request":"list_faults"}\n', b"GET / HTTP/1.1\n", b"\n"):
        with served.raw() as one:
            one.sendall(line)
            answer = read_line(one)
            checks.that(f"{line!r} first is refused and closed", b"token" in answer and b"busy" not in answer
                        and one.recv(1) == b"", repr(answer))
    wrong = served.token_file + ".wrong"
    with open(wrong, "w", encoding="ascii") as file:
        file.write("0" * 64 + "\n")
    checks.that("a bad token is a sentence for the client", refused(
        "token", lambda: lunsim_control.LunsimControl(served.address, wrong)))


def garbage(checks, served):
    chance = random.Random(5)
    good = b'{"id":9,"request":"call","function":"SendScsiReadCapacity","with":{"Lun":0,"UniqueSessionId":null}}'
    with served.admitted() as one:
        for _ in range(400):
            line = bytearray(good)
            for _ in range(chance.randint(1, 5)):
                line[chance.randrange(len(line))] = chance.choice(b"{}[]\",:0123\\\x00\x80\xff -")
            one.sendall(bytes(line) + b"\n")
            answer = json.loads(read_line(one))
            if ("error" in answer) == ("result" in answer):
                return checks.that("each line of garbage has one answer", False, f"{line} {answer}")
    checks.that("400 lines of garbage have 400 answers", True)
    with served.admitted() as one:
        one.sendall(b'{"id":1,"request":"counters"' + b" " * (LIMIT - 29) + b"}\n")
        checks.that("a line of the limit is taken", b'"result"' in read_line(one))
        one.sendall(b'{"id":1,"request":"counters"' + b" " * (4 * LIMIT))
        answer = read_line(one)
        checks.that("a longer one is refused and closed", b"at most 65536 bytes" in answer and one.recv(1) == b"", repr(answer))
    with served.admitted() as one:
        one.sendall(b'{"id":1,"request":"counters"}' * 1 + b"\r\n{\"id\":2,")
        checks.that("half a line behind a whole one", b'"id":1' in read_line(one))
        one.sendall(b'"request":"counters"}\n')
        checks.that("and its other half", b'"id":2' in read_line(one))
        one.sendall(b'{"id":3')
    with served.admitted() as one:
        def flood():
            try:
                one.sendall(b'{"request":"list_sessions"}\n' * 300_000)
            except OSError:
                pass
        sender = threading.Thread(target=flood, daemon=True)
        sender.start()
        time.sleep(1)
        with served.client() as other:
            begun = time.monotonic()
            other.counters()
            checks.that("who floods without reading holds up nobody", time.monotonic() - begun < 5)
        with open(f"/proc/{lunsim_pid(served)}/status", encoding="ascii") as file:
            kib = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
        checks.that(f"and costs no memory ({kib} KiB)", kib < 400_000)
    crowd = []
    until = time.monotonic() + 20
    while len(crowd) < 16 and time.monotonic() < until:   # those from above leave as their ends are noticed
        try:
            crowd.append(served.admitted())
        except (AssertionError, OSError):
            time.sleep(0.1)
    checks.that("16 clients are taken", len(crowd) == 16, str(len(crowd)))
    with served.raw() as one:
        checks.that("the 17th client is told", b"too many clients" in read_line(one))
    for one in crowd:
        one.close()
    while time.monotonic() < until:
        try:
            served.client().close()
            break
        except (lunsim_control.ControlError, OSError):
            time.sleep(0.1)


def lunsim_pid(served):
    with open(f"/proc/{served.process.pid}/task/{served.process.pid}/children", encoding="ascii") as children:
        return int(children.read().split()[0])


def one_call_at_a_time(checks, served):
    with served.client() as first, served.client() as second:
        first.call("AddIScsiSendTargetPortal", Portal={"Address": "10.0.0.10", "Socket": 3260})
        session = first.call("LoginIScsiTarget", TargetName="iqn.2026-11.org.lunsim:array")["UniqueSessionId"]
        first.arm("slow")
        done = []
        slow = threading.Thread(target=lambda: done.append(first.call("SendScsiReportLuns", UniqueSessionId=session)))
        begun = time.monotonic()
        slow.start()
        time.sleep(0.5)
        second.counters()
        checks.that("while a call waits other requests are answered", time.monotonic() - begun < 2.5 and not done)
        listed = second.call("GetIScsiSessionList")
        checks.that("calls wait for their turn", time.monotonic() - begun > 2.5 and listed.succeeded, str(listed))
        slow.join()
        second.disarm("slow")
        second.call("LogoutIScsiTarget", UniqueSessionId=session)


def mistakes(checks, story, folder):
    for text in ("0.0.0.0:0", "192.0.2.1:0", "nonsense", "127.0.0.1:99999"):
        done = lunsim("serve", story, "--control", text, seconds=10)
        checks.that(f"--control {text} ends 2 with a sentence", done.returncode == 2 and text in done.stderr,
                    f"{done.returncode} {done.stderr}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = "127.0.0.1:%d" % taken.getsockname()[1]
        done = lunsim("exec", story, "--control", where, "--", "true")
        checks.that("a port in use is named, and ends 4", done.returncode == 4 and where in done.stderr, done.stderr)
    lost = os.path.join(folder, "no", "such", "token")
    done = lunsim("exec", story, "--token-file", lost, "--", "true")
    checks.that("a token that cannot be written is named, and ends 4", done.returncode == 4 and lost in done.stderr,
                done.stderr)


def under_exec(checks, story):
    python = os.path.join(SOURCE, "clients", "python", "example.py")
    for name, command in (("C", [os.environ["LUNSIM_C_EXAMPLE"]]), ("Python", [sys.executable, python])):
        done = lunsim("exec", story, "--", *command, "busy")
        checks.that(f"the example in {name} meets the fault that it arms", done.returncode == 0
                    and "last block 131071, then 131071" in done.stdout and "busy 1x" in done.stdout, done.stdout + done.stderr)
        checks.that(f"and leaves nothing behind ({name})", "WARN" not in done.stdout.upper(), done.stdout)
        never = lunsim("exec", story, "--", *command)
        checks.that(f"without it the fault has not fired ({name})", never.returncode == 1 and "fault/busy" in never.stdout,
                    never.stdout)
        typo = lunsim("exec", story, "--", *command, "bizy")
        checks.that(f"a typo reaches the program as a sentence ({name})", typo.returncode == 1
                    and "no fault is named" in typo.stderr, typo.stderr)
    done = lunsim("exec", story, "--", os.environ["LUNSIM_C_TEST"])
    checks.that("the C client uses every request under exec", done.returncode == 0 and " 0 failures" in done.stdout,
                done.stdout + done.stderr)
    where = lunsim("exec", story, "--", "sh", "-c", "cat $LUNSIM_CONTROL_TOKEN_FILE >/dev/null && echo $LUNSIM_CONTROL_TOKEN_FILE")
    path = re.search(r"^/\S+$", where.stdout, re.MULTILINE)
    checks.that("the token's file goes with its run", path and not os.path.exists(path[0]), where.stdout)
    hang = "import sys; sys.path.insert(0, %r); import lunsim_control, time; c = lunsim_control.open(); " \
           "c.call('AddIScsiSendTargetPortal', Portal={'Address': '10.0.0.10', 'Socket': 3260}); " \
           "s = c.call('LoginIScsiTarget', TargetName='iqn.2026-11.org.lunsim:array')['UniqueSessionId']; c.arm('slow'); " \
           "c.call('SendScsiReportLuns', UniqueSessionId=s)" % os.path.join(SOURCE, "clients", "python")
    begun = time.monotonic()
    late = lunsim("exec", story, "--timeout", "1500 ms", "--", sys.executable, "-c", hang)
    checks.that("a call under way does not outlast the time limit", late.returncode == 1 and "time limit" in late.stdout
                and time.monotonic() - begun < 10, late.stdout + late.stderr)


def body(checks, folder):
    story = os.path.join(folder, "story.yaml")
    with open(story, "w", encoding="utf-8") as file:
        file.write(STORY)
    own = os.path.join(folder, "token")
    with Served(story, "--token-file", own) as served:
        checks.that("--token-file is where it is", served.token_file == own)
        every_request(checks, served)
        tokens(checks, served)
        garbage(checks, served)
        one_call_at_a_time(checks, served)
        done = peer.run([os.environ["LUNSIM_C_TEST"], served.address, served.token_file], 30)
        checks.that("the C client uses every request", done.returncode == 0, done.output)
        seen = peer.run([sys.executable, "-c", "import socket, sys; h, p = sys.argv[1].split(':'); "
                         "socket.create_connection((h, int(p)), 5)", served.portal], 10)
        checks.that("the target still answers", seen.returncode == 0 and served.process.poll() is None, seen.output)
        checks.that("it ends cleanly", served.stop() in (0, 124, 143, -15), str(served.process.returncode))
    checks.that("and takes its token along", not os.path.exists(own))
    mistakes(checks, story, folder)
    under_exec(checks, story)


peer.main(body)
