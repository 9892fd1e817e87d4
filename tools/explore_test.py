"""Exploration and replay lines as a user meets them: parameters, shells, seeds, shards, and stories that say nothing."""
import os
import re
import shlex
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

# A write whose deed is left out at will: `apply` decides whether it is lost.
LOSES = """language: 1
scenario: a write may be lost
params: {apply: never}
targets:
  array:
    faults: [{lost: {on: {receive: WRITE(10)}, do: {apply: "${apply}"}}}]
steps:
  - login: {target: array, as: s1}
  - write: {session: s1, blocks: 1, pattern: "a"}
  - read: {session: s1, blocks: 1, pattern: "a"}
"""
SIZED = """language: 1
scenario: a capacity
params: {size: 2 MiB}
targets: {array: {luns: [{lun: 0, capacity: "${size}"}]}}
steps:
  - login: {target: array, as: s1}
  - call: SendScsiReadCapacity
    with: {UniqueSessionId: $s1, Lun: 0}
    expect: {return: ERROR_SUCCESS, out: {ResponseBuffer: {last_lba: 4095}}}
"""
HANGS = """language: 1
scenario: a call that never returns
targets: {array: {}}
host_faults: [{hung: {on: {call: SendScsiInquiry}, do: {hang: yes}}}]
steps:
  - login: {target: array, as: s1}
  - call: SendScsiInquiry
    with: {UniqueSessionId: $s1, Lun: 0}
    expect: {return: ERROR_SUCCESS}
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def lunsim(*arguments, seconds=120):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("GTEST_", "TEST_"))}
    return subprocess.run(["timeout", str(seconds), peer.LUNSIM, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=plain, check=False)


def replayed(checks, what, run):
    """What the first replay line of a red run does, typed into a shell."""
    found = re.search(r"replay:? +(lunsim .*)", run.stdout)
    if not checks.that(f"{what}: there is a line that replays it", found, run.stdout + run.stderr):
        return None
    words = shlex.split(found.group(1))
    again = lunsim(*words[1:])
    return again


def parameters(checks, folder):
    sized = write(folder, "sized.yaml", SIZED)
    red = lunsim("run", sized, "--seed", "7", "--param", "size=1 MiB")
    checks.that("another parameter is red", red.returncode == 1, red.stdout + red.stderr)
    again = replayed(checks, "a parameter", red)
    checks.that("... and its replay line has the parameter", again and again.returncode == 1, again.stdout if again else "")
    for explore in ("reset", "swarm"):
        unknown = lunsim("run", sized, "--explore", explore, "--param", "nnn=5")
        checks.that(f"--explore {explore} refuses an unknown parameter", unknown.returncode == 2, unknown.stderr)
    # A deed that is left out makes blocks that nobody follows; one that is done is followed.
    loses = write(folder, "sp ace/loses it's.yaml", LOSES)
    done = lunsim("run", loses, "--seed", "1", "--explore", "reset", "-v")
    checks.that("units that are not followed are said", "not followed" in done.stdout and "array LUN 0" in done.stdout,
                done.stdout + done.stderr)
    peace = lunsim("run", sized, "--seed", "1", "--explore", "reset", "-v")
    checks.that("... and only those", peace.returncode == 0 and "not followed" not in peace.stdout, peace.stdout)


def shells(checks, folder):
    # Found: the story says nothing, in a file whose name a shell would tear.
    hangs = write(folder, "sp ace/it's.yaml", HANGS)
    plain = lunsim("run", hangs, "--seed", "1")
    checks.that("a call that hangs is inconclusive", plain.returncode == 1 and "inconclusive" in plain.stdout,
                plain.stdout)
    again = replayed(checks, "a torn name", plain)
    checks.that("... and its line is quoted for a shell", again and again.returncode == 1, again.stderr if again else "")
    for explore in ("reset", "drop", "swarm"):
        run = lunsim("run", hangs, "--seed", "1", "--explore", explore, "--count", "3") if explore == "swarm" else \
            lunsim("run", hangs, "--seed", "1", "--explore", explore)
        checks.that(f"--explore {explore} of a story that says nothing is red",
                    run.returncode == 1 and "says nothing" in run.stdout, run.stdout + run.stderr)


def seeds(checks, folder):
    sized = write(folder, "sized.yaml", SIZED)
    drawn = {lunsim("run", sized, "--explore", "stall").stdout.splitlines()[0] for _ in range(2)}
    checks.that("without --seed one is drawn", len(drawn) == 2, str(drawn))
    whole = lunsim("run", sized, "--seed", "1", "--explore", "swarm", "--count", "20")
    runs = [int(re.search(r"swarm: (\d+) runs", lunsim("run", sized, "--seed", "1", "--explore", "swarm", "--count",
                                                        "20", "--shard", f"{i}/3").stdout).group(1)) for i in (1, 2, 3)]
    checks.that("the shards of a swarm are the whole", sum(runs) == 20 and all(runs), f"{runs} {whole.stdout}")
    names = [write(folder, f"parts/{i}.yaml", SIZED) for i in range(8)]
    parts = [lunsim("run", os.path.dirname(names[0]), "--seed", "1", "--explore", "stall", "--shard", f"{i}/2")
             for i in (1, 2)]
    counted = [int(re.search(r"variants of (\d+) scenarios", part.stdout).group(1)) for part in parts]
    checks.that("the shards of an exploration are the whole", sum(counted) == 8 and all(counted), str(counted))
    jsonl = [os.path.join(folder, f"{i}.jsonl") for i in (1, 2)]
    for i, path in enumerate(jsonl):
        lunsim("run", os.path.dirname(names[0]), "--seed", str(7 + i), "--shard", f"{i + 1}/2", "--jsonl", path)
    merged = lunsim("merge", *jsonl)
    checks.that("shards of two seeds are no run", merged.returncode == 2 and "--seed" in merged.stderr, merged.stderr)


def refusals(checks, folder):
    sized = write(folder, "sized.yaml", SIZED)
    for why, arguments in {
            "leave cases out": ("--filter", "!#2"),
            "--count": ("--explore", "reset", "--count", "3"),
            "cannot both": ("--junit", os.path.join(folder, "a"), "--html", os.path.join(folder, "a"))}.items():
        run = lunsim("run", sized, "--seed", "1", *arguments)
        checks.that(f"refused: {' '.join(arguments[:2])}", run.returncode == 2 and why in run.stderr,
                    run.stdout + run.stderr)
    pipe = os.path.join(folder, "pipe.yaml")
    os.mkfifo(pipe)
    run = lunsim("run", pipe, seconds=10)
    checks.that("a pipe is no scenario file", run.returncode == 2 and "is no file" in run.stderr, run.stderr)
    os.unlink(pipe)


def stood_once_red(checks):
    """A call nobody waits for, a window that cannot be, logins that were under way when the trouble ended."""
    for trouble, story in (("drop", "sequence/window_that_cannot_be"), ("reorder", "sequence/window_that_cannot_be"),
                           ("stall", "started/login_waits_for_the_target"), ("delay", "login/gone_for_good"),
                           ("reorder", "faults/header_digest_wrong"), ("reorder", "transport/cut_in_the_digest")):
        run = lunsim("run", os.path.join(SOURCE, "scenarios", "catalog", story + ".yaml"), "--seed", "1", "--explore",
                     trouble)
        checks.that(f"--explore {trouble} of {story} has no finding", run.returncode == 0, run.stdout + run.stderr)


def body(checks, workdir):
    stood_once_red(checks)
    parameters(checks, workdir)
    shells(checks, workdir)
    seeds(checks, workdir)
    refusals(checks, workdir)


peer.main(body)
