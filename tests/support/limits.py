# SPDX-License-Identifier: Apache-2.0
"""Every limit of our own, at N and at N + 1; the numbers are those of `vulnctl list limits`, the
inputs those of tests/limit/table.py."""
import importlib.util
import json
import pathlib
import re
import tempfile

from support import process
from support.result import Job, failed, head, passed, text

OURS = ("reliability.md", "language.md")
SECONDS = 30
PLACE = re.compile(r"[^\s:]+:\d+:\d+: (?:error|warning)")


def load_table(context):
    path = context.root / "tests" / "limit" / "table.py"
    spec = importlib.util.spec_from_file_location("table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(context):
    """name -> value of our own limits; those of AWS have another source."""
    outcome = process.run([context.program, "list", "limits", "--format", "json"], context.root,
                          process.environment(context.root))
    rows = json.loads(outcome.out)["limits"] if not outcome.code else []
    return {row["name"]: row["value"] for row in rows if row["source"].startswith(OURS)}


def check(context, files):
    with tempfile.TemporaryDirectory(prefix="vulnctl-limit.") as scratch:
        place = pathlib.Path(scratch)
        for name, data in files.items():
            with open(place / name, "wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
        return process.run([context.program, "check", "--now", "2026-04-01", "policy.vpol"], place,
                           process.environment(place), timeout=context.seconds(SECONDS))


def at_the_limit(context, entry, value, message):
    outcome = check(context, entry.files(value))
    shown = text(outcome.err)
    if outcome.trouble() or outcome.code != entry.accepted or message in shown:
        return f"at {value}: {outcome.trouble() or f'exit code {outcome.code}'}\n{head(shown)}"
    return None


def beyond_the_limit(context, entry, value, message):
    outcome = check(context, entry.files(value + 1))
    shown = text(outcome.err)
    if outcome.trouble() or outcome.code != entry.exit:
        return f"at {value + 1}: {outcome.trouble() or f'exit code {outcome.code}'}\n{head(shown)}"
    lines = [line for line in shown.splitlines() if message in line]
    if not lines:
        return f"at {value + 1}: `{message}` is not said\n{head(shown)}"
    if entry.located and not PLACE.match(lines[0]):
        return f"at {value + 1}: no place is named\n{head(shown)}"
    return None


def run_entry(context, name, entry, value):
    message = entry.message.format(n=value)
    results = []
    for what, judge in ((f"{name} at N", at_the_limit), (f"{name} at N + 1", beyond_the_limit)):
        wrong = judge(context, entry, value, message)
        results.append(failed(what, wrong) if wrong else passed(what))
    return results


def covered_elsewhere(context, name, path, words):
    if words in (context.root / path).read_text(encoding="utf-8"):
        return [passed(name)]
    return [failed(name, f"{path} does not hold `{words}` any more")]


def run_listed(table, limits):
    tested = {name.split("/")[0] for name in (*table.ENTRIES, *table.ELSEWHERE)}
    missing, stale = sorted(set(limits) - tested), sorted(tested - set(limits))
    if missing or stale or not limits:
        return [failed("limit/table", f"without a test: {missing}; tests without a limit: {stale}")]
    return [passed("limit/table")]


def limits(context):
    table, values = load_table(context), listed(context)
    jobs = [Job("limit/table", lambda: run_listed(table, values))]
    for limit, entry in table.ENTRIES.items():
        name, value = f"limit/{limit}", values.get(limit.split("/")[0])
        if value is not None:
            jobs.append(Job(name, lambda name=name, entry=entry, value=value: run_entry(
                context, name, entry, value)))
    for limit, place in table.ELSEWHERE.items():
        name = f"limit/{limit}"
        jobs.append(Job(name, lambda name=name, place=place: covered_elsewhere(
            context, name, *place)))
    return jobs
