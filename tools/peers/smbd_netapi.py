"""The functions of <lmshare.h>, <lmserver.h> and <lmremutl.h> other than those of sessions, through libnetapi32.so, on smbd: what
each page wants, and where smbd does otherwise what it says there and why. Another answer is red; so is a deviation that is gone."""
import os
import re

import peer

SHARE = """[data]
path = {base}/data
read only = no
"""
OPEN_FILE = "a.txt"
NO_ARM = ("smbd says 124 of a level that its IDL does not have, and leaves out the union's arm that MS-SRVS has there: "
          "the answer does not decode")

# Call and level: the codes that its page allows.
WANTED = {
    **{f"NetShareEnum {level}": (0,) for level in (0, 1, 2, 501, 502, 503)}, "NetShareEnum 1005": (124,),
    **{f"NetShareGetInfo {level}": (0,) for level in (0, 1, 2, 501, 502, 503, 1005)}, "NetShareGetInfo of none 1": (2310,),
    "NetFileEnum 3": (0,), "NetFileGetInfo 2": (0,), "NetFileGetInfo 4": (124,),
    "NetFileClose 0": (0,), "NetFileClose again 0": (2314,),
    "NetConnectionEnum 1": (0,),
    **{f"NetServerGetInfo {level}": (0,) for level in (100, 101, 102)}, "NetServerGetInfo 103": (0, 124), "NetServerGetInfo 104": (124,),
    "NetRemoteTOD 0": (0,),
}
# What smbd 4.17 says instead.
DEVIATIONS = {
    "NetShareEnum 503": (1783, NO_ARM),
    "NetShareGetInfo 503": (1783, NO_ARM),
    "NetServerGetInfo 103": (1783, NO_ARM),
    "NetShareGetInfo of none 1": (123, "smbd says ERROR_INVALID_NAME of a share that is not there"),
    "NetFileGetInfo 2": (1745, "smbd does not serve the call: the fault says out of range"),
    "NetFileClose again 0": (2, "smbd says ERROR_FILE_NOT_FOUND of a file that is not open"),
}
# What was filled in; the name of an administrator's files is root's, the remark is smbd's own.
LINES = (r"  data type 00000000 remark ", r"  IPC\$ type 80000003 remark IPC Service .*", r"  1 files",
         rf"  C:\\.*\\data\\{re.escape(OPEN_FILE)} opened by \w+, permissions 3", r"  \S+ version \d+\.\d+", r"  the year is late")

# What NetConnectionEnum of the share tells: one tree of the user's, on a disk, from this machine.
CONNECTION = re.compile(r"^  connection (with an id|without id) type (\d+) opens (\d+) users (\d+) of (\S*) from (\S*), (new|old)$",
                        re.MULTILINE)
DUMMY = ("smbd makes the entry up: type 3 (IPC) for a disk, the user dummy_user, the name IPC$; only its count of opens is real")


def connections_verdict(output, user):
    """The same of the contents of NetConnectionEnum: what can be known of them."""
    found = CONNECTION.findall(output)
    if len(found) != 1:
        return f"{len(found)} connections are told of, one was made"
    known, kind, opens, users, who, name, age = found[0]
    if (known, users, age) != ("with an id", "1", "new") or int(opens) > 1:
        return f"no connection of one user with an open file at most, made a moment ago: {found[0]}"
    if (kind, who.lower(), name.lstrip("\\")) == ("0", user, "127.0.0.1"):
        return "the connection is told truly, and a deviation is known: take it out"
    return "" if (kind, who, name) == ("3", "dummy_user", "IPC$") else f"neither true nor what smbd is known for: {found[0]}"


def verdict(call, seen):
    """Empty if it is as wanted, or deviates as is known; else a sentence."""
    deviation = DEVIATIONS.get(call)
    if seen in WANTED[call]:
        return "" if deviation is None else f"{call}: {seen} is what its page wants, and a deviation is known: take it out of the list"
    if deviation is not None and deviation[0] == seen:
        return ""
    allowed = " or ".join(map(str, WANTED[call]))
    return f"{call}: {seen}; its page wants {allowed}" + (f", smbd is known for {deviation[0]}" if deviation else "")


def prepare(base):
    """A folder for the share; everybody may go there."""
    folder = os.path.join(base, "data")
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o777)


def judged(checks, port, user, password):
    from impacket.smbconnection import SMBConnection
    other = SMBConnection("127.0.0.1", "127.0.0.1", sess_port=port)
    other.login(user, password)
    tree = other.connectTree("data")
    file = other.createFile(tree, OPEN_FILE)
    other.writeFile(tree, file, b"x")
    env = {**os.environ, "LUNSIM_SMB_SERVER": f"127.0.0.1:{port}", "LUNSIM_SMB_USER": user, "LUNSIM_SMB_PASSWORD": password}
    done = peer.run([os.environ["LUNSIM_NETAPI_WALK"], "-", r"\\127.0.0.1", user], 120, env=env)
    said = dict(re.findall(r"^(Net\w+(?: of none| again)? \d+): (\d+)$", done.output, re.MULTILINE))
    for call in WANTED:
        sentence = verdict(call, int(said[call])) if call in said else f"{call} was not heard of"
        reason = f" (deviates: {DEVIATIONS[call][1]})" if call in DEVIATIONS else ""
        checks.that(f"libnetapi32 on smbd, {call}{reason}", not sentence, sentence)
    sentence = connections_verdict(done.output, user)
    checks.that(f"libnetapi32 on smbd, what NetConnectionEnum tells (deviates: {DUMMY})", not sentence, f"{sentence}\n{done.output}")
    missing = [line for line in LINES if not re.search(f"^{line}$", done.output, re.MULTILINE)]
    checks.that("what smbd has is filled in: shares, an open file, the server, the time", not missing, f"missing {missing}\n{done.output}")


def can_fail(checks):
    """The judge itself: another code than the page's or the known one is red, and so is a deviation that is gone."""
    call = "NetShareEnum 503"
    checks.that("a known deviation is no failure, what is gone or new is",
                not verdict(call, 1783) and "take it out" in verdict(call, 0) and "known for 1783" in verdict(call, 5)
                and not verdict("NetRemoteTOD 0", 0) and "wants 0" in verdict("NetRemoteTOD 0", 5))
    line = "  connection with an id type {} opens 0 users 1 of {} from {}, new"
    dummy, true = line.format(3, "dummy_user", "IPC$"), line.format(0, "u", "127.0.0.1")
    checks.that("a connection that smbd makes up is known, none, two, another or a true one is not",
                not connections_verdict(dummy, "u") and connections_verdict("", "u") and connections_verdict(f"{dummy}\n{dummy}", "u")
                and "take it out" in connections_verdict(true, "u") and connections_verdict(dummy.replace("3", "0"), "u"))
