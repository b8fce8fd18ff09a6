#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted automation rule through an interpreter written from the fact pages (v1.py), on the
provider's original finding: see criteria.py."""
import common
import criteria
import v1


def judge(args, report):
    criteria.check_the_judge(report, v1, "selfcheck_v1.json")
    criteria.judge(args, report, v1, "securityhub/automation-rules")


if __name__ == "__main__":
    common.main(judge, __doc__)
