"""What the peer tests share: programs under a time limit, servers that are stopped by their own pid, and a count of checks.

A program that is missing, a server that does not come up or a run without a single check is red, never skipped.
"""
import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LUNSIM = os.environ.get("LUNSIM", os.path.join(SOURCE, "build", "lunsim"))


class Failed(Exception):
    """The run cannot go on: a peer did not start or a program is missing."""


class Checks:
    """Counts what was checked; done() gives the exit code."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def that(self, what, holds, detail=""):
        if holds:
            self.passed += 1
            print(f"ok    {what}", flush=True)
        else:
            self.failed.append(what)
            print(f"FAIL  {what}\n{indent(detail)}", flush=True)
        return holds

    def done(self):
        print(f"{self.passed} checks passed, {len(self.failed)} failed")
        if self.passed + len(self.failed) == 0:
            print("nothing was checked")
            return 5
        return 1 if self.failed else 0


def want_module_of_debian(name):
    """A Debian package of Python belongs to Debian's own interpreter, which need not be the first in the path."""
    if importlib.util.find_spec(name) is None and sys.executable != "/usr/bin/python3":
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])


def indent(text):
    return "\n".join("      " + line for line in text.strip().splitlines()[-40:])


def run(command, seconds=60, **more):
    """Runs a program to its end under a time limit; its output is one string."""
    try:
        done = subprocess.run(["timeout", "--kill-after=2", str(seconds)] + command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **more)
    except FileNotFoundError as missing:
        raise Failed(f"{missing.filename} is missing: tools/install peers") from missing
    if done.returncode == 127:
        raise Failed(f"{command[0]} is missing: tools/install peers")
    done.output = done.stdout
    if done.returncode == 124:
        done.output += f"\n(stopped after {seconds} s)"
    return done


class Server:
    """A server process of ours, killed by its pid at the end whatever happens."""

    def __init__(self, command, seconds=600, env=None):
        self.log = tempfile.TemporaryFile(mode="w+", errors="replace")
        try:
            self.process = subprocess.Popen(["timeout", str(seconds)] + command, stdout=subprocess.PIPE,
                                            stderr=self.log, text=True, env=env, start_new_session=True)
        except FileNotFoundError as missing:
            raise Failed(f"{missing.filename} is missing") from missing

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def errors(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self, with_signal=signal.SIGTERM):
        if self.process.poll() is None:
            os.killpg(self.process.pid, with_signal)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        return self.process.returncode


class Target(Server):
    """`lunsim serve` on free ports; `portals` has host:port of each."""

    def __init__(self, scenario, *arguments, listen="127.0.0.1:0", seconds=600):
        where = ["--listen", listen] if listen else []
        super().__init__([LUNSIM, "serve", scenario, *where, *arguments], seconds)
        line = self.process.stdout.readline()
        self.portals = re.findall(r"iscsi=(\S+)", line)
        if not line.startswith("ready ") or not self.portals:
            self.stop()
            raise Failed(f"lunsim serve {scenario} did not come up: {line!r}\n{self.errors()}")
        self.portal = self.portals[0]


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, server, seconds=15):
    import socket
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise Failed(f"{server.process.args} ended: {server.errors()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Failed(f"nobody listens on port {port} after {seconds} s: {server.errors()}")


def main(body):
    """Runs body(checks, workdir) and exits as the checks say."""
    checks = Checks()
    try:
        with tempfile.TemporaryDirectory() as workdir:
            body(checks, workdir)
    except Failed as failed:
        print(f"ERROR {failed}")
        sys.exit(4)
    sys.exit(checks.done())
