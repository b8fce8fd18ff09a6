#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A statement has artefacts of its own. Every example compiles to the same bytes twice; with one
more statement that overlaps no other, in front of all others or behind them, it compiles to the
files of before and exactly those of the statement, and none of before differs but the manifest,
Terraform's inputs and, where a suppression ends, the machine of ends. In the manifest and in the
inputs, too, nothing of other statements is different. With `-t` each target alone writes its files
among those, byte by byte.

usage: own_artefacts.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = "2026-04-01"
NAME = "one-more"
MANIFEST, INPUTS = "manifest.json", "vulnctl.auto.tfvars.json"

# A CVE and a repository that no example names; and what more keeps it apart from statements that
# hold for every CVE: a protection, and what silences and gives back by fixes alone.
FINDING = 'cve == CVE-1999-9999 and repository == "nobody/nothing"'
APART = {"ecr-operations": " and not (fix exists) and exploit == NO",
         "organisation": " and severity == LOW"}
# Where an automation rule cannot say that: what its suppression overlaps, a reopen that leaves out
# all that another suppression holds.
OVERLAPS = {"ecr-operations": {"fix-arrived"}}

RULE = f"securityhub/automation-rules/{NAME}.json"
EVENT = {f"eventbridge/{NAME}.{part}.json" for part in ("pattern", "rule", "targets")}
MACHINE = f"stepfunctions/{NAME}.asl.json"
END = f"scheduler/{NAME}.json"


def statements(example, channel):
    """What is added, the files that are new with it, and what else may differ, by name."""
    apart = FINDING + APART.get(example, "")
    overlaps = OVERLAPS.get(example, set())
    ends = 'until 2026-11-30; reason "a test";'
    sets = 'set one-more = "1";'
    return (
        (f"suppress {NAME} {{ when {FINDING if overlaps else apart}; via automation; {ends} }}",
         {RULE, END}, {"expire"} | overlaps),
        (f"suppress {NAME} {{ when {apart}; via event; {ends} }}", EVENT | {MACHINE, END},
         {"expire"}),
        (f"notify {NAME} {{ when {apart}; to {channel}; }}", EVENT, set()),
        (f"assign {NAME} {{ when {FINDING}; {sets} via automation; }}", {RULE}, set()),
        (f"assign {NAME} {{ when {apart}; {sets} via event; }}", EVENT | {MACHINE}, set()),
    )


def compiled(program, project, env):
    """Every file that is written, as path -> bytes."""
    with tempfile.TemporaryDirectory(prefix="vulnctl-own.") as place:
        subprocess.run([program, "compile", "policy.vpol", "--now", NOW, "-o", place, *env],
                       check=True, cwd=project, stderr=subprocess.DEVNULL)
        out = pathlib.Path(place)
        return {path.relative_to(out).as_posix(): path.read_bytes()
                for path in out.rglob("*") if path.is_file()}


def targets(program):
    """Those whose files are AWS's own."""
    said = subprocess.run([program, "list", "targets", "--format", "json"], check=True,
                          stdout=subprocess.PIPE).stdout
    return [target["name"] for target in json.loads(said)["targets"] if target["native"]]


def alone(program, project, env, whole):
    """What is wrong when targets are compiled one by one."""
    said, seen = [], {MANIFEST, INPUTS}
    for target in targets(program):
        files = compiled(program, project, [*env, "-t", target])
        said += [f"-t {target}: {path} is different"
                 for path in sorted(different(whole, files) - {MANIFEST})]
        said += [f"-t {target}: {path} is new" for path in sorted(new(whole, files))]
        seen |= files.keys()
    return said + [f"{path} is of no target" for path in sorted(whole.keys() - seen)]


def of(path):
    """The name in front of the ends of a path."""
    return path.rpartition("/")[2].partition(".")[0]


def different(was, now, inside=""):
    return {inside + path for path in was if path in now and was[path] != now[path]}


def new(was, now, inside=""):
    return {inside + path for path in now if path not in was}


def entries(manifest):
    """The entries of what a statement has alone."""
    return {entry["path"]: entry for entry in json.loads(manifest)["artefacts"]
            if entry["path"] != INPUTS}


def inputs(written):
    """Each value of Terraform's inputs, those of resources by section and name."""
    found = {}
    for section, value in json.loads(written).items():
        if isinstance(value, dict) and section != "roles":
            found.update({f"{section}/{key}": inner for key, inner in value.items()})
        else:
            found[section] = value
    return found


def wrong(before, after, own, others, moved):
    """What differs and should not; `moved`: others stand on other lines now."""
    files = different(before, after) | new(after, before)
    said = [] if files >= {MANIFEST, INPUTS} else ["the manifest and the inputs should differ"]
    found = new(before, after)
    if found != own:
        said.append(f"new are {sorted(found)}, and it has {sorted(own)}")
    pairs = [(inputs(before[INPUTS]), inputs(after[INPUTS]), f"in {INPUTS}: ")]
    if not moved:
        pairs.append((entries(before[MANIFEST]), entries(after[MANIFEST]), f"in {MANIFEST}: "))
    changed = files - {MANIFEST, INPUTS}
    for was, now, inside in pairs:
        changed |= different(was, now, inside) | new(now, was, inside)
        said += [f"{path} is new" for path in sorted(new(was, now, inside)) if of(path) != NAME]
    return said + [f"{path} is different" for path in sorted(changed) if of(path) not in others]


def environments(config):
    return [[]] + [["--env", name] for name in
                   re.findall(r"(?m)^  ([a-z]+):$", config.partition("\nenvironments:\n")[2])]


def checks(program, example, project):
    """(what is checked, what is wrong)"""
    shutil.copytree(example, project, ignore=shutil.ignore_patterns("expected"))
    policy = project / "policy.vpol"
    source = policy.read_text("utf-8")
    config = (project / "vulnctl.yaml").read_text("utf-8")
    channel = re.search(r"(?m)^channels:\n  ([a-z-]+):", config)[1]
    behind_policy = re.search(r"(?m)^}\n", source).end()
    for env in environments(config):
        what = " ".join([example.name, *env])
        policy.write_text(source, "utf-8")
        before, again = (compiled(program, project, env) for _ in range(2))
        yield f"{what}: the same bytes twice", sorted(different(before, again) |
                                                      new(before, again) | new(again, before))
        yield f"{what}: each target alone", alone(program, project, env, before)
        for statement, own, others in statements(example.name, channel):
            for place, at in (("first", behind_policy), ("last", len(source))):
                policy.write_text(f"{source[:at]}{statement}\n{source[at:]}", "utf-8")
                after = compiled(program, project, env)
                yield (f"{what}: {place}, {statement}",
                       wrong(before, after, own, others, moved=place == "first"))


def main():
    parser = argparse.ArgumentParser(description="A statement has artefacts of its own.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    program = (ROOT / parser.parse_args().build / "vulnctl").resolve()
    number = failures = 0
    for policy in sorted(ROOT.glob("examples/*/policy.vpol")):
        with tempfile.TemporaryDirectory(prefix="vulnctl-own.") as place:
            project = pathlib.Path(place) / "project"
            for what, found in checks(program, policy.parent, project):
                number += 1
                failures += bool(found)
                print(f"{'not ok' if found else 'ok'} {number} - {what}")
                for line in found:
                    print(f"# {line}")
    print(f"1..{number}")
    return 1 if failures or not number else 0


if __name__ == "__main__":
    sys.exit(main())
