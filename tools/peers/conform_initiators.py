"""libiscsi's tools and QEMU judged by `lunsim conform --listen`. What they do wrong is known by name, requirement and deciding
bytes (conform_initiators.yaml); a failure that is not there is red, and so is an entry that passes now.

    conform_initiators.py [--print] [PEER...]     --print: what was found, as YAML, instead of checking
"""
import concurrent.futures
import json
import os
import sys

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

URL = "iscsi://{portal}/{target}/{lun}"
CHAP_URL = "iscsi://judge%correct-horse-1@{portal}/{target}/{lun}?target_user=array&target_password=staple-of-it-1"
# Name -> command, how many cases at least must pass, more arguments.
PEERS = {
    "iscsi-inq": (f"iscsi-inq {URL}", 40, []),
    "iscsi-ls": ("iscsi-ls -s iscsi://{portal}", 30, []),
    "iscsi-readcapacity16": (f"iscsi-readcapacity16 {URL}", 40, []),
    "qemu-io": (f"qemu-io -f raw -c 'write -P 7 0 256k' -c 'read -P 7 0 256k' {URL}", 50, []),
    # Eight commands under way at a time: what is queued is no answer to what we say.
    "qemu-img bench": (f"qemu-img bench -f raw -t none -c 64 -d 8 -s 65536 -w {URL}", 70, []),
    "iscsi-inq with CHAP": (f"iscsi-inq '{CHAP_URL}'", 4, ["--only", "12.1.3"]),
}
EXCUSED = ("pass", "pass-loose", "warn", "unsupported", "skipped")


def judged(name, workdir):
    """Case id -> the report's line about it."""
    command, _, more = PEERS[name]
    workdir = os.path.join(workdir, name.replace(" ", "_"))
    os.mkdir(workdir)
    report = os.path.join(workdir, "report.json")
    arguments = [peer.LUNSIM, "conform", "--listen", "127.0.0.1:0", "--drive", f"timeout --foreground 20 {command}",
                 "--time-scale", "0.5",
                 "--json", report, *more]
    if "CHAP" in name:
        for option, secret in (("--secret-file", "correct-horse-1"), ("--mutual-secret-file", "staple-of-it-1")):
            path = os.path.join(workdir, option.strip("-"))
            with open(path, "w", encoding="utf-8") as file:
                file.write(secret + "\n")
            arguments += [option, path]
        arguments += ["--drive-user", "judge", "--own-user", "array"]
    done = peer.run(arguments, 540)
    if done.returncode not in (0, 1):
        raise peer.Failed(f"{name} was not judged (exit code {done.returncode}): {done.output[-2000:]}")
    with open(report, encoding="utf-8") as file:
        return {one["id"]: one for one in json.load(file)["cases"]}


def found(lines):
    out = {}
    for case_id, line in lines.items():
        if line["verdict"] not in EXCUSED:
            out[case_id] = {"verdict": line["verdict"], "requirement": line["requirements"][0],
                            "deciding": line.get("deciding", {}).get("text", "") or line["message"],
                            "reason": line["message"]}
    return out


def check(checks, name, lines, known):
    seen = found(lines)
    for case_id, what in seen.items():
        entry = known.get(case_id)
        checks.that(f"{name}: {case_id} is a known {what['verdict']}", entry is not None and entry["verdict"] == what["verdict"],
                    f"{what['reason']}\n{what['deciding']}")
    for case_id, entry in known.items():
        checks.that(f"{name}: {case_id} still is a {entry['verdict']}", case_id in seen,
                    "it passes now, or does not apply: take it out of conform_initiators.yaml")
        checks.that(f"{name}: {case_id} says why", all(entry.get(key) for key in ("requirement", "deciding", "reason")))
    passed = sum(line["verdict"] in ("pass", "pass-loose") for line in lines.values())
    checks.that(f"{name}: {passed} of {len(lines)} cases pass", passed >= PEERS[name][1])


def body(checks, workdir):
    prints = "--print" in sys.argv
    wanted = [name for name in sys.argv[1:] if name in PEERS] or list(PEERS)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "conform_initiators.yaml"), encoding="utf-8") as file:
        known = yaml.safe_load(file) or {}
    with concurrent.futures.ThreadPoolExecutor(len(wanted)) as pool:   # nearly all of the time they wait
        running = {name: pool.submit(judged, name, workdir) for name in wanted}
    for name in wanted:
        lines = running[name].result()
        if prints:
            print(yaml.safe_dump({name: found(lines)}, sort_keys=False, width=120))
        check(checks, name, lines, known.get(name) or {})


peer.main(body)
