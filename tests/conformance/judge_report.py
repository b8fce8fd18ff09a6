#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports of diagnostics as services read them. Logs in SARIF by Microsoft's validator (the
published schema, its rules and those of GitHub's code scanning), annotations by the rules of
GitHub's runner and beside what its toolkit writes, JUnit by expat. What each says must be what the
JSON lines say, whatever a policy or its name holds, and no line of any is a command."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse
import xml.etree.ElementTree

import common
import runner

FORMATS = ("json", "sarif", "github", "junit", "text")
TEXTS = ("\n::add-mask::1", "%0A::error::x", "   ::stop-commands::x", "a ##[add-mask]prod b",
         "::set-output name=x::y", "\u3000::error::x", "\x1b[2J", "\x1b]0;t\x07", "\x9b31m",
         "\u202eABC", "\u200b", "{0} }{", "[text](1)", "[x](https://example.com)", "\\[", "%25,:",
         "<a b='c'>&amp;]]>\"", "\ufffe", "\r\n##[error]x", "深刻 か\u3099")
NAMES = (b"::error::x.vpol", b"a,b:c%0A.vpol", b"##[add-mask]x.vpol", "x\u202e深.vpol".encode(),
         b"[x](1){0}.vpol", b"a\n::add-mask::1.vpol", b"\xff\x9b.vpol", b" a&<\".vpol",
         b"%2e%2e%2fx.vpol")
POLICY = """edition 1;
policy "p" {{ owner "o"; }}
let v = "{0}";
assign a {{ when severity == "{0}"; set b = "{0}"; }}
suppress c {{ when v; reason "{0}"; }}
use "{0}";
"""
LEVEL = {"info": "note", "warning": "warning", "error": "error"}
COMMAND = {"info": "notice", "warning": "warning", "error": "error"}
UNESCAPE = re.compile(r"\{\{|\}\}|\\[\[\]\\]|\[((?:[^\[\]\\]|\\[\[\]\\])*)\]\((\d+)\)")
BARE = re.compile(r"[\[\]{}]")
RUNS = 20
# What it would have: an answer from the place that $schema names, and a homepage.
RULES = """<?xml version="1.0" encoding="utf-8"?><Properties>{}</Properties>""".format("".join(
    f'''<Properties Key="{rule}.Options"><Property Key="RuleEnabled" Value="Disabled"
    Type="Driver.RuleEnabledState" /></Properties>'''
    for rule in ("SARIF2005.ProvideToolProperties", "SARIF2006.UrisShouldBeReachable")))


class Run:
    """What one command says of one policy, in every format."""

    def __init__(self, args, command, name, folder):
        self.name = f"{command} {os.fsdecode(name)!a}"
        self.output = {}
        words = [args.build.resolve() / "vulnctl", command, "--now", common.NOW, name]
        if command == "compile":
            words += ["-o", "out"]
        for form in FORMATS:
            done = subprocess.run([*words, "--format", form], capture_output=True, cwd=folder,
                                  env=dict(os.environ, LC_ALL="C.UTF-8"))
            self.output[form] = (done.stdout + done.stderr).decode("utf-8")
        self.diagnostics = common.json_lines(self.output["json"])

    def cut(self):
        """More than is shown: text formats for people then say less than those for programs."""
        return any(d["message"].startswith("... and ") for d in self.diagnostics)


# --- SARIF ---

def plain(text):
    """What a viewer shows of the text of a message; None: it has a stray placeholder or link."""
    if BARE.search(UNESCAPE.sub("", text)):
        return None

    def character(match):
        if match[2] is not None:
            return plain(match[1])
        return match[0][1]
    return UNESCAPE.sub(character, text)


def said(diagnostic):
    """All that belongs to it, but for what was cut, which has no heading of its own."""
    notes = [n for n in diagnostic["notes"] if not re.fullmatch(r"\.\.\. and \d+ bytes more", n)]
    cut = diagnostic["notes"][len(notes):]
    return "\n".join([diagnostic["message"],
                      *(f"note: {label['message']}" for label in diagnostic["labels"]),
                      *(f"note: {note}" for note in notes + diagnostic["witness"]),
                      *(f"help: {text}" for text in diagnostic["help"]), *cut])


def place(diagnostic):
    return [diagnostic[key] for key in ("line", "col", "end_line", "end_col")]


