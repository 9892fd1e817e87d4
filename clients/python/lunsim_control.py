"""A client of lunsim's control channel: standard library only, one file to copy into your tests.

    with lunsim_control.open() as lunsim:            # under `lunsim exec`
        lunsim.arm("cut")
        answer = lunsim.call("SendScsiReadCapacity", UniqueSessionId=session, Lun=0)

Requests go out as a line of JSON and wait for their answer; open a client in each thread. What can be asked:
docs/control.md.
"""
import io
import json
import os
import socket


class ControlError(Exception):
    """A request that was refused, with the reason as a sentence; or a channel that is broken."""


class Call(dict):
    """What a call came to: its out-parameters by name, and .code and .name of what it returned."""

    def __init__(self, result):
        super().__init__(result["out"])
        self.code = result["return"]
        self.name = result["name"]

    @property
    def succeeded(self):
        return self.code == 0


class LunsimControl:
    def __init__(self, address, token_file, timeout=None):
        with io.open(token_file, encoding="ascii") as file:
            token = file.readline().strip()
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host.strip("[]"), int(port)), timeout)
        self._answers = self._socket.makefile("rb")
        self._last_id = 0
        try:
            self.hello = self.request("hello", token=token)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._answers.close()
        self._socket.close()

    def request(self, name, **members):
        """Any request; its result as a dictionary."""
        self._last_id += 1
        line = json.dumps({"id": self._last_id, "request": name, **members})
        try:
            self._socket.sendall(line.encode() + b"\n")
            text = self._answers.readline()
        except OSError as broken:
            raise ControlError(f"the control channel is broken: {broken}") from broken
        if not text.endswith(b"\n"):
            raise ControlError("lunsim has closed the control channel")
        answer = json.loads(text)
        if "error" in answer:
            raise ControlError(answer["error"])
        if answer.get("id") != self._last_id:
            raise ControlError("this is no answer to this request")
        return answer["result"]

    def arm(self, fault):
        self.request("arm", fault=fault)

    def disarm(self, fault):
        self.request("disarm", fault=fault)

    def faults(self):
        """Name to {"armed", "matched", "fired"}."""
        return {one["name"]: one for one in self.request("list_faults")["faults"]}

    def change(self, target, **what):
        """A `change:` of the scenario language: add={"lun": 7, "capacity": "64 MiB"}, ..."""
        self.request("change", target=target, **what)

    def add_lun(self, target, lun, capacity, **more):
        self.change(target, add={"lun": lun, "capacity": capacity, **more})

    def resize_lun(self, target, lun, capacity):
        self.change(target, resize={"lun": lun, "capacity": capacity})

    def remove_lun(self, target, lun):
        self.change(target, remove={"lun": lun})

    def request_logout(self, target, within_s):
        self.change(target, request_logout=f"{within_s} s")

    def drop_sessions(self, target, how="reset"):
        self.change(target, drop_sessions=how)

    def sessions(self):
        return self.request("list_sessions")["sessions"]

    def connections(self):
        return self.request("list_connections")["connections"]

    def counters(self):
        return self.request("counters")

    def call(self, function, /, **parameters):
        """A function of the iSCSI Discovery Library at the scenario's host; None is NULL."""
        return Call(self.request("call", function=function, **({"with": parameters} if parameters else {})))

    def lua(self, code):
        return self.request("lua", code=code)


def open(timeout=None):   # pylint: disable=redefined-builtin
    """The channel that `lunsim exec` has exported."""
    try:
        return LunsimControl(os.environ["LUNSIM_CONTROL"], os.environ["LUNSIM_CONTROL_TOKEN_FILE"], timeout)
    except KeyError as missing:
        raise ControlError(f"{missing.args[0]} is not set: run this under lunsim exec") from None
