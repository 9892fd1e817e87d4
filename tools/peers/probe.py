"""lunsim-probe on Linux and under Wine: the same cases on libiscsidsc.so and on iscsidsc.dll give the same verdicts, and none
is red; a library whose function does nothing, and a host of another reading, are told from a healthy one."""
import collections
import json
import os
import shutil
import signal
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
from windows_calls import Host
from wine import WINDOWS, Wine

PROBE = os.environ["LUNSIM_PROBE"]
LIBRARY = os.environ["LUNSIM_LIBRARY"]
ADDRESSES = {"--portal": "127.0.0.10", "--other-portal": "127.0.0.11", "--empty-portal": "127.0.0.12"}
DOES_NOTHING = bytes.fromhex("31c0c3")  # xor eax,eax; ret
BROKEN = "LogoutIScsiTarget"


class Arrays:
    """The three targets, each at an address of its own, all at one free port."""

    def __init__(self):
        self.port = peer.free_port()
        files = [os.path.join(peer.SOURCE, "tools", "probe", name) for name in ("array.yaml", "other.yaml", "empty.yaml")]
        self.servers = [peer.Target(file, listen=f"{address}:{self.port}", seconds=900)
                        for file, address in zip(files, ADDRESSES.values())]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()


def ask(command, arrays, host, env, workdir, *more):
    """Runs a probe on a host; its exit code and its report."""
    output = os.path.join(workdir, "probe.json")
    if os.path.exists(output):
        os.remove(output)
    words = [word for pair in ADDRESSES.items() for word in pair]
    isns = f"127.0.0.10:{arrays.port}", f"127.0.0.11:{arrays.port}"
    done = peer.run([*command, "--output", "probe.json", "--socket", str(arrays.port), "--isns", isns[0], "--other-isns",
                     isns[1], *words, *more], 400, env=env(host), cwd=workdir)
    try:
        with open(output, encoding="utf-8") as file:
            return done.returncode, json.load(file), done.output
    except (OSError, ValueError) as trouble:
        raise peer.Failed(f"{command}: no report ({trouble}): {done.output}") from trouble


def verdicts(report):
    return {case["case"]: case["verdict"] for case in report["cases"]}


def what_is_wrong(report):
    lines = []
    for case in report["cases"]:
        for one in case["expectations"]:
            if one["verdict"] != "pass":
                lines.append(f"{case['case']}: {one['rule']} {one['verdict']}: {one['expected']}: {one['answered'][-2:]}")
    return "\n".join(lines)


def healthy(checks, what, code, report):
    counts = collections.Counter(verdicts(report).values())
    checks.that(f"{what}: {dict(counts)}", code == 0 and counts["fail"] == counts["differs"] == 0 and counts["pass"] > 150,
                what_is_wrong(report))
    reasons = [lack["why"] for case in report["cases"] for lack in case["not_asked"]]
    silent = [case["case"] for case in report["cases"] if case["verdict"] == "not asked" and not case["not_asked"]]
    checks.that(f"{what}: whatever was not asked says why", all(reasons) and not silent, str(silent))
    checks.that(f"{what}: open questions with what was seen", len(report["open_questions"]) > 20
                and all(one["rule"] and "answered" in one for one in report["open_questions"]))


def hollow_elf(path, name):
    """The function of this name returns 0 and does nothing else, in a copy of a library."""
    symbols = peer.run(["nm", "-D", "--defined-only", path], 20).output
    address = next(int(line.split()[0], 16) for line in symbols.splitlines() if line.split()[-1] == name)
    for line in peer.run(["readelf", "-lW", path], 20).output.splitlines():
        words = line.split()
        if words[:1] == ["LOAD"]:
            offset, start, size = (int(words[i], 16) for i in (1, 2, 4))
            if start <= address < start + size:
                return patch(path, offset + address - start)
    raise peer.Failed(f"{path} has no {name}")


