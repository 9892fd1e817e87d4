"""The Net functions outside of one process, on `lunsim smb serve`: a C program with libnetapi32.so (speaking SMB itself, and
through `lunsim host`), the same program for Windows under Wine with lunsim_netapi32.dll and our headers, and with Debian's
-lnetapi32, mingw-w64's headers and netapi32.dll as native override: all print the same lines. And the program that
NetSessionGetInfo's page wants people to write, ours and the page's own where LUNSIM_EXAMPLE names a copy of it, unmodified as a
Windows program and, with the source kit, as a Linux one."""
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
from windows_calls import Host
from wine import Wine, WINDOWS

WALK = os.environ["LUNSIM_NETAPI_WALK"]
LIBRARY = os.environ["LUNSIM_NETAPI"]
PASSWORD = "a-secret-of-admin"
MODEL = {
    "name": "FILESRV", "access": "legacy",
    "users": [{"name": "admin", "password": PASSWORD, "administrator": True}, {"name": "alice", "password": "of-alice"}],
    "shares": [{"name": "data", "path": "C:\\data", "remark": "for all"}],
    "sessions": [{"client": "WS1", "user": "alice", "opens": 3, "time_s": 7200, "idle_s": 60, "guest": True, "client_type": "Windows"},
                 {"client": "WS2", "user": "bob", "opens": 1, "time_s": 100, "idle_s": 1}],
    "files": [{"id": 7, "path": "C:\\data\\a.txt", "user": "alice", "permissions": 3}],
}
# What the walking program must have said, whoever carried it.
LINES = ("NetSessionGetInfo 10: 0", "  client WS1 user alice active yes idle yes", "  client WS1 user alice opens 3 flags 1 type Windows",
         "NetSessionGetInfo 3: 124", "NetSessionGetInfo 502: 124", "NetSessionGetInfo 10: 2312", "NetSessionGetInfo 10: 2351",
         "NetSessionGetInfo 10: 87", "NetSessionEnum 502: 0", "NetSessionEnum 3: 124", "  3 sessions in several pages",
         "NetShareEnum 502: 0", "NetShareEnum 1005: 124", "NetShareGetInfo 1005: 0", "NetShareGetInfo of none 1: 2310",
         "  C:\\data\\a.txt opened by alice, permissions 3", "NetFileGetInfo 4: 124", "NetFileClose 0: 0",
         "NetFileClose again 0: 2314", "NetConnectionEnum 1: 0", "NetServerGetInfo 101: 0", "NetServerGetInfo 104: 124",
         "NetRemoteTOD 0: 0", "NetSessionDel 0: 0", "NetSessionDel again 0: 2312")


class SmbServer(peer.Server):
    def __init__(self, workdir, model=None):
        path = os.path.join(workdir, "server.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(model or MODEL, file)
        super().__init__([peer.LUNSIM, "smb", "serve", path, "--seed", "1"])
        line = self.process.stdout.readline()
        found = re.search(r"smb=(\S+)", line)
        if not found:
            raise peer.Failed(f"lunsim smb serve did not come up: {line!r}\n{self.errors()}")
        self.address = found.group(1)


def servers_file(workdir, address):
    """FILESRV is the host's own; ALICE is the same server with another login."""
    with open(os.path.join(workdir, "admin.secret"), "w", encoding="utf-8") as file:
        file.write(PASSWORD + "\n")
    path = os.path.join(workdir, "servers.json")
    one = {"name": "FILESRV", "address": address, "user": "admin", "password_file": "admin.secret"}
    two = {"name": "ALICE", "address": address, "user": "alice", "password": "of-alice"}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"own": "FILESRV", "servers": [one, two]}, file)
    return path


def walk(command, env, server="\\\\FILESRV"):
    done = peer.run([*command, server, "\\\\WS1", "alice"], 120, env=env)
    return done.output.replace("\r\n", "\n")


def fresh(workdir, run):
    """Each walk ends a session: it has a server of its own. `run` gets the file of servers."""
    with SmbServer(workdir) as server:
        return run(servers_file(workdir, server.address))


def on_linux(checks, workdir):
    said = fresh(workdir, lambda servers: walk([WALK], {**os.environ, "LUNSIM_SERVERS": servers}))
    missing = [line for line in LINES if line not in said.splitlines()]
    checks.that("libnetapi32.so: every call as the documents say", not missing, f"missing {missing}\n{said}")
    own = fresh(workdir, lambda servers: walk([WALK], {**os.environ, "LUNSIM_SERVERS": servers}, "-"))
    # A server calls itself as it was called.
    own = own.replace("  FILESRV version", "  \\\\FILESRV version")
    checks.that("NULL is the host's own server", own == said, own)

    def through_a_host(servers):
        with Host("--servers", servers) as host:
            return walk([WALK], host.env)
    remote = fresh(workdir, through_a_host)
    checks.that("through lunsim host: the same lines", remote == said, "\n".join(difflib.unified_diff(said.splitlines(), remote.splitlines())))
    return said


