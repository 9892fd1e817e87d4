"""One run in shards on engines that others wrote: a Slurm array on this machine, and GNU parallel. The union of the shards
equals the whole run, by ids and by event hash."""
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

CATALOGUE = os.path.join(peer.SOURCE, "scenarios", "catalog")
SHARDS = 4


def ids_of(path):
    with open(path, encoding="utf-8") as file:
        return [line["id"] for line in map(json.loads, file) if line["kind"] == "case"]


def hash_of(output):
    return re.findall(r"^event hash: (\w+)$", output, re.M)[-1:]


def whole_run(checks, workdir):
    path = os.path.join(workdir, "whole.jsonl")
    done = peer.run([peer.LUNSIM, "run", CATALOGUE, "--seed", "5", "--jsonl", path], 200)
    checks.that("the whole run passes", done.returncode == 0, done.output)
    return ids_of(path), hash_of(done.output)


def union(checks, engine, workdir, whole):
    reports = [os.path.join(workdir, f"{engine}-{i}.jsonl") for i in range(SHARDS)]
    missing = [path for path in reports if not os.path.exists(path)]
    if not checks.that(f"{engine}: every shard wrote its report", not missing, str(missing)):
        return
    together = [one for path in reports for one in ids_of(path)]
    checks.that(f"{engine}: no case is in two shards", len(together) == len(set(together)))
    checks.that(f"{engine}: the union of the shards is the whole", sorted(together) == sorted(whole[0]),
                str(set(whole[0]) ^ set(together)))
    checks.that(f"{engine}: more than one shard had work", sum(1 for path in reports if ids_of(path)) > 1)
    merged = os.path.join(workdir, engine + ".jsonl")
    done = peer.run([peer.LUNSIM, "merge", *reversed(reports), "--jsonl", merged], 60)
    checks.that(f"{engine}: lunsim merge takes them", done.returncode == 0, done.output)
    checks.that(f"{engine}: merged, they have the hash of the whole", hash_of(done.output) == whole[1], done.output)
    checks.that(f"{engine}: merged, they are in its order", ids_of(merged) == whole[0])
    lost = peer.run([peer.LUNSIM, "merge", *reports[1:]], 60)
    checks.that(f"{engine}: a shard that is missing is told", lost.returncode == 2 and f"shard 1/{SHARDS} is missing" in lost.output,
                lost.output)
    twice = peer.run([peer.LUNSIM, "merge", *reports, reports[0]], 60)
    checks.that(f"{engine}: a shard that is there twice is told", twice.returncode == 2 and "is there twice" in twice.output,
                twice.output)


def parallel(checks, workdir, whole):
    command = f"{peer.LUNSIM} run {CATALOGUE} --seed 5 --shard {{}}/{SHARDS} --jsonl {workdir}/parallel-{{= $_ -= 1 =}}.jsonl"
    done = peer.run(["parallel", "--will-cite", "--jobs", "2", command, ":::", *map(str, range(1, SHARDS + 1))], 240,
                    env={**os.environ, "HOME": workdir})
    checks.that("parallel: all jobs end well", done.returncode == 0, done.output)
    union(checks, "parallel", workdir, whole)


