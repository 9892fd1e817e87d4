#!/usr/bin/env python3
"""No clock, socket, thread, random device, file or environment in a pure archive, checked on what was built.

    tools/house/purity.py --nm nm ARCHIVE...

Whole undefined symbols are matched, never parts of names; a symbol that one of the archives defines is the house's own.
Prints `archive: symbol: what it is`; exit code 1 if there is one.
"""

import argparse
import os
import re
import subprocess
import sys

# What a symbol may not be, and what to call it. Demangled names are compared without their argument lists.
FORBIDDEN = (
    ("a clock", r"clock_gettime|clock_getres|gettimeofday|time|times|clock|ftime|timespec_get|localtime(_r)?|gmtime(_r)?"
                r"|ctime(_r)?|mktime|std::chrono::_V2::\w+::now"),
    ("a wait", r"sleep|usleep|nanosleep|clock_nanosleep|timer\w*_\w+|alarm|select|pselect|poll|ppoll|epoll_\w+"),
    ("chance", r"getrandom|getentropy|arc4random\w*|rand|rand_r|srand|random|srandom|[dlm]rand48|RAND_\w+"
               r"|std::random_device::.*"),
    ("a thread", r"pthread_\w+|thrd_\w+|mtx_\w+|sem_\w+|std::(thread|jthread|condition_variable|__future_base|timed_mutex)"
                 r"::.*|std::this_thread::.*|sched_yield"),
    ("a socket", r"socket|socketpair|bind|listen|accept4?|connect|send|sendto|sendmsg|sendmmsg|recv|recvfrom|recvmsg"
                 r"|recvmmsg|shutdown|[gs]etsockopt|getsockname|getpeername|getaddrinfo|gethostby\w+|if_nametoindex"),
    ("a file", r"open(64)?|openat(64)?|creat(64)?|close|p?read(64)?|p?write(64)?|readv|writev|lseek(64)?|ioctl|fcntl(64)?"
               r"|f?stat(64)?|unlink|rename|mkdir|fopen(64)?|freopen|fdopen|fread|fwrite|fclose|fputs|fputc|puts|putchar"
               r"|f?printf|vf?printf|__f?printf_chk|__vf?printf_chk|perror|std::basic_[io]?f(stream|ilebuf)<.*"
               r"|std::filesystem::.*|std::(cout|cerr|clog|cin|wcout|wcerr)|std::ios_base::Init::.*|fmt::v\d+::v?print.*"
               r"|stdin|stdout|stderr"),
    ("memory pages", r"mmap(64)?|munmap|mprotect|madvise|shm_open"),
    ("the environment", r"getenv|secure_getenv|setenv|putenv|environ|std::locale::locale|setlocale"),
    ("a process", r"system|popen|fork|vfork|exec[lv]\w*|posix_spawnp?|kill|raise|signal|sigaction|getpid|gethostname"
                  r"|syscall|dlopen|dlsym"),
)
PATTERNS = tuple((what, re.compile(pattern)) for what, pattern in FORBIDDEN)


def without_arguments(symbol):
    """`std::chrono::_V2::system_clock::now()` -> `std::chrono::_V2::system_clock::now`; versions (`@GLIBC_2.34`) go too."""
    symbol = symbol.split("@", 1)[0]
    return re.sub(r"\(.*\)( const)?(\[abi:\w+\])?$", "", symbol)


def symbols(nm, archive, undefined):
    """The demangled symbols of one archive: undefined ones (weak included), or those that it defines."""
    result = subprocess.run([nm, "-C", "-A", "--undefined-only" if undefined else "--defined-only", archive],
                            capture_output=True, text=True, check=True)
    found = set()
    for line in result.stdout.splitlines():
        match = re.match(r".*?:(?:[0-9a-fA-F]+| +) +([A-Za-z?-]) (.*)$", line)
        if match and not (undefined and match.group(1) in "wv"):
            found.add(match.group(2))
    return found


def judge(symbol):
    name = without_arguments(symbol)
    for what, pattern in PATTERNS:
        if pattern.fullmatch(name):
            return what
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nm", default="nm")
    parser.add_argument("archives", nargs="+")
    arguments = parser.parse_args()
    unbuilt = [archive for archive in arguments.archives if not os.path.isfile(archive)]
    if unbuilt:
        print("not built:", *unbuilt)
        return 1

    own = set()
    for archive in arguments.archives:
        own |= symbols(arguments.nm, archive, undefined=False)
    if not own:
        print("the archives define nothing: there is nothing to judge")
        return 1
    breaches = 0
    for archive in arguments.archives:
        for symbol in sorted(symbols(arguments.nm, archive, undefined=True) - own):
            what = judge(symbol)
            if what:
                breaches += 1
                print(f"{os.path.basename(archive)}: {symbol}: {what}")
    print(f"{len(arguments.archives)} pure archives, {breaches} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
