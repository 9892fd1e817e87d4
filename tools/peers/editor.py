"""An editor's language server (yaml-language-server, which nobody here wrote) with the schema that `lunsim schema` prints:
no complaint about any scenario of the catalogue nor any example of `lunsim knobs`, a complaint at the right line about bad
files, keys offered where they may stand and explained under the pointer. npm brings the server into the build folder."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

VERSION = "1.19.2"
SERVER = "yaml-language-server@" + VERSION
FOLDER = os.environ.get("LUNSIM_NPM", os.path.join(os.path.dirname(peer.LUNSIM), "npm"))
TOGETHER = 50  # files that are open at a time
CATALOG = os.path.join(peer.SOURCE, "scenarios", "catalog")

HEAD = "language: 1\nscenario: t\ntargets:\n  array: {luns: [{lun: 0}]}\n"
# Bad files, each with the line that must be complained about (from 1).
BAD = {
    "an unknown key at the top": (HEAD + "stepz: []\n", 5),
    "an unknown key in a target": ("language: 1\nscenario: t\ntargets:\n  array:\n    lunz: []\n", 5),
    "an unknown key in a LUN": ("language: 1\nscenario: t\ntargets:\n  array:\n    luns:\n      - lun: 0\n        blocks: 4\n", 7),
    "a time without its unit": (HEAD + "hosts:\n  n1:\n    login_timeout: 5\n", 7),
    "a number out of range": (HEAD + "hosts:\n  n1:\n    offers:\n      MaxBurstLength: 3\n", 8),
    "an unknown word": (HEAD + "steps:\n  - change:\n      target: array\n      drop_sessions: resett\n", 8),
    "no flag": ("language: 1\nscenario: t\ntargets:\n  array:\n    luns:\n      - lun: 0\n        thin: maybe\n", 7),
    "a missing key": ("language: 1\nscenario: t\ntargets:\n  array:\n    luns:\n      - capacity: 1 MiB\n", 6),
    "an unknown step": (HEAD + "steps:\n  - logon: {target: array}\n", 6),
    "an unknown parameter of a call": (
        HEAD + "steps:\n  - call: GetIScsiSessionList\n    with: {BuferSize: 4}\n    expect: {return: any}\n", 7),
    "an unknown function": (HEAD + "steps:\n  - call: GetIScsiSesionList\n    expect: {return: any}\n", 6),
    "an unknown return code": (
        HEAD + "steps:\n  - call: GetIScsiSessionList\n    expect:\n      return: ERROR_SUCCES\n", 8),
    "another version": ("language: 2\nscenario: t\ntargets: {array: {}}\n", 1),
}
# Where keys are asked for: text before the cursor, and some that must be offered.
OFFERS = {
    "the top": (HEAD, {"steps", "hosts", "host_faults", "include", "params"}),
    "a target": ("language: 1\nscenario: t\ntargets:\n  array:\n    ", {"luns", "portals", "faults", "offers", "chap"}),
    "a LUN": ("language: 1\nscenario: t\ntargets:\n  array:\n    luns:\n      - ", {"lun", "capacity", "block", "thin"}),
    "a step": (HEAD + "steps:\n  - ", {"login", "call", "read", "observe", "await", "start"}),
    "a login": (HEAD + "steps:\n  - login:\n      ", {"target", "as", "portal", "chap"}),
}
# What the pointer rests on, by line and column from 0, and what must be said of it.
POINTED = {
    "a key of a fault's do": (HEAD[:HEAD.index("targets:")] + "targets:\n  array:\n    faults:\n      - f:\n"
                              "          on: {send: Login Response}\n          do:\n            hold_transit: 1\n",
                              (8, 14), "a number from 1 to 100"),
    "a key of the wait for a fault": (HEAD[:HEAD.index("targets:")] + "targets:\n  array:\n    faults:\n      - f:\n"
                                      "          on:\n            send: Data-In\n            every: 3\n          do: drop\n",
                                      (8, 14), "every k-th match"),
    "a time": (HEAD + "hosts:\n  n1:\n    login_timeout: 5 s\n", (6, 6), "a time with its unit"),
}


def knob_stories():
    """A file around each example of `lunsim knobs`, by the knob's name."""
    printed = peer.run([peer.LUNSIM, "knobs", "--json"], 60)
    heads = {"faults": "targets:\n  array:\n    luns: [{lun: 0}]\n    faults:\n",
             "target": "targets:\n  array:\n    luns: [{lun: 0}]\n",
             "host_faults": "targets: {array: {}}\nhost_faults:\n",
             "server_faults": "servers:\n  files:\n    faults:\n",
             "host": "targets: {array: {}}\nhosts:\n  n1:\n"}
    margins = {"faults": "      ", "target": "    ", "host_faults": "  ", "server_faults": "      ",
               "host": "    "}
    stories = {}
    for knob in json.loads(printed.stdout):
        text = "".join(f"{margins[knob['place']]}{line}\n" for line in knob["example"].splitlines())
        stories[f"{knob['section']}: {knob['name']}"] = "language: 1\nscenario: t\n" + heads[knob["place"]] + text
    return stories


def version_of(package):
    try:
        with open(os.path.join(package, "package.json"), encoding="utf-8") as file:
            return json.load(file)["version"]
    except FileNotFoundError:
        return None


