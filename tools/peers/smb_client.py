"""Our SMB client on smbd: `lunsim net session` at every dialect, signed and encrypted, and `lunsim conform`, which judges it by
MS-SRVS: what fails must be what smbd_baseline.yaml says, each with its reason; what fails besides is red, and what passes there,
too. Our own server passes all of it. And the Net functions other than those of sessions (smbd_netapi)."""
import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
import smbd_netapi

peer.want_module_of_debian("impacket")

USER, GROUP, PASSWORD = "lunsimpeer", "lunsimpeers", "Passw0rd!"
DIALECTS = ("2.0.2", "2.1", "3.0", "3.0.2", "3.1.1")

CONFIGURATION = """[global]
server role = standalone server
security = user
disable netbios = yes
smb ports = {port}
interfaces = 127.0.0.1/8
bind interfaces only = yes
map to guest = Never
passdb backend = tdbsam:{base}/private/passdb.tdb
private dir = {base}/private
lock directory = {base}/lock
state directory = {base}/state
cache directory = {base}/cache
pid directory = {base}/pid
ncalrpc dir = {base}/ncalrpc
binddns dir = {base}/bind
usershare path =
load printers = no
printing = bsd
printcap name = /dev/null
disable spoolss = yes
server min protocol = SMB2_02
admin users = lunsimpeer
""" + smbd_netapi.SHARE

class Smbd(peer.Server):
    """smbd on a free port with a user of its own, who belongs to BUILTIN\\Administrators."""

    def __init__(self, workdir):
        if os.geteuid() != 0:
            raise peer.Failed("smbd wants root: run the peers as root, in a container for example")
        self.base = os.path.join(workdir, "smbd")
        for folder in ("private", "lock", "state", "cache", "pid", "ncalrpc", "bind"):
            os.makedirs(os.path.join(self.base, folder), mode=0o700 if folder == "private" else 0o755)
        smbd_netapi.prepare(self.base)
        self.port = peer.free_port()
        self.configuration = os.path.join(self.base, "smb.conf")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(port=self.port, base=self.base))
        self.prepare()
        super().__init__(["smbd", "--foreground", "--no-process-group", "--debug-stdout", "-d", "0", "-s", self.configuration], 300)

    def prepare(self):
        peer.run(["useradd", "-M", "-N", "-s", "/usr/sbin/nologin", USER])
        peer.run(["groupadd", GROUP])
        secret = f"{PASSWORD}\n{PASSWORD}\n"
        added = peer.run(["smbpasswd", "-c", self.configuration, "-L", "-s", "-a", USER], input=secret)
        listed = peer.run(["pdbedit", "-s", self.configuration, "-v", USER]).output
        sid = re.search(r"User SID:\s*(\S+)", listed)
        if not sid:
            raise peer.Failed(f"smbpasswd made no user: {added.output}{listed}")
        mapping = ["net", "-s", self.configuration, "groupmap"]
        peer.run([*mapping, "add", "sid=S-1-5-32-544", f"unixgroup={GROUP}", "type=builtin", "ntgroup=Administrators"])
        peer.run([*mapping, "addmem", "S-1-5-32-544", sid.group(1)])

    def stop(self, with_signal=signal.SIGTERM):
        code = super().stop(with_signal)
        # Its helpers have left its process group; they are known by their configuration.
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", "rb") as file:
                    if self.configuration.encode() in file.read():
                        os.kill(int(process), signal.SIGTERM)
            except OSError:
                pass
        for command in (["userdel", USER], ["groupdel", GROUP]):
            subprocess.run(command, capture_output=True, check=False)
        return code


def session(server, *arguments, password=PASSWORD):
    return peer.run([peer.LUNSIM, "net", "session", f"127.0.0.1:{server.port}", "--user", USER, *arguments], 60,
                    env={**os.environ, "LUNSIM_SMB_PASSWORD": password})


BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "smbd_baseline.yaml")


def conform(workdir, port, user, password, *arguments):
    """Every case of the report by its id, and what was printed."""
    path = os.path.join(workdir, "report.json")
    done = peer.run([peer.LUNSIM, "conform", f"smb://{user}@127.0.0.1:{port}/", "--allow", "end-sessions", "--json", path, *arguments],
                    120, env={**os.environ, "LUNSIM_SMB_PASSWORD": password})
    if not os.path.exists(path):
        raise peer.Failed(f"lunsim conform judged nothing: {done.output}")
    with open(path, encoding="utf-8") as file:
        return {one["id"]: one for one in json.load(file)["cases"]}, done


def judged(checks, workdir, server):
    pages = {name: os.path.join(workdir, f"smbd.{name}") for name in ("junit", "html", "markdown")}
    options = [word for name, path in pages.items() for word in (f"--{name}", path)]
    cases, done = conform(workdir, server.port, USER, PASSWORD, "--baseline", BASELINE, *options)
    checks.that("smbd fails what its baseline says and nothing else", done.returncode == 0 and len(cases) >= 30, done.output)
    known = sum(one.get("baseline", {}).get("is") == "known" for one in cases.values())
    with open(BASELINE, encoding="utf-8") as file:
        wanted = file.read().count("  - id: ")
    checks.that(f"all {wanted} cases of the baseline were seen", known == wanted, done.output)
    for name, path in pages.items():
        checks.that(f"a report as {name}", os.path.getsize(path) > 1000)
    _, done = conform(workdir, server.port, USER, PASSWORD)
    checks.that("without its baseline smbd fails", done.returncode == 1, done.output)


