#!/usr/bin/env python3
"""Who may include whom: docs/architecture.md's picture as a table, held against every #include of the tree.

    tools/house/includes.py [--root FOLDER]

Prints one line `file:line: reason` per breach; exit code 1 if there is one.
"""

import argparse
import re
import sys

from sources import read_text, source_files

BYTES = ("protocol/bytes",)
SCSI = ("protocol/scsi",) + BYTES
PDU = ("protocol/iscsi/pdu",) + SCSI
ISCSI = ("protocol/iscsi/negotiation", "protocol/iscsi/login", "protocol/iscsi/session") + PDU
PORTS = ("runtime/ports",)
SMB = ("protocol/smb/crypto", "protocol/smb/auth", "protocol/smb/message", "protocol/rpc", "protocol/rpc/security"
       ) + BYTES
CARRIERS = ("runtime/filters", "runtime/trace") + PORTS
DEVICE = ("target_sim/device",) + SCSI
TARGET = ("target_sim/session", "target_sim/driver", "target_sim/faults", "target_sim/smb_server", "target_sim/smb_faults"
          ) + SMB
INITIATOR = ("initiator/session", "initiator/driver", "initiator/host", "initiator/smb_client", "initiator/api")
WORLDS = ("runtime/simulated", "runtime/memory") + CARRIERS