def install():
    package = os.path.join(FOLDER, "node_modules", "yaml-language-server")
    program = os.path.join(package, "bin", "yaml-language-server")
    if version_of(package) != VERSION:
        os.makedirs(FOLDER, exist_ok=True)
        done = peer.run(["npm", "install", "--prefix", FOLDER, "--no-save", "--no-audit", "--no-fund",
                         "--ignore-scripts", "--silent", SERVER], 240)
        if done.returncode != 0:
            raise peer.Failed("npm cannot bring " + SERVER + ":\n" + done.output)
    return program


class Server:
    """The language server at the other end of a pipe."""

    def __init__(self, program, schema):
        self.process = subprocess.Popen(["timeout", "600", "node", program, "--stdio"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.schema = "file://" + schema
        self.number = 0
        self.diagnostics = {}
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {
            "workspace": {"configuration": True}, "textDocument": {"completion": {}, "hover": {}, "publishDiagnostics": {}}}})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": {"yaml": self.settings()}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()  # timeout(1) hands it on
            self.process.wait(20)

    def settings(self):
        return {"schemas": {self.schema: "*.yaml"}, "validate": True, "completion": True, "hover": True,
                "schemaStore": {"enable": False}, "keyOrdering": False}

    def send(self, message):
        text = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def receive(self):
        size = 0
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise peer.Failed("the language server is gone")
            if line == b"\r\n":
                break
            found = re.match(rb"Content-Length: (\d+)", line)
            size = int(found.group(1)) if found else size
        message = json.loads(self.process.stdout.read(size))
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method == "workspace/configuration":
            wanted = [self.settings() if item.get("section") == "yaml" else {} for item in message["params"]["items"]]
            self.send({"id": message["id"], "result": wanted})
        elif method is not None and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def request(self, method, params):
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message.get("result")

    def open(self, name, text):
        uri = "file:///" + name
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        return uri

    def complaints(self, name, text):
        return self.complaints_of([(name, text)])[0]

    def complaints_of(self, files):
        """Of each of these files; the server lets some time pass behind each, so they are opened together."""
        uris = [self.open(name, text) for name, text in files]
        while any(uri not in self.diagnostics for uri in uris):
            self.receive()
        return [self.diagnostics.pop(uri) for uri in uris]

    def offers(self, name, text):
        uri = self.open(name, text)
        lines = text.split("\n")
        result = self.request("textDocument/completion", {
            "textDocument": {"uri": uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}})
        items = result["items"] if isinstance(result, dict) else result or []
        return {item["label"] for item in items}

    def explained(self, name, text, at):
        uri = self.open(name, text)
        result = self.request("textDocument/hover", {
            "textDocument": {"uri": uri}, "position": {"line": at[0], "character": at[1]}})
        # Markdown hides its own signs behind a backslash.
        return result["contents"]["value"].replace("\\", "") if result else ""

    def close(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(20)


def schema_of(checks, workdir):
    printed = peer.run([peer.LUNSIM, "schema"], 60)
    checks.that("lunsim schema prints JSON", printed.returncode == 0 and json.loads(printed.stdout), printed.output)
    schema = os.path.join(workdir, "schema.json")
    with open(schema, "w", encoding="utf-8") as file:
        file.write(printed.stdout)
    return schema


def good_files():
    for folder, _, files in sorted(os.walk(CATALOG)):
        for name in sorted(files):
            if name.endswith(".yaml"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    yield os.path.relpath(path, CATALOG), file.read()
    for name, text in knob_stories().items():
        yield "knob " + name, text


def body(checks, workdir):
    with Server(install(), schema_of(checks, workdir)) as server:
        look_at_all(checks, server)


def look_at_all(checks, server):
    good = 0
    files = list(good_files())
    for begin in range(0, len(files), TOGETHER):
        some = files[begin:begin + TOGETHER]
        all_told = server.complaints_of([(f"good{begin + i}.yaml", text) for i, (_, text) in enumerate(some)])
        for (name, _), told in zip(some, all_told):
            good += not told
            if told:
                checks.that(f"no complaint about {name}", False,
                            "\n".join(f"line {one['range']['start']['line'] + 1}: {one['message']}" for one in told))
        if len(checks.failed) > 10:
            raise peer.Failed("this is enough")
    checks.that(f"no complaint about {good} good files", good > 500 and not checks.failed)
    for number, (what, (text, line)) in enumerate(BAD.items()):
        told = server.complaints(f"bad{number}.yaml", text)
        lines = [one["range"]["start"]["line"] + 1 for one in told]
        checks.that(f"{what} is complained about at line {line} and nowhere else", set(lines) == {line},
                    f"{lines} {[one['message'] for one in told]}")
    told = server.complaints("bad_time.yaml", HEAD + "hosts:\n  n1:\n    login_timeout: 5\n")
    checks.that("the complaint about a time says what is expected", "a time with its unit" in str(told), str(told))
    # As docs/scenarios.md says: a first line names the schema, whatever the editor's settings are.
    told = server.complaints("named.yml", f"# yaml-language-server: $schema={server.schema}\n" + HEAD + "stepz: []\n")
    checks.that("a file can name the schema itself", [one["range"]["start"]["line"] for one in told] == [5], str(told))
    for number, (where, (text, wanted)) in enumerate(OFFERS.items()):
        offered = server.offers(f"offer{number}.yaml", text)
        checks.that(f"keys are offered at {where}", wanted <= offered, f"{sorted(wanted - offered)} of {sorted(offered)}")
    for number, (what, (text, at, wanted)) in enumerate(POINTED.items()):
        said = server.explained(f"pointed{number}.yaml", text, at)
        checks.that(f"{what} is explained", wanted in said, said)
    checks.that("the language server ends well", server.close() == 0)


if __name__ == "__main__":
    sys.exit(peer.main(body))
