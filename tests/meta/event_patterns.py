#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`vulnctl match` against verdicts of AWS's own engine: our own cases, some for each topic, and the
recorded corpus when the shared folder is there. (tests/conformance/judge_match.py asks the engine
itself.) And it has nothing to say against the patterns that the examples compile to.

usage: event_patterns.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = [ROOT / "tests" / "unit" / "fixtures" / "match-cases.ndjson",
         ROOT.parent / "shared" / "conformance" / "event-patterns.ndjson"]


def wrong_verdicts(program, path):
    """[what is wrong], compared here: the program's own comparison is not the only one."""
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    done = subprocess.run([program, "match", "--cases", path], capture_output=True, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [f"exit code {done.returncode}", done.stderr] if done.returncode else []
    if len(answers) != len(cases):
        return [*wrong, f"{len(cases)} cases, {len(answers)} answers"]
    for case, answer in zip(cases, answers):
        expected = {"id": case["id"], "valid": case["valid"], "match": case.get("match", False)}
        if answer != expected:
            wrong.append(f"{answer}, and not {expected}")
    return wrong


def emitted_patterns(program):
    """[what is said about a pattern of ours]: where the engine is known to be wrong, it says so."""
    wrong = []
    patterns = sorted(ROOT.glob("examples/*/expected/eventbridge/*.pattern.json"))
    for path in patterns:
        done = subprocess.run([program, "match", path, "-"], input="{}", capture_output=True,
                              text=True)
        if done.returncode or done.stderr:
            wrong.append(f"{path.relative_to(ROOT)}: {done.returncode}, {done.stderr}")
    return wrong if patterns else ["there are no patterns"]


def tell(number, name, wrong):
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for line in wrong:
        print(f"# {line}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    program = parser.parse_args().build / "vulnctl"
    for number, path in enumerate(FILES, 1):
        if not path.is_file():
            print(f"ok {number} - {path.stem} # SKIP the corpus is not here (shared/conformance)")
            continue
        tell(number, f"{path.stem} has the engine's verdicts", wrong_verdicts(program, path))
    tell(len(FILES) + 1, "emitted patterns have no shape that the engine misjudges",
         emitted_patterns(program))
    print(f"1..{len(FILES) + 1}")


if __name__ == "__main__":
    main()
