#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted automation rule V2, and those of random statements, through an interpreter written
from the fact pages (v2.py), on the same finding as Security Hub V2 has it: see criteria.py."""
import common
import criteria
import v2

FOLDER = "securityhub/automation-rules-v2"
LEAST = 5  # random statements that must compile, or the generator tests nothing


def statement(writer, number):
    return f"assign a{number} {{ {writer.when(1)} severity HIGH; via automation-v2; }}"


def judge(args, report):
    criteria.check_the_judge(report, v2, "selfcheck_v2.json")
    criteria.judge(args, report, v2, FOLDER)
    criteria.judge_random(args, report, v2, FOLDER, statement, LEAST)


if __name__ == "__main__":
    common.main(judge, __doc__)
