#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of state machines evaluated with JSONata's own engine: jsonata.mjs, its TAP counted."""
import re
import shutil
import subprocess

import common


def judge(args, report):
    if not (args.judges / "node" / "node_modules" / "jsonata").is_dir():
        report.skip("jsonata was not fetched")
        return
    if shutil.which("node") is None:
        report.skip("there is no node here")
        return
    command = ["node", common.HERE / "jsonata.mjs", args.judges,
               args.build / "tests" / "test_jsonata"]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = re.findall(r"^(not )?ok \d+ - (.*)\n?(# .*)?", done.stdout, re.MULTILINE)
    for wrong, name, facts in lines:
        report.check(not wrong, name, facts=facts)
    failed = any(wrong for wrong, _, _ in lines)
    report.check(lines and (done.returncode == 0 or failed), "jsonata.mjs ends well",
                 code=done.returncode, messages=done.stderr)


if __name__ == "__main__":
    common.main(judge, __doc__)
