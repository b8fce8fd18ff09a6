#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the compiler on generated policies, beside the floor. README.md says what and why.

usage: bench.py [--build DIR] [--sizes 1000,10000,100000] [--seconds 300]
       bench.py [--build DIR] --profile CASE [--sizes N] [--top 30]

A CASE is a row of the tables: floor, check, eventbridge, automation, native, all, stdout.
--profile shows where its instructions go, by function. --seconds and --megabytes bound each run;
what would take more is named and left out. It never fails for a figure; the exit code is 1 when
something did not run that should have, 3 when a tool is missing.
"""
import argparse
import collections
import dataclasses
import json
import math
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import generate

NOW = "2026-04-01"
RUNS, SMALL, SMALL_RUNS = 3, 10, 20
LONG = 10e6  # microseconds of CPU that are measured once
SLOWDOWN = 60  # of a program under callgrind
KILLED = (128 + 9, 128 + 24)  # SIGKILL, SIGXCPU
NO_MEMORY = "out of memory"  # what vulnctl says
MIB = 1 << 20

# case -> the targets of `vulnctl compile`; floor and check are commands of their own. None: the
# native ones, as vulnctl lists them.
COMPILE = {
    "eventbridge": ["eventbridge"],
    "automation": ["automation"],
    "native": None,
    "all": [],
    "stdout": ["eventbridge"],
}
CASES = ("floor", "check", *COMPILE)
WHAT = {
    "floor": "flex -Cf + bison, no actions",
    "check": "check",
    "lint": "lint",
    "eventbridge": "compile -t eventbridge -o DIR",
    "automation": "compile -t automation -o DIR",
    "native": "compile -t (all native) -o DIR",
    "all": "compile -o DIR (with tfvars)",
    "stdout": "compile -t eventbridge -o - >/dev/null",
}

# What issue 4 asks for.
TIMES_FLOOR = {"eventbridge": 4.0, "automation": 4.0, "native": 12.0}  # at TIMES_FLOOR_AT
TIMES_FLOOR_AT = 10000
ONE_TARGET = ("eventbridge", "automation")
EXPONENT = 1.05
FREE_MEMORY, MEMORY = 4 * MIB, 1536  # bytes; bytes per statement above them, for one target
SMALL_CPU = 2.0  # milliseconds


class Failure(Exception):
    """Why something could not be measured."""


class Bound(Exception):
    """Which bound of ours stopped it."""


@dataclasses.dataclass
class Run:
    """What one run cost."""
    user: int  # microseconds
    system: int
    peak: int  # bytes

    @property
    def cpu(self):
        return self.user + self.system


@dataclasses.dataclass
class Figures:
    """A case at one size; None is what was left out."""
    run: Run = None
    instructions: int = None


class Bench:
    """Where everything is, and how to run it."""

    def __init__(self, build, seconds, megabytes, may_end=(0,)):
        self.build = build.resolve()
        self.seconds = seconds
        self.megabytes = megabytes  # 0: no bound
        self.failed = False  # something that was to be measured
        self.may_end = may_end  # exit codes of a good run
        self.place = self.build / "bench"
        self.out = self.place / "out"

    def policy(self, n):
        return generate.write(n, self.place / f"policy-{n}")

    def command(self, case, policy):
        if case == "floor":
            return [self.place / "floor", policy]
        vulnctl = [self.build / "vulnctl"]
        if case in ("check", "lint"):
            return [*vulnctl, case, "-q", "--now", NOW, policy]
        out = "-" if case == "stdout" else self.out / "made"
        targets = self.native_targets() if COMPILE[case] is None else COMPILE[case]
        targets = [f"--target={name}" for name in targets]
        return [*vulnctl, "compile", "-q", "--now", NOW, *targets, "-o", out, policy]

    def native_targets(self):
        told = subprocess.run([self.build / "vulnctl", "list", "targets", "--format", "json"],
                              check=True, capture_output=True).stdout
        return [row["name"] for row in json.loads(told)["targets"] if row["native"]]

    def run(self, case, policy, wrapper=()):
        """One run into an empty place; Bound when it was stopped."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir(parents=True)
        result, errors = self.place / "result", self.place / "stderr"
        # valgrind needs room of its own
        megabytes = 0 if wrapper else self.megabytes
        argv = [self.place / "measure", result, str(self.seconds), str(megabytes), *wrapper,
                *self.command(case, policy)]
        with errors.open("wb") as err:
            subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                           check=True)
        shutil.rmtree(self.out)
        code, user, system, peak = (int(word) for word in result.read_text("utf-8").split())
        if code in KILLED:
            raise Bound(f"stopped after {self.seconds} s of CPU")
        if code not in self.may_end:
            said = errors.read_text("utf-8", "replace")
            if NO_MEMORY in said:
                raise Bound(f"stopped at {self.megabytes} MB of memory")
            wrong = [line for line in said.splitlines() if "error" in line] or said.splitlines()
            raise Failure("\n    ".join([f"{case}: exit {code}", *wrong[:5]]))
        return Run(user, system, peak * 1024)

    def instructions(self, case, policy):
        """The total of callgrind, whose file stays for callgrind_annotate."""
        out = self.profile_of(case)
        out.unlink(missing_ok=True)
        wrapper = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        self.run(case, policy, wrapper)
        found = re.search(r"^(?:totals|summary): (\d+)", out.read_text("utf-8"), re.M)
        if not found:
            raise Failure(f"{case}: callgrind wrote no total")
        return int(found[1])

    def profile_of(self, case):
        return self.place / f"callgrind.{case}"

    def fastest(self, case, policy):
        """Of several runs; of one that takes long, where noise is small."""
        best = self.run(case, policy)
        for _ in range(RUNS - 1):
            if best.cpu < LONG:
                best = min(best, self.run(case, policy), key=lambda run: run.cpu)
        return best

    def measure(self, case, policy):
        figures = Figures()
        try:
            figures.run = self.fastest(case, policy)
            needed = figures.run.user * SLOWDOWN / 1e6
            if needed > self.seconds:
                raise Bound(f"callgrind would take about {needed:,.0f} s, more than "
                            f"{self.seconds}: left out")
            figures.instructions = self.instructions(case, policy)
        except Bound as bound:
            print(f"  {case}: {bound}", flush=True)
        except Failure as failure:
            self.failed = True
            print(f"  {failure}", flush=True)
        return figures


