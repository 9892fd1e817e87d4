"""Every function of <iscsidsc.h> from 16 threads, live, while sessions die underneath: the target resets connections, threads
log out each other's sessions, and of the remote form somebody stops and starts the service. With a host in the same process
and with `lunsim host`.

    tools/threads_test.py [SECONDS]     of each form; 3 if not said

LUNSIM_THREADS names the program. Under the thread sanitizer (preset tsan) a data race is a failure, too."""
import os
import re
import sys
import threading

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer
from windows_calls import Host

PROGRAM = os.environ["LUNSIM_THREADS"]
TARGETS = os.path.join(SOURCE, "tools", "threads", "eight_targets.yaml")
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
LONG = 30  # from so many seconds on chance has no excuse
NOT_ENOUGH_MEMORY, SEM_TIMEOUT, NON_SPECIFIC, NOT_RUNNING = 8, 121, 0xEFFF0001, 0xEFFF003E
# Nobody is an iSNS server here, and these volumes and devices are of sessions that have just gone.
MAY_ALWAYS_FAIL = {"AddISNSServerA", "AddISNSServerW", "RefreshISNSServerA", "RefreshISNSServerW"}


def exported():
    header = open(os.path.join(SOURCE, "initiator", "api", "include", "iscsidsc.h"), encoding="utf-8").read()
    return set(re.findall(r"ISDSC_API\s+([A-Za-z]+)\(", header))


class Interruptions:
    """Stops and starts the service again and again, until it is left."""

    def __init__(self, host):
        self.host, self.over, self.count = host, threading.Event(), 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.wait(0.6):
            self.host.control("stop")
            self.over.wait(0.1)
            self.host.control("start")
            self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def codes_of(said):
    """By function: how often which code."""
    table = {}
    for line in said.splitlines():
        words = line.split()
        if len(words) >= 2 and all(re.fullmatch(r"[0-9A-F]{8}:\d+", word) for word in words[1:]):
            table[words[0]] = {int(code, 16): int(times) for code, times in (word.split(":") for word in words[1:])}
    return table


def judge(checks, form, done, wanted_codes):
    said = done.output
    table = codes_of(said)
    print("".join(line + "\n" for line in said.splitlines() if line.endswith("capacities read")), end="", flush=True)
    checks.that(f"{form}: {SECONDS:g} s of calls end in order", done.returncode == 0
                and "wrong:" not in said and "ThreadSanitizer" not in said, said)
    checks.that(f"{form}: all {len(table)} functions were called", set(table) == exported(), str(set(table) ^ exported()))
    bad = {name: f"{code:08X}" for name, codes in table.items() for code in codes
           if code in (NOT_ENOUGH_MEMORY, SEM_TIMEOUT, NON_SPECIFIC)}
    checks.that(f"{form}: nothing timed out, and nothing failed without a reason", not bad, str(bad))
    seen = {code for codes in table.values() for code in codes}
    checks.that(f"{form}: sessions died underneath", wanted_codes <= seen, f"{[f'{code:08X}' for code in sorted(seen)]}")
    if SECONDS >= LONG:
        never = {name for name, codes in table.items() if 0 not in codes} - MAY_ALWAYS_FAIL
        checks.that(f"{form}: every function succeeded, too", not never, str(sorted(never)))


def play(target, env):
    address, port = target.portal.rsplit(":", 1)
    return peer.run([PROGRAM, address, port, str(SECONDS), "16"], SECONDS * 2 + 120, env=env)


INVALID_SESSION = 0xEFFF001C


def body(checks, _):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    with peer.Target(TARGETS, seconds=SECONDS * 2 + 200) as target:
        judge(checks, "a host in the process", play(target, alone), {0, INVALID_SESSION})
        checks.that("the target is well", target.process.poll() is None, target.errors())
    with peer.Target(TARGETS, seconds=SECONDS * 2 + 200) as target, Host() as host:
        with Interruptions(host) as interruptions:
            done = play(target, host.env)
        judge(checks, f"lunsim host, stopped {interruptions.count} times", done, {0, INVALID_SESSION, NOT_RUNNING})
        checks.that("target and host are well", target.process.poll() is None and host.process.poll() is None,
                    target.errors() + host.errors())


peer.main(body)
