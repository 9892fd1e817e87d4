"""A program under test: logs in, reads the capacity, and lets lunsim break the array in between.

    lunsim exec story.yaml -- python3 example.py [FAULT]

Built only on the control client and the environment. Exit code 0: it got the capacity, 1: it could not and says why.
"""
import os
import sys

import lunsim_control

TRIES_MAX = 3


def must(answer, what):
    if not answer.succeeded:
        sys.exit(f"{what} ended with {answer.name}")
    return answer


def capacity(lunsim, session):
    """The last block of unit 0; a unit that is busy, or has something to tell first, is asked again."""
    for _ in range(TRIES_MAX):
        answer = lunsim.call("SendScsiReadCapacity", UniqueSessionId=session, Lun=0)
        if answer.succeeded:
            return answer["ResponseBuffer"]["value"]["last_lba"]
    sys.exit(f"SendScsiReadCapacity ended with {answer.name}")


def main(faults):
    with lunsim_control.open() as lunsim:
        host, port = os.environ["LUNSIM_ISCSI_ARRAY"].rsplit(":", 1)
        must(lunsim.call("AddIScsiSendTargetPortal", Portal={"Address": host, "Socket": int(port)}), "discovery")
        login = must(lunsim.call("LoginIScsiTarget", TargetName=os.environ["LUNSIM_TARGET_ARRAY"]), "login")
        session = login["UniqueSessionId"]
        first = capacity(lunsim, session)
        for fault in faults:
            lunsim.arm(fault)
        print(f"last block {first}, then {capacity(lunsim, session)}")
        must(lunsim.call("LogoutIScsiTarget", UniqueSessionId=session), "logout")


try:
    main(sys.argv[1:])
except lunsim_control.ControlError as error:
    sys.exit(str(error))
