#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `vulnctl eval` beside AWS's event-ruler, jansson and jq. README.md says what and why.

usage: bench_eval.py [--build DIR] [--findings 100000] [--statements 1,100,1000] [--seconds 3]
                     [--judges build/judges]

Input is generated (generate_eval.py) into DIR/bench/eval and kept there. What is missing (java and
event-ruler, jq, valgrind) is named and left out. It never fails for a figure; the exit code is 1
when the programs disagree, or one that is there did not run.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import generate_eval

NOW = "2026-04-01"
EVENTS, FEW, JQ = 20000, 1000, 500  # findings for event-ruler, for instructions, for jq
RUNS = 5


class Failed(Exception):
    """A program that should have run did not."""


def read_arguments():
    parser = argparse.ArgumentParser(description="Measures evaluation.")
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--findings", default=100000, type=int)
    parser.add_argument("--statements", default="1,100,1000")
    parser.add_argument("--seconds", default=3, type=int, help="to warm event-ruler up")
    parser.add_argument("--judges", default="build/judges", type=pathlib.Path)
    return parser.parse_args()


# --- input ---

def once(path, make):
    if not path.exists():
        beside = path.with_name(path.name + ".new")
        make(beside)
        beside.rename(path)
    return path


def head(path, n, wrap=None):
    """The first n lines, as a file of their own."""
    def make(beside):
        with open(path, encoding="utf-8") as lines, open(beside, "w", encoding="utf-8") as out:
            for _, line in zip(range(n), lines):
                out.write(wrap(line) if wrap else line)
    return once(path.with_name(f"{path.stem}.{n}{'.events' if wrap else ''}.ndjson"), make)


def event_of(line):
    """As Security Hub raises it."""
    finding = line.rstrip("\n")
    return ('{"version":"0","id":"0","detail-type":"Security Hub Findings - Imported",'
            '"source":"aws.securityhub","account":"111122223333","time":"2026-04-01T00:00:00Z",'
            '"region":"ap-northeast-1","resources":[],"detail":{"findings":[' + finding + "]}}\n")


def as_list(path, indent):
    """The same findings as one document."""
    def make(beside):
        with open(path, encoding="utf-8") as lines, open(beside, "w", encoding="utf-8") as out:
            out.write('{"Findings":[')
            for i, line in enumerate(lines):
                out.write(",\n" if i else "\n")
                out.write(json.dumps(json.loads(line), indent=4) if indent else line.rstrip("\n"))
            out.write("\n]}\n")
    return once(path.with_name(f"{path.stem}.{'indented' if indent else 'list'}.json"), make)


# --- programs ---

class Bench:
    """The programs, and what they cost."""

    def __init__(self, arguments):
        self.build = arguments.build
        self.program = arguments.build / "vulnctl"
        self.place = arguments.build / "bench" / "eval"
        self.judges = arguments.judges
        self.seconds = arguments.seconds
        self.place.mkdir(parents=True, exist_ok=True)

    def measure(self, command, out=os.devnull):
        """Microseconds of CPU and the peak in KB; the least of some runs."""
        result = self.place / "result"
        best, peak = None, 0
        for _ in range(RUNS):
            with open(out, "wb") as output:
                done = subprocess.run([self.build / "bench" / "measure", result, "600", "0",
                                       *map(str, command)], stdout=output,
                                      stderr=subprocess.PIPE, check=False)
            code, user, system, memory = map(int, result.read_text().split())
            if done.returncode or code:
                raise Failed(f"{command[0]} ended with {code}: {done.stderr.decode()[:300]}")
            best = user + system if best is None else min(best, user + system)
            peak = max(peak, memory)
        return best, peak

    def eval(self, policy, findings, *more):
        return [self.program, "eval", "--threads", "1", "--now", NOW, "-q", "--format", "json",
                *more, policy / "policy.vpol", findings]

    def instructions(self, command):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               *map(str, command)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False)
        found = re.search(rb"Collected : (\d+)", done.stderr)
        if done.returncode or not found:
            raise Failed(f"callgrind: {done.stderr.decode()[-300:]}")
        return int(found[1])

    def names(self, policy, findings):
        """The statements that take each finding, by vulnctl."""
        done = subprocess.run(list(map(str, self.eval(policy, findings))), capture_output=True,
                              check=True)
        return [sorted(decision["notify"] + decision["suppress"])
                for decision in map(json.loads, done.stdout.splitlines())]

    def patterns(self, policy):
        """The event patterns of the policy, a line for each rule."""
        target = self.place / "out"
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run([self.program, "compile", "-q", "--now", NOW, "-t", "eventbridge", "-o",
                        target, policy / "policy.vpol"], check=True)
        path = policy / "patterns.ndjson"
        with open(path, "w", encoding="utf-8") as out:
            for file in sorted((target / "eventbridge").glob("*.pattern.json")):
                pattern = json.loads(file.read_text(encoding="utf-8"))
                name = file.name.removesuffix(".pattern.json")
                out.write(json.dumps({"name": name, "pattern": pattern}) + "\n")
        return path

    def ruler(self, policy, events):
        classes = self.build / "bench" / "classes"
        path = f"{self.judges}/ruler/*"
        source = pathlib.Path(__file__).with_name("RulerBench.java")
        subprocess.run(["javac", "-proc:none", "-cp", path, "-d", classes, source], check=True)
        done = subprocess.run(["java", "-Xmx2g", "-cp", f"{path}{os.pathsep}{classes}",
                               "RulerBench", self.patterns(policy), events, str(self.seconds),
                               str(RUNS)], capture_output=True, check=True)
        return json.loads(done.stdout)

    def jq(self, policy, findings):
        """Microseconds for all findings but the first, and the names."""
        one = head(findings, 1)
        command = ["jq", "-c", "-f", policy / "policy.jq"]
        all_of, _ = self.measure([*command, findings], self.place / "jq.out")
        start, _ = self.measure([*command, one])
        lines = (self.place / "jq.out").read_text(encoding="utf-8").splitlines()
        return all_of - start, list(map(json.loads, lines))


