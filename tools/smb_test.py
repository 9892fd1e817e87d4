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


with tempfile.TemporaryDirectory() as folder:
    file_name = os.path.join(folder, "server.json")
    results = [refusals(file_name), answers(file_name)]
sys.exit(0 if all(results) else 1)
