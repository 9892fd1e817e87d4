#!/usr/bin/env python3
"""`lunsim smb` as a person meets it: mistakes in the file are told with their place, and a server that came up answers."""
import os
import signal
import socket
import subprocess
import sys
import tempfile

LUNSIM = os.environ["LUNSIM"]
# An SMB1 NEGOTIATE that offers "SMB 2.???"; 32 bytes of header, no words, one dialect.
SMB1_NEGOTIATE = (b"\xffSMBr" + bytes(4) + b"\x18\x53\xc8" + bytes(12) + b"\xff\xff\xff\xfe" + bytes(4)
                  + b"\x00\x0b\x00\x02SMB 2.???\x00")
SERVER = """{"users": [{"name": "admin", "password": "x", "administrator": true}],
            "sessions": [{"client": "WS1", "user": "alice", "opens": 2, "idle_s": 61, "time_s": 4000}]}"""
MISTAKES = {
    "{": "not JSON",
    "[]": "an object in braces is wanted",
    '{"sesions": []}': "sesions: not known here; known are",
    '{"users": [{"password": "x"}]}': "users[0].name: must not be missing or empty",
    '{"sessions": [{"client": "WS", "time_s": -1}]}': "sessions[0].time_s: a whole number",
    '{"users": [{"name": "a", "refusal": "sick"}]}': "no refusal is called sick; known are account_disabled",
    '{"dialects": ["1.0"]}': "dialects[0]: a dialect is wanted",
    '{"access": "open"}': 'access: "windows-2019", "legacy" or "samba" is wanted',
    '{"name": "a-name-that-is-too-long"}': "name: a NetBIOS name has at most 15 characters",
    '{"anonymous": 1}': "anonymous: true or false is wanted",
}


def check(what, holds, detail):
    print(f"{'ok   ' if holds else 'FAIL '} {what}" + ("" if holds else f"\n{detail}"))
    return holds


def refusals(path):
    good = True
    for text, sentence in MISTAKES.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([LUNSIM, "smb", "serve", path], capture_output=True, text=True, timeout=10, check=False)
        good &= check(f"{text} is refused", done.returncode == 2 and sentence in done.stderr, done.stderr)
    done = subprocess.run([LUNSIM, "smb", "serve", path + ".none"], capture_output=True, text=True, timeout=10, check=False)
    return good & check("a file that is not there is refused", done.returncode == 2 and "cannot be read" in done.stderr, done.stderr)


def answers(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("{}")
    server = subprocess.Popen([LUNSIM, "smb", "serve", path], stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline().strip()
        host, port = line.removeprefix("ready smb=").rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(len(SMB1_NEGOTIATE).to_bytes(4, "big") + SMB1_NEGOTIATE)
            answer = client.recv(4096)
        good = check("SMB1's negotiation is answered in SMB2", answer[4:8] == b"\xfeSMB" and answer[72:74] == b"\xff\x02", answer)
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            good &= check("what is no SMB is hung up on", client.recv(4096) == b"", line)
        return good
    finally:
        server.send_signal(signal.SIGTERM)
        check("and it ends when it is told to", server.wait(timeout=10) == 0, "")


def net_session(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write(SERVER)
    server = subprocess.Popen([LUNSIM, "smb", "serve", path], stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip().removeprefix("ready smb=")

        def ask(*arguments, user="admin", password="x"):
            return subprocess.run([LUNSIM, "net", "session", address, "--user", user, *arguments], capture_output=True,
                                  text=True, timeout=20, check=False,
                                  env={**os.environ, **({} if password is None else {"LUNSIM_SMB_PASSWORD": password})})

        good = True
        for what, arguments, code, shown in (
                ("all sessions are listed", [], 0, "WS1 "), ("encrypted too", ["--encrypt"], 0, "alice"),
                ("by a login inside RPC that names the caller", ["--rpc", "connect"], 0, "alice"),
                ("that signs", ["--rpc", "sign"], 0, "alice"), ("that seals", ["--rpc", "seal", "--encrypt"], 0, "alice"),
                ("another login inside RPC is refused", ["--rpc", "signed"], 2, "connect, sign or seal, not signed"),
                ("one is shown", ["--client", r"\\WS1", "--of", "alice"], 0, "Idle time       00:01:0"),
                ("a name without backslashes is 2351", ["--client", "WS1"], 1,
                 "error 2351 (the server's own answer): NERR_InvalidComputer; a computer is named with two backslashes"),
                ("what a level does not tell is no number", ["--level", "0"], 0, "     - -"),
                ("an unknown client is 2312", ["--client", r"\\NO", "--of", "alice"], 1, "error 2312"),
                ("level 3 is 124", ["--level", "3"], 1, "error 124 (refused before anything was sent)"),
                ("a dialect that does not exist is refused", ["--dialect", "4"], 2, "no dialect is called 4"),
                ("a session is ended", ["--client", r"\\WS1", "--delete"], 0, "completed successfully"),
                ("and cannot be ended twice", ["--client", r"\\WS1", "--delete"], 1, "error 2312")):
            done = ask(*arguments)
            good &= check(what, done.returncode == code and shown in done.stdout + done.stderr, done.stdout + done.stderr)
        done = ask(user="nobody", password=None)
        good &= check("a login without a password is told so", done.returncode == 1 and "no password was given" in done.stderr,
                      done.stdout + done.stderr)
        done = ask(password="wrong")
        return good & check("a wrong password is 1326, and is not printed", done.returncode == 1 and "error 1326" in done.stderr
                            and "wrong" not in done.stdout + done.stderr, done.stderr)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=10)


def conform_servers():
    good = True
    for arguments, code, shown in ((["--servers", "--prove"], 0, "34 checks, 43 mutants, 0 not proved, 0 mistakes"),
                                   (["--servers", "--prove", "--only", "3.1.4.6", "-v"], 0, "on mutant del_says_denied"),
                                   (["smb://admin@127.0.0.1:1/", "--prove", "--only", "!3.1.4.5"], 0, "8 checks, 9 mutants"),
                                   (["--servers", "--simulated"], 0, "34 cases: 34 pass"),
                                   (["--servers", "--list"], 0, "ms-srvs/3.1.4.5/level_0_is_served"),
                                   (["--servers", "--list", "--only", "no/such"], 5, "no check fits"),
                                   (["--servers", "--list", "--shard", "1/3", "--level", "MUST"], 0, "ms-srvs/"),
                                   (["--servers", "--list", "--level", "MAY"], 5, "no check fits"),
                                   (["smb://admin@127.0.0.1:1/", "--captures", "x"], 2, "--captures is for targets"),
                                   (["smb://admin@127.0.0.1:1/", "--allow", "reset"], 2, "of a server it is end-sessions"),
                                   (["--listen", "127.0.0.1:0", "--drive", "true", "--dry-run"], 2, "--dry-run is for targets"),
                                   (["smb://admin@127.0.0.1:1/", "--baseline", "/no/such/baseline"], 2, "cannot read /no/such/baseline"),
                                   (["--servers"], 2, "smb://user@host/"),
                                   (["smb://nobody"], 2, "smb://user@host/")):
        done = subprocess.run([LUNSIM, "conform", *arguments], capture_output=True, text=True, timeout=60, check=False)
        good &= check(f"lunsim conform {' '.join(arguments)}", done.returncode == code and shown in done.stdout + done.stderr,
                      done.stdout + done.stderr)
    return good


with tempfile.TemporaryDirectory() as folder:
    file_name = os.path.join(folder, "server.json")
    results = [refusals(file_name), answers(file_name), net_session(file_name), conform_servers()]
sys.exit(0 if all(results) else 1)
