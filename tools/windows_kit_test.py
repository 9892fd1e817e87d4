"""The Windows source kit: sources written for Windows compile unmodified and print what they print there; the headers compile
in every language, by every compiler and with every macro that changes them; and programs outside find the kit.

print_forms.txt is what print_forms.c, built by mingw-w64 against msvcrt, printed under Wine 8.0; peers/wine holds it to that."""
import concurrent.futures
import itertools
import os
import re
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer
from windows_calls import Host, TARGET, TWO_LUNS

BUILD = os.environ["LUNSIM_BUILD"]
KIT = os.path.join(SOURCE, "tools", "windows_kit")
API, KIT_HEADERS = (os.path.join(SOURCE, "initiator", *folder) for folder in (("api", "include"), ("windows_kit", "include")))
ARGUMENTS = ["a", "h\u00e9\U0001F600"]
FLAGS = [f"-I{KIT_HEADERS}", f"-I{API}", "-U_FORTIFY_SOURCE", "-Wno-format"]
LIBRARIES = [f"-L{BUILD}/lib", "-llunsim_windows_kit", "-liscsidsc", f"-Wl,-rpath,{BUILD}/lib"]
COMPILERS = [["gcc", "-xc"], ["g++", "-xc++"], ["clang-16", "-xc"], ["clang++-16", "-xc++"]]


def print_forms(checks, workdir):
    wanted = open(os.path.join(KIT, "print_forms.txt"), encoding="utf-8").read()
    program = os.path.join(workdir, "print_forms")
    for compiler, width, level in itertools.product(COMPILERS, ([], ["-fshort-wchar"]), ("-O0", "-O2")):
        what = " ".join([compiler[0], *width, level])
        done = peer.run([*compiler, level, *width, "-DUNICODE", "-D_UNICODE", *FLAGS, os.path.join(KIT, "print_forms.c"),
                         "-xnone", *LIBRARIES, "-o", program], 120)
        said = peer.run([program, *ARGUMENTS], 20).output if done.returncode == 0 else done.output
        checks.that(f"print_forms.c by {what} prints what it prints on Windows", said == wanted, said)


# Microsoft's page of sprintf: the generic names expand to the functions without a size; that of _snprintf: no buffer and no
# room ask for the length.
TCHAR_FORMS = r"""
#include <tchar.h>
static int with_list(TCHAR *to, const TCHAR *format, ...) {
  va_list list;
  va_start(list, format);
  const int count = _vstprintf(to, format, list);
  va_end(list);
  return count;
}
int _tmain(void) {
  TCHAR text[32];
  LARGE_INTEGER number;
  number.QuadPart = 0;
  number.HighPart = 1;
  _tprintf(_T("%d %s\n"), _stprintf(text, _T("%d-%s"), 5, _T("x")), text);
  _tprintf(_T("%d %s\n"), with_list(text, _T("%#o"), 0), text);
  _tprintf(_T("%d %I64d\n"), _sntprintf(NULL, 0, _T("%d"), 12345), number.QuadPart);
  return 0;
}
"""