def troubles(checks, workdir):
    with SmbServer(workdir) as server:
        servers = servers_file(workdir, server.address)
        env = {**os.environ, "LUNSIM_SERVERS": servers}
        said = walk([WALK], env, "\\\\ALICE")
        checks.that("another name, another login: level 2 is refused to an ordinary user",
                    "NetSessionGetInfo 2: 5" in said and "NetSessionGetInfo 10: 0" in said, said)
        said = walk([WALK], env, "\\\\NOWHERE")
        checks.that("a name that nobody knows is 53", "NetSessionGetInfo 10: 53" in said, said)
        one = {**os.environ, "LUNSIM_SMB_SERVER": server.address, "LUNSIM_SMB_USER": "admin", "LUNSIM_SMB_PASSWORD": "wrong"}
        said = walk([WALK], one, "-")
        checks.that("by variables; a wrong password is 1326", "NetSessionGetInfo 10: 1326" in said, said)
        said = walk([WALK], {**one, "LUNSIM_SMB_PASSWORD": PASSWORD}, "-")
        checks.that("by variables: one server", "NetSessionGetInfo 10: 0" in said, said)
        said = walk([WALK], {**env, "LUNSIM_SERVERS": servers + ".none"})
        checks.that("a file that is not there is told", "cannot be read" in said and "NetSessionGetInfo 10: 53" in said, said)
        with Host() as host:
            said = walk([WALK], host.env)
        checks.that("a host without servers knows none: 53", "NetSessionGetInfo 10: 53" in said, said)
        host.env.pop("LUNSIM_SERVERS", None)
        said = walk([WALK], host.env)
        checks.that("a host that is gone is 2138", "NetSessionGetInfo 10: 2138" in said, said)


def program(workdir, name, dll):
    folder = os.path.join(workdir, name)
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(WINDOWS, "test", name + ".exe"), folder)
    shutil.copy(os.path.join(WINDOWS, "kit", "bin", dll), folder)
    return os.path.join(folder, name + ".exe")


def native(env):
    return {**env, "WINEDLLOVERRIDES": env["WINEDLLOVERRIDES"] + ";netapi32=n"}


def on_windows(checks, workdir, wine, linux):
    for name, dll, what in (("netapi_walk", "lunsim_netapi32.dll", "our import library and headers"),
                            ("netapi_walk_foreign", "netapi32.dll", "mingw-w64's import library and headers, netapi32 native")):
        path = program(workdir, name, dll)

        def run(servers, path=path):
            with Host("--servers", servers) as host:
                return walk([wine.program, path], native(wine.environment(host)))
        said = fresh(workdir, run)
        difference = "\n".join(difflib.unified_diff(linux.splitlines(), said.splitlines(), "linux", "wine", lineterm=""))
        checks.that(f"Wine, {what}: line by line as on Linux", said == linux, difference)
        said = walk([wine.program, path], native(wine.env))
        checks.that(f"Wine, {what}: without LUNSIM_HOST no workstation service", "NetSessionGetInfo 10: 2138" in said, said)


