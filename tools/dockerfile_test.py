"""The Dockerfile without an engine to build it: its instructions, paths, commands, packages and presets are what this tree has,
and the runtime packages are those whose libraries the program loads. That the image builds is not shown here."""
import json
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "CMD"}
IN_EVERY_DEBIAN = {"rm", "useradd"}


def read(*parts):
    with open(os.path.join(SOURCE, *parts), encoding="utf-8") as file:
        return file.read()


def instructions(text):
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [line.split(None, 1) for line in text.splitlines() if line.strip()]


def section(name):
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", read("tools", "packages"), re.MULTILINE | re.DOTALL)
    return {line for line in found[1].split("\n") if line and not line.startswith("#")} if found else set()


def judge(checks, text):
    all_of_it = instructions(text)
    names = [name for name, _ in all_of_it]
    checks.that("only instructions that are known here", set(names) <= KNOWN, str(set(names) - KNOWN))
    bases = [rest for name, rest in all_of_it if name == "FROM"]
    checks.that("two stages of Debian 12", len(bases) == 2 and all(re.match(r"debian:12(-slim)?( AS \w+)?$", one) for one in bases),
                str(bases))
    users = [rest for name, rest in all_of_it if name == "USER"]
    last_from = len(names) - 1 - names[::-1].index("FROM")
    checks.that("it ends as somebody who is not root", users and users[-1] not in ("root", "0") and names[last_from:].count("USER") == 1
                and not {"RUN", "COPY"} & set(names[names.index("USER"):]), str(users))
    stages = {one.split(" AS ")[1] for one in bases if " AS " in one}
    commands = []
    for name, rest in all_of_it:
        if name == "COPY":
            words = rest.split()
            source = re.match(r"--from=(\w+)$", words[0])
            if source:
                checks.that(f"{rest}: the stage is there", source[1] in stages)
                continue
            for path in words[:-1]:
                checks.that(f"COPY {path}: it is there", os.path.exists(os.path.join(SOURCE, path)))
        if name == "RUN":
            commands += [one.strip() for one in rest.split("&&")]
    checks.that("package lists are left in no layer", all("/var/lib/apt/lists" in rest for name, rest in all_of_it
                                                          if name == "RUN" and "install " in rest.split("&&")[0]))
    checks.that("apt-get is called by tools/install alone", "apt-get" not in text.split("\nFROM", 1)[-1])
    build = section("build")
    for command in commands:
        words = command.split()
        if words[0].endswith("/install"):
            for one in words[1:]:
                checks.that(f"{command}: tools/packages has that section", section(one))
        elif words[0] == "cmake":
            checks.that(f"{command}: cmake is in [build]", "cmake" in build and "ninja-build" in build)
        elif words[0] == "lunsim":
            checks.that(f"{command}: the program knows it", subprocess.run([peer.LUNSIM, *words[1:]], check=False,
                        stdout=subprocess.DEVNULL).returncode == 0)
        else:
            checks.that(f"{command}: is in every Debian", words[0] in IN_EVERY_DEBIAN and shutil.which(
                words[0], path="/usr/sbin:/usr/bin:/sbin:/bin"))
        for preset in re.findall(r"--preset (\S+)", command):
            known = [one["name"] for one in json.loads(read("CMakePresets.json"))["configurePresets"]]
            checks.that(f"preset {preset} is there", preset in known)
    checks.that("nothing of a build goes into the image's context", {".git", "build"} <= set(read(".dockerignore").split()))


def libraries(checks):
    """The packages of [runtime] are just those that the program's libraries come from."""
    listed = subprocess.run(["ldd", peer.LUNSIM], stdout=subprocess.PIPE, text=True, check=True).stdout
    candidates = {}   # a library, by every name that a package may know it by
    for path in re.findall(r"=> (/\S+)", listed):
        real = os.path.realpath(path)
        for one in (path, real, re.sub(r"^/lib", "/usr/lib", real), re.sub(r"^/usr/lib", "/lib", real)):
            candidates[one] = path
    # In one go: each call reads all lists of the system.
    answer = subprocess.run(["dpkg", "-S", *candidates], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            check=False).stdout
    owners = {candidates[found]: package for package, found in re.findall(r"^([^:]+):\S* (\S+)$", answer, re.MULTILINE)
              if found in candidates}
    for path in set(candidates.values()):
        if path not in owners:
            checks.that(f"{path} comes from a package", False, answer)
    needed = set(owners.values())
    needed -= {"libc6", "libgcc-s1"}   # of every Debian
    runtime = section("runtime")
    checks.that("[runtime] has every library of the program", needed <= runtime, str(needed - runtime))
    checks.that("and no other", runtime <= needed, str(runtime - needed))


def body(checks, _):
    text = read("Dockerfile")
    judge(checks, text)
    libraries(checks)
    # It can fail.
    for what, broken in (("root", text.replace("USER lunsim", "USER root")), ("a path", text.replace("COPY tools/install", "COPY tools/instal")),
                         ("a section", text.replace("install runtime", "install runtme")), ("a command", text.replace("useradd", "usradd")),
                         ("one stage", text.replace("FROM debian:12-slim\n", "", 1)), ("a preset", text.replace("release", "relase"))):
        quiet = peer.Checks()
        quiet.that = lambda what, holds, detail="", q=quiet: q.failed.append(what) if not holds else None
        judge(quiet, broken)
        checks.that(f"a Dockerfile with a mistake is found: {what}", quiet.failed)


peer.main(body)
