"""libiscsi's iscsi-test-cu against `lunsim serve`, suite by suite. A test passes, fails, is skipped by the tool (counted, and
only allowed where EXPECTED_SKIPS says why) or did not run, which is red."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

SUITES = ["ALL.Read10", "ALL.Read16", "ALL.Write10", "ALL.Write16", "ALL.Inquiry", "ALL.ReadCapacity10",
          "ALL.ReadCapacity16", "ALL.TestUnitReady", "ALL.Mandatory", "ALL.iSCSIcmdsn", "ALL.iSCSIdatasn",
          "ALL.iSCSITMF", "ALL.iSCSIResiduals"]

# suite.test: why the tool may skip it here. A skip that is not listed is a failure; so is one that no longer happens.
EXPECTED_SKIPS = {
    "Inquiry.BlockLimits": "it judges the limits of UNMAP, and the unit is fully provisioned",
}

NAME = "iqn.2026-11.org.lunsim:test-cu"
SCENARIO = f"""language: 1
scenario: a unit for iscsi-test-cu
targets:
  disk:
    name: {NAME}
    portals: [10.0.0.10:3260]
    luns: [{{lun: 0, capacity: 256 MiB, block: 512}}]
steps: []
"""


def parse(output):
    """Test name -> (verdict, lines)."""
    seen, name, lines = {}, None, []
    for line in output.splitlines():
        found = re.match(r"\s*Test: (\S+) \.\.\.(.*)", line)
        if found:
            name, lines = found.group(1), []
            line = found.group(2)
        if name is None:
            continue
        lines.append(line)
        if re.search(r"(^|\.\.\.|\s)passed\b", line):
            # What the tool says behind the verdict is about the end of its run, not about this test.
            lines[-1] = line[:line.index("passed")]
            skipped = any("[SKIPPED]" in text for text in lines)
            seen[name] = ("skipped" if skipped else "passed", lines)
            name = None
            continue
        if re.search(r"(^|\.\.\.|\s)FAILED\s*$", line):
            seen[name] = ("failed", lines)
    return seen


def body(checks, workdir):
    scenario = os.path.join(workdir, "unit.yaml")
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(SCENARIO)
    listing = peer.run(["iscsi-test-cu", "--list"], 20).output
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    skips = {}
    for suite in SUITES:
        short = suite.split(".")[1]
        checks.that(f"iscsi-test-cu knows {suite}", re.search(rf"\b{short}\b", listing), listing)
        with peer.Target(scenario) as target:
            done = peer.run(["iscsi-test-cu", "-d", "-v", "-t", suite, "-i", "iqn.2026-11.org.lunsim:one", "-I",
                             "iqn.2026-11.org.lunsim:two", f"iscsi://{target.portal}/{NAME}/0"], 60)
        seen = parse(done.output)
        if not checks.that(f"{suite} ran to its end", seen and done.returncode in (0, 1), done.output):
            continue
        for name, (verdict, lines) in seen.items():
            counts[verdict] += 1
            label = f"{short}.{name}"
            if verdict == "skipped":
                skips[label] = " ".join(text.strip() for text in lines if "[SKIPPED]" in text)
                checks.that(f"{label} is skipped for a known reason", label in EXPECTED_SKIPS, "\n".join(lines))
            else:
                checks.that(label, verdict == "passed", "\n".join(lines))
    for label, why in skips.items():
        print(f"skipped {label}: {why} -- {EXPECTED_SKIPS.get(label, 'not expected')}")
    for label in EXPECTED_SKIPS:
        checks.that(f"{label} is still skipped", label in skips)
    print(f"iscsi-test-cu: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")


peer.main(body)