# --- what is printed ---

def short(number):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:,.2f} {unit}"
    return str(number)


def judged(figure, goal, unit=""):
    if figure <= goal:
        return f"{figure:.2f}{unit}, goal {goal:g}{unit}: met"
    return f"{figure:.2f}{unit}, goal {goal:g}{unit}: missed by {figure - goal:.2f}{unit}"


def exponent(n1, cost1, n2, cost2):
    return math.log(cost2 / cost1) / math.log(n2 / n1)


def row(case, n, figures, floor, before):
    """A line of the table; `before` is (size, figures) of the size before, or None."""
    cells = [f"  {WHAT[case]:38}"]
    many = figures.instructions
    if many:
        ratio = f"{many / floor:.2f}" if floor else ""
        growth = ""
        if before and before[1].instructions:
            growth = f"{exponent(before[0], before[1].instructions, n, many):.3f}"
        cells.append(f"{short(many):>10} {many / n:>12,.0f} {ratio:>8} {growth:>8}")
    else:
        cells.append(f"{'-':>10} {'-':>12} {'-':>8} {'-':>8}")
    run = figures.run
    if run:
        above = max(0, run.peak - FREE_MEMORY) / n / 1024
        cells.append(f"{run.cpu / 1e6:>9.4f} {run.system / 1e6:>9.4f} {run.cpu / n:>9.2f} "
                     f"{run.peak / MIB:>8.1f} {above:>8.2f}")
    return " ".join(cells)


HEADER = (f"  {'':38} {'instr.':>10} {'per stmt':>12} {'x floor':>8} {'exponent':>8} "
          f"{'CPU s':>9} {'of it sys':>9} {'us/stmt':>9} {'peak MB':>8} {'KB/stmt':>8}")


def memory_goal(case, n, figures):
    above = max(0, figures.run.peak - FREE_MEMORY) / n
    print(f"  goal  {case}: memory per statement above 4 MB: "
          f"{judged(above / 1024, MEMORY / 1024, ' KB')}")


def show_goals(n, all_figures):
    floor = all_figures["floor"].instructions
    for case, goal in TIMES_FLOOR.items():
        figures = all_figures[case]
        if n == TIMES_FLOOR_AT and figures.instructions and floor:
            print(f"  goal  {case}: times the floor: {judged(figures.instructions / floor, goal)}")
        elif n == TIMES_FLOOR_AT:
            print(f"  goal  {case}: times the floor: not measured, goal {goal:g}")
        if case in ONE_TARGET and figures.run and n >= TIMES_FLOOR_AT:
            memory_goal(case, n, figures)


