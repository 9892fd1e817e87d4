#!/usr/bin/env python3
"""`lunsim conform` as a person meets it, on a target of `lunsim serve`: what was said wrongly is told in a sentence, a run that is
stopped or killed loses nothing, and what is written can be read."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

LUNSIM = os.environ["LUNSIM"]
NAME = "iqn.2026-11.org.lunsim:open"
TARGETS = """language: 1
scenario: two targets
targets:
  open:
    name: iqn.2026-11.org.lunsim:open
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
  chap:
    name: iqn.2026-11.org.lunsim:chap
    portals: [10.0.0.10:3260]
    luns: [{lun: 0, capacity: 64 MiB, block: 512}]
    chap: [{user: alice, secret: "wonderland-12"}]
steps: []
"""
BASELINE = "baseline: 1\ncases:\n  - {id: rfc7143/1/no_such_case, verdict: fail, reason: none}\n"
SECONDS_OF_A_RUN = 60
good = True


def check(what, holds, detail):
    global good
    good &= bool(holds)
    print(f"{'ok   ' if holds else 'FAIL '} {what}" + ("" if holds else f"\n{detail}"), flush=True)


def conform(*arguments):
    return subprocess.run([LUNSIM, "conform", *arguments], capture_output=True, text=True, timeout=120, check=False)


def refused(what, code, sentence, *arguments):
    done = conform(*arguments)
    check(what, done.returncode == code and sentence in done.stderr and not done.stdout,
          f"exit code {done.returncode}\n{done.stdout[-500:]}\n{done.stderr}")


def mistakes(url, folder):
    secret = write(folder, "secret", "not the right one\n")
    refused("a name that is not there, and those that are", 3, f"it lists {NAME}, iqn.2026-11.org.lunsim:chap", url(name="iqn.2026-11.org.lunsim:none"))
    refused("a LUN that is not there, and those that are", 3, "the target has no LUN 9; it has 0", url(lun=9))
    refused("a login that wants a secret", 3, "the secret in the file of --secret-file", url(name="iqn.2026-11.org.lunsim:chap"))
    refused("a wrong secret", 3, "is the user in the URL right", url(user="alice@"), "--secret-file", secret,
            "--chap-target", "iqn.2026-11.org.lunsim:chap")
    refused("a baseline with a case that is not there", 2, "there is no case rfc7143/1/no_such_case", url(), "--baseline",
            write(folder, "known.yaml", BASELINE))
    refused("a file that cannot be written", 2, "cannot write /nonexistent/report.json", url(), "--json", "/nonexistent/report.json")
    refused("a mistyped id", 5, "did you mean unknown_key_is_not_understood?", url(), "--only", "unknown_key_is_not_understod")
    refused("an address without brackets", 2, "stands in brackets", f"iscsi://::1:3260/{NAME}")
    refused("no target at all", 2, "which target?")
    refused("blocks without permission", 2, "--scratch-lun allows it", url(), "--lba", "0..4095")


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def outputs(url, folder):
    done = conform(url(), "--only", "rfc7143/c/", "--json", "-")
    check("a report on standard output is nothing but the report", len(json.loads(done.stdout)["cases"]) > 5 and "cases:" in done.stderr,
          done.stdout[:300])
    captures = os.path.join(folder, "captures")
    page = os.path.join(folder, "page.html")
    done = conform(url(), "--only", "rfc7143/c/", "--captures", captures, "--html", page)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    check("a page leads into captures that are there", done.returncode == 0 and len(os.listdir(captures)) > 5
          and re.search(r"\(capture: \d+\)", text) and "-d tcp.port==" in text, done.stdout + done.stderr)


def stopped(url, folder):
    path = os.path.join(folder, "stopped.json")
    process = subprocess.Popen([LUNSIM, "conform", url(), "--repeat", "50", "--json", path], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=SECONDS_OF_A_RUN)
    verdicts = [case["verdict"] for case in read_json(path)["cases"]]
    check("a run that is interrupted has what it had judged", process.returncode == 130 and "pass" in verdicts
          and verdicts[-1] == "inconclusive" and "stopped by a signal" in error and out.count("not run") == 1, out[-500:] + error)
    done = conform(url(), "--repeat", "50", "--time-limit", "1")
    check("a time limit ends a run", done.returncode == 1 and "the time limit of 1 s" in done.stderr, done.stderr)


def killed(url):
    """Registrations of a run that was killed are gone after the next one that may write."""
    scratch = ["--scratch-lun", "--lba", "0..4095", "--allow", "reset", "--only", "registration_outlives_its_session"]
    for attempt in range(5):
        process = subprocess.Popen([LUNSIM, "conform", url(), *scratch, "--repeat", "500"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(0.3 + 0.11 * attempt)
        process.kill()
        process.wait()
    done = conform(url(), *scratch)
    check("runs that were killed leave nothing that keeps the next one from passing", done.returncode == 0 and "1 pass" in done.stdout,
          done.stdout + done.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([LUNSIM, "serve", write(folder, "targets.yaml", TARGETS)], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        try:
            for line in server.stdout:
                found = re.match(r"ready iscsi=(\S+)", line)
                if found:
                    break
            portal = found.group(1).split(",")[0]

            def url(name=NAME, lun=0, user=""):
                return f"iscsi://{user}{portal}/{name}/{lun}"

            mistakes(url, folder)
            outputs(url, folder)
            stopped(url, folder)
            killed(url)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=10)
    sys.exit(0 if good else 1)


main()