def tchar_forms(checks, workdir):
    program, source = os.path.join(workdir, "tchar_forms"), os.path.join(workdir, "tchar_forms.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(TCHAR_FORMS)
    for compiler, width in itertools.product(COMPILERS, ([], ["-DUNICODE", "-D_UNICODE"], ["-DUNICODE", "-D_UNICODE", "-fshort-wchar"])):
        done = peer.run([*compiler, *width, *FLAGS, source, "-xnone", *LIBRARIES, "-o", program], 120)
        said = peer.run([program], 20).output if done.returncode == 0 else done.output
        checks.that("tchar.h by " + " ".join([compiler[0], *width]), said == "3 5-x\n1 0\n5 4294967296\n", said)


def session_sizes(checks, workdir):
    """As it stands: the library lists, the kit prints."""
    program = os.path.join(workdir, "session_sizes")
    with peer.Target(TWO_LUNS) as target, Host() as host:
        address, port = target.portal.rsplit(":", 1)
        peer.run([os.environ["LUNSIM_WALK"], "login", address, port, TARGET], 60, env=host.env)
        wanted = re.compile(r"\tSessions: 1\n\n\tTarget:      " + re.escape(TARGET) + r"\n\tInitiator:   iqn\S+ +\|\n"
                            rf"\tLength:      {len(TARGET)} characters, narrow: {re.escape(TARGET)}\n\tConnections: 1\n"
                            r"\tLast error:  tells nothing\n")
        for compiler in COMPILERS:
            done = peer.run([*compiler, "-fshort-wchar", *FLAGS, os.path.join(KIT, "session_sizes.cpp"), "-xnone", *LIBRARIES,
                             "-o", program], 120)
            said = peer.run([program, TARGET.upper()], 20, env=host.env).output if done.returncode == 0 else done.output
            checks.that(f"session_sizes.cpp by {compiler[0]}, unmodified", wanted.fullmatch(said) is not None, said)
        said = peer.run([program, "one", "too many"], 20)
        checks.that("its usage is printed wide, and its exit code is its own", said.returncode == 1
                    and said.output == f"Usage: {program} [TargetName]\n", said.output)


# What is included, in order, and where: with the kit on Linux, with mingw's own <windows.h> there.
LINUX_INCLUDES = (["iscsidsc.h"], ["iscsierr.h"], ["lm.h"], ["windows.h", "iscsidsc.h", "lm.h"], ["lm.h", "iscsidsc.h", "windows.h"],
                  ["tchar.h", "iscsidsc.h"], ["lmshare.h"], ["lmapibuf.h"], ["stdio.h", "wchar.h", "windows.h", "lm.h"])
MINGW_INCLUDES = (["iscsidsc.h"], ["iscsierr.h"], ["windows.h", "iscsidsc.h"], ["windows.h", "lm.h", "iscsidsc.h"],
                  ["iscsidsc.h", "windows.h", "lm.h"])
CPP_INCLUDES = ["cstdio", "cwchar", "string", "windows.h", "iscsidsc.h"]
MACROS = [combination for count in range(3) for combination in itertools.combinations(("-DWIN32_LEAN_AND_MEAN", "-DUNICODE"), count)]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-"]


def compiles(command, includes):
    text = "".join(f"#include <{name}>\n" for name in includes) + "typedef int a_unit_has_something;\n"
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    return "" if done.returncode == 0 else f"{' '.join(command)} {includes}\n{done.stdout}"


def headers(checks, workdir):
    linux = [[*compiler, "-std=c11" if compiler[1] == "-xc" else "-std=c++11", *width, f"-I{KIT_HEADERS}", f"-I{API}"]
             for compiler in COMPILERS for width in ([], ["-fshort-wchar"])]
    # There the LAN Manager's headers are the system's own, as in the zip.
    only = os.path.join(workdir, "mingw")
    os.mkdir(only)
    for name in ("iscsidsc.h", "iscsierr.h", "lunsim_windows_types.h"):
        os.symlink(os.path.join(API, name), os.path.join(only, name))
    mingw = [[f"x86_64-w64-mingw32-{name}-posix", language, standard, f"-I{only}"] for name, language, standard in
             (("gcc", "-xc", "-std=c11"), ("g++", "-xc++", "-std=c++11"))]
    ways = [([*command, *macros, *STRICT], includes) for commands, sets in ((linux, LINUX_INCLUDES), (mingw, MINGW_INCLUDES))
            for command, macros, includes in itertools.product(commands, MACROS, sets)]
    ways += [([*compiler, "-std=c++20", f"-I{KIT_HEADERS}", f"-I{API}", *STRICT], CPP_INCLUDES)
             for compiler in COMPILERS if compiler[1] == "-xc++"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [one for one in pool.map(lambda way: compiles(*way), ways) if one]
    checks.that(f"the headers compile in {len(ways)} ways", not wrong, f"{len(wrong)} do not\n" + "".join(wrong[:3]))
    said = compiles(["x86_64-w64-mingw32-gcc-posix", "-xc", f"-I{KIT_HEADERS}", f"-I{API}", *STRICT], ["windows.h"])
    checks.that("on Windows the kit's windows.h says what to do", "has a <windows.h> of its own" in said, said)


def installed(checks, workdir):
    prefix, user = os.path.join(workdir, "prefix"), os.path.join(workdir, "user")
    os.mkdir(user)
    done = peer.run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", "library"], 120)
    checks.that("the library and the kit can be installed", done.returncode == 0, done.output)
    with open(os.path.join(user, "CMakeLists.txt"), "w", encoding="utf-8") as file:
        file.write("cmake_minimum_required(VERSION 3.25)\nproject(user CXX)\nfind_package(lunsim REQUIRED)\n"
                   f"add_executable(user {KIT}/session_sizes.cpp)\ntarget_compile_options(user PRIVATE -fshort-wchar)\n"
                   "target_link_libraries(user PRIVATE lunsim::windows_kit lunsim::iscsidsc)\n")
    done = peer.run(["cmake", "-S", user, "-B", user + "/build", f"-DCMAKE_PREFIX_PATH={prefix}"], 120)
    done = peer.run(["cmake", "--build", user + "/build"], 120) if done.returncode == 0 else done
    checks.that("find_package(lunsim) gives lunsim::windows_kit", done.returncode == 0, done.output)
    said = peer.run([user + "/build/user"], 20).output
    checks.that("and the program runs", "\tSessions: 0\n" in said, said)
    config = [folder for folder, _, names in os.walk(prefix) if "lunsim-windows-kit.pc" in names]
    env = dict(os.environ, PKG_CONFIG_PATH=":".join(config))
    flags = peer.run(["pkg-config", "--cflags", "--libs", "lunsim-windows-kit", "lunsim-iscsidsc"], 20, env=env)
    done = peer.run(["cc", "-xc", "-fshort-wchar", os.path.join(KIT, "session_sizes.cpp"), "-xnone", "-o", user + "/by_pkg_config",
                     *flags.output.split()], 60)
    checks.that("pkg-config knows lunsim-windows-kit, and a C program needs no C++ to link it", flags.returncode == 0
                and done.returncode == 0, flags.output + done.output)


def body(checks, workdir):
    print_forms(checks, workdir)
    tchar_forms(checks, workdir)
    session_sizes(checks, workdir)
    headers(checks, workdir)
    installed(checks, workdir)


if __name__ == "__main__":
    peer.main(body)
