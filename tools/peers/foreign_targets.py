"""Our initiator on tgtd and istgt: discovery, LUNs, 64 MiB written, read and compared in every InitialR2T/ImmediateData
combination, with CHAP and with digests where the peer offers them. Starts and ends the servers itself."""
import os
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

PROGRAM = os.environ.get("LUNSIM_PEER_INITIATOR", os.path.join(peer.SOURCE, "build", "lunsim_peer_initiator"))
MIB = 64


def ours(checks, what, portal, target, *arguments, expect=0, mib=MIB):
    done = peer.run([PROGRAM, portal, target, "--mib", str(mib), *arguments], 120)
    lines = done.output.strip().splitlines() or [""]
    line = next((text for text in lines if text.startswith("login:")), lines[-1])
    checks.that(f"{what}: {line}", done.returncode == expect, done.output)
    return done.output


def on_istgt_ours(checks, what, portal, target, *arguments, **more):
    # istgt queues its Logout Response for another thread and closes at once; now and then the FIN overtakes the response
    # (seen in captures: Logout Request, FIN, no byte in between). A close is told apart from an answer, and is allowed
    # here alone.
    return ours(checks, what, portal, target, "--lun", "0", "--logout-may-be-a-close", *arguments, **more)


def combinations(checks, who, portal, target, *arguments, run=ours):
    for r2t in ("", "--no-initial-r2t"):
        for immediate in ("", "--no-immediate-data"):
            chosen = [word for word in (r2t, immediate) if word]
            run(checks, f"{who} {' '.join(chosen) or 'defaults'}", portal, target, *arguments, *chosen)


class Tgtd(peer.Server):
    def __init__(self, workdir, port=None):
        self.port = port or peer.free_port()
        self.control = str(1000 + os.getpid() % 30000)
        self.env = dict(os.environ, TGT_IPC_SOCKET=os.path.join(workdir, "tgtd"))
        super().__init__(["tgtd", "-f", "-C", self.control, "--iscsi", f"portal=127.0.0.1:{self.port}"], env=self.env)
        peer.wait_for_port(self.port, self)
        self.image = os.path.join(workdir, "tgtd.img")
        with open(self.image, "wb") as file:
            file.truncate(128 << 20)

    def admin(self, text):
        done = peer.run(["tgtadm", "-C", self.control, "--lld", "iscsi"] + text.split(), 10, env=self.env)
        if done.returncode:
            raise peer.Failed(f"tgtadm {text}: {done.output}")

    def target(self, number, name):
        self.admin(f"--mode target --op new --tid {number} --targetname {name}")
        self.admin(f"--mode logicalunit --op new --tid {number} --lun 1 --bstype rdwr -b {self.image}")
        self.admin(f"--mode target --op bind --tid {number} --initiator-address ALL")

    def stop(self, with_signal=signal.SIGKILL):   # it ignores the others
        return super().stop(with_signal)


def on_tgtd(checks, workdir):
    names = [f"iqn.2026-01.test:{kind}" for kind in ("plain", "chap", "mutual", "header", "both")]
    with Tgtd(workdir) as server:
        portal = f"127.0.0.1:{server.port}"
        for number, name in enumerate(names, 1):
            server.target(number, name)
        server.admin("--mode account --op new --user alice --password wonderland-12")
        server.admin("--mode account --op new --user array --password looking-glass-7")
        for number in (2, 3):
            server.admin(f"--mode account --op bind --tid {number} --user alice")
        server.admin("--mode account --op bind --tid 3 --user array --outgoing")
        for number, digests in ((4, ["HeaderDigest"]), (5, ["HeaderDigest", "DataDigest"])):
            for digest in digests:
                server.admin(f"--mode target --op update --tid {number} --name {digest} --value CRC32C")
        # What the target may agree to; its defaults are InitialR2T=Yes, ImmediateData=Yes.
        for number in (1, 5):
            server.admin(f"--mode target --op update --tid {number} --name InitialR2T --value No")
        listed = ours(checks, "tgtd discovery", portal, names[0], "--discover", mib=1)
        checks.that("tgtd lists every target", all(name in listed for name in names), listed)
        combinations(checks, "tgtd", portal, names[0])
        ours(checks, "tgtd with CHAP", portal, names[1], "--chap", "alice:wonderland-12")
        ours(checks, "tgtd with a wrong secret", portal, names[1], "--chap", "alice:wonderland-13", expect=3)
        ours(checks, "tgtd with mutual CHAP", portal, names[2], "--chap", "alice:wonderland-12", "--mutual",
             "array:looking-glass-7")
        ours(checks, "tgtd with a wrong target secret", portal, names[2], "--chap", "alice:wonderland-12", "--mutual",
             "array:looking-glass-8", expect=3)
        ours(checks, "tgtd with a header digest", portal, names[3], "--header-digest")
        combinations(checks, "tgtd with both digests", portal, names[4], "--header-digest", "--data-digest")


