# SPDX-License-Identifier: Apache-2.0
"""What the judges share: counting, the programs of the build, policies and findings, event-ruler.

A judge is a program `judge_NAME.py --build DIR --judges DIR`. It prints a line for each failure and
each skip, and closes with `N passed, N failed, N skipped`."""
import argparse
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared"
NOW = "2026-04-01"
SHOWN = 20  # failures printed
LONG = 240  # characters of a fact that are printed


class Report:
    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.passed = self.failed = self.skipped = 0

    def check(self, fine, message, **facts):
        """One verdict. The facts are what it takes to see it again; long ones go to a file."""
        if fine:
            self.passed += 1
            return True
        self.failed += 1
        if self.failed <= SHOWN:
            print(f"FAIL {self.name}: {message}")
            for key, value in facts.items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                if len(text) > LONG:
                    path = self.folder / f"{self.name}-{self.failed}-{key}.json"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text + "\n", encoding="utf-8")
                    text = f"in {path}"
                print(f"     {key}: {text}")
        elif self.failed == SHOWN + 1:
            print(f"FAIL {self.name}: … further failures are counted only")
        return False

    def skip(self, why):
        self.skipped += 1
        print(f"SKIP {self.name}: {why}")

    def absent(self, what):
        """A part that is no part of this project: its absence is said, and is no skip."""
        print(f"note {self.name}: {what} is not here")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--judges", type=pathlib.Path, default=ROOT / "build" / "judges")
    return parser.parse_args()


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


# --- policies ---

def policies():
    """A folder of `policies` has a vulnctl.yaml of its own."""
    return [*sorted(ROOT.glob("examples/*/policy.vpol")), *sorted(HERE.glob("policies/*.vpol")),
            *sorted(HERE.glob("policies/*/policy.vpol"))]