# Room -> the rooms whose headers it may include, besides its own. What is not here is forbidden: runtime/ and protocol/
# do not know each other, a device has never heard of iscsi/, no role names the other, faults/ and session/ are
# strangers, and runtime/live is named by composition roots only. A folder belongs to the longest room that begins its
# path.
MAY_INCLUDE = {
    "protocol/bytes": (),
    "protocol/scsi": BYTES,
    "protocol/iscsi/pdu": SCSI,
    "protocol/iscsi/negotiation": BYTES,
    "protocol/iscsi/login": ("protocol/iscsi/negotiation",) + PDU,
    "protocol/iscsi/session": ("protocol/iscsi/negotiation",) + PDU,
    "protocol/smb/crypto": BYTES,
    "protocol/smb/auth": ("protocol/smb/message", "protocol/smb/crypto") + BYTES,
    "protocol/smb/message": ("protocol/smb/crypto",) + BYTES,
    "protocol/rpc": BYTES,
    "protocol/rpc/security": ("protocol/rpc", "protocol/smb/auth", "protocol/smb/message", "protocol/smb/crypto") + BYTES,
    "runtime/ports": (),
    "runtime/filters": PORTS,
    "runtime/trace": PORTS,
    "runtime/memory": PORTS,
    "runtime/simulated": CARRIERS,
    "runtime/live": CARRIERS,
    "runtime/stream": PORTS,
    "runtime/files": PORTS,
    "target_sim/device": SCSI,
    "target_sim/session": DEVICE + ISCSI + PORTS,
    "target_sim/faults": DEVICE + PDU + PORTS + ("runtime/filters",),
    "target_sim/smb_server": SMB + PORTS,
    "target_sim/smb_faults": ("target_sim/smb_server", "target_sim/faults") + SMB + DEVICE + PDU + PORTS
    + ("runtime/filters",),
    "target_sim/driver": ("target_sim/session",) + DEVICE + ISCSI + PORTS,
    "initiator/session": ISCSI + PORTS,
    "initiator/driver": ("initiator/session",) + ISCSI + PORTS,
    "initiator/host": ("initiator/driver", "initiator/session") + ISCSI + PORTS,
    "initiator/remote": ("initiator/host",) + BYTES + PORTS,
    "initiator/library": ("initiator/host", "initiator/remote", "initiator/smb_client", "runtime/live", "runtime/stream")
    + SMB + PORTS,
    "initiator/smb_client": SMB + PORTS,
    "initiator/api": ("initiator/host", "initiator/smb_client", "protocol/rpc") + SCSI,
    "initiator/windows_kit": ("initiator/api",),
    "conformance/rules": (),
    "conformance/harness": ISCSI + PORTS,
    "conformance/target_cases": ("conformance/harness",) + ISCSI + PORTS,
    "conformance/initiator_cases": ("conformance/harness",) + ISCSI + PORTS,
    "conformance/initiator_proof": ("conformance/harness", "conformance/initiator_cases", "initiator/session",
                                    "initiator/driver") + ISCSI + WORLDS,
    "conformance/report": ("conformance/harness",) + PDU + PORTS,
    "conformance/proof": ("conformance/harness", "conformance/target_cases", "scenarios/engine") + TARGET + ISCSI + WORLDS,
    "conformance/api_cases": ("conformance/rules", "conformance/harness", "initiator/api", "initiator/host") + SCSI,
    "conformance/smb_cases": (),
    "conformance/smb_proof": ("conformance/harness", "conformance/smb_cases", "initiator/smb_client", "target_sim/smb_server") + SMB + WORLDS,
    "conformance/net_cases": ("conformance/api_cases", "initiator/api"),
    "conformance/mutants": ("conformance/rules", "conformance/harness", "conformance/api_cases", "conformance/net_cases",
                            "scenarios/engine", "scenarios/trace", "initiator/smb_client", "target_sim/smb_server") + SMB + INITIATOR + TARGET + DEVICE
    + ISCSI + WORLDS,
    "scenarios/lua": (),
    "scenarios/trace": ("protocol/iscsi/negotiation",) + SMB + PDU + PORTS,
    "scenarios/engine": ("scenarios/trace", "scenarios/lua", "conformance/rules", "conformance/harness") + INITIATOR + TARGET
    + DEVICE + ISCSI + WORLDS,
    "scenarios/report": ("scenarios/engine", "scenarios/trace", "conformance/rules") + PDU + PORTS,
    "scenarios/control": ("scenarios/engine", "scenarios/trace", "conformance/rules", "conformance/harness") + INITIATOR
    + TARGET + DEVICE + ISCSI + WORLDS,
    "scenarios/explore": ("scenarios/engine", "scenarios/trace", "scenarios/lua", "conformance/rules") + INITIATOR + TARGET
    + DEVICE + ISCSI + WORLDS,
    "fuzz": ISCSI + SMB + ("target_sim/smb_server",) + ("scenarios/lua", "scenarios/engine", "initiator/remote", "initiator/host") + PORTS,
    "tools": ("scenarios/explore", "scenarios/control", "scenarios/report", "scenarios/engine", "scenarios/trace", "scenarios/lua", "conformance/rules", "conformance/harness", "conformance/api_cases", "conformance/target_cases", "conformance/proof", "conformance/report",
              "conformance/initiator_cases", "conformance/initiator_proof", "conformance/smb_cases", "conformance/smb_proof", "runtime/live",
              "runtime/stream", "runtime/files",
              "initiator/remote", "initiator/library") + INITIATOR
    + TARGET + SMB + ("target_sim/smb_server", "initiator/smb_client")
    + DEVICE + ISCSI + WORLDS,
    "clients/c": (),
    "cmake": (),
}

# What only tests of a room may include besides: test support is a file named test_*.hpp or *_contract.hpp, and nothing
# but tests may include it.
TESTS_MAY_ALSO_INCLUDE = {
    "runtime/ports": ("runtime/filters",),
    "initiator/smb_client": ("target_sim/smb_server", "runtime/simulated") + CARRIERS,
}
TEST = re.compile(r"(.*/)?(test_[^/]*|[^/]*_(test|contract))\.(cpp|hpp)$")

# Headers for programs outside: named in angle brackets, they include each other as neighbours.
PUBLIC_FOLDERS = ("initiator/api/include", "clients/c")

