"""`lunsim exec --explore outcomes`: what a program does with each outcome that the documentation allows."""
import os
import re
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

STORY = """language: 1
scenario: an array for a program that is explored
targets:
  array: {luns: [{lun: 0, capacity: 64 MiB, block: 512}]}
"""

PATIENCE = "10"  # seconds; a program that only starts must not count as one that hangs

# Logs in and out, and does with each outcome of the logout something else.
PROGRAM = '''
import os, signal, sys, time
sys.path.insert(0, %r)
import lunsim_control
host, port = os.environ["LUNSIM_ISCSI_ARRAY"].split(":")
lunsim = lunsim_control.open()
if not lunsim.call("AddIScsiSendTargetPortal", Portal={"Address": host, "Socket": int(port)}).succeeded:
    sys.exit(3)
login = lunsim.call("LoginIScsiTarget", TargetName=os.environ["LUNSIM_TARGET_ARRAY"])
if not login.succeeded:
    sys.exit(0)
session = login["UniqueSessionId"]
out = lunsim.call("LogoutIScsiTarget", UniqueSessionId=session)
if out.name == "ISDSC_SESSION_BUSY":
    out = lunsim.call("LogoutIScsiTarget", UniqueSessionId=session)
if out.name == "ISDSC_DEVICE_BUSY_ON_SESSION":
    time.sleep(60)
if out.name == "ISDSC_SERVICE_NOT_RUNNING":
    os.kill(os.getpid(), signal.SIGSEGV)
''' % os.path.join(SOURCE, "clients", "python")


def lunsim(*arguments, seconds=150):
    return subprocess.run(["timeout", str(seconds), peer.LUNSIM, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


def rows(text):
    """(call, outcome) to what the program did."""
    found = re.findall(r"^(\d+ \w+) +(\w+) +(handled|retried|reported|hung|crashed)(.*)$", text, re.MULTILINE)
    return {(call, outcome): (reaction, rest) for call, outcome, reaction, rest in found}


def body(checks, folder):
    story = os.path.join(folder, "story.yaml")
    with open(story, "w", encoding="utf-8") as file:
        file.write(STORY)
    program = ["--", sys.executable, "-c", PROGRAM]
    done = lunsim("exec", story, "--seed", "5", "--timeout", PATIENCE, "--explore", "outcomes", *program)
    table = rows(done.stdout)
    checks.that("every call has its outcomes", {call for call, _ in table} == {
        "1 AddIScsiSendTargetPortal", "2 LoginIScsiTarget", "3 LogoutIScsiTarget"}, done.stdout + done.stderr)
    checks.that("a failure that the program tells is reported", table.get(("1 AddIScsiSendTargetPortal", "ISDSC_CONNECTION_FAILED"),
                ("",))[0] == "reported" and "exit code 3" in table[("1 AddIScsiSendTargetPortal", "ISDSC_CONNECTION_FAILED")][1],
                done.stdout)
    checks.that("one that it goes on from is handled", table.get(("2 LoginIScsiTarget", "ISDSC_TARGET_NOT_FOUND"), ("",))[0]
                == "handled", done.stdout)
    checks.that("a call that comes again is retried", table.get(("3 LogoutIScsiTarget", "ISDSC_SESSION_BUSY"), ("",))[0]
                == "retried", done.stdout)
    checks.that("one that never ends is hung", table.get(("3 LogoutIScsiTarget", "ISDSC_DEVICE_BUSY_ON_SESSION"), ("",))[0]
                == "hung", done.stdout)
    crash = table.get(("3 LogoutIScsiTarget", "ISDSC_SERVICE_NOT_RUNNING"), ("", ""))
    checks.that("a crash has its signal", crash[0] == "crashed" and "SIGSEGV" in crash[1], done.stdout)
    leak = table.get(("3 LogoutIScsiTarget", "ISDSC_INVALID_SESSION_ID"), ("", ""))
    checks.that("a session that is left open is told", leak[0] == "handled" and "left open" in leak[1], done.stdout)
    checks.that("hung or crashed ends 1", done.returncode == 1)
    total = re.search(r"^(\d+) outcomes of 3 calls: ", done.stdout, re.MULTILINE)
    checks.that("the sum counts the rows", total and int(total[1]) == len(table), done.stdout)
    line = re.search(r"replay lunsim (exec .*--explore outcomes --point (\d+)) --", done.stdout)
    checks.that("a hang has its replay line", line, done.stdout)
    if line:
        again = lunsim("exec", story, "--seed", "5", "--timeout", PATIENCE, "--explore", "outcomes", "--point", line[2], *program)
        checks.that("which replays just it", len(rows(again.stdout)) == 1 and again.returncode == 1
                    and set(rows(again.stdout).items()) <= set(table.items()), again.stdout + again.stderr)
    example = lunsim("exec", story, "--explore", "outcomes", "--", os.environ["LUNSIM_C_EXAMPLE"])
    print(example.stdout)
    checks.that("the example in C neither hangs nor crashes", example.returncode == 0 and " retried" in example.stdout
                and " reported" in example.stdout, example.stdout + example.stderr)

    fails = lunsim("exec", story, "--explore", "outcomes", "--", "sh", "-c", "exit 4")
    checks.that("a program that fails anyway is not explored", fails.returncode == 1 and "exit code 4" in fails.stderr, fails.stderr)
    idle = lunsim("exec", story, "--explore", "outcomes", "--", "true")
    checks.that("a program without calls ends 5", idle.returncode == 5 and "no call" in idle.stderr, idle.stderr)
    checks.that("another exploration ends 2", lunsim("exec", story, "--explore", "reset", "--", "true").returncode == 2)
    far = lunsim("exec", story, "--explore", "outcomes", "--point", "9999", *program)
    checks.that("a point that is not there ends 2", far.returncode == 2 and "--point" in far.stderr, far.stderr)


peer.main(body)
