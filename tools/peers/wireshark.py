"""Every capture of the catalogue through Wireshark's dissectors: no malformed field, except where a scenario says that it is
malformed on the wire, and there the dissector must complain."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

# Stories in which no PDU is ever sent.
WITHOUT_PDUS = {"api/report_targets_empty", "api/add_portal_unreachable"}

COMPLAINT = "_ws.malformed || _ws.expert.severity == error"


def clean(text):
    """Without what tshark says about being run by root."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("Running as user")).strip()


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


def body(checks, workdir):
    done = peer.run([peer.LUNSIM, "run", os.path.join(peer.SOURCE, "scenarios", "catalog"), "--pcap", workdir], 300)
    checks.that("the catalogue passes", done.returncode == 0, done.output)
    tagged = malformed_by_design()
    captures = 0
    for folder, _, files in sorted(os.walk(workdir)):
        for name in sorted(files):
            if not name.endswith(".pcapng"):
                continue
            captures += 1
            path = os.path.join(folder, name)
            scenario = os.path.relpath(path, workdir).removesuffix(".pcapng").replace(os.sep, "/")
            base = ["tshark", "-r", path, "-d", "tcp.port==3260,iscsi"]
            pdus = peer.run(base + ["-Y", "iscsi", "-T", "fields", "-e", "iscsi.opcode"], 60)
            complaints = peer.run(base + ["-Y", COMPLAINT], 60)
            wrong = wrong_digests(base) if agreed_on_digests(path) else []
            if scenario in tagged:
                checks.that(f"{scenario}: tshark complains, as it must", clean(complaints.stdout) or wrong, complaints.output)
            else:
                checks.that(f"{scenario}: {len(pdus.stdout.split())} PDU lines, none malformed",
                            complaints.returncode == 0 and not clean(complaints.stdout) and not wrong
                            and (clean(pdus.stdout) or scenario in WITHOUT_PDUS),
                            complaints.output + "\n".join(wrong))
    checks.that(f"{captures} captures, at least one for each of 30 scenarios", captures >= 30)


peer.main(body)