ISTGT = """[Global]
  PidFile {dir}/istgt.pid
  AuthFile {dir}/auth.conf
  MediaDirectory {dir}
  LogFacility "local7"
  NopInInterval 60
  DiscoveryAuthMethod None
  MaxSessions 64
  MaxConnections 1
  FirstBurstLength 65536
  MaxBurstLength 262144
  MaxRecvDataSegmentLength 262144
  InitialR2T Yes
  ImmediateData Yes
[UnitControl]
  AuthMethod None
  Portal UC1 127.0.0.1:{control}
  Netmask 127.0.0.0/8
[PortalGroup1]
  Portal DA1 127.0.0.1:{port}
[InitiatorGroup1]
  InitiatorName "ALL"
  Netmask 127.0.0.0/8
[LogicalUnit1]
  TargetName plain
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod None
  UseDigest Auto
  UnitType Disk
  QueueDepth 64
  LUN0 Storage {dir}/istgt.img 128MB
[LogicalUnit2]
  TargetName chap
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod CHAP
  AuthGroup AuthGroup1
  UseDigest Auto
  UnitType Disk
  QueueDepth 64
  LUN0 Storage {dir}/istgt-chap.img 128MB
"""


class Istgt(peer.Server):
    BASE = "iqn.2007-09.jp.ne.peach.istgt"

    def __init__(self, workdir, port=None):
        self.port = port or peer.free_port()
        config, auth = os.path.join(workdir, "istgt.conf"), os.path.join(workdir, "auth.conf")
        with open(config, "w", encoding="utf-8") as file:
            text = ISTGT.format(dir=workdir, port=self.port, control=peer.free_port())
            file.write(text.replace("[Global]", f'[Global]\n  NodeBase "{self.BASE}"'))
        with open(auth, "w", encoding="utf-8") as file:
            file.write('[AuthGroup1]\n  Auth "alice" "wonderland-12"\n')
        os.chmod(auth, 0o600)
        super().__init__(["istgt", "-D", "-c", config])
        peer.wait_for_port(self.port, self)

    def stop(self, with_signal=signal.SIGKILL):
        return super().stop(with_signal)


def on_istgt(checks, workdir):
    plain, chap = f"{Istgt.BASE}:plain", f"{Istgt.BASE}:chap"
    # Every login at istgt takes a second: it sleeps under a lock. Its configuration takes InitialR2T=Yes only, so that
    # two of the four combinations end as the other two; what was agreed stands in each line.
    with Istgt(workdir) as server:
        portal = f"127.0.0.1:{server.port}"
        listed = on_istgt_ours(checks, "istgt discovery", portal, plain, "--discover", mib=1)
        checks.that("istgt lists both targets", plain in listed and chap in listed, listed)
        on_istgt_ours(checks, "istgt with CHAP", portal, chap, "--chap", "alice:wonderland-12")
        on_istgt_ours(checks, "istgt with a wrong secret", portal, chap, "--chap", "alice:wonderland-13", expect=3)
        on_istgt_ours(checks, "istgt with a header digest", portal, plain, "--header-digest")
        on_istgt_ours(checks, "istgt with both digests", portal, plain, "--header-digest", "--data-digest")
        combinations(checks, "istgt", portal, plain, run=on_istgt_ours)


def body(checks, workdir):
    on_tgtd(checks, workdir)
    on_istgt(checks, workdir)


if __name__ == "__main__":
    peer.main(body)