def hollow_pe(path, name):
    raw = open(path, "rb").read()
    header = struct.unpack_from("<I", raw, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", raw, header + 6)[0], struct.unpack_from("<H", raw, header + 20)[0]
    table = [struct.unpack_from("<IIII", raw, header + 24 + optional + 40 * i + 8) for i in range(sections)]

    def offset_of(address):
        for size, start, raw_size, raw_start in table:
            if start <= address < start + max(size, raw_size):
                return raw_start + address - start
        raise peer.Failed(f"{path}: no section at {address:x}")

    exports = offset_of(struct.unpack_from("<I", raw, header + 24 + 112)[0])
    count, functions, names, ordinals = struct.unpack_from("<IIII", raw, exports + 24)
    for i in range(count):
        at = offset_of(struct.unpack_from("<I", raw, offset_of(names) + 4 * i)[0])
        if raw[at:raw.index(b"\0", at)] == name.encode():
            ordinal = struct.unpack_from("<H", raw, offset_of(ordinals) + 2 * i)[0]
            return patch(path, offset_of(struct.unpack_from("<I", raw, offset_of(functions) + 4 * ordinal)[0]))
    raise peer.Failed(f"{path} does not export {name}")


def patch(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(DOES_NOTHING)


def is_told(checks, what, answer):
    code, report, _ = answer
    failed = {case["function"] for case in report["cases"] if case["verdict"] == "fail"}
    checks.that(f"{what}: a {BROKEN} that does nothing is red", code == 1 and BROKEN in failed, f"exit {code}, {failed}")


# Ends a host, in order, and starts it again on its state and at its port.
RESTART = """#!/bin/sh
kill $(cat {pid})
flock {state}.lock true
rm -f {said}
timeout 600 {lunsim} host --state {state} --listen {address} >{said} 2>&1 &
echo $! >{pid}
until grep -qs ^ready {said}; do sleep 0.05; done
"""


class Restarted:
    """The command that restarts a host, and the host that it left."""

    def __init__(self, host, workdir):
        pid, script = os.path.join(workdir, "host.pid"), os.path.join(workdir, "restart.sh")
        with open(pid, "w", encoding="utf-8") as file:
            file.write(str(host.process.pid))
        with open(script, "w", encoding="utf-8") as file:
            file.write(RESTART.format(pid=pid, state=host.state, lunsim=peer.LUNSIM, address=host.address,
                                      said=os.path.join(workdir, "host.said")))
        self.pid, self.command = pid, f"sh {script}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.kill(int(open(self.pid, encoding="utf-8").read()), signal.SIGTERM)
        except ProcessLookupError:
            pass


def restarts(checks, arrays, environment, workdir):
    """What survives the service, asked of a service that ends and comes again."""
    with Host() as host, Restarted(host, workdir) as restarted:
        code, report, said = ask([PROBE, "--library", LIBRARY], arrays, host, environment, workdir, "--only", "kept",
                                 "--restart", restarted.command)
        checks.that("a persistent target survives a host that ends and comes again", code == 0
                    and set(verdicts(report).values()) == {"pass"} and len(verdicts(report)) == 2, said + str(verdicts(report)))
        code, report, said = ask([PROBE, "--library", LIBRARY], arrays, host, environment, workdir, "--only", "radius",
                                 "--restart", restarted.command)
        asked = [one["rule"] for case in report["cases"] for one in case["expectations"] if one["verdict"] == "pass"]
        # The rest of these cases needs a service that fails by order, so none of them passes as a whole.
        checks.that("and so do servers", "ARS-R4" in asked and "fail" not in verdicts(report).values(), said + str(asked))
        code, report, said = ask([PROBE, "--library", LIBRARY], arrays, host, environment, workdir, "--only", "kept",
                                 "--restart", "false")
        checks.that("a restart that fails is not asked, and never a pass", code == 3
                    and set(verdicts(report).values()) == {"not asked"}, said + str(verdicts(report)))


def body(checks, workdir):
    environment = lambda host: host.env
    folder = os.path.join(workdir, "kit")
    shutil.copytree(os.path.join(WINDOWS, "kit", "bin"), folder)
    with Arrays() as arrays, Wine(workdir) as wine:
        linux, windows = [PROBE, "--library", LIBRARY], [wine.program, os.path.join(folder, "lunsim-probe.exe")]
        with Host() as host:
            code, on_linux, _ = ask(linux, arrays, host, environment, folder)
        healthy(checks, "Linux", code, on_linux)
        with Host() as host:
            code, on_wine, _ = ask(windows, arrays, host, wine.environment, folder)
        healthy(checks, "Wine", code, on_wine)
        checks.that(f"the same {len(on_wine['cases'])} verdicts on both", verdicts(on_linux) == verdicts(on_wine),
                    str(set(verdicts(on_linux).items()) ^ set(verdicts(on_wine).items())))
        for name, command, env in (("Linux", linux, environment), ("Wine", windows, wine.environment)):
            with Host("--profile", "windows") as host:
                code, report, said = ask(command, arrays, host, env, folder, "--reading", "windows", "--only", "empty")
                checks.that(f"{name}: profile windows, read so", code == 0 and "differs" not in verdicts(report).values(), said)
                code, report, said = ask(command, arrays, host, env, folder, "--only", "empty")
                checks.that(f"{name}: profile windows is told from documented", "differs" in verdicts(report).values(), said)
        done = peer.run([PROBE, "--library", LIBRARY, "--only", "nope"], 20)
        checks.that("a selection of nothing is an error that says so", done.returncode == 2
                    and "--only nope: no case" in done.output, done.output)
        restarts(checks, arrays, environment, workdir)
        broken = os.path.join(workdir, "libiscsidsc.so")
        shutil.copy(LIBRARY, broken)
        hollow_elf(broken, BROKEN)
        hollow_pe(os.path.join(folder, "iscsidsc.dll"), BROKEN)
        with Host() as host:
            is_told(checks, "Linux", ask([PROBE, "--library", broken], arrays, host, environment, folder, "--only", "ogout"))
        with Host() as host:
            is_told(checks, "Wine", ask(windows, arrays, host, wine.environment, folder, "--only", "ogout"))


if __name__ == "__main__":
    peer.main(body)
