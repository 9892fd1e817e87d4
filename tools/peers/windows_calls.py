"""What tests of the library outside of one process share: a running `lunsim host`, the walking program, and what it says."""
import os
import re
import tempfile

import peer

TARGET = "iqn.2026-11.org.lunsim:open"
TWO_LUNS = os.path.join(peer.SOURCE, "tools", "peers", "two_luns.yaml")


class Host(peer.Server):
    """`lunsim host` with a state of its own, or that of `state`; `env` is what its callers need."""

    def __init__(self, *arguments, state=None):
        self.folder = tempfile.TemporaryDirectory()
        self.state = state or os.path.join(self.folder.name, "host.state")
        super().__init__([peer.LUNSIM, "host", "--state", self.state, *arguments])
        line = self.process.stdout.readline()
        found = re.search(r"^ready host=(\S+) token_file=(\S+)$", line)
        if not found:
            self.stop()
            raise peer.Failed(f"lunsim host did not come up: {line!r}\n{self.errors()}")
        self.address, self.token_file = found.groups()
        self.env = dict(os.environ, LUNSIM_STATE=self.state, LUNSIM_HOST=self.address, LUNSIM_HOST_TOKEN_FILE=self.token_file)

    def control(self, verb):
        done = peer.run([peer.LUNSIM, "host", verb], 20, env=self.env)
        return done.output.strip() if done.returncode == 0 else f"exit {done.returncode}: {done.output}"


def two_processes(walk, portal, target, env):
    """Logs in from one process and looks around from another; what both said."""
    address, port = portal.rsplit(":", 1)
    said = ""
    for words in (["login", address, port, target], ["sessions"], ["look"], ["sessions"]):
        done = peer.run([*walk, *words], 120, env=env)
        said += f"$ {words[0]}\n{done.output}" + (f"exit {done.returncode}\n" if done.returncode else "")
    return said.replace("\r\n", "\n")


def code_of(said, call):
    """The code of the first call of that name; None if it was not made."""
    found = re.search(rf"^{re.escape(call)} ([0-9A-F]{{8}})$", said, re.MULTILINE)
    return int(found.group(1), 16) if found else None
