#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compiler/lint/rules/README.md is the index of the pages beside it, as `vulnctl list rules` knows
them: whoever adds a rule writes it anew.

usage: rules.py [--build DIR] [--bless]     prints TAP; --bless writes the index
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "compiler" / "lint" / "rules"
INDEX = PAGES / "README.md"
FAMILIES = ("Language", "Breadth of suppressions", "Governance", "Logic",
            "Coverage and notification", "What becomes of it on AWS", "Quotas and limits",
            "Fields and assignments", "Style", "The linter itself")
HEAD = """# The rules of `vulnctl lint`

{count} rules, each with a page of its own: what it finds, why that hurts, a policy to avoid and one
to prefer. `vulnctl list rules` prints this table, `vulnctl lint --explain RULE` a page.

- **Level**: what a problem counts as; `--fail-level`, by default `error`, says from where on the
  exit code is 1.
- **Needs**: what a run must have to look for it. `static` is the policy alone, `date` the day
  (`--now`), `configuration` vulnctl.yaml; `findings`, `coverage` and `base` are options.
- **Fix**: what `--fix` repairs (`safe`), and what it repairs with `--unsafe` alone.
- **Standing**: `configurable` in vulnctl.yaml and by `@allow`; `locked`, so that its level cannot
  be lowered and `@allow` alone lets a single problem stand; or a `mistake`, which does not compile.

This page is made of the others: `python3 tests/meta/rules.py --bless`.
"""
TABLE = """
## {title}

| rule | level | needs | fix | standing | what it finds |
|---|---|---|---|---|---|
"""


def listed(build):
    shown = subprocess.run([build / "vulnctl", "list", "rules", "--format", "json"], check=True,
                           stdout=subprocess.PIPE).stdout
    return json.loads(shown)["rules"]


def row(rule):
    finds = rule["summary"].replace("|", r"\|")
    return (f"| [{rule['id']}]({rule['id']}.md) {rule['name']} | {rule['level']} | "
            f"{rule['evidence']} | {rule['fix']} | {rule['standing']} | {finds} |\n")


def index(rules):
    text = HEAD.format(count=len(rules))
    for number, title in enumerate(FAMILIES):
        family = [rule for rule in rules if int(rule["id"][2]) == number]
        if family:
            text += TABLE.format(title=title) + "".join(map(row, family))
    return text


def main():
    parser = argparse.ArgumentParser(description="The index of the linter's rules is fresh.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    parser.add_argument("--bless", action="store_true", help="write the index")
    arguments = parser.parse_args()
    rules = listed(ROOT / arguments.build)
    wanted = index(rules)
    if arguments.bless:
        INDEX.write_text(wanted, encoding="utf-8")
    pages = [path.stem for path in sorted(PAGES.glob("VC*.md"))]
    known = [rule["id"] for rule in rules]
    fresh = INDEX.exists() and INDEX.read_text(encoding="utf-8") == wanted
    print(f"{'ok' if pages == known else 'not ok'} 1 - {len(pages)} pages are {len(known)} rules")
    print(f"{'ok' if fresh else 'not ok'} 2 - the index is that of the pages")
    if not fresh:
        print("# python3 tests/meta/rules.py --bless")
    print("1..2")
    return 0 if fresh and pages == known else 1


if __name__ == "__main__":
    sys.exit(main())
