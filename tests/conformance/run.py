#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every judge nobody here wrote: fetches them (tests/conformance/fetch), then runs each
tests/conformance/judge_*.py and sums what they say.

usage: run.py [--build DIR] [--judges DIR]

A judge that cannot be had is one visible SKIP line. With CI=true in the environment a skip is a
failure."""
import os
import re
import subprocess
import sys

import common

CLOSING = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")


def run(args, script):
    command = [sys.executable, script, "--build", args.build, "--judges", args.judges]
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    lines = done.stdout.splitlines()
    closing = CLOSING.fullmatch(lines[-1]) if lines else None
    if closing is None:
        print(done.stdout, end="")
        print(f"FAIL {script.stem}: ended with {done.returncode} and without a closing line")
        return [0, 1, 0]
    print("".join(f"{line}\n" for line in lines[:-1]), end="")
    print(f"{script.stem.removeprefix('judge_')}: {lines[-1]}", flush=True)
    return [int(count) for count in closing.groups()]


def main():
    args = common.arguments(__doc__)
    fetched = subprocess.run([common.HERE / "fetch", args.judges], stdout=subprocess.PIPE,
                             text=True)
    print(fetched.stdout, end="", flush=True)
    total = [0, 0, 0]
    for script in sorted(common.HERE.glob("judge_*.py")):
        total = [a + b for a, b in zip(total, run(args, script))]
    passed, failed, skipped = total
    if os.environ.get("CI") == "true":
        failed, skipped = failed + skipped, 0
    if fetched.returncode != 0:
        failed += 1
        print("FAIL fetch: not all is there")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