# --- what is shown ---

def show_program(bench, policy, n, findings, few):
    one = head(findings, 1)
    start, _ = bench.measure(bench.eval(policy, one))
    cost, peak = bench.measure(bench.eval(policy, findings))
    count = sum(1 for _ in open(findings, "rb"))
    each = (cost - start) / (count - 1)
    line = f"{n:6}  {each:8.2f}  {1e6 / each:10.0f}  {peak / 1024:7.1f}  {start / 1000:9.1f}"
    if shutil.which("valgrind"):
        many = bench.instructions(bench.eval(policy, few))
        half = bench.instructions(bench.eval(policy, head(few, FEW // 2)))
        line += f"  {(many - half) / (FEW - FEW // 2):12.0f}"
    print(line, flush=True)
    return each


def show_ruler(bench, policy, n, events, each):
    got = bench.ruler(policy, events)
    cost = 1e6 * got["seconds"] / got["events"]
    print(f"{n:6}  {cost:8.2f}  {1e6 / cost:10.0f}  {cost / each:7.1f} x", flush=True)
    return got["rules"]


def show_programs(bench, sizes, findings, policies):
    few = head(findings, FEW)
    print("vulnctl eval, one thread: us a finding, findings a second, peak MB, start in ms"
          + (", instructions a finding" if shutil.which("valgrind") else ""))
    each = {n: show_program(bench, policies[n], n, findings, few) for n in sizes}
    low, high = each[sizes[0]], each[sizes[-1]]
    print(f"        {sizes[-1]} statements cost {high / low:.2f} times what {sizes[0]} costs\n")
    return each


def show_rulers(bench, sizes, findings, policies, each):
    if not shutil.which("javac") or not (bench.judges / "ruler").is_dir():
        print("event-ruler is left out: there is no java, or tests/conformance/fetch was not run\n")
        return True
    good = True
    some = head(findings, EVENTS)
    events = head(findings, EVENTS, event_of)
    print("event-ruler, one machine, warmed up: us an event, events a second, times vulnctl's cost")
    for n in sizes:
        rules = show_ruler(bench, policies[n], n, events, each[n])
        ours = sum(map(len, bench.names(policies[n], some)))
        if rules != ours:
            print(f"        they disagree: event-ruler takes {rules}, vulnctl {ours}")
            good = False
    print()
    return good


def show_others(bench, sizes, findings, policies, each):
    good = True
    cost, _ = bench.measure([bench.build / "bench" / "jansson", head(findings, EVENTS)])
    print(f"jansson, parsing alone: {cost / EVENTS:.2f} us a finding, "
          f"{cost / EVENTS / each[sizes[-1]]:.1f} times vulnctl at {sizes[-1]} statements")
    for n in sizes if shutil.which("jq") else ():
        few = head(findings, JQ)
        cost, names = bench.jq(policies[n], few)
        print(f"jq, {n} statements: {cost / (JQ - 1):.2f} us a finding, "
              f"{cost / (JQ - 1) / each[n]:.1f} times vulnctl")
        # What is ARCHIVED jq leaves out.
        ours = [one for one in bench.names(policies[n], few) if one]
        if [one for one in names if one] != ours:
            print("        they disagree")
            good = False
    print()
    return good


def show_forms(bench, findings, policy):
    """One document of all findings: the same decisions, in as little memory."""
    print("the same findings as one document: CPU in s, peak MB")
    for name, path in (("lines", findings), ("list", as_list(findings, False)),
                       ("indented", as_list(findings, True))):
        cost, peak = bench.measure(bench.eval(policy, path))
        print(f"  {name:10}  {cost / 1e6:6.2f}  {peak / 1024:6.1f}", flush=True)


def main():
    arguments = read_arguments()
    bench = Bench(arguments)
    sizes = [int(n) for n in arguments.statements.split(",")]
    policies = {n: bench.place / f"policy-{n}" for n in sizes}
    for n, place in policies.items():
        generate_eval.write_policy(n, place)
    findings = once(bench.place / f"findings-{arguments.findings}.ndjson",
                    lambda path: generate_eval.write_findings(arguments.findings, path))
    size = findings.stat().st_size / arguments.findings
    print(f"{arguments.findings} findings of {size:.0f} bytes\n")
    try:
        each = show_programs(bench, sizes, findings, policies)
        good = show_rulers(bench, sizes, findings, policies, each)
        good = show_others(bench, sizes, findings, policies, each) and good
        show_forms(bench, findings, policies[sizes[-1]])
    except (Failed, subprocess.CalledProcessError) as failure:
        print(f"failed: {failure}")
        return 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