# A library stands behind few doors: pattern of the header -> where it may be named.
LIBRARIES = (
    (r"boost/(asio|beast)", ("runtime/live",)),
    (r"yaml-cpp/", ("scenarios/engine/yaml_reader.cpp", "conformance/rules", "conformance/report")),
    (r"openssl/", ("protocol/iscsi/login",)),
    (r"nettle/", ("protocol/smb/crypto",)),
    (r"(isa-l|crc\.h)", ("protocol/bytes",)),
    (r"xxh", ("runtime/trace",)),
    (r"pugixml", ("scenarios/report", "conformance/report", "tools")),
    (r"boost/json", ("scenarios", "conformance/report", "tools", "initiator/library")),
    (r"CLI/", ("tools",)),
    (r"nlohmann/", ("tools", "scenarios/engine")),
    (r"coroutine$", ()),
    (r"(unistd|fcntl|poll|pthread|dlfcn|signal|netdb|termios|semaphore|sched|dirent|spawn|syslog|ifaddrs|glob)\.h$"
     r"|(sys|netinet|arpa|net|linux)/|csignal$", ("runtime", "tools", "clients", "initiator/library", "initiator/windows_kit")),
)
# In a pure room the headers of clocks, threads, files and chance are refused before anybody calls them; tools/house/purity.py
# looks at what was called. <chrono> has types that are welcome.
IMPURE = re.compile(r"(thread|mutex|shared_mutex|condition_variable|future|semaphore|random|ctime|time\.h|iostream"
                    r"|fstream|filesystem|cstdio|stdio\.h|clocale|boost/(asio|thread|random|filesystem).*)$")

INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*(?:"([^"]+)"|<([^>]+)>|(\S.*))')


def room_of(path):
    rooms = [room for room in MAY_INCLUDE if path.startswith(room + "/")]
    return max(rooms, key=len) if rooms else None


def pure_folders(root):
    """The folders of the rooms that cmake/room_list.cmake calls PURE."""
    text = read_text(root, "cmake/room_list.cmake")
    folders = set()
    for call in re.findall(r"^lunsim_room\(\w+\s+PURE\s+FOLDERS\s+([^)]*)\)", text, re.MULTILINE):
        folders.update(re.split(r"\bLINKS\b", call)[0].split())
    return folders


def lies_in(path, place):
    return path == place or path.startswith(place + "/")


def judge_house_header(path, included, files):
    room, other = room_of(path), room_of(included)
    if included not in files:
        return f'"{included}" is no file of this tree: quoted includes are relative to its root'
    if other is None:
        return f'"{included}" lies in no room'
    is_test = TEST.match(path) is not None
    if TEST.match(included) and not is_test:
        return f'"{included}" is for tests only'
    allowed = MAY_INCLUDE[room] + (TESTS_MAY_ALSO_INCLUDE.get(room, ()) if is_test else ())
    if other != room and other not in allowed:
        return f"{room} may not include {other}"
    return None


def judge_library(path, included, files, pure):
    for folder in PUBLIC_FOLDERS:
        if f"{folder}/{included}" in files:
            return judge_house_header(path, f"{folder}/{included}", files)
    if included in files:
        return f"<{included}> is the house's own: quote it"
    for pattern, places in LIBRARIES:
        if re.match(pattern, included) and not any(lies_in(path, place) for place in places):
            where = " and ".join(places) if places else "nowhere"
            return f"<{included}> may be included in {where} only"
    if path.rsplit("/", 1)[0] in pure and not TEST.match(path) and IMPURE.match(included):
        return f"<{included}> has no place in a pure room"
    return None


def breaches(root):
    files = source_files(root)
    known = set(files)
    pure = pure_folders(root)
    for path in files:
        if room_of(path) is None:
            yield path, 1, "lies in no room of tools/house/includes.py"
            continue
        for number, line in enumerate(read_text(root, path).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, angled, computed = match.groups()
            if computed:
                reason = "a computed include cannot be checked"
            elif quoted and path.startswith(tuple(folder + "/" for folder in PUBLIC_FOLDERS)):
                reason = judge_library(path, quoted, known, pure)
            elif quoted:
                reason = judge_house_header(path, quoted, known)
            else:
                reason = judge_library(path, angled, known, pure)
            if reason:
                yield path, number, reason


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=".")
    arguments = parser.parse_args()
    found = list(breaches(arguments.root))
    for path, number, reason in found:
        print(f"{path}:{number}: {reason}")
    count = len(source_files(arguments.root))
    if count == 0:
        print(f"no source file below {arguments.root}")
        return 1
    print(f"{count} files, {len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
