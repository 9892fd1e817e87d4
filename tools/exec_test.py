"""`lunsim exec`: a program of one's own on a scenario's targets, and everything that can become of it."""
import os
import re
import shlex
import signal
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

PLAIN = """language: 1
scenario: a program of one's own meets an array
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    portals: [10.0.0.10:3260, 10.0.0.11:3260]
  second-one: {portals: [10.0.0.12:3260]}
"""
WITH_FAULT = """language: 1
scenario: a fault that the program must meet
targets:
  array:
    faults: [{late: {on: {receive: READ(10)}, do: {status: BUSY}MAY}}]
steps:
  - login: {target: array, as: s1}
"""

# A discovery login by hand: a connection that stays open, a session when it is a normal one.
LOGIN = '''
import os, socket, struct, sys, time
host, port = os.environ["LUNSIM_ISCSI_ARRAY"].split(":")
text = ("InitiatorName=iqn.2026-11.org.lunsim:by-hand\\0SessionType=Normal\\0TargetName=%s\\0"
        % os.environ["LUNSIM_TARGET_ARRAY"]).encode()
s = socket.create_connection((host, int(port)))
def send(flags, cmd_sn, data):
    bhs = struct.pack(">BBBBB3s6sHIHHII16s", 0x43, flags, 0, 0, 0, len(data).to_bytes(3, "big"),
                      bytes.fromhex("00023d0a0001"), 0, 7, 1, 0, cmd_sn, 0, b"")
    s.sendall(bhs + data + b"\\0" * (-len(data) % 4))
    answer = b""
    while len(answer) < 48: answer += s.recv(48 - len(answer))
    rest = int.from_bytes(answer[5:8], "big"); rest += -rest % 4
    while rest: rest -= len(s.recv(rest))
    return answer
assert send(0x87, 1, text)[36:38] == b"\\0\\0"
'''


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def lunsim(*arguments, seconds=60, env=None):
    return subprocess.run(["timeout", str(seconds), peer.LUNSIM, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, check=False)


def python(code):
    return ["--", sys.executable, "-c", code]


def is_alive(pid):
    """Running, not dead and waiting to be reaped."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds=15):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def environment(checks, plain):
    show = lunsim("exec", plain, "--seed", "0x2a", "--", "sh", "-c", "env | grep ^LUNSIM_; echo to-stderr >&2")
    checks.that("a program that ends 0 passes", show.returncode == 0, show.stdout + show.stderr)
    found = dict(line.split("=", 1) for line in show.stdout.splitlines() if line.startswith("LUNSIM_"))
    portals = [found.get(name, "") for name in ("LUNSIM_ISCSI_ARRAY", "LUNSIM_ISCSI_ARRAY_2", "LUNSIM_ISCSI_SECOND_ONE")]
    checks.that("each portal has its address on loopback, none twice",
                all(re.fullmatch(r"127\.0\.0\.1:\d+", one) for one in portals) and len(set(portals)) == 3, show.stdout)
    checks.that("the targets have their names", found.get("LUNSIM_TARGET_ARRAY") == "iqn.2026-11.org.lunsim:array"
                and found.get("LUNSIM_TARGET_SECOND_ONE", "").startswith("iqn."), show.stdout)
    checks.that("the seed is exported and first", int(found.get("LUNSIM_SEED", "0"), 16) == 42
                and show.stdout.startswith("seed: 0x000000000000002a\n"), show.stdout)
    checks.that("the hash is last", re.fullmatch(r"event hash: [0-9a-f]+", show.stdout.splitlines()[-1]), show.stdout)
    checks.that("its errors pass through", "to-stderr" in show.stderr, show.stderr)
    stale = dict(os.environ, LUNSIM_SEED="stale")
    twice = lunsim("exec", plain, "--seed", "1", "--", "sh", "-c", "env | grep -c ^LUNSIM_SEED=; echo $LUNSIM_SEED", env=stale)
    checks.that("a stale variable is replaced", "\n1\n0x0000000000000001\n" in twice.stdout, twice.stdout)
    words = lunsim("exec", plain, "--", "printf", "<%s>\n", "run", "--help", "--", "-v", "")
    checks.that("the program's own words are left alone", "<run>\n<--help>\n<-->\n<-v>\n<>\n" in words.stdout,
                words.stdout + words.stderr)


def endings(checks, folder, plain):
    failed = lunsim("exec", plain, "--seed", "7", "--", "sh", "-c", "exit 3")
    checks.that("a program that fails ends 1, with its code", failed.returncode == 1 and "exit code 3" in failed.stdout,
                failed.stdout + failed.stderr)
    replay = re.search(r"replay +(lunsim exec .*)", failed.stdout)
    checks.that("the replay line is one of exec", replay and shlex.split(replay[1])[2:] ==
                [plain, "--seed", "0x7", "--", "sh", "-c", "exit 3"], failed.stdout)
    crashed = lunsim("exec", plain, *python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    checks.that("a crash is told by the signal's name", crashed.returncode == 1 and "SIGSEGV" in crashed.stdout,
                crashed.stdout)
    missing = lunsim("exec", plain, "--", os.path.join(folder, "no-such-program"))
    checks.that("a program that is not there ends 2, with its name",
                missing.returncode == 2 and "no-such-program cannot be started: No such file" in missing.stderr,
                missing.stdout + missing.stderr)
    not_one = write(folder, "not-executable", "x")
    checks.that("so does one that cannot be executed", lunsim("exec", plain, "--", not_one).returncode == 2)
    begun = time.monotonic()
    hung = lunsim("exec", plain, "--timeout", "500 ms", *python("import time; time.sleep(60)"))
    checks.that("a time-out is a failed check with a sentence", hung.returncode == 1 and "time limit" in hung.stdout
                and time.monotonic() - begun < 20, hung.stdout + hung.stderr)
    deaf = "import signal, os, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(60)"
    stubborn = lunsim("exec", plain, "--timeout", "5", *python(deaf))
    pid = re.search(r"^(\d+)$", stubborn.stdout, re.MULTILINE)
    checks.that("a program deaf to SIGTERM is killed", stubborn.returncode == 1 and pid and not is_alive(pid[1]),
                stubborn.stdout + stubborn.stderr)
    left = lunsim("exec", plain, "--", "sh", "-c", "sleep 60 > /dev/null & echo $!")
    pid = re.search(r"^(\d+)$", left.stdout, re.MULTILINE)
    checks.that("what it left running is ended, and told as a warning", left.returncode == 0 and pid
                and wait_until(lambda: not is_alive(pid[1])) and "left processes behind" in left.stdout, left.stdout)


def stopped(checks, plain):
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([peer.LUNSIM, "exec", plain, "--timeout", "60", "--", "sh", "-c",
                                    "echo pid $$; sleep 60; true"], stdout=subprocess.PIPE, text=True)
        line = ""
        while not line.startswith("pid "):
            line = process.stdout.readline()
            if not line:
                break
        process.send_signal(number)
        rest = process.stdout.read()
        code = process.wait(timeout=20)
        checks.that(f"{number.name} ends the program, which is told", code == 1 and "stopped by a signal" in rest
                    and not is_alive(line.split()[1]), f"{code} {rest}")


def judged(checks, folder):
    fault = write(folder, "fault.yaml", WITH_FAULT.replace("MAY", ""))
    never = lunsim("exec", fault, "--", "true")
    checks.that("a fault that never fired fails", never.returncode == 1 and "fault/late" in never.stdout, never.stdout)
    checks.that("steps are not played, and that is said", "1 step of" in never.stdout and "not played" in never.stdout,
                never.stdout)
    may = write(folder, "may.yaml", WITH_FAULT.replace("MAY", ", may_not_fire: true"))
    checks.that("unless it may", lunsim("exec", may, "--", "true").returncode == 0)
    unplayed = "language: 1\nscenario: t\ntargets: {array: {}}\n"
    faulty = write(folder, "faulty.yaml", unplayed + "host_faults:\n  - f: {on: {call: LogoutIScsiTarget}, do: hang}\n")
    refused = lunsim("exec", faulty, "--", "true")
    checks.that("faults of a host are refused, not left out", refused.returncode == 2 and "host_faults" in refused.stderr,
                refused.stdout + refused.stderr)
    many = write(folder, "many.yaml", unplayed + "hosts: {one: {}, two: {address: 10.0.0.2}}\n")
    refused = lunsim("exec", many, "--", "true")
    checks.that("so are several hosts", refused.returncode == 2 and "2 hosts" in refused.stderr, refused.stdout + refused.stderr)
    plain = os.path.join(folder, "plain.yaml")
    junit = os.path.join(folder, "report.xml")
    opened = lunsim("exec", plain, "--junit", junit, *python(LOGIN + "s.close(); print('in')"))
    checks.that("a session that its program closed is no warning", opened.returncode == 0 and "in\n" in opened.stdout
                and "logging out" not in opened.stdout, opened.stdout + opened.stderr)
    with open(junit, encoding="utf-8") as file:
        text = file.read()
    checks.that("JUnit has the cases", "plain#exit" in text and "invariant/sessions" in text, text)
    broken = "import os, socket, time\nhost, port = os.environ['LUNSIM_ISCSI_ARRAY'].split(':')\n" \
             "s = socket.create_connection((host, int(port)))\ns.sendall(b'GET / HTTP/1.1' + bytes(60))\ns.recv(1)"
    spoken = lunsim("exec", plain, *python("try:\n  " + broken.replace("\n", "\n  ") + "\nexcept ConnectionError: pass"))
    checks.that("what breaks RFC 7143 is a failed check", spoken.returncode == 1 and "invariant/protocol" in spoken.stdout
                and "127.0.0.1" in spoken.stdout, spoken.stdout + spoken.stderr)
    held = LOGIN + "import subprocess\nos.set_inheritable(s.fileno(), True)" \
                   "\nsubprocess.Popen(['sleep', '8'], close_fds=False, start_new_session=True, stdout=subprocess.DEVNULL)"
    warned = lunsim("exec", plain, *python(held))
    checks.that("a session left open is a warning that names it", warned.returncode == 0
                and "iqn.2026-11.org.lunsim:by-hand" in warned.stdout and "WARN" in warned.stdout.upper(),
                warned.stdout + warned.stderr)


def mistakes(checks, folder, plain):
    typo = write(folder, "typo.yaml", PLAIN.replace("portals:", "portalz:", 1))
    done = lunsim("exec", typo, "--", "echo", "it ran")
    checks.that("a mistake in the scenario ends 2, and nothing runs", done.returncode == 2 and "portalz" in done.stderr
                and "it ran" not in done.stdout, done.stdout + done.stderr)
    same = write(folder, "same.yaml", PLAIN.replace("second-one: {", "ARRAY: {name: iqn.2026-11.org.lunsim:other, "))
    done = lunsim("exec", same, "--", "true")
    checks.that("targets whose variables would be one are refused", done.returncode == 2 and "LUNSIM_TARGET_ARRAY"
                in done.stderr, done.stderr)
    checks.that("without a program it ends 2", lunsim("exec", plain).returncode == 2)
    bad = lunsim("exec", plain, "--timeout", "soon", "--", "true")
    checks.that("a time limit that is none ends 2", bad.returncode == 2 and "soon" in bad.stderr, bad.stderr)
    nowhere = lunsim("exec", plain, "--junit", os.path.join(folder, "no", "such", "x.xml"), "--", "true")
    checks.that("a report that cannot be written ends 2 before the run", nowhere.returncode == 2, nowhere.stderr)


def body(checks, folder):
    plain = write(folder, "plain.yaml", PLAIN)
    environment(checks, plain)
    endings(checks, folder, plain)
    stopped(checks, plain)
    judged(checks, folder)
    mistakes(checks, folder, plain)


peer.main(body)
