#!/usr/bin/env python3
"""The README's first scenario runs, and its report is what the README shows; its SMB server does what it says.

    tools/house/readme.py --root FOLDER --program lunsim
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

SEED = "7"


def block_after(text, heading):
    """The first indented block below a heading, without its indent."""
    lines = text.split(heading + "\n", 1)[1].splitlines()
    block = []
    for line in lines:
        if line.startswith("    "):
            block.append(line[4:])
        elif block:
            break
    return "\n".join(block) + "\n"


def without_hash(report):
    """Times and hash belong to one build."""
    return re.sub(r"\d+(\.\d+)? ms|(?<=event hash: )[0-9a-f]+", "*", report)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=".")
    parser.add_argument("--program", required=True)
    arguments = parser.parse_args()
    with open(os.path.join(arguments.root, "README.md"), encoding="utf-8") as file:
        text = file.read()
    shown = block_after(text, "## What a report looks like")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "first.yaml"), "w", encoding="utf-8") as file:
            file.write(block_after(text, "## A first scenario"))
        seen = subprocess.run([os.path.abspath(arguments.program), "run", "first.yaml", "--seed", SEED], cwd=folder,
                              capture_output=True, text=True, check=False)
        with open(os.path.join(folder, "smb.yaml"), "w", encoding="utf-8") as file:
            file.write(block_after(text, "## A first SMB server"))
        smb = subprocess.run([os.path.abspath(arguments.program), "run", "smb.yaml", "--seed", SEED], cwd=folder,
                             capture_output=True, text=True, check=False)
    if smb.returncode != 0 or "faults: denied 1x" not in smb.stdout:
        print(f"the README's SMB server ({smb.returncode}):\n{smb.stdout}{smb.stderr}")
        return 1
    if seen.returncode == 0 and without_hash(seen.stdout) == without_hash(shown):
        print("the README's scenario runs as shown")
        return 0
    print(f"the README shows:\n{shown}\nthe program says ({seen.returncode}):\n{seen.stdout}{seen.stderr}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