def region(region):
    return [region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")]


def judge_log(report, run):
    log = json.loads(run.output["sarif"])["runs"][0]
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    located = [d for d in run.diagnostics if d["id"] and d["file"]]
    report.check(len(log["results"]) == len(located), f"{run.name}: as many results as JSON lines")
    report.check(rules == sorted({d["id"] for d in run.diagnostics if d["id"]}),
                 f"{run.name}: the rules that occur", rules=rules)
    for diagnostic, result in zip(located, log["results"]):
        at = result["locations"][0]["physicalLocation"]
        fixes = [change for fix in result.get("fixes", ())
                 for file in fix["artifactChanges"] for change in file["replacements"]]
        same = {
            "message": plain(result["message"]["text"]) == said(diagnostic),
            "level": result["level"] == LEVEL[diagnostic["level"]],
            "rule": rules[result["ruleIndex"]] == result["ruleId"] == diagnostic["id"],
            "place": region(at["region"]) == place(diagnostic),
            "labels": [region(related["physicalLocation"]["region"])
                       for related in result.get("relatedLocations", ())] ==
                      [place(label) for label in diagnostic["labels"] if label["file"]],
            "links": [match[2] for match in UNESCAPE.finditer(result["message"]["text"])
                      if match[2]] == [str(related["id"])
                                       for related in result.get("relatedLocations", ())],
            "fixes": sorted((region(fix["deletedRegion"]),
                             fix.get("insertedContent", {"text": ""})["text"]) for fix in fixes) ==
                     sorted((place(fix), fix["text"]) for fix in diagnostic["fix"]),
            "allowed": bool(result.get("suppressions")) == bool(diagnostic["allowed"]),
            "fingerprint": result.get("partialFingerprints", {}).get("vulnctl/v1") ==
                           diagnostic["fingerprint"],
        }
        report.check(all(same.values()), f"{run.name}: SARIF says what JSON says", same=same,
                     result=result, line=diagnostic)


def judge_uris(report, run, name):
    """Of a name that no JSON string can hold, too."""
    log = json.loads(run.output["sarif"])["runs"][0]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for result in log["results"]}
    report.check({urllib.parse.unquote_to_bytes(uri) for uri in uris} == {name},
                 f"{run.name}: a URI names the file", uris=sorted(uris))


def validate(args, logs):
    """What the validator has against each log."""
    tool = args.judges / "reports/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number, log in enumerate(logs):
            (folder / f"{number}.sarif").write_text(json.dumps(log), encoding="utf-8")
        (folder / "rules.xml").write_text(RULES, encoding="utf-8")
        done = subprocess.run([tool, "validate", folder / "*.sarif", "--output",
                               folder / "verdict.json", "--config", folder / "rules.xml",
                               "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"],
                              capture_output=True, text=True, env=dict(
                                  os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1",
                                  DOTNET_BUNDLE_EXTRACT_BASE_DIR=name))
        if done.returncode != 0 or f"{len(logs)} files scanned" not in done.stdout:
            raise SystemExit(f"the validator ended with {done.returncode}: {done.stdout}"
                             f"{done.stderr}")
        verdict = json.loads((folder / "verdict.json").read_text(encoding="utf-8-sig"))
    faults = [[] for _ in logs]
    for result in verdict["runs"][0].get("results", ()):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        number = int(re.search(r"(\d+)\.sarif$", uri)[1])
        faults[number].append(f"{result['ruleId']}: {json.dumps(result['message'])}")
    return faults


def judge_valid(args, report, runs):
    """Many runs in one log, up to the number that GitHub takes: it is faster."""
    logs = [json.loads(run.output["sarif"]) for run in runs]
    groups = [dict(logs[0], runs=[log["runs"][0] for log in logs[at:at + RUNS]])
              for at in range(0, len(logs), RUNS)]
    text = next(run.output["sarif"] for run in runs if '"relatedLocations"' in run.output["sarif"])
    broken = [json.loads(text.replace(*change)) for change in (
        ('"startLine"', '"startLin"'), ('"ruleIndex": 0', '"ruleIndex": 99'),
        ('"startLine": ', '"startLine": -'), ('"locations"', '"places"'))]
    faults = validate(args, groups + broken)
    for number, _ in enumerate(groups):
        report.check(not faults[number], f"logs {RUNS * number} to {RUNS * (number + 1)} are valid",
                     faults=faults[number])
    for number, _ in enumerate(broken, len(groups)):
        report.check(faults[number], f"broken log {number - len(groups)} is refused")


# --- annotations ---

def expected_text(run, diagnostic):
    """The beginning of it: fixes follow, which JSON has in another shape."""
    lines = [f"note: {label['message']}" for label in diagnostic["labels"]]
    allowed = diagnostic["allowed"]
    if allowed:
        lines.append(f"note: until {allowed['until']}: {allowed['reason']}")
    return ["allowed: " * bool(allowed) + diagnostic["message"], *lines]


