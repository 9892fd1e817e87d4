"""What `lunsim host` does with files: a state that cannot be written, notices where something else stands, links, pipes; and
what a caller makes of a service that says nothing."""
import os
import socket
import sys
import threading
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer
from windows_calls import Host, TARGET, TWO_LUNS, code_of

WALK = [os.environ["LUNSIM_WALK"]]
DID_NOT_RESPOND = 0xEFFF0039
SECRET = "wonderland-12"


def cli(host, *words):
    env = {name: value for name, value in host.env.items() if not name.startswith("LUNSIM_HOST")}
    return peer.run([peer.LUNSIM, "iscsicli", *words], 60, env=dict(env, LUNSIM_HOST=host.address,
                                                                    LUNSIM_HOST_TOKEN_FILE=host.env["LUNSIM_HOST_TOKEN_FILE"]))


def unwritable(checks, workdir):
    folder, away = os.path.join(workdir, "there"), os.path.join(workdir, "away")
    token = os.path.join(workdir, "token")
    with peer.Target(TWO_LUNS) as target, Host("--token-file", token, state=os.path.join(folder, "state")) as host:
        address, port = target.portal.rsplit(":", 1)
        os.rename(folder, away)
        added = cli(host, "AddTargetPortal", address, port)
        checks.that("a change that cannot be stored is ERROR_WRITE_FAULT", added.returncode == 1
                    and "ERROR_WRITE_FAULT" in added.output, added.output)
        checks.that("and that is told", "cannot be written" in host.errors(), host.errors())
        listed = cli(host, "ListTargetPortals")
        checks.that("then it was not made", listed.returncode == 0 and port not in listed.output, listed.output)
        checks.that("what changes nothing works all the same", cli(host, "SessionList").returncode == 0)
        os.rename(away, folder)
        added = cli(host, "AddTargetPortal", address, port)
        checks.that("once the state can be written, changes are made", added.returncode == 0, added.output)
        os.rename(folder, away)
        said = peer.run([*WALK, "login", address, port, TARGET], 60, env=host.env).output
        checks.that("a login that is not persistent needs no state", code_of(said, "LoginIScsiTargetA") == 0, said)
        os.rename(away, folder)


def notices(checks, workdir):
    precious = os.path.join(workdir, "precious.txt")
    with open(precious, "w", encoding="utf-8") as file:
        file.write("years of work\n")
    pipe = os.path.join(workdir, "pipe")
    os.mkfifo(pipe)
    for option in ("--token-file", "--port-file", "--standard-token-file"):
        for path in (precious, pipe):
            done = peer.run([peer.LUNSIM, "host", "--state", os.path.join(workdir, "n.state"), option, path], 20)
            checks.that(f"{option} takes no place of what is no notice", done.returncode not in (0, 124)
                        and "stays as it is" in done.output, done.output)
    done = peer.run([peer.LUNSIM, "serve", TWO_LUNS, "--listen", "127.0.0.1:0", "--port-file", precious], 20)
    checks.that("nor does that of serve", done.returncode not in (0, 124) and "stays as it is" in done.output, done.output)
    checks.that("it is as it was", open(precious, encoding="utf-8").read() == "years of work\n")
    token = os.path.join(workdir, "token.of.one.killed")
    with open(token, "w", encoding="utf-8") as file:
        file.write("ab" * 32 + "\n")
    with Host("--token-file", token) as host:
        checks.that("a token left behind gives way", cli(host, "SessionList").returncode == 0)
        os.remove(token)
        with open(token, "w", encoding="utf-8") as file:
            file.write("somebody else's\n")
    checks.that("at its end a host removes its own files alone", os.path.exists(token))


def links(checks, workdir):
    state, link = os.path.join(workdir, "l.state"), os.path.join(workdir, "l.link")
    os.symlink("l.state", link)
    with Host(state=state):
        done = peer.run([peer.LUNSIM, "host", "--state", link], 20)
        checks.that("a state has one host, by whatever name", done.returncode == 2
                    and "another host has the state" in done.output, done.output)
    with peer.Target(TWO_LUNS) as target, Host(state=link) as host:
        address, port = target.portal.rsplit(":", 1)
        cli(host, "AddTargetPortal", address, port)
        checks.that("a link stays a link", os.path.islink(link) and os.path.getsize(state) > 0)
    for name, make in (("pipe.state", os.mkfifo), ("folder.state", os.mkdir)):
        path = os.path.join(workdir, name)
        make(path)
        done = peer.run([peer.LUNSIM, "host", "--state", path], 20)
        checks.that(f"a {name} is refused, with a sentence", done.returncode == 2 and "is no file" in done.output, done.output)
    loop = os.path.join(workdir, "loop")
    os.symlink("loop", loop)
    done = peer.run([peer.LUNSIM, "host", "--state", loop], 20)
    checks.that("so is a link to itself", done.returncode == 2 and "leads nowhere" in done.output, done.output)


def misplaced_secret(checks):
    with Host() as host:
        for verb in ("AddTargetPortal", "LoginTarget", "PersistentLoginTarget"):
            for place in range(1, 18):
                words = ["127.0.0.1"] + ["*"] * place + [SECRET]
                done = cli(host, verb, *words)
                if SECRET in done.output:
                    checks.that(f"{verb}: a secret in place {place + 2} is not told", False, done.output)
        checks.that("a secret in a wrong place is not told", True)


def silent_service(checks, workdir):
    """One that takes the connection and says nothing: before it welcomes, and in the middle of a reply."""
    token = os.path.join(workdir, "silent.token")
    with open(token, "w", encoding="utf-8") as file:
        file.write("ab" * 32 + "\n")
    for what, begin in (("nothing", b""), ("half a frame", b"\x10\x00\x00\x00\x02\x01")):
        with socket.create_server(("127.0.0.1", 0)) as server:
            kept = []

            def serve(server=server, kept=kept, begin=begin):
                try:
                    while True:
                        one, _ = server.accept()
                        one.sendall(begin)
                        kept.append(one)
                except OSError:
                    pass

            threading.Thread(target=serve, daemon=True).start()
            env = dict(os.environ, LUNSIM_HOST=f"127.0.0.1:{server.getsockname()[1]}", LUNSIM_HOST_TOKEN_FILE=token)
            began = time.monotonic()
            done = peer.run([*WALK, "sessions"], 200, env=env)
            checks.that(f"a service that says {what} did not respond (after {time.monotonic() - began:.0f} s)",
                        code_of(done.output, "GetIScsiSessionListA") == DID_NOT_RESPOND, done.output)
            for one in kept:
                one.close()


def body(checks, workdir):
    silent = threading.Thread(target=silent_service, args=(checks, workdir))   # it waits most of the time
    silent.start()
    unwritable(checks, workdir)
    notices(checks, workdir)
    links(checks, workdir)
    misplaced_secret(checks)
    silent.join()


peer.main(body)