class Compiled:
    """A policy, what the program wrote for it, and what the tool `judge` knows of it."""

    def __init__(self, args, policy):
        self.policy = policy
        self.name = policy.parent.name if policy.stem == "policy" else policy.stem
        self.tool = args.build / "tests" / "judge"
        self.dir = args.build / "conformance" / self.name
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([args.build / "vulnctl", "compile", policy, "-o", self.dir,
                               "--now", NOW], capture_output=True, text=True)
        self.code, self.messages = done.returncode, done.stderr
        self.units, self.witnesses = [], []
        if self.code == 0:
            self._ask()

    def _ask(self):
        for line in self._judge(""):
            if "witness" in line:
                self.witnesses.append(line)
            elif "name" in line:
                self.units.append(line)

    def _judge(self, text):
        done = subprocess.run([self.tool, "--now", NOW, self.policy], input=text,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{self.tool} ended with {done.returncode}: {done.stderr}")
        lines = json_lines(done.stdout)
        for line in lines:
            if "broken" in line:
                raise SystemExit(f"{self.name}: {line['broken']}")
        return lines

    def verdicts(self, findings):
        """For each finding, for each unit: (evaluator, engine, within what can exist)."""
        text = "".join(json.dumps(f, ensure_ascii=False) + "\n" for f in findings)
        lines = [line for line in self._judge(text) if "finding" in line]
        if len(lines) != len(findings):
            raise SystemExit(f"{self.name}: {len(findings)} findings given, {len(lines)} read")
        return [line["units"] for line in lines]

    def documents(self, folder, suffix=".json"):
        """path -> document, of one folder of the output."""
        return {str(path.relative_to(self.dir)): json.loads(path.read_text(encoding="utf-8"))
                for path in sorted(self.dir.glob(f"{folder}/*{suffix}"))}


def compile_all(args, report):
    all_of_them = []
    for policy in policies():
        compiled = Compiled(args, policy)
        if report.check(compiled.code == 0, f"{compiled.name} compiles",
                        messages=compiled.messages):
            all_of_them.append(compiled)
    return all_of_them


# --- findings ---

def findings_in(document):
    """The findings of a document in any of the shapes that the reader takes."""
    if isinstance(document, list):
        return [f for item in document for f in findings_in(item)]
    if "detail" in document:
        return findings_in(document["detail"])
    for key in ("Findings", "findings"):
        if key in document:
            return findings_in(document[key])
    return [document] if "SchemaVersion" in document or "ProductArn" in document else []


def fixtures(report):
    """(name, finding): our own, and the samples of the shared folder when it is there."""
    paths = sorted(HERE.glob("fixtures/*.json"))
    samples = SHARED / "samples"
    if samples.is_dir():
        paths += sorted(samples.glob("asff*/*.json"))
    else:
        report.absent("the folder of samples")
    return [(path.stem if i == 0 else f"{path.stem}#{i}", finding) for path in paths
            for i, finding in enumerate(findings_in(json.loads(path.read_text("utf-8"))))]


def event_of(finding):
    """The event that Security Hub raises for a finding [facts/findings.md, envelopes]."""
    return {
        "version": "0",
        "id": "3d1f1f0a-0000-4000-8000-000000000001",
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "account": finding.get("AwsAccountId", "111122223333"),
        "time": "2026-04-01T00:00:00Z",
        "region": finding.get("Region", "us-east-1"),
        "resources": [finding.get("ProductFields", {}).get("aws/securityhub/FindingId", "")],
        "detail": {"findings": [finding]},
    }


def changed(finding, path, value):
    """A copy with the value at the path (keys and indices); None removes it."""
    result = copy.deepcopy(finding)
    at = result
    for i, step in enumerate(path[:-1]):
        following = path[i + 1]
        if isinstance(step, str) and step not in at:
            if value is None:
                return result
            at[step] = [] if isinstance(following, int) else {}
        if isinstance(at, list) and step == len(at):
            at.append([] if isinstance(following, int) else {})
        at = at[step]
    last = path[-1]
    if value is None:
        if isinstance(at, list):
            del at[last]
        else:
            at.pop(last, None)
    elif isinstance(at, list) and last == len(at):
        at.append(value)
    else:
        at[last] = value
    return result


# --- event-ruler ---

class Ruler:
    def __init__(self, args):
        self.path = f"{args.judges}/ruler/*{os.pathsep}{args.judges}/classes"
        self.here = (args.judges / "classes" / "Judge.class").exists()

    def _run(self, mode, lines):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        done = subprocess.run(["java", "-cp", self.path, "Judge", mode], input=text,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"Judge {mode} ended with {done.returncode}: {done.stderr}")
        return json_lines(done.stdout)

    def pairs(self, lines):
        return self._run("pairs", lines)

    def rules(self, patterns, events):
        """patterns: name -> pattern. For each event ({names together}, {names alone})."""
        lines = [{"name": name, "pattern": pattern} for name, pattern in patterns.items()]
        lines += [{"id": i, "event": event} for i, event in enumerate(events)]
        return [(set(a["together"]), set(a["alone"])) for a in self._run("together", lines)]


# --- jsonata ---

def condition_of(machine):
    """What a state machine tests before it does anything, as an expression; None: nothing."""
    test = machine["States"].get("Test")
    return test["Choices"][0]["Condition"].removeprefix("{%").removesuffix("%}") if test else None


class Tests:
    def __init__(self, args):
        self.judges = args.judges
        self.here = ((args.judges / "node" / "node_modules" / "jsonata").is_dir() and
                     shutil.which("node") is not None)

    def results(self, tests, findings):
        """tests: name -> expression. For each finding name -> True, False or what failed."""
        lines = [tests, *findings]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        done = subprocess.run(["node", HERE / "evaluate.mjs", self.judges], input=text,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"evaluate.mjs ended with {done.returncode}: {done.stderr}")
        return json_lines(done.stdout)


def main(judge, description):
    args = arguments(description)
    name = pathlib.Path(sys.argv[0]).stem.removeprefix("judge_")
    report = Report(name, args.build / "conformance" / "failures")
    judge(args, report)
    sys.exit(report.close())
