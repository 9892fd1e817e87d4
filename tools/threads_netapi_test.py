"""Every Net function of libnetapi32.so from 16 threads while servers die underneath: one of three is ended and started again
at its port, and threads end each other's sessions by NetSessionDel. With the network in the same process and through
`lunsim host`.

    tools/threads_netapi_test.py [SECONDS]     of each form; 3 if not said

LUNSIM_NETAPI_THREADS names the program. Under the thread sanitizer (preset tsan) a data race is a failure, too."""
import json
import os
import re
import sys
import tempfile
import threading

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer
from windows_calls import Host

PROGRAM = os.environ["LUNSIM_NETAPI_THREADS"]
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
MODEL = {
    "access": "legacy", "users": [{"name": "admin", "password": "x", "administrator": True}],
    "shares": [{"name": "data", "path": "C:\\data", "remark": "for all"}],
    "sessions": [{"client": "WS1", "user": "alice", "opens": 3, "time_s": 7200, "idle_s": 60}] * 20
                + [{"client": "WS2", "user": "bob", "time_s": 100, "idle_s": 1}] * 20,
    "files": [{"id": id, "path": f"C:\\data\\{id}.txt", "user": "alice"} for id in range(1, 40)],
    "connections": [{"id": 1, "share": "data", "client": "WS1", "user": "alice"}],
}
# Besides what each call is there to say: 53 and 64 while a server is away.
ALLOWED = {0, 5, 53, 64, 87, 124, 234, 1326, 2123, 2221, 2310, 2312, 2314, 2, 59, 121}


class Smb(peer.Server):
    def __init__(self, path, listen="127.0.0.1:0"):
        super().__init__([peer.LUNSIM, "smb", "serve", path, "--listen", listen], SECONDS * 2 + 200)
        line = self.process.stdout.readline()
        found = re.search(r"smb=(\S+)", line)
        if not found:
            raise peer.Failed(f"lunsim smb serve did not come up: {line!r}\n{self.errors()}")
        self.address = found.group(1)


class Deaths:
    """A server at one address that is killed and started again until it is left."""

    def __init__(self, path):
        self.path, self.server, self.over, self.count, self.trouble = path, Smb(path), threading.Event(), 0, ""
        self.address = self.server.address
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            while not self.over.wait(0.5):
                self.server.stop()
                self.over.wait(0.1)
                self.server = Smb(self.path, self.address)
                self.count += 1
        except Exception as error:  # whoever judges says it
            self.trouble = str(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.server.stop()


def judge(checks, form, done, deaths):
    said = done.output
    table = {line.split()[0]: {int(code) for code in re.findall(r" (\d+):\d+", line)} for line in said.splitlines()
             if re.fullmatch(r"Net\w+( \d+:\d+)+", line)}
    print("".join(line + "\n" for line in said.splitlines() if line.endswith("threads")), end="", flush=True)
    checks.that(f"{form}: {SECONDS:g} s of calls end in order", done.returncode == 0 and "wrong:" not in said
                and "ThreadSanitizer" not in said, said)
    checks.that(f"{form}: all 15 functions were called", len(table) == 15, str(sorted(table)))
    checks.that(f"{form}: every function succeeded, too", all(codes & {0, 234} for codes in table.values()), said)
    odd = {name: sorted(codes - ALLOWED) for name, codes in table.items() if codes - ALLOWED}
    checks.that(f"{form}: no code without a reason", not odd, str(odd))
    checks.that(f"{form}: servers died underneath", deaths.count > 0 and not deaths.trouble
                and any({53, 64} & codes for codes in table.values()), deaths.trouble + said)


def play(checks, form, folder, env, host=None):
    path = os.path.join(folder, "server.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(MODEL, file)
    with Smb(path) as steady, Smb(path) as other, Deaths(path) as deaths:
        servers = os.path.join(folder, "servers.json")
        with open(servers, "w", encoding="utf-8") as file:
            json.dump({"own": "S0", "servers": [{"name": f"S{i}", "address": one.address, "user": "admin", "password": "x"}
                                                for i, one in enumerate((steady, other, deaths))]}, file)
        env = {**env, "LUNSIM_SERVERS": servers}
        command = [PROGRAM, str(SECONDS), "16", "S0", "\\\\S1", "S2", ""]
        if host is None:
            done = peer.run(command, SECONDS * 2 + 120, env=env)
        else:
            with Host("--servers", servers) as running:
                done = peer.run(command, SECONDS * 2 + 120, env=running.env)
        judge(checks, form, done, deaths)


def body(checks, folder):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("LUNSIM_HOST")}
    play(checks, "a network in the process", folder, alone)
    with tempfile.TemporaryDirectory() as other:
        play(checks, "lunsim host", other, alone, Host)


peer.main(body)
