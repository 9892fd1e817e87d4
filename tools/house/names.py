#!/usr/bin/env python3
"""Names in anonymous namespaces are unique among the sources of a room, and among its tests: release builds compile several
of them as one (LUNSIM_SEVERAL_AT_ONCE). Functions may be overloaded. A name inside a suite of tests is that suite's.

    tools/house/names.py --root FOLDER
"""

import argparse
import collections
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from sources import read_text, source_files  # noqa: E402

ROOM = re.compile(r"lunsim_room\(\w+\s+(?:PURE\s+)?FOLDERS\s+([^)]*?)(?:\bLINKS\b|\bPURE\b|\))")
SUITE = re.compile(r"BOOST_(?:AUTO|FIXTURE)_TEST_SUITE\((\w+)[^)]*\)|BOOST_AUTO_TEST_SUITE_END\(\)")
NOISE = (
    (re.compile(r'R"(\w*)\((.*?)\)\1"', re.S), '""'),
    (re.compile(r"/\*.*?\*/", re.S), ""),
    (re.compile(r"//[^\n]*"), ""),
    (re.compile(r'"(?:\\.|[^"\\\n])*"'), '""'),
    (re.compile(r"'(?:\\.|[^'\\\n])'"), "' '"),
    (re.compile(r"^\s*#.*$", re.M), ""),
)
TYPE = re.compile(r"(?:struct|class|enum class|enum|union)\s+(\w+)")
FUNCTION = re.compile(r"(\w+)\s*\((.*)\)\s*(?:const)?\s*(?:noexcept)?\s*(?:->.*)?$")
VARIABLE = re.compile(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$")


def declarations(text):
    """(scope, text, has a body) of everything that stands directly in a namespace; scope is a tuple of names."""
    for pattern, instead in NOISE:
        text = pattern.sub(instead, text)
    scopes, suites, held, depth = [], [], "", 0
    for token in re.findall(r"[{};]|[^{};]+", text):
        if held.count("(") > held.count(")"):
            held += token
        elif token == "{":
            opened = re.search(r"(?:^|\s)namespace\s*([\w:]*)\s*$", held)
            if opened and not depth:
                scopes.append(opened.group(1))
                held = ""
                continue
            if not depth:
                yield tuple(scopes + suites), " ".join(held.split()), True
            depth += 1
        elif token == "}":
            if depth:
                depth -= 1
            elif scopes:
                scopes.pop()
            if not depth:
                held = ""
        elif token == ";":
            if not depth:
                yield tuple(scopes + suites), " ".join(held.split()), False
                held = ""
        elif not depth:
            for suite in SUITE.finditer(token):
                if suite.group(1):
                    suites.append(suite.group(1))
                elif suites:
                    suites.pop()
            held += SUITE.sub("", token)


def named(declaration, has_body):
    """(name, what tells it from another of that name) or None: only a function has anything that does."""
    if not declaration or declaration.startswith(("BOOST_", "namespace ", "static_assert")):
        return None
    if declaration.startswith("using "):
        alias = re.match(r"using (\w+) =", declaration)
        return (alias.group(1), "the same as " + declaration) if alias else None
    declaration = re.sub(r"^template\s*<.*?>\s*(?=[a-z:A-Z])", "", declaration)
    kind = TYPE.match(declaration)
    if kind:
        return (kind.group(1), "") if has_body else None
    function = FUNCTION.search(declaration)
    if function and "=" not in declaration.split("(")[0]:
        parameters = re.sub(r"\b\w+\s*(?=,|$)", "", re.sub(r"=[^,]*", "", function.group(2)))
        return (function.group(1), "(" + parameters.replace(" ", "") + ")") if has_body else None
    variable = VARIABLE.search(re.split(r"[={]", declaration)[0].strip())
    return (variable.group(1), "") if variable else None


def breaches(root):
    """One sentence for each name that stands twice."""
    lists = [path for path in ("cmake/room_list.cmake",) if os.path.exists(os.path.join(root, path))]
    rooms = [match.group(1).split() for path in lists for match in ROOM.finditer(read_text(root, path))]
    files = [path for path in source_files(root) if path.endswith(".cpp")]
    for folders in rooms:
        for tests in (False, True):
            seen = collections.defaultdict(dict)
            for path in files:
                if os.path.dirname(path) not in folders or path.endswith("_test.cpp") != tests:
                    continue
                for scope, declaration, has_body in declarations(read_text(root, path)):
                    found = named(declaration, has_body) if "" in scope else None
                    if not found:
                        continue
                    name, apart = found
                    for other, others in seen[(scope, name)].items():
                        same_alias = apart.startswith("the same") and apart == others
                        overload = apart.startswith("(") and others.startswith("(") and apart != others
                        if other != path and not same_alias and not overload:
                            yield f"{path}: {name} stands in an anonymous namespace of {other} too: give it a name of its own"
                            break
                    seen[(scope, name)][path] = apart


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True)
    found = sorted(set(breaches(parser.parse_args().root)))
    print("\n".join(found) if found else "names: none stands twice in a room")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