def judge_annotations(report, run):
    lines = runner.lines(run.output["github"]) if run.output["github"] else []
    if any(line.startswith("::notice::... and ") for line in lines):
        return []  # for people, and less than JSON has
    report.check(len(lines) == len(run.diagnostics), f"{run.name}: an annotation for each")
    seen = []
    for diagnostic, line in zip(run.diagnostics, lines):
        found = runner.command(line)
        if not report.check(found, f"{run.name}: a line is an annotation", line=line):
            continue
        command, properties, data = found
        one_line = diagnostic["line"] == diagnostic["end_line"]
        wanted = {"title": " ".join(filter(None, (diagnostic["id"], properties.get(
            "title", "").partition(" ")[2]))), "line": diagnostic["line"],
                  "endLine": diagnostic["end_line"]}
        if one_line:
            wanted |= {"col": diagnostic["col"], "endColumn": diagnostic["end_col"]}
        wanted = {key: str(value) for key, value in wanted.items() if value}
        got = {key: value for key, value in properties.items() if key != "file"}
        parts = data.split("\n")
        expected = expected_text(run, diagnostic)
        report.check(
            command == ("notice" if diagnostic["allowed"] else COMMAND[diagnostic["level"]]) and
            got == wanted and ("file" in properties) == bool(diagnostic["file"]) and
            all(part.startswith(want) for part, want in zip(parts, expected)) and
            not any(runner.command(part) for part in parts),
            f"{run.name}: an annotation says what JSON says", line=line, json=diagnostic)
        seen.append((line, {"command": command, "message": data, "properties": {
            key: properties[ours] for key, ours in (
                ("title", "title"), ("file", "file"), ("startLine", "line"),
                ("endLine", "endLine"), ("startColumn", "col"), ("endColumn", "endColumn"))
            if ours in properties}}))
    for form in ("json", "sarif", "junit", "text"):
        commands = [line for line in runner.lines(run.output[form]) if runner.command(line)]
        report.check(not commands, f"{run.name}: no line of {form} is a command", lines=commands)
    return seen


def judge_toolkit(args, report, seen):
    text = "".join(json.dumps(what) + "\n" for _, what in seen)
    done = subprocess.run(["node", common.HERE / "toolkit.mjs", args.judges], input=text,
                          capture_output=True, text=True)
    theirs = done.stdout.splitlines()
    report.check(len(theirs) == len(seen), "the toolkit writes as many", messages=done.stderr)
    for (ours, _), line in zip(seen, theirs):
        report.check(ours == line, "the toolkit writes the same", ours=ours, theirs=line)


# --- JUnit ---

def judge_junit(report, run):
    suites = xml.etree.ElementTree.fromstring(run.output["junit"])
    cases = suites.findall("testsuite/testcase")
    report.check(len(cases) == len(run.diagnostics) == int(suites.get("tests")),
                 f"{run.name}: a case for each")
    for diagnostic, case in zip(run.diagnostics, cases):
        kinds = [child.tag for child in case if child.tag != "system-out"]
        if diagnostic["allowed"]:
            wanted = ["skipped"]
        elif diagnostic["level"] == "error":
            wanted = ["failure" if diagnostic["id"] else "error"]
        else:
            wanted = []
        body = "".join(child.text or "" for child in case)
        message = diagnostic["message"].replace("\ufffe", r"\u{fffe}")
        where = ("{}:{}:{}: ".format(case.get("classname"), diagnostic["line"], diagnostic["col"])
                 if diagnostic["file"] else "")
        report.check(kinds == wanted and
                     body.startswith(f"{where}{diagnostic['level']}: {message}"),
                     f"{run.name}: a case says what JSON says", body=body, line=diagnostic)


# --- all ---

def hostile(folder):
    for number, text in enumerate(TEXTS):
        path = folder / f"text-{number}.vpol"
        path.write_text(POLICY.format(text), encoding="utf-8", newline="")
        yield os.fsencode(path.name)
    for name in NAMES:
        with open(os.path.join(os.fsencode(folder), name), "w", encoding="utf-8") as file:
            file.write(POLICY.format("x"))
        yield name


def all_runs(args, folder):
    names = list(hostile(folder))
    for path in sorted((common.ROOT / "tests" / "bogons").glob("*.vpol")):
        shutil.copy(path, folder / path.name)
        names.append(os.fsencode(path.name))
    for name in names:
        yield Run(args, "check", name, folder), name
    for path in common.policies():
        for command in ("lint", "compile"):
            yield Run(args, command, os.fsencode(path), folder), None


def judge(args, report):
    modules = args.judges / "reports" / "node_modules"
    if not (modules / "@actions" / "core").is_dir() or shutil.which("node") is None:
        report.skip("the validator of SARIF and the toolkit were not fetched")
        return
    seen = []
    with tempfile.TemporaryDirectory() as name:
        runs = list(all_runs(args, pathlib.Path(name)))
    for run, name in runs:
        if name in NAMES:
            judge_uris(report, run, name)
        if not run.cut():
            judge_log(report, run)
            judge_junit(report, run)
            seen += judge_annotations(report, run)
    judge_toolkit(args, report, seen)
    judge_valid(args, report, [run for run, _ in runs])


if __name__ == "__main__":
    common.main(judge, __doc__)
