"""`lunsim init`: what it writes passes check and run, the CI files are YAML whose commands exist, nothing is overwritten."""
import os
import re
import subprocess
import sys

import yaml

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tools", "peers"))
import peer

WHERE = {"github": os.path.join(".github", "workflows", "lunsim.yml"), "gitlab": ".gitlab-ci.yml"}


def lunsim(*arguments, cwd=None):
    return subprocess.run(["timeout", "60", peer.LUNSIM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, cwd=cwd, check=False)


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def scripts(ci, tree):
    """Every shell text of a CI file."""
    if ci == "github":
        return [step["run"] for step in tree["jobs"]["scenarios"]["steps"] if "run" in step]
    return tree["lunsim"]["before_script"] + tree["lunsim"]["script"]


def written(checks, ci, folder):
    root = os.path.join(folder, ci)
    os.mkdir(root)
    done = lunsim("init", "--ci", ci, "--image", "registry.test/lunsim:1", "--source", "https://git.test/lunsim.git", cwd=root)
    checks.that(f"{ci}: it writes and says what", done.returncode == 0 and "first.yaml" in done.stdout
                and WHERE[ci] in done.stdout, done.stdout + done.stderr)
    text = read(root, WHERE[ci])
    tree = yaml.safe_load(text)
    checks.that(f"{ci}: nothing is left to fill in", not re.search(r"@[A-Z]+@", text), text)
    job = tree["jobs"]["scenarios"] if ci == "github" else tree["lunsim"]
    checks.that(f"{ci}: image and source are where they belong", "registry.test/lunsim:1" in (job.get("container"), job.get("image"))
                and "https://git.test/lunsim.git" in str(job.get("env") or job["variables"]), text)
    for script in scripts(ci, tree):
        syntax = subprocess.run(["bash", "-n"], input=script, text=True, stderr=subprocess.PIPE, check=False)
        checks.that(f"{ci}: {script.splitlines()[0]!r} is a shell script", syntax.returncode == 0, syntax.stderr)
    # What the job does where the image has lunsim, here; and what it says where it has neither.
    bin_folder = os.path.join(folder, "bin-" + ci)
    os.mkdir(bin_folder)
    os.symlink(os.path.abspath(peer.LUNSIM), os.path.join(bin_folder, "lunsim"))
    for script in scripts(ci, tree):
        run = subprocess.run(["bash", "-e", "-c", script], cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             check=False, env={"PATH": bin_folder + ":/usr/bin:/bin", "LUNSIM_SOURCE": ""})
        checks.that(f"{ci}: {script.splitlines()[0]!r} runs", run.returncode == 0, run.stdout)
    checks.that(f"{ci}: the report that it keeps is there", os.path.exists(os.path.join(root, "lunsim.xml")))
    checks.that(f"{ci}: the report is kept whatever happens", "always" in text and "lunsim*.xml" in text)
    bare = subprocess.run(["bash", "-e", "-c", scripts(ci, tree)[0]], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, env={"PATH": "/usr/bin:/bin", "LUNSIM_SOURCE": ""})
    checks.that(f"{ci}: without lunsim and source it says so", bare.returncode == 2 and "LUNSIM_SOURCE" in bare.stdout, bare.stdout)
    for path in re.findall(r"/tmp/lunsim/(tools/\w+)", text):
        checks.that(f"{ci}: {path} exists", os.access(os.path.join(SOURCE, path), os.X_OK))
    return root


def body(checks, folder):
    for ci in WHERE:
        root = written(checks, ci, folder)
    first = os.path.join(root, "scenarios", "first.yaml")
    for verb in (["check", first], ["run", first, "--seed", "1"], ["run", first, "--live", "--seed", "1"]):
        done = lunsim(*verb)
        checks.that(f"the first scenario passes {' '.join(verb[:1] + verb[2:3])}", done.returncode == 0,
                    done.stdout + done.stderr)
    with open(first, "w", encoding="utf-8") as file:
        file.write("mine")
    again = lunsim("init", "--ci", "gitlab", cwd=root)
    checks.that("what is there is not overwritten", again.returncode == 2 and "first.yaml is there already" in again.stderr
                and read(first) == "mine", again.stdout + again.stderr)
    os.remove(os.path.join(root, WHERE["gitlab"]))
    lunsim("init", "--ci", "gitlab", cwd=root)
    checks.that("nor is a half of it written", not os.path.exists(os.path.join(root, WHERE["gitlab"])))
    forced = lunsim("init", "--ci", "gitlab", "--force", cwd=root)
    checks.that("--force replaces it", forced.returncode == 0 and read(first) != "mine", forced.stderr)
    none = lunsim("init", os.path.join(folder, "deep", "er"), "--ci", "none")
    checks.that("a folder of one's own, without CI", none.returncode == 0
                and sorted(os.listdir(os.path.join(folder, "deep", "er"))) == ["scenarios"], none.stderr)
    checks.that("another CI is refused", lunsim("init", folder, "--ci", "jenkins").returncode == 2)
    checks.that("an image with a quote is refused", lunsim("init", folder, "--image", "x' y").returncode == 2)
    blocked = os.path.join(folder, "a-file")
    with open(blocked, "w", encoding="utf-8") as file:
        file.write("x")
    done = lunsim("init", blocked)
    checks.that("a folder that cannot be is a sentence", done.returncode == 4 and "a-file" in done.stderr, done.stderr)


peer.main(body)
