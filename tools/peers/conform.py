"""`lunsim conform` on our own target, tgtd and istgt over TCP. What it finds there must be what their baselines say; a
target that dies is started again. `conform.py --update` writes the baselines anew, keeping the reasons: look at each new
entry by hand before it is believed."""
import concurrent.futures
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import foreign_targets
import peer

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS_MAX = 300
STRAY_MAX = 4   # more at once are no accident
UPDATE = "--update" in sys.argv
KEEP = next((os.path.abspath(word.split("=", 1)[1]) for word in sys.argv[1:] if word.startswith("--keep=")), None)
REPORTS = {}   # name -> its report, all shards in one
NAMES = [word for word in sys.argv[1:] if not word.startswith("-")]


class Judged:
    """A server under judgement. The run asks for a restart by a file, and waits until that is gone."""

    def __init__(self, workdir, start):
        self.start = start
        self.server = start()
        self.asked = os.path.join(workdir, "reset")
        self.resets = 0
        self.command = f"touch {self.asked} && while test -e {self.asked}; do sleep 0.1; done"

    def look(self):
        if os.path.exists(self.asked):
            self.server.stop()
            self.server = self.start()
            self.resets += 1
            os.remove(self.asked)


def run_all(who, judged, workdir, url, arguments, baseline):
    """One run on each server, each with its part of the cases; exit codes and texts."""
    running = []
    for number, one in enumerate(judged, 1):
        name = os.path.join(workdir, f"{who}-{number}")
        command = ["timeout", "600", peer.LUNSIM, "conform", url(one.server), *arguments, "--shard",
                   f"{number}/{len(judged)}", "--json", name + ".json", "--captures", name + ".captures", "--dut-reset", one.command]
        if baseline and os.path.exists(baseline):
            command += ["--baseline", baseline]
        if baseline and UPDATE:
            command += ["--update-baseline", name + ".yaml"]
        with open(name + ".log", "w", encoding="utf-8") as log:
            running.append((subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT), name))
    while any(process.poll() is None for process, _ in running):
        for one in judged:
            one.look()
        time.sleep(0.05)
    return running


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def strayed(names):
    """The cases that did not end as the baseline says."""
    return {case["id"] for name in names for case in json.loads(read(name + ".json"))["cases"]
            if (case.get("baseline") or {}).get("is") in ("regression", "unexpected pass")}


def look_again(judged, workdir, url, arguments, baseline, cases):
    """Those that differ on a fresh server, too. tgtd overwrites its heap in one case, and any later one may pay for that."""
    one = judged[0]
    one.server.stop()
    one.server = one.start()
    name = os.path.join(workdir, "again")
    command = ["timeout", "300", peer.LUNSIM, "conform", url(one.server), *arguments, "--json", name + ".json",
               *(word for case in sorted(cases) for word in ("--only", case))]
    peer.run(command + (["--baseline", baseline] if baseline else []))
    return strayed([name])


def update(baseline, names):
    entries = []
    for name in names:
        entries += read(name + ".yaml").split("cases:\n", 1)[1].replace("\n  - id", "\n\0  - id").split("\0")
    with open(baseline, "w", encoding="utf-8") as file:
        file.write("baseline: 1\ncases:\n" + "".join(sorted(entry for entry in entries if entry.strip())))


def judge(checks, who, judged, workdir, url, *arguments, baseline=None, finds=(), at_least=6):
    """`at_least` tenths of the cases are to be judged."""
    known = os.path.join(HERE, baseline) if baseline else None
    began = time.monotonic()
    runs = run_all(who, judged, workdir, url, arguments, known)
    took = time.monotonic() - began
    if known and UPDATE:
        update(known, [name for _, name in runs])
    said = "\n".join(read(name + ".log") for _, name in runs)
    resets = sum(one.resets for one in judged)
    stray = strayed([name for _, name in runs])
    again = look_again(judged, workdir, url, arguments, known, stray) if 0 < len(stray) <= STRAY_MAX else stray
    for case in sorted(stray - again):
        print(f"      {who}: {case} ended otherwise than known, and on a fresh server as known", flush=True)
    checks.that(f"{who}: the run is as its baseline says",
                not again and all(process.returncode in ((0, 1) if stray else (0,)) for process, _ in runs),
                said + "\nnot as known: " + ", ".join(sorted(again)))
    checks.that(f"{who}: it ends within {SECONDS_MAX} s (it took {took:.0f} s, {resets} resets)", took < SECONDS_MAX,
                said)
    cases = [case for _, name in runs for case in json.loads(read(name + ".json"))["cases"]]
    verdicts = [case["verdict"] for case in cases]
    number = sum(one not in ("unsupported", "skipped") for one in verdicts)
    checks.that(f"{who}: {number} of {len(cases)} cases were judged, {verdicts.count('fail')} fail",
                number * 10 >= len(cases) * at_least, said)
    merged = json.loads(read(runs[0][1] + ".json"))
    merged["cases"] = cases
    REPORTS[who] = os.path.join(workdir, "report.json")
    with open(REPORTS[who], "w", encoding="utf-8") as file:
        json.dump(merged, file)
    frames_lead_into_the_capture(checks, who, cases)
    by_id = {case["id"]: case["verdict"] for case in cases}
    for what in finds:
        verdict = by_id.get(what)
        checks.that(f"{who}: {what} is found", verdict in ("fail", "time-out", "target-gone"), f"{verdict}")