def page_example(workdir):
    """The example of the page that LUNSIM_EXAMPLE names, as it stands there; None without one."""
    page = os.environ.get("LUNSIM_EXAMPLE")
    if not page:
        return None
    path = os.path.join(workdir, "example.cpp")
    with open(page, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as source:
        source.write(re.search(r"```cpp\n(.*?)```", file.read(), re.DOTALL).group(1))
    return path


def sources(workdir):
    found = [("our program", os.path.join(peer.SOURCE, "tools", "peers", "session_info.c"))]
    page = page_example(workdir)
    return found + ([("the page's example", page)] if page else [])


def shows_a_session(checks, what, command, env):
    for arguments in (["\\\\WS1", "alice"], ["\\\\FILESRV", "\\\\WS1", "alice"]):
        done = peer.run([*command, *arguments], 60, env=env)
        checks.that(f"{what} prints client, user, active and idle time ({len(arguments)} arguments)",
                    re.search(r"Client:\s*WS1\s+User:\s*alice\s+Active:\s*72\d\d\s+Idle:\s*\d+", done.output), done.output)
    done = peer.run([*command, "\\\\NOSUCH", "alice"], 60, env=env)
    checks.that(f"{what} says 2312 for an unknown client", "2312" in done.output, done.output)


def examples_on_windows(checks, workdir, wine):
    """By mingw-w64, with the switch that makes its wprintf Windows' own, whose %s is a wide text."""
    with SmbServer(workdir) as server, Host("--servers", servers_file(workdir, server.address)) as host:
        for what, source in sources(workdir):
            folder = os.path.join(workdir, "windows" + str(len(os.listdir(workdir))))
            os.mkdir(folder)
            shutil.copy(os.path.join(WINDOWS, "kit", "bin", "netapi32.dll"), folder)
            path = os.path.join(folder, "example.exe")
            done = peer.run(["x86_64-w64-mingw32-g++-posix", "-municode", "-static", "-w", "-D__USE_MINGW_ANSI_STDIO=0", "-xc++", source,
                             "-xnone", "-o", path, "-lnetapi32"], 120)
            if checks.that(f"{what} compiles for Windows, unmodified", done.returncode == 0, done.output):
                shows_a_session(checks, f"Wine: {what}", [wine.program, path], native(wine.environment(host)))


def examples_on_linux(checks, workdir):
    """With the source kit."""
    folders = [os.path.join(peer.SOURCE, "initiator", *names, "include") for names in (("windows_kit",), ("api",))]
    library = os.path.dirname(LIBRARY)
    with SmbServer(workdir) as server:
        env = {**os.environ, "LUNSIM_SERVERS": servers_file(workdir, server.address)}
        for what, source in sources(workdir):
            for compiler in ("g++", "clang++-16"):
                path = os.path.join(workdir, "linux_example")
                done = peer.run([compiler, "-fshort-wchar", "-w", *(f"-I{folder}" for folder in folders), "-U_FORTIFY_SOURCE", "-xc++", source,
                                 "-xnone", "-o", path, f"-L{library}", "-llunsim_windows_kit", "-lnetapi32", f"-Wl,-rpath,{library}"], 120)
                if checks.that(f"{what} compiles on Linux by {compiler}, unmodified", done.returncode == 0, done.output):
                    shows_a_session(checks, f"Linux, {compiler}: {what}", [path], env)


def kit(checks):
    with zipfile.ZipFile(os.path.join(WINDOWS, "lunsim-windows-x86_64.zip")) as file:
        names = set(file.namelist())
    wanted = {f"kit/{name}" for name in ("bin/netapi32.dll", "bin/lunsim_netapi32.dll", "lib/libnetapi32.dll.a", "lib/netapi32.lib",
                                         "lib/liblunsim_netapi32.dll.a", "lib/lunsim_netapi32.lib")}
    checks.that("the zip has both DLLs and their import libraries", wanted <= names, str(wanted - names))
    shared = peer.run(["nm", "-D", "--defined-only", LIBRARY], 20).output
    linux = {line.split()[-1].split("@")[0] for line in shared.splitlines()}
    for dll in ("netapi32.dll", "lunsim_netapi32.dll"):
        done = peer.run(["x86_64-w64-mingw32-objdump", "-p", os.path.join(WINDOWS, "kit", "bin", dll)], 30)
        inside = done.output.split("[Ordinal/Name Pointer] Table", 1)[-1].split("\n\n", 1)[0]
        exported = {line.split()[-1] for line in inside.splitlines()[1:] if line.strip().startswith("[")}
        checks.that(f"{dll} exports the {len(linux)} names of the Linux library", exported == linux and len(linux) == 15, str(exported ^ linux))


def compilers(checks, workdir):
    """The headers alone, as C and as C++, with every compiler that a user may have."""
    include = os.path.join(peer.SOURCE, "initiator", "api", "include")
    source = os.path.join(workdir, "headers.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write("#include <lm.h>\nint main(void) { return (int)sizeof(SESSION_INFO_502) - 48; }\n")
    for compiler in (["gcc", "-std=c11"], ["g++", "-std=c++17", "-x", "c++"], ["clang-16", "-std=c11"], ["clang++-16", "-std=c++17", "-x", "c++"],
                     ["x86_64-w64-mingw32-gcc-posix"], ["x86_64-w64-mingw32-g++-posix", "-x", "c++"]):
        for unicode in ([], ["-DUNICODE"]):
            done = subprocess.run([*compiler, *unicode, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", include, source],
                                  capture_output=True, text=True, check=False)
            checks.that(f"{' '.join([*compiler, *unicode])} takes <lm.h>", done.returncode == 0, done.stderr)


def body(checks, workdir):
    kit(checks)
    compilers(checks, workdir)
    linux = on_linux(checks, workdir)
    troubles(checks, workdir)
    examples_on_linux(checks, workdir)
    with Wine(workdir) as wine:
        on_windows(checks, workdir, wine, linux)
        examples_on_windows(checks, workdir, wine)


if __name__ == "__main__":
    peer.main(body)
