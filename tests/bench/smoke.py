#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The benchmark itself, small and without valgrind, so that it does not rot: what it generates is
the same every time and compiles, and its floor parses exactly that. Measures nothing.

usage: smoke.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import bench
import generate
import generate_eval

ROOT = pathlib.Path(__file__).resolve().parents[2]
N = 100
# The kinds, each with the first word of the names that the generator gives it.
KINDS = {"suppress hold", "suppress several", "suppress package", "suppress filter", "suppress old",
         "suppress table", "suppress unfixed", "reopen fixed", "notify tell", "notify inspector",
         "notify scan", "assign field", "lifecycle keep", "insight see", "action give",
         "review round"}


def floor_says(machine, text):
    """The exit code of the floor for a text: 0 it is a policy, 2 it is none."""
    path = machine.place / "smoke.vpol"
    path.write_text(text, encoding="utf-8")
    return subprocess.run(machine.command("floor", path), check=False).returncode


def without_each(text, mark):
    """The text without its first, its middle and its last mark that stands in no string."""
    plain = re.sub(r'"[^"\n]*"', lambda string: "-" * len(string[0]), text)
    places = [i for i, c in enumerate(plain) if c == mark]
    for i in (places[0], places[len(places) // 2], places[-1]):
        yield text[:i] + text[i + 1:]


def checks(machine):
    """(what, whether it holds, what was seen) of each check."""
    text = "".join(generate.policy(N))
    again = "".join(generate.policy(N))
    yield "the same policy every time", text == again, "two texts differ"
    absent = KINDS - set(re.findall(r"^(\w+ \w+)-\d+ {$", text, re.M))
    yield "every kind of statement", not absent, f"no {', '.join(sorted(absent))}"
    longer = "".join(generate.policy(2 * N))
    yield "a longer policy begins with a shorter one", longer.startswith(text), "it does not"
    yield "the floor takes it", floor_says(machine, text) == 0, "it is refused"
    refused = [path.name for path in sorted(ROOT.glob("examples/*/*.vpol"))
               if path.name != "curly-quotes.vpol"  # which is no policy, as it shows
               and floor_says(machine, path.read_text("utf-8"))]
    yield "the floor takes every example", not refused, f"it refuses {refused}"
    for mark in ";{}":
        codes = [floor_says(machine, wrong) for wrong in without_each(text, mark)]
        yield f"the floor misses a `{mark}`", codes == [2, 2, 2], f"exit codes {codes}"
    policy = machine.policy(N)
    for case in bench.CASES:
        try:
            run = machine.run(case, policy)
            sane = run.cpu > 0 and run.peak > 0
            yield f"{case} runs and is measured", sane, f"measured: {run}"
        except (bench.Failure, bench.Bound) as why:
            yield f"{case} runs and is measured", False, str(why)


def decisions(machine, place):
    """The decisions of a policy of every kind of statement on some findings."""
    generate_eval.write_policy(N, place)
    generate_eval.write_findings(N, place / "findings.ndjson")
    done = subprocess.run([machine.build / "vulnctl", "eval", "--now", bench.NOW, "-q",
                           "--format", "json", place / "policy.vpol", place / "findings.ndjson"],
                          capture_output=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def evaluation_checks(machine):
    with tempfile.TemporaryDirectory(prefix="vulnctl-bench.") as scratch:
        got, done = decisions(machine, pathlib.Path(scratch))
        sizes = [len(line) for line in
                 (pathlib.Path(scratch) / "findings.ndjson").read_bytes().splitlines()]
    yield "a decision on each finding", not done.returncode and len(got) == N, \
        f"exit code {done.returncode}, {len(got)} decisions {done.stderr.decode()[:500]}"
    yield "some statement takes some finding", any(one["notify"] for one in got), "none does"
    yield "the findings are of about 4 KB", 3800 <= sum(sizes) / N <= 4300, f"{sum(sizes) / N}"


def main():
    parser = argparse.ArgumentParser(description="Tests the benchmark.")
    parser.add_argument("--build", type=pathlib.Path, default="build/release")
    machine = bench.Bench(parser.parse_args().build, 60, 0)
    failures = count = 0
    for what, holds, seen in (*checks(machine), *evaluation_checks(machine)):
        count += 1
        failures += not holds
        print(f"{'ok' if holds else 'not ok'} {count} - {what}")
        if not holds:
            print("\n".join(f"# {line}" for line in seen.splitlines()))
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