def variables(checks, workdir):
    """What engines that are not here would set."""
    listing = [peer.LUNSIM, "run", CATALOGUE, "--list"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GTEST_", "TEST_", "CI_", "SLURM_"))}
    for index, count, first in (("GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", 0), ("TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0),
                                ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1), ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
                                ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
                                ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0)):
        mine = peer.run(listing, 30, env={**clean, index: str(first + 1), count: "3"}).output
        asked = peer.run([*listing, "--shard", "2/3"], 30, env=clean).output
        checks.that(f"{index} is understood", mine == asked and mine != "", mine)
    touched = os.path.join(workdir, "touched")
    peer.run(listing, 30, env={**clean, "TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "2", "TEST_SHARD_STATUS_FILE": touched})
    checks.that("TEST_SHARD_STATUS_FILE is touched", os.path.exists(touched))
    half = peer.run(listing, 30, env={**clean, "JOB_COMPLETION_INDEX": "1"})
    checks.that("half a request is refused", half.returncode == 2 and "JOB_COMPLETIONS" in half.output, half.output)


# --- Slurm, all of it on this machine and in a folder of its own ---

class Munge:
    """Slurm's authentication; the one that runs already is used."""

    def __init__(self, workdir):
        self.server = None
        if subprocess.run("munge -n | unmunge", shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            return
        user = pwd.getpwnam("munge")
        key = os.path.join("/etc", "munge", "munge.key")
        if not os.path.exists(key):
            with open(key, "wb") as file:
                file.write(os.urandom(1024))
            os.chown(key, user.pw_uid, user.pw_gid)
            os.chmod(key, 0o400)
        os.makedirs("/run/munge", exist_ok=True)
        os.chown("/run/munge", user.pw_uid, user.pw_gid)
        self.server = peer.Server(["setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged", "--force",
                                   "--foreground"], 300)
        until = time.monotonic() + 15
        while subprocess.run("munge -n | unmunge", shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             check=False).returncode != 0:
            if time.monotonic() > until:
                raise peer.Failed("munged does not come up: " + self.server.errors())
            time.sleep(0.2)

    def stop(self):
        if self.server:
            self.server.stop()


def slurm_conf(folder):
    name = os.uname().nodename
    control, node = peer.free_port(), peer.free_port()
    text = f"""ClusterName=lunsim
SlurmctldHost={name}(127.0.0.1)
SlurmctldPort={control}
SlurmdPort={node}
AuthType=auth/munge
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
NodeName={name} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes={name} Default=YES MaxTime=INFINITE State=UP
"""
    for part in ("state", "spool"):
        os.makedirs(os.path.join(folder, part))
    path = os.path.join(folder, "slurm.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def step_daemons(folder):
    """slurmstepd of this folder's cluster: they outlive slurmd."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/exe").endswith("slurmstepd"):
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if folder.encode() in file.read():
                        found.append(int(entry))
        except OSError:
            continue
    return found


def slurm(checks, workdir, whole):
    for program in ("slurmctld", "slurmd", "sbatch", "munged", "setpriv"):
        if shutil.which(program) is None and not os.path.exists("/usr/sbin/" + program):
            raise peer.Failed(f"{program} is missing: tools/install peers")
    folder = os.path.join(workdir, "slurm")
    os.makedirs(folder)
    env = {**os.environ, "SLURM_CONF": slurm_conf(folder), "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    munge = Munge(workdir)
    servers = []
    try:
        for daemon in ("slurmctld", "slurmd"):
            servers.append(peer.Server([daemon, "-D"], 300, env=env))
        until = time.monotonic() + 60
        state = ""
        while "idle" not in state:
            if time.monotonic() > until:
                raise peer.Failed(f"Slurm does not come up: {state}\n{servers[0].errors()}\n{servers[1].errors()}")
            time.sleep(0.5)
            state = peer.run(["sinfo", "--noheader"], 20, env=env).output
        command = f"{peer.LUNSIM} run {CATALOGUE} --seed 5 --jsonl {workdir}/slurm-$SLURM_ARRAY_TASK_ID.jsonl"
        done = peer.run(["sbatch", "--wait", f"--array=0-{SHARDS - 1}", f"--output={folder}/out-%a", "--wrap", command], 240,
                        env=env, cwd=folder)
        said = ""
        for i in range(SHARDS):
            path = os.path.join(folder, f"out-{i}")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    said += file.read()
        checks.that("slurm: all tasks of the array end well", done.returncode == 0, done.output + said)
        checks.that("slurm: each says which shard it is", said.count("(SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT)") == SHARDS,
                    said)
        union(checks, "slurm", workdir, whole)
    finally:
        for server in reversed(servers):
            server.stop()
        for pid in step_daemons(folder):
            os.kill(pid, signal.SIGKILL)
        munge.stop()


def body(checks, workdir):
    whole = whole_run(checks, workdir)
    variables(checks, workdir)
    parallel(checks, workdir, whole)
    slurm(checks, workdir, whole)


if __name__ == "__main__":
    peer.main(body)
