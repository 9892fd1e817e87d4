#!/usr/bin/env python3
"""The few shapes that are rules: no source file above 700 lines, a README.md in every folder with code, no promise of
work that was not done.

    tools/house/shape.py [--root FOLDER]
"""

import argparse
import os
import re
import sys

from sources import read_text, source_files

LINES_MAX = 700
PROMISE = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")


def breaches(root):
    files = source_files(root)
    for path in files:
        lines = read_text(root, path).splitlines()
        if len(lines) > LINES_MAX:
            yield f"{path}: {len(lines)} lines: which second room does it want?"
        for number, line in enumerate(lines, 1):
            if PROMISE.search(line):
                yield f"{path}:{number}: promises work instead of doing it"
    for folder in sorted({os.path.dirname(path) for path in files} - {"cmake"}):
        if not os.path.isfile(os.path.join(root, folder, "README.md")):
            yield f"{folder}: no README.md (what enters, what leaves, what it may include)"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=".")
    found = list(breaches(parser.parse_args().root))
    print("\n".join(found + [f"{len(found)} breaches"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