def show_growth(sizes, results):
    """From the smallest to the greatest size that was measured."""
    for case in TIMES_FLOOR:
        known = [n for n in sizes if results[n][case].instructions]
        if len(known) < 2:
            print(f"  goal  {case}: growth: not measured, goal {EXPONENT}")
            continue
        first, last = known[0], known[-1]
        value = exponent(first, results[first][case].instructions, last,
                         results[last][case].instructions)
        print(f"  goal  {case}: exponent from {first:,} to {last:,}: {judged(value, EXPONENT)}")


def show_small(bench):
    """The median, and the whole of it: process start, 10 statements, every file written."""
    policy = bench.policy(SMALL)
    print(f"\n{SMALL} statements, CPU in ms, median of {SMALL_RUNS} runs")
    for case in CASES:
        runs = [bench.run(case, policy) for _ in range(SMALL_RUNS)]
        middle = statistics.median(run.cpu for run in runs) / 1000
        peak = max(run.peak for run in runs) / MIB
        goal = f"   {judged(middle, SMALL_CPU, ' ms')}" if case in TIMES_FLOOR else ""
        print(f"  {WHAT[case]:38} {middle:>6.2f}   {peak:.1f} MB{goal}", flush=True)


def show_sizes(bench, sizes):
    results = {}
    for n in sizes:
        policy = bench.policy(n)
        print(f"\n{n:,} statements, {policy.stat().st_size:,} bytes", flush=True)
        print(HEADER)
        results[n] = {}
        floor, before = None, [size for size in sizes if size < n][-1:]
        for case in CASES:
            figures = results[n][case] = bench.measure(case, policy)
            if case == "floor":
                floor = figures.instructions
            last = (before[0], results[before[0]][case]) if before else None
            print(row(case, n, figures, floor, last), flush=True)
        show_goals(n, results[n])
    print("\ngrowth")
    show_growth(sizes, results)


def functions(told, inclusive):
    """(file:function, instructions) in what callgrind_annotate tells, the greatest first. It names
    a file in several ways, and counts what calls itself more than once."""
    counts = collections.Counter()
    for count, name, library in re.findall(
            r"^ *([\d,]+) \([^)]*%\) +(\S+:.+?)(?: \[(.*)\])?$", told, re.M):
        name = re.sub(r"^.*/(?=[^/:]+:)", "", name).removeprefix("???:")
        if name.startswith("0x"):  # of a library without names
            name = f"{pathlib.PurePath(library).name}:{name}"
        number = int(count.replace(",", ""))
        if not inclusive:
            counts[name] += number
        elif not name.endswith("'2"):
            counts[name] = max(counts[name], number)
    return counts.most_common()


def show_profile(bench, case, n, top):
    """Instructions by function: in itself, then with all it calls."""
    total = bench.instructions(case, bench.policy(n))
    for inclusive in ("no", "yes"):
        told = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=100",
                               f"--inclusive={inclusive}", bench.profile_of(case)],
                              check=True, capture_output=True, text=True).stdout
        print(f"\n{WHAT[case]}, {n:,} statements: {total:,} instructions, "
              f"{'with all that is called' if inclusive == 'yes' else 'of the function alone'}")
        for name, count in functions(told, inclusive == "yes")[:top]:
            print(f"  {100 * count / total:>6.2f}%  {count / n:>12,.0f} /stmt  {name}")


def read_arguments():
    parser = argparse.ArgumentParser(description="Measures the compiler beside the floor.")
    parser.add_argument("--build", type=pathlib.Path, default="build/release")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--seconds", type=int, default=300, help="of CPU, for one run")
    parser.add_argument("--megabytes", type=int, default=8192, help="of memory, for one run")
    parser.add_argument("--profile", choices=CASES)
    parser.add_argument("--top", type=int, default=30)
    arguments = parser.parse_args()
    arguments.sizes = sorted({int(size) for size in re.split("[, ]+", arguments.sizes.strip())})
    return arguments


def main():
    arguments = read_arguments()
    for tool in ("valgrind", "callgrind_annotate"):
        if not shutil.which(tool):
            print(f"bench needs {tool}; on Debian: apt-get install valgrind", file=sys.stderr)
            return 3
    bench = Bench(arguments.build, arguments.seconds, arguments.megabytes)
    try:
        if arguments.profile:
            show_profile(bench, arguments.profile, arguments.sizes[0], arguments.top)
        else:
            show_small(bench)
            show_sizes(bench, arguments.sizes)
    except (Failure, Bound) as why:
        print(why, file=sys.stderr)
        return 1
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
