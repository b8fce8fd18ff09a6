#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the judge: Judge.java must give the verdicts that are known beforehand, those of
selfcheck.ndjson and, when the shared folder is there, the recorded corpus."""
import common


def judge_file(ruler, report, path):
    lines = common.json_lines(path.read_text(encoding="utf-8"))
    for line, answer in zip(lines, ruler.pairs(lines), strict=True):
        fine = answer["valid"] == line["valid"] and not answer.get("disagree")
        fine = fine and answer["match"] == line.get("match", False)
        report.check(fine, f"{line['id']} has its verdict", expected=line, answer=answer)


def judge(args, report):
    ruler = common.Ruler(args)
    if not ruler.here:
        report.skip("event-ruler was not fetched")
        return
    judge_file(ruler, report, common.HERE / "selfcheck.ndjson")
    recorded = common.SHARED / "conformance" / "event-patterns.ndjson"
    if recorded.is_file():
        judge_file(ruler, report, recorded)
    else:
        report.absent("the recorded corpus")


if __name__ == "__main__":
    common.main(judge, __doc__)
