# SPDX-License-Identifier: Apache-2.0
"""Programs that print TAP: unit tests in C, the scripts of tests/meta, the planted faults,
the smoke of the benchmark."""
import os
import re
import sys

from support import process
from support.result import Job, failed, head, passed, skipped, text

LINE = re.compile(r"(not )?ok\b(?: +(\d+))?(?: *- *)?(.*?)(?: *# *(SKIP)\b *(.*))?$", re.I)
PLAN = re.compile(r"1\.\.(\d+)(?: *# *SKIP\b *(.*))?$", re.I)
SETTINGS = ("VULNCTL_SEED", "VULNCTL_COUNT")  # of random tests; the rest of the world stays out
SLOW = {"test_random": 400}  # seconds, on a machine that has other things to do


def read(name, outcome):
    """The results of one program. What it printed and how it ended must agree."""
    results, plan, count, said = [], None, 0, []
    for line in text(outcome.out).splitlines():
        found = PLAN.match(line)
        if found:
            plan = int(found[1])
            if plan == 0:
                results.append(skipped(name, found[2] or "no reason given"))
            continue
        found = LINE.match(line)
        if not found:
            said.append(line)
            continue
        count += 1
        what = f"{name}: {found[3] or count}"
        if found[1]:
            results.append(failed(what, ""))
        elif found[4]:
            results.append(skipped(what, found[5] or "no reason given"))
        else:
            results.append(passed(what))
    wrong = outcome.trouble()
    if not wrong and plan is None:
        wrong = f"no plan: it ended with {outcome.code} after {count} checks"
    elif not wrong and plan != count:
        wrong = f"{plan} checks were planned, {count} were made"
    elif not wrong and outcome.code and not any(r.status == "not ok" for r in results):
        wrong = f"it ended with {outcome.code} although no check failed"
    if wrong:
        results.append(failed(name, wrong))
    explain(results, said, text(outcome.err))
    return results


def explain(results, said, err):
    """What a program says about its failures stands at the first of them."""
    shown = head("\n".join(said + err.splitlines()))
    for result in results:
        if result.status == "not ok":
            result.detail = "\n".join(part for part in (result.detail, shown) if part)
            return


def job(context, name, argv, seconds=120):
    def run():
        settings = {key: value for key, value in os.environ.items() if key in SETTINGS}
        env = process.environment(context.root, context.build, **settings)
        return read(name, process.run(argv, context.root, env, timeout=context.seconds(seconds)))
    return Job(name, run)


def script(context, name, path, seconds=120):
    return job(context, name, [sys.executable, path, "--build", context.build], seconds)


def unit(context):
    """Every source of a unit test has its program, so a test that is not built is no silence."""
    jobs = []
    for source in sorted((context.root / "tests" / "unit").glob("test_*.c")):
        program = context.build / "tests" / source.stem
        name = f"unit/{source.stem}"
        if program.exists():
            jobs.append(job(context, name, [program], SLOW.get(source.stem, 120)))
        else:
            jobs.append(Job(name, lambda name=name: [failed(name, "it is not built")]))
    return jobs


def meta(context):
    scripts = sorted((context.root / "tests" / "meta").glob("*.py"))
    return [script(context, f"meta/{path.stem}", path) for path in scripts]


def faults(context):
    """Each is compiled, so they take their time."""
    return [script(context, "faults", context.root / "tests" / "faults" / "run.py", 600)]


def bench(context):
    """That it works; what it measures is `make bench`'s to tell."""
    return [script(context, "bench", context.root / "tests" / "bench" / "smoke.py")]