def packets_of(path):
    """The TCP payload of each packet as Wireshark numbers them."""
    done = peer.run(["tshark", "-r", path, "-T", "fields", "-e", "frame.number", "-e", "tcp.payload"], 120)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) == 2 and row[0].isdigit()}


def frames_lead_into_the_capture(checks, who, cases):
    """Each PDU of a report stands in the packet that the report names."""
    shown = [case for case in cases if case.get("exchange") and case.get("capture")][:12]
    wrong, seen = [], 0
    for case in shown:
        packets = packets_of(case["capture"])
        for frame in case["exchange"]:
            if "header" not in frame:
                continue
            seen += 1
            if frame["header"] not in packets.get(frame.get("capture_frame"), ""):
                wrong.append(f"{case['id']}: {frame}")
    checks.that(f"{who}: {seen} PDUs of {len(shown)} cases are in the capture where the report says",
                not wrong and (seen > 0 or not shown), "\n".join(wrong[:10]))


def side_by_side(checks, workdir):
    page = os.path.join(workdir, "matrix.html")
    done = peer.run([peer.LUNSIM, "matrix", *REPORTS.values(), "--html", page])
    checks.that("lunsim matrix shows all of them", done.returncode == 0 and os.path.exists(page) and
                read(page).count("<th>") == len(REPORTS) + 1, done.output)


def folder(workdir, name):
    path = os.path.join(workdir, name)
    os.mkdir(path)
    return path


def secret(workdir, text):
    path = os.path.join(workdir, text + ".secret")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def on_ours(checks, workdir):
    judged = [Judged(workdir, lambda: peer.Target(os.path.join(HERE, "conform_own.yaml")))]
    with judged[0].server:
        judge(checks, "lunsim", judged, workdir,
              lambda server: f"iscsi://alice@{server.portal}/iqn.2026-11.org.lunsim:open/0",
              "--scratch-lun", "--lba", "0..4095", "--allow", "reset", "--allow", "destructive",
              "--secret-file", secret(workdir, "wonderland-12"), "--mutual-secret-file", secret(workdir, "looking-glass-7"),
              "--chap-target", "iqn.2026-11.org.lunsim:mutual", at_least=9)


def start_tgtd(workdir, port):
    server = foreign_targets.Tgtd(workdir, port)
    server.target(1, "iqn.2026-01.test:plain")
    server.target(2, "iqn.2026-01.test:chap")
    server.admin("--mode account --op new --user alice --password wonderland-12")
    server.admin("--mode account --op new --user array --password looking-glass-7")
    server.admin("--mode account --op bind --tid 2 --user alice")
    server.admin("--mode account --op bind --tid 2 --user array --outgoing")
    for digest in ("HeaderDigest", "DataDigest"):
        server.admin(f"--mode target --op update --tid 1 --name {digest} --value CRC32C,None")
    server.admin("--mode target --op update --tid 1 --name InitialR2T --value No")
    return server


def on_tgtd(checks, workdir):
    port = peer.free_port()
    judged = [Judged(workdir, lambda: start_tgtd(workdir, port))]
    try:
        judge(checks, "tgtd", judged, workdir,
              lambda server: f"iscsi://alice@127.0.0.1:{server.port}/iqn.2026-01.test:plain/1",
              "--scratch-lun", "--lba", "0..4095", "--allow", "reset",
              "--secret-file", secret(workdir, "wonderland-12"), "--mutual-secret-file", secret(workdir, "looking-glass-7"),
              "--chap-target", "iqn.2026-01.test:chap", baseline="conform_tgtd.yaml")
    finally:
        judged[0].server.stop()


def on_istgt(checks, workdir):
    # Without --allow reset: a registration of PERSISTENT RESERVE is never taken back there, and whoever comes behind it has a
    # conflict. Each of its logins takes a second, under a lock of the process: several processes have a part of the cases each.
    judged = []
    base = foreign_targets.Istgt.BASE
    try:
        for number in range(6):
            where, port = folder(workdir, f"istgt{number}"), peer.free_port()
            judged.append(Judged(where, lambda where=where, port=port: foreign_targets.Istgt(where, port)))
        judge(checks, "istgt", judged, workdir, lambda server: f"iscsi://alice@127.0.0.1:{server.port}/{base}:plain/0",
              "--scratch-lun", "--lba", "0..4095", "--secret-file", secret(workdir, "wonderland-12"),
              "--chap-target", f"{base}:chap", baseline="conform_istgt.yaml",
              finds=["rfc7143/11.3/read10_of_no_blocks_is_answered"])
    finally:
        for one in judged:
            one.server.stop()


def body(checks, workdir):
    if KEEP:
        os.makedirs(KEEP)
        workdir = KEEP
    wanted = [(name, one) for name, one in (("lunsim", on_ours), ("tgtd", on_tgtd), ("istgt", on_istgt))
              if not NAMES or name in NAMES]
    with concurrent.futures.ThreadPoolExecutor(len(wanted)) as pool:   # nearly all of the time they wait
        for one in [pool.submit(one, checks, folder(workdir, name)) for name, one in wanted]:
            one.result()
    side_by_side(checks, workdir)


if __name__ == "__main__":
    peer.main(body)
