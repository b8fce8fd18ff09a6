#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random statements through event-ruler: what compiles must mean the same to all, as in
judge_pattern.py; what is refused is only counted. The seeds are fixed and printed; RANDOM_SEED in
the environment gives others."""
import os
import shutil

import common
import judge_pattern
import random_policy

SEEDS = 2
STATEMENTS = 36
LEAST = 10  # of them must compile, or the generator tests nothing


def statement(writer, number):
    source = "inspector" if number % 3 == 0 else "securityhub"
    return f"notify n{number} {{ {writer.when(2)} to security; source {source}; }}"


def judge(args, report):
    ruler = common.Ruler(args)
    if not ruler.here:
        report.skip("event-ruler was not fetched")
        return
    folder = args.build / "conformance" / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(common.HERE / "policies" / "vulnctl.yaml", folder)
    bases = [finding for _, finding in common.fixtures(report)]
    first = int(os.environ.get("RANDOM_SEED", "1"))
    for seed in range(first, first + SEEDS):
        writer = random_policy.Writer(seed)
        statements = [statement(writer, number) for number in range(STATEMENTS)]
        policy = folder / f"random-{seed}.vpol"
        compiled, kept = random_policy.compile_what_can_be(args, policy, statements)
        print(f"note random: seed {seed}, {len(kept)} of {STATEMENTS} statements compile")
        if report.check(compiled is not None and compiled.code == 0 and len(kept) >= LEAST,
                        f"seed {seed} compiles",
                        messages=compiled.messages if compiled else "all refused"):
            judge_pattern.judge_policy(compiled, report, ruler, common.Tests(args), bases)


if __name__ == "__main__":
    common.main(judge, __doc__)
