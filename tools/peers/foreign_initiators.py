"""libiscsi's tools and QEMU against `lunsim serve`: discovery, inquiry, capacity, CHAP both ways, a 256 MiB image there
and back. Witnesses that nobody here wrote."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer

OPEN = "iqn.2026-11.org.lunsim:open"
CHAP = "iqn.2026-11.org.lunsim:chap"
MUTUAL = "iqn.2026-11.org.lunsim:mutual"
IMAGE_BYTES = 256 << 20


def discovery(checks, portal):
    seen = peer.run(["iscsi-ls", f"iscsi://{portal}"], 20)
    for name in (OPEN, CHAP, MUTUAL):
        checks.that(f"iscsi-ls lists {name}", name in seen.output and portal in seen.output, seen.output)
    inquiry = peer.run(["iscsi-inq", f"iscsi://{portal}/{OPEN}/0"], 20)
    checks.that("iscsi-inq reads LUN 0", inquiry.returncode == 0 and "DIRECT_ACCESS" in inquiry.output.upper().replace(" ", "_"),
                inquiry.output)
    pages = peer.run(["iscsi-inq", "-e", "1", "-c", "0x83", f"iscsi://{portal}/{OPEN}/1"], 20)
    checks.that("iscsi-inq reads the device identification of LUN 1", pages.returncode == 0, pages.output)
    absent = peer.run(["iscsi-inq", f"iscsi://{portal}/{OPEN}/7"], 20)
    checks.that("LUN 7 is not there", absent.returncode != 0 or "NOT_CONNECTED" in absent.output.upper()
                or "UNKNOWN" in absent.output.upper() or re.search(r"Qualifier:.*(3|NOT)", absent.output), absent.output)
    for lun, blocks, size in ((0, 512 << 11, 512), (1, 5 << 28, 4096)):
        capacity = peer.run(["iscsi-readcapacity16", f"iscsi://{portal}/{OPEN}/{lun}"], 20)
        checks.that(f"iscsi-readcapacity16 sees {blocks} blocks of {size} on LUN {lun}",
                    str(blocks - 1) in capacity.output and str(size) in capacity.output
                    or str(blocks) in capacity.output, capacity.output)


def two_units(checks, workdir):
    scenario = os.path.join(workdir, "plain.yaml")
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(f"""language: 1
scenario: two units without CHAP
targets:
  open:
    name: {OPEN}
    portals: [10.0.0.10:3260]
    luns: [{{lun: 0, capacity: 64 MiB}}, {{lun: 1, capacity: 1 GiB, block: 4096}}]
steps: []
""")
    with peer.Target(scenario) as target:
        seen = peer.run(["iscsi-ls", "-s", f"iscsi://{target.portal}"], 20)
        checks.that("iscsi-ls -s shows both units", seen.returncode == 0 and re.search(r"Lun:0", seen.output, re.I)
                    and re.search(r"Lun:1", seen.output, re.I), seen.output)


def convert(checks, what, workdir, target_options):
    image, back = os.path.join(workdir, "image.raw"), os.path.join(workdir, "back.raw")
    if not os.path.exists(image):
        with open(image, "wb") as file, open("/dev/urandom", "rb") as random:
            for _ in range(IMAGE_BYTES >> 20):
                file.write(random.read(1 << 20))
    there = peer.run(["qemu-img", "convert", "-n", "-f", "raw", "--target-image-opts", image, target_options], 120)
    checks.that(f"qemu-img writes 256 MiB {what}", there.returncode == 0, there.output)
    peer.run(["rm", "-f", back])
    # The unit is larger than the image: read just as much of it.
    from_unit = f"driver=raw,size={IMAGE_BYTES},file.{target_options.replace(',', ',file.').replace('driver=', 'driver=', 1)}"
    here = peer.run(["qemu-img", "convert", "--image-opts", from_unit, "-O", "raw", back], 120)
    same = here.returncode == 0 and peer.run(["cmp", image, back], 60).returncode == 0
    checks.that(f"qemu-img reads the same 256 MiB back {what}", same, here.output)


def images(checks, portal, workdir):
    base = f"driver=iscsi,transport=tcp,portal={portal},lun=0"
    convert(checks, "plain", workdir, f"{base},target={OPEN}")
    convert(checks, "with CHAP", workdir, f"{base},target={CHAP},user=alice,password=wonderland-12")
    convert(checks, "with a header digest", workdir, f"{base},target={OPEN},header-digest=crc32c")
    refused = peer.run(["qemu-img", "info", "--image-opts",
                        f"{base},target={CHAP},user=alice,password=wrong-secret-1"], 30)
    checks.that("qemu-img with a wrong secret is refused", refused.returncode != 0, refused.output)


def mutual_chap(checks, portal):
    def inquire(secret, target_secret):
        return peer.run(["iscsi-inq", f"iscsi://alice%{secret}@{portal}/{MUTUAL}/0?target_user=array"
                                      f"&target_password={target_secret}"], 20)
    right = inquire("wonderland-12", "looking-glass-7")
    checks.that("iscsi-inq logs in with mutual CHAP", right.returncode == 0, right.output)
    ours = inquire("wonderland-13", "looking-glass-7")
    checks.that("a wrong initiator secret is refused", ours.returncode != 0, ours.output)
    theirs = inquire("wonderland-12", "looking-glass-8")
    checks.that("iscsi-inq refuses us with a wrong target secret", theirs.returncode != 0, theirs.output)


def body(checks, workdir):
    here = os.path.dirname(os.path.abspath(__file__))
    two_units(checks, workdir)
    with peer.Target(os.path.join(here, "two_luns.yaml")) as target:
        discovery(checks, target.portal)
        mutual_chap(checks, target.portal)
        images(checks, target.portal, workdir)
        checks.that("lunsim serve stops cleanly on SIGTERM", target.stop() in (0, -15, 143), target.errors())


peer.main(body)
