"""iscsidsc.dll under Wine: a C program built by mingw-w64 with our header, once with our import library and once with
Debian's own -liscsidsc, logs in, lists, reads capacity and units and logs out, in two processes, through `lunsim host`,
against a scenario, tgtd and istgt; every line that it prints is the Linux program's."""
import difflib
import os
import shutil
import struct
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
from foreign_targets import Istgt, Tgtd
from windows_calls import Host, TARGET, TWO_LUNS, code_of, two_processes

WALK = os.environ["LUNSIM_WALK"]
WINDOWS = os.environ["LUNSIM_WINDOWS"]
DLL = os.path.join(WINDOWS, "kit", "bin", "iscsidsc.dll")
NOT_RUNNING = 0xEFFF003E


class Wine:
    """A prefix of our own; its server is ended with it."""

    def __init__(self, workdir):
        self.program = shutil.which("wine64") or "/usr/lib/wine/wine64"
        self.env = dict(os.environ, WINEPREFIX=os.path.join(workdir, "wine"), WINEDEBUG="-all",
                        WINEDLLOVERRIDES="mscoree,mshtml=", DISPLAY="")
        if not os.path.exists(self.program):
            raise peer.Failed("wine64 is missing: tools/install peers")

    def __enter__(self):
        # The first program in a prefix waits for its making.
        done = peer.run([self.program, "cmd", "/c", "echo", "ready"], 180, env=self.env)
        if "ready" not in done.output:
            raise peer.Failed(f"wine does not run: {done.output}")
        return self

    def __exit__(self, *_):
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        peer.run([server, "-k"], 30, env=self.env)

    def environment(self, host):
        return dict(self.env, LUNSIM_HOST=host.address, LUNSIM_HOST_TOKEN_FILE=host.token_file)


def program(workdir, name):
    """The program with the DLL beside it, as Windows looks for it."""
    folder = os.path.join(workdir, name)
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(WINDOWS, "test", name + ".exe"), folder)
    shutil.copy(DLL, folder)
    return os.path.join(folder, name + ".exe")


def same_lines(checks, what, linux, windows):
    difference = "\n".join(difflib.unified_diff(linux.splitlines(), windows.splitlines(), "linux", "wine", lineterm=""))
    calls = sum(1 for line in linux.splitlines() if line[:1].isalpha())
    checks.that(f"{what}: {calls} calls, line by line as on Linux", linux == windows and calls > 10, difference)


def on_target(checks, wine, programs, what, portal, target):
    with Host() as host:
        linux = two_processes([WALK], portal, target, host.env)
    checks.that(f"{what}: the Linux program logs in and reads", code_of(linux, "LoginIScsiTargetA") == 0
                and "SendScsiReadCapacity 00000000" in linux and code_of(linux, "LogoutIScsiTarget") == 0, linux)
    for name, path in programs.items():
        with Host() as host:
            said = two_processes([wine.program, path], portal, target, wine.environment(host))
        same_lines(checks, f"{what}: {name}", linux, said)


def without_a_host(checks, wine, programs):
    for name, path in programs.items():
        said = peer.run([wine.program, path, "sessions"], 60, env=wine.env).output
        checks.that(f"{name} without LUNSIM_HOST: no service", code_of(said.replace("\r", ""), "GetIScsiSessionListA")
                    == NOT_RUNNING, said)


def kit(checks):
    with zipfile.ZipFile(os.path.join(WINDOWS, "lunsim-windows-x86_64.zip")) as file:
        names = set(file.namelist())
    wanted = {"kit/bin/iscsidsc.dll", "kit/lib/libiscsidsc.dll.a", "kit/lib/iscsidsc.lib", "kit/include/iscsidsc.h",
              "kit/include/iscsierr.h"}
    checks.that("the zip has the DLL, both import libraries and the headers", wanted <= names, str(names))
    exported = exports_of_dll()
    shared = peer.run(["nm", "-D", "--defined-only", os.environ["LUNSIM_LIBRARY"]], 20).output
    linux = {line.split()[-1].split("@")[0] for line in shared.splitlines()}
    checks.that(f"the DLL exports the {len(linux)} names of the Linux library", exported == linux, str(exported ^ linux))
    # Microsoft's linker takes short import objects: no machine code, a header of zeros and ones.
    raw = open(os.path.join(WINDOWS, "kit", "lib", "iscsidsc.lib"), "rb").read()
    short = raw.count(struct.pack("<HHHH", 0, 0xFFFF, 0, 0x8664))
    checks.that("iscsidsc.lib has a short import object for each", short == len(linux), f"{short} of {len(linux)}")


def exports_of_dll():
    done = peer.run(["x86_64-w64-mingw32-objdump", "-p", DLL], 30)
    inside = done.output.split("[Ordinal/Name Pointer] Table", 1)[-1].split("\n\n", 1)[0]
    return {line.split()[-1] for line in inside.splitlines()[1:] if line.strip().startswith("[")}


def body(checks, workdir):
    kit(checks)
    programs = {"our import library": program(workdir, "iscsidsc_walk"),
                "Debian's import library": program(workdir, "iscsidsc_walk_foreign")}
    with Wine(workdir) as wine:
        without_a_host(checks, wine, programs)
        with peer.Target(TWO_LUNS) as target:
            on_target(checks, wine, programs, "a scenario", target.portal, TARGET)
        with Tgtd(workdir) as server:
            server.target(1, "iqn.2026-01.test:plain")
            on_target(checks, wine, programs, "tgtd", f"127.0.0.1:{server.port}", "iqn.2026-01.test:plain")
        with Istgt(workdir) as server:
            on_target(checks, wine, programs, "istgt", f"127.0.0.1:{server.port}", f"{Istgt.BASE}:plain")


if __name__ == "__main__":
    peer.main(body)
