#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted insight, and those of random statements, through an interpreter written from the
fact pages (insight.py), on the finding as it stands: see criteria.py."""
import common
import criteria
import insight

FOLDER = "securityhub/insights"
LEAST = 8  # random statements that must compile, or the generator tests nothing


def statement(writer, number):
    return f"insight i{number} {{ {writer.when(1)} group by resource.id; }}"


def judge(args, report):
    criteria.check_the_judge(report, insight, "selfcheck_insight.json")
    criteria.judge(args, report, insight, FOLDER)
    criteria.judge_random(args, report, insight, FOLDER, statement, LEAST)


if __name__ == "__main__":
    common.main(judge, __doc__)
