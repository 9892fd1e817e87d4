#!/usr/bin/env python3
"""The tests of the house checks: plants a breach in a copy and demands that the check goes red and names it.

    tools/house/can_fail.py includes --root FOLDER
    tools/house/can_fail.py names    --root FOLDER
    tools/house/can_fail.py purity   --root FOLDER --compiler g++ --nm nm ARCHIVE...
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# File of the copy, line that is added to it, words of the reason that must be printed for just that file.
FORBIDDEN_INCLUDES = (
    ("protocol/bytes/big_endian.hpp", '#include "runtime/ports/time_point.hpp"', "may not include runtime/ports"),
    ("protocol/scsi/status.hpp", '#include "protocol/iscsi/pdu/bhs.hpp"', "may not include protocol/iscsi/pdu"),
    ("runtime/ports/engine.hpp", '#include "protocol/bytes/slice.hpp"', "may not include protocol/bytes"),
    ("target_sim/device/task.hpp", '#include "protocol/iscsi/pdu/tap.hpp"', "may not include protocol/iscsi/pdu"),
    ("initiator/session/initiator_session.hpp", '#include "target_sim/device/device.hpp"',
     "may not include target_sim/device"),
    ("protocol/iscsi/pdu/framer.hpp", "#include <sys/socket.h>", "runtime and tools and clients and initiator/library"),
    ("protocol/iscsi/pdu/tap.hpp", "#include <boost/asio/ip/tcp.hpp>", "runtime/live only"),
    ("protocol/bytes/serial_number.hpp", "#include <thread>", "no place in a pure room"),
    ("runtime/ports/entropy.hpp", "#include <coroutine>", "nowhere only"),
    ("protocol/iscsi/login/login.hpp", '#include "login_request.hpp"', "no file of this tree"),
)

# A file of a room, and what is added to it: a second time in that room, or of another kind, or not at all.
SECOND_NAMES = (
    ("protocol/iscsi/pdu/nop_in.cpp", "namespace lunsim::pdu { namespace { int kReservedBits = 1; } }", None),
    ("protocol/iscsi/pdu/nop_out.cpp", "namespace lunsim::pdu { namespace { constexpr int kReservedBits[] = {2}; } }",
     "kReservedBits"),
    ("protocol/iscsi/pdu/reject.cpp", "namespace lunsim::pdu { namespace { struct Planted { int a; }; } }", None),
    ("protocol/iscsi/pdu/r2t.cpp", "namespace lunsim::pdu { namespace { void Planted(int a = 0) {} } }", "Planted"),
    ("protocol/scsi/cdb.cpp", "namespace lunsim::scsi { namespace { int planted(int a) { return a; } } }", None),
    ("protocol/scsi/lun.cpp", "namespace lunsim::scsi { namespace { int planted(char a) { return a; } } }", None),
    ("protocol/scsi/sense_decode.cpp", "namespace lunsim::scsi { namespace { int planted(int b) { return b; } } }",
     "planted"),
)

# Functions with one forbidden call each, and the symbol that must be named.
IMPURE_CALLS = """
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <sys/socket.h>
#include <thread>
long long planted_clock() { return std::chrono::steady_clock::now().time_since_epoch().count(); }
long long planted_date() { return std::chrono::system_clock::now().time_since_epoch().count(); }
bool planted_environment() { return std::getenv("HOME") != nullptr; }
unsigned planted_chance() { return std::random_device{}() + static_cast<unsigned>(std::rand()); }
long planted_socket(void* at) { return recv(socket(AF_INET, SOCK_STREAM, 0), at, 1, 0); }
void planted_file(const char* name) { std::fclose(std::fopen(name, "r")); }
void planted_thread() { std::thread([] {}).join(); }
void planted_mutex(std::mutex& m) { std::lock_guard lock(m); }
"""
IMPURE_SYMBOLS = ("std::chrono::_V2::steady_clock::now()", "std::chrono::_V2::system_clock::now()", "getenv", "rand",
                  "std::random_device::_M_getval()", "socket", "recv", "fopen", "fclose", "pthread_mutex_lock",
                  "std::thread::join()")
# Names that only contain a forbidden word, and must be let through.
INNOCENT_CALLS = """
int resend_time_of(int);
namespace lunsim { int recv(int); int open(int, int); }
int innocent(int n) { return resend_time_of(n) + lunsim::recv(n) + lunsim::open(n, n); }
"""


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def require(condition, sentence, seen=""):
    if not condition:
        sys.exit(f"{sentence}\n{seen}")


def plant_includes(root):
    with tempfile.TemporaryDirectory() as copy:
        for top in ("protocol", "runtime", "initiator", "target_sim", "cmake"):
            shutil.copytree(os.path.join(root, top), os.path.join(copy, top))
        check = (sys.executable, os.path.join(HERE, "includes.py"), "--root", copy)
        before = run(*check).stdout
        for path, line, reason in FORBIDDEN_INCLUDES:
            place = os.path.join(copy, path)
            with open(place, encoding="utf-8") as file:
                healthy = file.read()
            with open(place, "a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
            seen = run(*check)
            named = [row for row in seen.stdout.splitlines() if row.startswith(path + ":") and reason in row]
            require(seen.returncode == 1 and named, f"{path}: {line} was not refused for: {reason}", seen.stdout)
            with open(place, "w", encoding="utf-8") as file:
                file.write(healthy)
        require(run(*check).stdout == before, "the copy did not heal")
    print(f"{len(FORBIDDEN_INCLUDES)} planted includes were refused by name")


def plant_names(root):
    with tempfile.TemporaryDirectory() as copy:
        for top in ("protocol", "cmake"):
            shutil.copytree(os.path.join(root, top), os.path.join(copy, top))
        check = (sys.executable, os.path.join(HERE, "names.py"), "--root", copy)
        require(run(*check).returncode == 0, "the healthy copy was refused", run(*check).stdout)
        refused = 0
        for path, line, name in SECOND_NAMES:
            with open(os.path.join(copy, path), "a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
            seen = [row for row in run(*check).stdout.splitlines() if path in row and f" {name} stands" in row]
            require(name is None or seen, f"{path}: a second {name} was let through", run(*check).stdout)
            told = run(*check).stdout.count(" stands in ")
            require(told == refused + (name is not None), f"{path}: {line} was counted wrongly", run(*check).stdout)
            refused = told
    print(f"{sum(1 for row in SECOND_NAMES if row[2])} planted names were refused")


def build_probe(folder, compiler, name, text):
    source, archive = os.path.join(folder, name + ".cpp"), os.path.join(folder, f"lib{name}.a")
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    for command in ((compiler, "-std=c++20", "-O1", "-c", source, "-o", source + ".o"), ("ar", "rc", archive, source + ".o")):
        built = run(*command)
        require(built.returncode == 0, " ".join(command), built.stderr)
    return archive


def plant_calls(compiler, nm, archives):
    check = (sys.executable, os.path.join(HERE, "purity.py"), "--nm", nm, *archives)
    with tempfile.TemporaryDirectory() as folder:
        innocent = build_probe(folder, compiler, "innocent", INNOCENT_CALLS)
        seen = run(*check, innocent)
        require("libinnocent.a:" not in seen.stdout, "an innocent name was taken for a forbidden one", seen.stdout)
        planted = build_probe(folder, compiler, "planted", IMPURE_CALLS)
        seen = run(*check, planted)
        require(seen.returncode == 1, "an archive with a clock call was let through", seen.stdout)
        for symbol in IMPURE_SYMBOLS:
            require(f"libplanted.a: {symbol}" in seen.stdout, f"{symbol} was let through", seen.stdout)
    print(f"{len(IMPURE_SYMBOLS)} planted calls were refused by name")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", choices=("includes", "names", "purity"))
    parser.add_argument("--root", default=".")
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("archives", nargs="*")
    arguments = parser.parse_intermixed_args()
    if arguments.check == "includes":
        plant_includes(arguments.root)
    elif arguments.check == "names":
        plant_names(arguments.root)
    else:
        plant_calls(arguments.compiler, arguments.nm, arguments.archives)


if __name__ == "__main__":
    main()