def our_own(checks, workdir):
    path = os.path.join(workdir, "own.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"users": [{"name": "admin", "password": "x", "administrator": True}],
                   "sessions": [{"client": "WS1", "user": "alice", "time_s": 100, "idle_s": 1}]}, file)
    with peer.Server([peer.LUNSIM, "smb", "serve", path]) as server:
        port = server.process.stdout.readline().strip().rsplit(":", 1)[1]
        cases, done = conform(workdir, port, "admin", "x")
        checks.that(f"our own server passes all {len(cases)} checks", done.returncode == 0 and len(cases) >= 30
                    and {one["verdict"] for one in cases.values()} == {"pass"}, done.output)
        done = peer.run([peer.LUNSIM, "conform", f"smb://admin@127.0.0.1:{port}/", "--dry-run", "--allow", "end-sessions"], 30,
                        env={**os.environ, "LUNSIM_SMB_PASSWORD": "x"})
        checks.that("a dry run says what would be asked", done.returncode == 0 and "would run" in done.output
                    and "pass" not in done.output, done.output)
        _, done = conform(workdir, port, "admin", "x", "--baseline", BASELINE)
        checks.that("what a baseline calls known and passes is red", done.returncode == 1 and "unexpected pass" in done.output, done.output)
        done = peer.run([peer.LUNSIM, "conform", f"smb://admin@127.0.0.1:{port}/", "--only", "no/such"], 30,
                        env={**os.environ, "LUNSIM_SMB_PASSWORD": "x"})
        checks.that("nothing selected is exit code 5", done.returncode == 5, done.output)
        done = peer.run([peer.LUNSIM, "conform", f"smb://admin@127.0.0.1:{port}/"], 30,
                        env={**os.environ, "LUNSIM_SMB_PASSWORD": "wrong"})
        checks.that("a refused login is exit code 3 and no verdict", done.returncode == 3 and "LOGON_FAILURE" in done.output, done.output)


def body(checks, workdir):
    our_own(checks, workdir)
    smbd_netapi.can_fail(checks)
    with Smbd(workdir) as server:
        peer.wait_for_port(server.port, server)
        for dialect in DIALECTS:
            done = session(server, "--level", "1", "--dialect", dialect)
            checks.that(f"sessions at {dialect}, signed", done.returncode == 0 and USER in done.output, done.output)
        for dialect in DIALECTS[2:]:
            done = session(server, "--level", "1", "--dialect", dialect, "--encrypt")
            checks.that(f"sessions at {dialect}, encrypted", done.returncode == 0 and USER in done.output, done.output)
        for level in ("sign", "seal"):
            for dialect in ("2.0.2", "3.1.1"):
                done = session(server, "--level", "1", "--dialect", dialect, "--rpc", level)
                checks.that(f"sessions at {dialect} by a login inside RPC, {level}", done.returncode == 0 and USER in done.output, done.output)
        done = session(server, "--level", "1", "--rpc", "connect")  # smb.conf: allow dcerpc auth level connect = no
        checks.that("smbd serves no srvsvc to a login that signs nothing", done.returncode == 1 and "error 5 (call: RPC fault" in done.output,
                    done.output)
        done = session(server, "--level", "1", "--encrypt", "--rpc", "seal")
        checks.that("sealed inside what is encrypted", done.returncode == 0 and USER in done.output, done.output)
        rpc = {**os.environ, "LUNSIM_SMB_SERVER": f"127.0.0.1:{server.port}", "LUNSIM_SMB_USER": USER, "LUNSIM_SMB_PASSWORD": PASSWORD}
        for word, code in (("sign", 0), ("seal", 0), ("sealed", 53)):
            done = peer.run([os.environ["LUNSIM_NETAPI_WALK"], "-", r"\\127.0.0.1", USER], 120, env={**rpc, "LUNSIM_SMB_RPC": word})
            checks.that(f"LUNSIM_SMB_RPC={word}: the library's calls end with {code}", f"NetRemoteTOD 0: {code}" in done.output
                        and (code == 0 or "lunsim: LUNSIM_SMB_RPC" in done.output), done.output)
        done = session(server, "--level", "1", "--dialect", "2.1", "--encrypt")
        checks.that("2.1 cannot be encrypted", done.returncode == 1 and "error 50" in done.output, done.output)
        done = session(server, "--level", "0", "--client", r"\\127.0.0.1", "--of", USER)
        checks.that("NetSessionGetInfo finds a session", done.returncode == 0 and "127.0.0.1" in done.output, done.output)
        done = session(server, "--level", "1", password="wrong")
        checks.that("a wrong password is 1326", "error 1326 (SESSION_SETUP: STATUS_LOGON_FAILURE)" in done.output, done.output)
        judged(checks, workdir, server)
        smbd_netapi.judged(checks, server.port, USER, PASSWORD)
    done = session(server, "--level", "1")
    checks.that("a server that is gone is 53, and exit code 3", done.returncode == 3 and "error 53" in done.output, done.output)


if __name__ == "__main__":
    peer.main(body)
