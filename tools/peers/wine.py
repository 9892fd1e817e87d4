"""iscsidsc.dll under Wine: a C program built by mingw-w64 with our header, once with our import library and once with
Debian's own -liscsidsc, logs in, lists, reads capacity and units and logs out, in two processes, through `lunsim host`,
against a scenario, tgtd and istgt; every line that it prints is the Linux program's."""
import difflib
import os
import shutil
import socket
import struct
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
from foreign_targets import Istgt, Tgtd
from windows_calls import Host, TARGET, TWO_LUNS, code_of, two_processes

WALK = os.environ["LUNSIM_WALK"]
WINDOWS = os.environ["LUNSIM_WINDOWS"]
DLL = os.path.join(WINDOWS, "kit", "bin", "iscsidsc.dll")
LIBRARIES = os.path.dirname(os.environ["LUNSIM_LIBRARY"])
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
        # The first program in a prefix waits for its making, and Wine's own processes keep its standard output: it has
        # none. They stay while the server stays, so that later programs start none.
        self.serve("-p600")
        subprocess.run([self.program, "cmd", "/c", "exit", "0"], env=self.env, timeout=180, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        done = peer.run([self.program, "cmd", "/c", "echo", "ready"], 180, env=self.env)
        if "ready" not in done.output:
            raise peer.Failed(f"wine does not run: {done.output}")
        return self

    def __exit__(self, *_):
        self.serve("-k")

    def serve(self, option):
        """Says it to the server of this prefix: -p600 keeps it for programs to come, -k ends it."""
        os.makedirs(self.env["WINEPREFIX"], exist_ok=True)
        subprocess.run([shutil.which("wineserver") or "/usr/lib/wine/wineserver64", option], env=self.env, timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

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
    wanted = {"kit/bin/iscsidsc.dll", "kit/bin/lunsim-probe.exe", "kit/bin/array.yaml", "kit/lib/libiscsidsc.dll.a", "kit/lib/iscsidsc.lib", "kit/include/iscsidsc.h",
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


def from_go(checks, wine, workdir):
    """Cross-compiled on Linux, it loads the DLL beside it by name."""
    folder = os.path.join(workdir, "go")
    os.mkdir(folder)
    shutil.copy(DLL, folder)
    program_file = os.path.join(folder, "walk.exe")
    env = dict(os.environ, GOOS="windows", GOARCH="amd64", CGO_ENABLED="0", GOFLAGS="-mod=mod", GO111MODULE="off",
               GOCACHE=os.path.join(workdir, "gocache"), GOPATH=os.path.join(workdir, "gopath"))
    source = os.path.join(peer.SOURCE, "tools", "peers", "iscsidsc_walk.go")
    done = peer.run(["go", "build", "-o", program_file, source], 300, env=env)
    if not checks.that("Go builds for Windows", done.returncode == 0, done.output):
        return
    foreign_language(checks, "Go under Wine", [wine.program, program_file], wine.environment)


def from_csharp(checks, workdir):
    """On Linux, by P/Invoke: mono finds libiscsidsc.so by the name without its lib."""
    program_file = os.path.join(workdir, "walk_cs.exe")
    source = os.path.join(peer.SOURCE, "tools", "peers", "iscsidsc_walk.cs")
    done = peer.run(["mcs", f"-out:{program_file}", source], 120)
    if not checks.that("C# compiles", done.returncode == 0, done.output):
        return
    path = os.path.dirname(os.environ["LUNSIM_LIBRARY"])
    foreign_language(checks, "C# under mono", ["mono", program_file],
                     lambda host: dict(host.env, LD_LIBRARY_PATH=path))


SHORT_WALK = """AddIScsiSendTargetPortalA 00000000
LoginIScsiTargetA 00000000
GetIScsiSessionListA probe 0000007A
  1 sessions
GetIScsiSessionListA 00000000
SendScsiReadCapacity 00000000
  capacity 00 0F FF FF 00 00 02 00
LogoutIScsiTarget 00000000
LogoutIScsiTarget again EFFF001C
"""


def foreign_language(checks, what, command, environment):
    with peer.Target(TWO_LUNS) as target, Host() as host:
        address, port = target.portal.rsplit(":", 1)
        said = ""
        for words in (["login", address, port, TARGET], ["look"]):
            said += peer.run([*command, *words], 120, env=environment(host)).output.replace("\r\n", "\n")
        checks.that(f"{what}: two processes log in, list, read and log out", said == SHORT_WALK, said)


def executed(checks, wine, path, workdir):
    """An unmodified .exe in a scenario: plain, and once for every documented outcome of a call."""
    # Wine's server would be a process that outlives the program: it runs already.
    script = os.path.join(workdir, "both.sh")
    with open(script, "w", encoding="utf-8") as file:
        file.write('"$@" login "${LUNSIM_ISCSI_OPEN%:*}" "${LUNSIM_ISCSI_OPEN##*:}" "$LUNSIM_TARGET_OPEN" && "$@" look\n')
    done = peer.run([peer.LUNSIM, "exec", TWO_LUNS, "--", "sh", script, wine.program, path], 120, env=wine.env)
    said = done.output.replace("\r\n", "\n")
    checks.that("lunsim exec: an .exe in a scenario", done.returncode == 0
                and code_of(said, "LogoutIScsiTarget") == 0 and ": 1 pass" in said, said)
    done = peer.run([peer.LUNSIM, "exec", TWO_LUNS, "--seed", "1", "--explore", "outcomes", "--", wine.program, path,
                     "sessions"], 120, env=wine.env)
    rows = [line for line in done.output.splitlines() if line.startswith("1 GetIScsiSessionList ")]
    checks.that(f"lunsim exec --explore outcomes: {len(rows)} outcomes of a call of an .exe", done.returncode == 0
                and len(rows) > 3 and f"{len(rows)} handled" in done.output, done.output)


def life(checks, wine, workdir):
    """Unloading, the last error, and an end while threads wait."""
    path = program(workdir, "iscsidsc_life")
    with Host() as host, socket.create_server(("127.0.0.1", 0)) as silent:
        done = peer.run([wine.program, path, "300", str(silent.getsockname()[1])], 120, env=wine.environment(host))
        said = done.output.replace("\r", "")
        checks.that("300 times loaded and freed, a poison as the last error, and an end while four threads wait", done.returncode == 7
                    and said == "300 loads, code 00000000, last error 2BADC0DE, still loaded: 0\n", f"{done.returncode} {said}")
        again = peer.run([WALK, "sessions"], 20, env=host.env).output
        checks.that("and the host is well", code_of(again, "GetIScsiSessionListA") == 0, again)


def source_kit(checks, wine, workdir):
    """What the source kit compiles on Linux, here as it was written: tools/windows_kit_test.py has the other side."""
    done = peer.run([wine.program, program(workdir, "print_forms"), "a", "h\u00e9\U0001F600"], 60, env=wine.env)
    wanted = open(os.path.join(peer.SOURCE, "tools", "windows_kit", "print_forms.txt"), encoding="utf-8").read()
    said = done.output.replace("\r", "")
    checks.that("print_forms.c prints what the kit prints on Linux", said == wanted,
                "\n".join(difflib.unified_diff(wanted.splitlines(), said.splitlines(), "linux", "wine", lineterm="")))
    linux = os.path.join(workdir, "session_sizes_linux")
    done = peer.run(["g++", "-fshort-wchar", "-U_FORTIFY_SOURCE", *(f"-I{peer.SOURCE}/initiator/{folder}/include" for folder in
                     ("windows_kit", "api")), f"{peer.SOURCE}/tools/windows_kit/session_sizes.cpp", f"-L{LIBRARIES}",
                     "-llunsim_windows_kit", "-liscsidsc", f"-Wl,-rpath,{LIBRARIES}", "-o", linux], 120)
    with peer.Target(TWO_LUNS) as target, Host() as host:
        address, port = target.portal.rsplit(":", 1)
        peer.run([WALK, "login", address, port, TARGET], 60, env=host.env)
        here = peer.run([linux], 60, env=host.env).output if done.returncode == 0 else done.output
        there = peer.run([wine.program, program(workdir, "session_sizes")], 60, env=wine.environment(host)).output
    checks.that("session_sizes.cpp prints the same, and lists a session", here == there.replace("\r", "") and TARGET in here,
                f"linux\n{here}wine\n{there}")


FOR_MSVC = """
unsigned GetIScsiSessionListA(unsigned *size, unsigned *count, void *list);
int start(void) {
  unsigned size = 0, count = 0;
  return GetIScsiSessionListA(&size, &count, 0) == 0xEFFF003Eu ? 7 : 1;
}
"""


def for_msvc(checks, wine, workdir):
    """iscsidsc.lib as Microsoft's linker takes it, by the linker that stands in for that one: an object with Microsoft's ABI, and
    nothing of mingw's."""
    folder = os.path.join(workdir, "msvc")
    os.mkdir(folder)
    shutil.copy(DLL, folder)
    source, target = (os.path.join(folder, name) for name in ("start.c", "start.exe"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(FOR_MSVC)
    done = peer.run(["clang-16", "--target=x86_64-pc-windows-msvc", "-c", source, "-o", source + ".obj"], 60)
    done = peer.run(["lld-link", "/nodefaultlib", "/entry:start", "/subsystem:console", f"/out:{target}", source + ".obj",
                     os.path.join(WINDOWS, "kit", "lib", "iscsidsc.lib")], 60) if done.returncode == 0 else done
    checks.that("lld-link takes iscsidsc.lib and an object for MSVC", done.returncode == 0, done.output)
    done = peer.run([wine.program, target], 60, env=wine.env)
    checks.that("and the program calls the DLL", done.returncode == 7, f"{done.returncode} {done.output}")


def body(checks, workdir):
    kit(checks)
    from_csharp(checks, workdir)
    programs = {"our import library": program(workdir, "iscsidsc_walk"),
                "Debian's import library": program(workdir, "iscsidsc_walk_foreign")}
    with Wine(workdir) as wine:
        without_a_host(checks, wine, programs)
        from_go(checks, wine, workdir)
        executed(checks, wine, programs["our import library"], workdir)
        life(checks, wine, workdir)
        source_kit(checks, wine, workdir)
        for_msvc(checks, wine, workdir)
        with peer.Target(TWO_LUNS) as target:
            on_target(checks, wine, programs, "a scenario", target.portal, TARGET)
        with Tgtd(workdir) as server:
            server.target(1, "iqn.2026-01.test:plain")
            on_target(checks, wine, programs, "tgtd", f"127.0.0.1:{server.port}", "iqn.2026-01.test:plain")
        with Istgt(workdir) as server:
            on_target(checks, wine, programs, "istgt", f"127.0.0.1:{server.port}", f"{Istgt.BASE}:plain")


if __name__ == "__main__":
    peer.main(body)
