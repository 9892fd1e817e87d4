"""Every capture of the catalogue through Wireshark's dissectors: no malformed field, except where a scenario says that it is
malformed on the wire, and there the dissector must complain."""
import concurrent.futures
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

# Stories in which no PDU is ever sent.
WITHOUT_PDUS = {"api/report_targets_empty", "api/add_portal_unreachable", "api/initiator_settings",
                "smb/net_refusals", "smb/one_session_bad_arguments"}

ERROR = 0x0080_0000  # of _ws.expert.severity


def malformed_by_design():
    tagged = set()
    for folder, _, files in os.walk(os.path.join(peer.SOURCE, "scenarios", "catalog")):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                if re.search(r"^malformed_on_wire:\s*true", file.read(), re.M):
                    relative = os.path.relpath(path, os.path.join(peer.SOURCE, "scenarios", "catalog"))
                    tagged.add(relative.removesuffix(".yaml").replace(os.sep, "/"))
    return tagged


def agreed_on_digests(path):
    with open(path, "rb") as file:
        return b"Digest=CRC32C" in file.read()


def wrong_digests(base):
    """A wrong digest is told in words only."""
    return [line for line in peer.run(base + ["-Y", "iscsi", "-V"], 60).stdout.splitlines()
            if re.search(r"Digest: .*(Bad|incorrect)", line, re.I)]


def read_capture(path):
    """What the dissectors see: how many lines of iSCSI PDUs or SMB messages, and what they complain of."""
    base = ["tshark", "-r", path, "-d", "tcp.port==3260,iscsi"]
    fields = ["-T", "fields", "-e", "frame.number", "-e", "iscsi.opcode", "-e", "_ws.malformed", "-e", "_ws.expert.severity",
              "-e", "smb2.cmd", "-e", "smb.cmd"]
    done = peer.run(base + fields, 120)
    pdus, complaints = 0, []
    for line in done.stdout.splitlines():
        columns = line.split("\t")
        if len(columns) != 6 or not columns[0].isdigit():
            continue  # what tshark says about being run by root
        pdus += any(columns[at] for at in (1, 4, 5))
        errors = [level for level in columns[3].split(",") if level and int(level, 0) >= ERROR]
        if columns[2] or errors:
            complaints.append(f"frame {columns[0]}: {columns[2] or 'an error of an expert'}")
    if done.returncode != 0:
        complaints.append(f"tshark ended with {done.returncode}: {done.output}")
    return pdus, complaints, wrong_digests(base) if agreed_on_digests(path) else []


def captures_in(folder):
    for here, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name.endswith(".pcapng"):
                path = os.path.join(here, name)
                yield path, os.path.relpath(path, folder).removesuffix(".pcapng").replace(os.sep, "/")


def body(checks, workdir):
    done = peer.run([peer.LUNSIM, "run", os.path.join(peer.SOURCE, "scenarios", "catalog"), "--seed", "1", "--pcap", workdir], 300)
    checks.that("the catalogue passes", done.returncode == 0, done.output)
    tagged = malformed_by_design()
    captures = list(captures_in(workdir))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        read = pool.map(read_capture, [path for path, _ in captures])
        for (_, scenario), (pdus, complaints, wrong) in zip(captures, read):
            said = "\n".join(complaints + wrong)
            if scenario in tagged:
                checks.that(f"{scenario}: tshark complains, as it must", complaints or wrong)
            else:
                checks.that(f"{scenario}: {pdus} PDU lines, none malformed",
                            not complaints and not wrong and (pdus > 0 or scenario in WITHOUT_PDUS), said)
    checks.that(f"{len(captures)} captures, at least one for each of 300 scenarios", len(captures) >= 300)


peer.main(body)
