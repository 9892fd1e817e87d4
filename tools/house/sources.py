"""The project's C++ files and folders, as every house check sees them. Build folders are never looked into."""

import os

TOP_FOLDERS = ("protocol", "runtime", "initiator", "target_sim", "scenarios", "conformance", "fuzz", "tools", "clients", "cmake")
SUFFIXES = (".hpp", ".cpp", ".h", ".c", ".inc")


def source_files(root):
    """Paths below `root`, with forward slashes, sorted."""
    found = []
    for top in TOP_FOLDERS:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in files:
                if name.endswith(SUFFIXES):
                    found.append(os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/"))
    return sorted(found)


def read_text(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()
