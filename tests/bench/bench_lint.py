#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the linter on policies of suppressions, beside `check` of the same text. README.md says
what and why.

usage: bench_lint.py [--build DIR] [--sizes 1000,10000,100000] [--seconds 300]

It never fails for a figure; the exit code is 1 when something did not run that should have, 3 when
valgrind is missing.
"""
import argparse
import pathlib
import re
import shutil
import sys

import bench
import generate

TIMES_CHECK, TIMES_CHECK_AT = 10.0, 10000  # what issue 6 asks for
MEMORY = 500e6
EXPONENT = 1.3
FINDS = (0, 1)  # problems are not what is measured


def read_arguments():
    parser = argparse.ArgumentParser(description="Measures the linter beside check.")
    parser.add_argument("--build", type=pathlib.Path, default="build/release")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--seconds", type=int, default=300, help="of CPU, for one run")
    parser.add_argument("--megabytes", type=int, default=8192, help="of memory, for one run")
    arguments = parser.parse_args()
    arguments.sizes = sorted({int(size) for size in re.split("[, ]+", arguments.sizes.strip())})
    return arguments


def show_goals(n, check, lint):
    if n == TIMES_CHECK_AT and check.instructions and lint.instructions:
        times = lint.instructions / check.instructions
        print(f"  goal  lint: times check: {bench.judged(times, TIMES_CHECK)}")
    if n == TIMES_CHECK_AT and lint.run:
        print(f"  goal  lint: memory: {bench.judged(lint.run.peak / 1e6, MEMORY / 1e6, ' MB')}")


def main():
    arguments = read_arguments()
    if not shutil.which("valgrind"):
        print("bench needs valgrind; on Debian: apt-get install valgrind", file=sys.stderr)
        return 3
    machine = bench.Bench(arguments.build, arguments.seconds, arguments.megabytes, FINDS)
    results = []
    for n in arguments.sizes:
        policy = generate.write(n, machine.place / f"suppressions-{n}", suppressions=True)
        print(f"\n{n:,} suppressions, {policy.stat().st_size:,} bytes", flush=True)
        print(bench.HEADER.replace("x floor", "x check"))
        check = machine.measure("check", policy)
        print(bench.row("check", n, check, check.instructions, None), flush=True)
        lint = machine.measure("lint", policy)
        print(bench.row("lint", n, lint, check.instructions, results[-1] if results else None),
              flush=True)
        show_goals(n, check, lint)
        results.append((n, lint))
    known = [(n, lint.instructions) for n, lint in results if lint.instructions]
    if len(known) > 1:
        value = bench.exponent(*known[0], *known[-1])
        print(f"\n  goal  lint: exponent from {known[0][0]:,} to {known[-1][0]:,}: "
              f"{bench.judged(value, EXPONENT)}")
    return 1 if machine.failed else 0


if __name__ == "__main__":
    sys.exit(main())
