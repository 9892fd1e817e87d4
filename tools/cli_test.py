"""The command line as a user meets it: exit codes, the first and the last line, sentences for bad input, a clean stop."""
import os
import re
import signal
import socket
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

GOOD = """language: 1
scenario: a capacity is read
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
steps:
  - login: {target: array, as: s1}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1, Lun: 0, ResponseSize: 8, SenseSize: 18}
    expect: {return: ERROR_SUCCESS, out: {ResponseBuffer: {last_lba: 131071, block: 512}}}
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def lunsim(*arguments, seconds=60, env=None):
    return subprocess.run(["timeout", str(seconds), peer.LUNSIM, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env, check=False)


def runs(checks, folder):
    good = write(folder, "good.yaml", GOOD)
    one = lunsim("run", good, "--seed", "0x2a")
    lines = one.stdout.splitlines()
    checks.that("a good scenario ends 0", one.returncode == 0, one.stdout + one.stderr)
    checks.that("the seed is the first line", re.fullmatch(r"seed: 0x0*2a", lines[0]), lines[0])
    checks.that("the event hash is the last line", re.fullmatch(r"event hash: [0-9a-f]+", lines[-1]), lines[-1])
    again = lunsim("run", good, "--seed", "42")
    checks.that("the same seed gives the same hash", again.stdout.splitlines()[-1] == lines[-1], again.stdout)
    shifted = write(folder, "shifted.yaml", GOOD.replace("    luns:", "    first_stat_sn: 1000\n    luns:", 1))
    other = lunsim("run", shifted, "--seed", "42")
    checks.that("another first StatSN gives another hash",
                other.returncode == 0 and other.stdout.splitlines()[-1] != lines[-1], other.stdout + other.stderr)
    checks.that("another seed runs too", lunsim("run", good, "--seed", "43").returncode == 0)
    checks.that("no colour without a terminal", "\x1b[" not in one.stdout)
    live = lunsim("run", good, "--live", "--seed", "42")
    checks.that("the same file runs live", live.returncode == 0, live.stdout + live.stderr)

    bad = write(folder, "fails.yaml", GOOD.replace("131071", "131072"))
    failed = lunsim("run", bad, "--seed", "42")
    checks.that("a failed check ends 1", failed.returncode == 1, failed.stdout + failed.stderr)
    replay = re.search(r"lunsim run \S+ --seed 0x[0-9a-f]+.*", failed.stdout)
    checks.that("a failure has its replay line", replay, failed.stdout)
    junit = os.path.join(folder, "report.xml")
    lunsim("run", bad, "--seed", "42", "--junit", junit)
    with open(junit, encoding="utf-8") as file:
        text = file.read()
    checks.that("JUnit tells the failure", "<testsuites" in text and "<failure" in text, text)

    checks.that("nothing selected ends 5", lunsim("run", good, "--filter", "nothing-like-it").returncode == 5)
    listed = lunsim("run", good, "--list")
    checks.that("--list lists and runs nothing", listed.returncode == 0 and "good" in listed.stdout
                and "event hash" not in listed.stdout, listed.stdout)


def blocks(text):
    """The indented blocks of a Markdown text, without their indentation."""
    return [re.sub(r"^    ", "", block, flags=re.M).rstrip("\n") + "\n"
            for block in re.findall(r"(?:^    .*\n)+", text, flags=re.M)]


def readme(checks, folder):
    """What README.md shows is what a reader gets; only the hash belongs to the build."""
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        shown = blocks(file.read())
    story = next(block for block in shown if block.startswith("language: 1"))
    report = next(block for block in shown if block.startswith("seed: "))
    failure = next(block for block in shown if block.startswith("FAIL "))
    write(folder, "first.yaml", story)

    def run(name):
        done = subprocess.run(["timeout", "60", peer.LUNSIM, "run", name, "--seed", "7"], stdout=subprocess.PIPE,
                              text=True, cwd=folder, check=False)
        return re.sub(r"event hash: [0-9a-f]{16}", "event hash: ...", done.stdout)

    checks.that("README's scenario gives README's report",
                run("first.yaml") == re.sub(r"event hash: [0-9a-f]{16}", "event hash: ...", report), run("first.yaml"))
    write(folder, "first.yaml", story.replace("SenseBuffer: {key: UNIT ATTENTION}", "SenseBuffer: {key: NOT READY}"))
    seen = run("first.yaml")
    parts = re.split(r"^ *\.\.\.\n", failure, flags=re.M)   # what README leaves out
    checks.that("README's failure looks as README says", all(part in seen for part in parts), seen)


def bad_input(checks, folder):
    typo = write(folder, "typo.yaml", GOOD.replace("luns:", "lunz:"))
    for verb in ("run", "check"):
        done = lunsim(verb, typo)
        checks.that(f"{verb}: a typo has place, reason and suggestion, and ends 2",
                    done.returncode == 2 and re.search(r'typo\.yaml:7:5: .*"lunz".*did you mean "luns"', done.stderr),
                    done.stdout + done.stderr)
        checks.that(f"{verb}: nothing was run", "event hash" not in done.stdout, done.stdout)
    missing = lunsim("run", os.path.join(folder, "not-there.yaml"))
    checks.that("a missing file is named and ends 2", missing.returncode == 2 and "not-there.yaml" in missing.stderr,
                missing.stderr)
    checks.that("an unknown option ends 2", lunsim("run", "--sed", "1", "x").returncode == 2)
    checks.that("a seed that is none ends 2", lunsim("run", typo, "--seed", "0xzz").returncode == 2)
    checks.that("no verb ends 2", lunsim().returncode == 2)


def teaching(checks):
    help_text = lunsim("--help")
    checks.that("--help teaches", help_text.returncode == 0 and "Exit codes" in help_text.stdout
                and "lunsim serve" in help_text.stdout, help_text.stdout)
    version = lunsim("--version")
    checks.that("--version says it", re.fullmatch(r"lunsim \d+\.\d+\.\d+\n", version.stdout), version.stdout)
    cdb = lunsim("decode", "cdb", "28 00 00 00 00 07 00 00 08 00")
    checks.that("decode explains a CDB", cdb.returncode == 0 and "READ(10)" in cdb.stdout, cdb.stdout + cdb.stderr)
    sense = lunsim("decode", "70000600000000" "0a000000002a09000000" "0000")
    checks.that("decode knows sense data by its bytes", "CAPACITY DATA HAS CHANGED" in sense.stdout.upper(),
                sense.stdout + sense.stderr)
    header = "01" + "c0" + "00" * 18 + "00001000" + "00000007" + "00000003" + "2800" + "00" * 14
    pdu = lunsim("decode", "pdu", header)
    checks.that("decode explains a PDU", pdu.returncode == 0 and "SCSI Command" in pdu.stdout and "CmdSN" in
                pdu.stdout.replace(" ", ""), pdu.stdout + pdu.stderr)
    checks.that("decode refuses what is no hexadecimal", lunsim("decode", "xyz").returncode == 2)


def serving(checks, folder):
    good = write(folder, "good.yaml", GOOD)
    ports = os.path.join(folder, "ports")
    with peer.Target(good, "--port-file", ports) as target:
        with open(ports, encoding="utf-8") as file:
            checks.that("the port file names the port", file.read().strip() == target.portal.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", int(target.portal.rsplit(":", 1)[1])), 5) as http:
            http.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"A" * 64)
            http.settimeout(5)
            try:
                answer = http.recv(100)
            except ConnectionResetError:
                answer = b""
            checks.that("whoever talks HTTP is closed", answer == b"", repr(answer))
        taken = lunsim("serve", good, "--listen", target.portal, seconds=10)
        checks.that("a port in use is a sentence that names it", taken.returncode == 4
                    and target.portal in taken.stderr, taken.stderr)
        timeout = target.process.pid   # the time limit's process; lunsim is its child
        with open(f"/proc/{timeout}/task/{timeout}/children", encoding="ascii") as children:
            os.kill(int(children.read().split()[0]), signal.SIGINT)
        checks.that("SIGINT stops it cleanly", target.process.wait(timeout=10) == 0)
    both = write(folder, "both.yaml", GOOD.replace("[10.0.0.10:3260]", '[10.0.0.10:3260, "[fd00::1]:3260"]'))
    with peer.Target(both, listen=None) as target:
        checks.that("without --listen each portal is served in its own family",
                    [portal.rsplit(":", 1)[0] for portal in target.portals] == ["127.0.0.1", "[::1]"], target.portals)
    with peer.Target(good, listen="[::1]:0") as target:
        checks.that("IPv6 like IPv4", target.portal.startswith("[::1]:"), target.portal)
        seen = peer.run(["iscsi-ls", f"iscsi://{target.portal}"], 10)
        checks.that("a foreign initiator finds it over IPv6", "iqn.2026-11.org.lunsim:array" in seen.output, seen.output)


def lua(checks, folder):
    def prompt(lines, *arguments):
        return subprocess.run(["timeout", "60", peer.LUNSIM, "lua", *arguments], input=lines, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    good = write(folder, "prompt.yaml", GOOD)
    spoken = prompt("s = login{target = 'array'}\nread{session = s, blocks = 8}.status\nnow() > 0\n"
                    "for i = 1, 2 do\n  print(i)\nend\ntargets.array.name\n", good)
    checks.that("the prompt answers each line", spoken.returncode == 0 and "\"GOOD\"\ntrue\n" in spoken.stdout
                and "iqn.2026-11.org.lunsim:array" in spoken.stdout and spoken.stdout.count(" s: ") == 2,
                spoken.stdout + spoken.stderr)
    wrong = prompt("raed{}\n1 + 1\nwhile true do end\n'still here'")
    checks.that("the prompt says errors and goes on, and ends 1", wrong.returncode == 1
                and 'did you mean "read"' in wrong.stdout and "\n2\n" in wrong.stdout and "budget: " in wrong.stdout
                and wrong.stdout.endswith('"still here"\n'), wrong.stdout + wrong.stderr)
    checks.that("an empty input is no error", prompt("").returncode == 0)
    meta = lunsim("lua", "--annotations")
    checks.that("annotations for editors", meta.returncode == 0 and meta.stdout.startswith("---@meta")
                and "function login(login) end" in meta.stdout, meta.stdout[:200])
    story = write(folder, "story.lua", "return {language = 1, scenario = 't', targets = {array = {lunz = {}}}}\n")
    typo = lunsim("check", story)
    checks.that("a typo in a .lua file has its place", typo.returncode == 2 and re.search(
        r'story\.lua:1:\d+: unknown key "lunz" in a target; did you mean "luns"', typo.stderr), typo.stderr)


def catalogue(checks, folder):
    path = os.path.join(SOURCE, "scenarios", "catalog")
    junit = os.path.join(folder, "catalogue.xml")
    first = lunsim("run", path, "--seed", "1", "--junit", junit, seconds=120)
    checks.that("the catalogue passes", first.returncode == 0, first.stdout + first.stderr)
    passed = [line for line in first.stdout.splitlines() if line.startswith("pass ")]
    with_fault = [line for line in passed if re.search(r"faults: .*[1-9]\d*x", line)]
    checks.that(f"at least 30 scenario files ({len(passed)})", len(passed) >= 30)
    checks.that(f"at least 15 of them see a fault fire ({len(with_fault)})", len(with_fault) >= 15)
    # From elsewhere, under another environment: the hash depends on build, scenario and seed alone.
    again = subprocess.run(["timeout", "120", peer.LUNSIM, "run", os.path.relpath(path, folder), "--seed", "1"],
                           stdout=subprocess.PIPE, text=True, cwd=folder, check=False,
                           env={"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "Asia/Tokyo", "MALLOC_PERTURB_": "165"})
    checks.that("twice with one seed, the same hash", again.stdout.splitlines()[-1:] == first.stdout.splitlines()[-1:],
                first.stdout.splitlines()[-1] + "\n" + "\n".join(again.stdout.splitlines()[-1:]))
    other = lunsim("run", path, "--seed", "2", seconds=120)
    checks.that("another seed passes too", other.returncode == 0, other.stdout)
    import xml.etree.ElementTree as tree
    root = tree.parse(junit).getroot()
    checks.that("the JUnit report is XML with a suite for each scenario",
                root.tag == "testsuites" and len(root.findall("testsuite")) == len(passed))


def body(checks, workdir):
    catalogue(checks, workdir)
    runs(checks, workdir)
    readme(checks, workdir)
    bad_input(checks, workdir)
    lua(checks, workdir)
    teaching(checks)
    serving(checks, workdir)


peer.main(body)
