"""`lunsim bench target` runs to its end beside tgtd, `lunsim bench api` beside itself. No time is asserted; that the steady
path allocates nothing is."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer


def body(checks, _):
    done = peer.run([peer.LUNSIM, "bench", "target", "--pairs", "1", "--seconds", "1", "--sessions", "100"], 120)
    checks.that("the bench runs", done.returncode == 0, done.output)
    for figure in ("median ratio", "allocations per 4 KiB read", "memory per idle session",
                   "login and logout per second"):
        checks.that(f"it prints: {figure}", figure in done.output, done.output)
    allocations = re.search(r"allocations per 4 KiB read: (\S+)", done.output)
    checks.that("a read allocates nothing on the steady path", allocations and float(allocations.group(1)) == 0,
                done.output)
    done = peer.run([peer.LUNSIM, "bench", "api", "--sessions", "1", "50", "200", "--rounds", "1", "--seconds", "0.05"], 120)
    checks.that("the bench of the Windows functions runs", done.returncode == 0, done.output)
    for figure in ("for a login", "GetIScsiSessionListW", "ReportIScsiTargetsW", "ratio of the last two", "by lunsim host, compared"):
        checks.that(f"it prints: {figure}", figure in done.output, done.output)


peer.main(body)
