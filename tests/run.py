#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests and adds them up.

usage: run.py [--build build/release] [--bless] [FILTER...]

  unit/NAME      tests/unit/test_*.c, built into BUILD/tests            TAP
  meta/NAME      tests/meta/*.py                                        TAP
  faults         tests/faults: emitters with a fault must end in exit 4 TAP
  bench          tests/bench: what it generates, its floor, no figure   TAP
  cli/NAME       tests/cli/*.case                                       support/cases.py
  regress/NAME   tests/regress/*/*.case: what once went wrong   support/cases.py
  bogon/NAME     tests/bogons: what must be refused, and how            support/bogons.py
  limit/NAME     every limit of our own at N and at N + 1               support/limits.py
  example/NAME   examples/*: compiled and compared with expected/       support/golden.py;
                 linted and compared with lint.txt              support/reports.py
  lint/VCnnn     every rule of the linter, by its page  support/lints.py
  document/PATH  every policy, output and link of every *.md            support/documents.py

A FILTER takes the tests whose name contains it. --bless rewrites what is compared (the examples,
the output sections of cases, the output shown in documents); people review the diff. Failures are
shown with their detail, skips with one line; the last line is `N passed, N failed, N skipped`. The
exit code is 0 only when something ran and nothing failed.
"""
import argparse
import concurrent.futures
import pathlib
import sys
import traceback

from support import bogons, cases, documents, golden, limits, lints, process, reports, tap
from support.result import Context, failed

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITES = (tap.unit, tap.meta, tap.faults, tap.bench, cases.cli, cases.regress, bogons.bogons,
          limits.limits, lints.lints, golden.examples, reports.reports, documents.documents)
WORKERS = 2


def read_arguments():
    parser = argparse.ArgumentParser(description="Runs the tests and adds them up.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    parser.add_argument("--bless", action="store_true", help="rewrite what is compared")
    parser.add_argument("filter", nargs="*", help="only tests whose name contains one of these")
    return parser.parse_args()


def safely(job):
    """A mistake in a test is a failure of that test, not the end of all."""
    try:
        return job.run()
    except Exception:  # pylint: disable=broad-except
        return [failed(job.name, traceback.format_exc())]


def show(result):
    if result.status == "not ok":
        print(f"FAIL {result.name}")
        for line in result.detail.splitlines():
            print(f"    {line}")
    elif result.status == "skip":
        print(f"SKIP {result.name}: {result.detail}")
    sys.stdout.flush()


def main():
    arguments = read_arguments()
    build = pathlib.Path(arguments.build).resolve()
    if not (build / "vulnctl").exists():
        print(f"{arguments.build}/vulnctl is not built")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    process.core_dumps_off()
    context = Context(ROOT, build, arguments.bless, process.is_sanitized(build / "vulnctl"))
    jobs = [job for suite in SUITES for job in suite(context)
            if not arguments.filter or any(part in job.name for part in arguments.filter)]
    count = {"ok": 0, "not ok": 0, "skip": 0}
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for results in pool.map(safely, jobs):
            for result in results:
                count[result.status] += 1
                show(result)
    print(f"{count['ok']} passed, {count['not ok']} failed, {count['skip']} skipped")
    return 1 if count["not ok"] or not count["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
