#!/usr/bin/env python3
"""Same seed, same bytes: the whole catalogue, run again and again while everything that must not matter changes.

    LUNSIM=path/to/lunsim tools/determinism_test.py

What changes from run to run: the layout of the address space (with it the order of anything hashed or sorted by
pointer), what fresh memory holds, the size of the environment, the working folder and the spelling of paths, the time
zone and language, and the number of workers where the program has --jobs. The event hash must not. A difference is
traced to the scenarios that show it.
"""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "scenarios" / "catalog"
LUNSIM = os.environ.get("LUNSIM", str(ROOT / "build" / "lunsim"))
SEED = "0x5eed"


def run(paths, prefix=(), options=(), cwd=None, seed=SEED, **environment):
    command = [*prefix, LUNSIM, "run", *map(str, paths), "--seed", seed, *options]
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True,
                          timeout=300, check=False)
    found = re.search(r"^event hash: ([0-9a-f]{16})$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not found:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
    return found.group(1)


def shuffles():
    """Name, and what is different in that run."""
    yield "again", {}
    if shutil.which("setarch"):
        yield "one fixed address space", {"prefix": ("setarch", platform.machine(), "-R")}
        yield "addresses from below", {"prefix": ("setarch", platform.machine(), "-L")}
    yield "fresh memory full of A5h", {"MALLOC_PERTURB_": "165"}
    yield "allocations at other places", {"MALLOC_TOP_PAD_": "1048576", "MALLOC_MMAP_THRESHOLD_": "4096",
                                          "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    yield "a long environment", {"LUNSIM_PADDING": "x" * 60000}
    yield "another place, relative paths", {"cwd": CATALOGUE.parent, "paths": [pathlib.Path("catalog")]}
    yield "another time zone and language", {"TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8"}
    if "--jobs" in subprocess.run([LUNSIM, "run", "--help"], capture_output=True, text=True, check=True).stdout:
        for jobs in ("1", "2", "5"):
            yield f"{jobs} workers", {"options": ("--jobs", jobs)}


def traced(change):
    """The files whose own hash differs."""
    for file in sorted(CATALOGUE.rglob("*.yaml")):
        if run([file]) != run([file], **{key: value for key, value in change.items() if key not in ("paths", "cwd")}):
            yield file.relative_to(CATALOGUE)


class Determinism(unittest.TestCase):
    def test_the_catalogue_gives_the_same_hash_whatever_changes_around_it(self):
        first = run([CATALOGUE])
        for name, change in shuffles():
            with self.subTest(name):
                arguments = dict(change)
                paths = arguments.pop("paths", [CATALOGUE])
                if run(paths, **arguments) != first:
                    self.fail(f"{name}: another event hash; it is {[str(file) for file in traced(change)]}")

    def test_another_seed_gives_another_hash(self):
        self.assertNotEqual(run([CATALOGUE / "login"]), run([CATALOGUE / "login"], seed="0x5eee"))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
