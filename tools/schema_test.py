"""The JSON Schema that `lunsim schema` prints, against Debian's jsonschema: every file of the catalogue and every example of
`lunsim knobs` fits, and bad files and a key that is misspelt anywhere are refused by the schema and by the loader alike."""
import copy
import json
import os
import re
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import editor
import peer

try:
    import jsonschema
    import yaml
except ImportError as missing:
    sys.exit(f"{missing.name} is missing: tools/install test")

CATALOG = os.path.join(SOURCE, "scenarios", "catalog")
MISSPELT_MAX = 400  # keys, spread over the whole catalogue


class Yaml(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `on` is a word, 10:20 is no number."""


Yaml.yaml_implicit_resolvers = {}
for tag, pattern, first in (("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"), ("null", r"~|null|Null|NULL|", "~nN" ),
                            ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
                            ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789.")):
    Yaml.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), list(first))
Yaml.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def keys_of(value, path=()):
    """The path of every key in every map, as far as the language names it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield path + (key,)
            yield from keys_of(item, path + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from keys_of(item, path + (index,))


def is_users_own(path):
    """Names that the file itself gives: of hosts, targets, faults, parameters, saved values, sessions, operations."""
    depth = [part for part in path if not isinstance(part, int)]
    return (len(depth) == 2 and depth[0] in ("hosts", "targets", "servers", "host_faults", "params")) or (
        len(depth) == 4 and depth[0] in ("targets", "servers") and depth[2] == "faults") or (
        len(depth) == 4 and depth[0] == "hosts" and depth[2] == "smb") or (
        len(depth) > 2 and depth[-2] in ("save", "fired", "connections", "await")) or (
        "do" not in depth and depth[-2:-1] in (["after"], ["variable"]))


def is_looked_up(path):
    """Names of PDU fields and of login keys: the loader looks the first up, the schema takes any."""
    return path[-2] in ("set", "add", "fields", "rename", "encode", "shift") or "observe" in path[:-1]


def misspelt(document, path):
    changed = copy.deepcopy(document)
    place = changed
    for part in path[:-1]:
        place = place[part]
    items = list(place.items())
    place.clear()
    for key, value in items:
        place[key + "zq" if key == path[-1] else key] = value
    return changed


def files():
    for folder, _, names in sorted(os.walk(CATALOG)):
        for name in sorted(names):
            if name.endswith(".yaml"):
                yield os.path.join(folder, name)


def body(checks, workdir):
    printed = peer.run([peer.LUNSIM, "schema"], 60)
    checks.that("lunsim schema ends 0", printed.returncode == 0, printed.output)
    schema = json.loads(printed.stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    documents = []
    fit_catalogue(checks, validator, documents)
    fit_knobs(checks, validator)
    refuse_bad(checks, validator, workdir)
    refuse_misspelt(checks, validator, documents, workdir)


def fit_catalogue(checks, validator, documents):
    for path in files():
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, Yaml)
        documents.append(document)
        errors = list(validator.iter_errors(document))
        if errors:
            checks.that(f"{os.path.relpath(path, CATALOG)} fits", False,
                        "\n".join(deepest(error) for error in errors[:3]))
    checks.that(f"{len(documents)} files of the catalogue fit the schema", len(documents) > 100 and not checks.failed)


def fit_knobs(checks, validator):
    examples = editor.knob_stories()
    for name, text in examples.items():
        errors = list(validator.iter_errors(yaml.load(text, Yaml)))
        if errors:
            checks.that(f"the example of {name} fits", False, "\n".join(deepest(error) for error in errors[:3]))
    checks.that(f"{len(examples)} examples of knobs fit the schema", len(examples) > 150 and not checks.failed)


def refuse_bad(checks, validator, workdir):
    for number, (what, (text, _)) in enumerate(editor.BAD.items()):
        path = os.path.join(workdir, f"bad{number}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        checks.that(f"the schema refuses {what}", not validator.is_valid(yaml.load(text, Yaml)))
        done = peer.run([peer.LUNSIM, "check", path], 60)
        checks.that(f"the loader refuses {what}", done.returncode != 0 and f"{path}:" in done.output, done.output)
        os.remove(path)


def refuse_misspelt(checks, validator, documents, workdir):
    candidates = [(document, path) for document in documents for path in keys_of(document)
                  if not is_users_own(path) and not (len(path) > 1 and is_looked_up(path))]
    step = max(1, len(candidates) // MISSPELT_MAX)
    tried = candidates[::step]
    taken = 0
    for number, (document, path) in enumerate(tried):
        changed = misspelt(document, path)
        with open(os.path.join(workdir, f"m{number}.yaml"), "w", encoding="utf-8") as file:
            # JSON is YAML, and keeps every text a text.
            json.dump(changed, file)
        if validator.is_valid(changed):
            taken += 1
            checks.that("the schema refuses " + "/".join(map(str, path)) + "zq", False)
    checks.that(f"the schema refuses all of {len(tried)} misspelt keys", taken == 0 and len(tried) > 200)
    told = peer.run([peer.LUNSIM, "check", workdir], 120).output
    unseen = [path for number, (_, path) in enumerate(tried) if f"m{number}.yaml:" not in told]
    checks.that("the loader refuses each of them", not unseen, "\n".join("/".join(map(str, path)) for path in unseen[:20]))


def deepest(error):
    """The complaint that lies deepest, which is mostly the one that matters."""
    found = [error]
    best = error
    while found:
        one = found.pop()
        if len(one.absolute_path) > len(best.absolute_path):
            best = one
        found.extend(one.context or [])
    return "/".join(map(str, best.absolute_path)) + ": " + best.message[:300]


def main():
    checks = peer.Checks()
    with tempfile.TemporaryDirectory() as workdir:
        body(checks, workdir)
    return checks.done()


if __name__ == "__main__":
    sys.exit(main())
