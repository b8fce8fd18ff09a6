#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule of the linter is one: it has a page, code that raises it under its name or its id, and
a test of its boundary. Where the research folder is there, the pages are compared with its
catalogue: every entry has a page of its name, level, and standing. Where they differ on purpose,
DIFFERENCES says why.

usage: lint_catalogue.py [--build DIR]        prints TAP
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "compiler" / "lint" / "rules"
CATALOGUE = ROOT.parent / "shared" / "design" / "lint.md"
PAGE = re.compile(r"# (VC\d{3}) (\S+)\n.*?^\| (off|info|warn|error) \| [^|]* \| [^|]* \| (\w+) \|$",
                  re.M | re.S)
ENTRY = re.compile(r"\*\*(VC\d{3}) ([a-z0-9-]+)\*\*[^|·\n]*[|·]([^|·\n]*)")
MISTAKES = re.compile(r"`E`-class rules \((.*?)\)")

# (rule, "level" or "standing"): (what the page says, why)
DIFFERENCES = {
    ("VC129", "level"): ("warn", "an error for a notify, as the catalogue has it, by its code"),
    ("VC514", "level"): ("off", "it holds for every policy, so it tells nothing of one"),
    ("VC601", "level"): ("warn", "from 80 % on; above the quota it is an error of `compile`"),
    ("VC906", "standing"): ("mistake", "a wrong vulnctl.yaml stops every command"),
    ("VC902", "standing"): ("mistake", "the grammar has both: what lacks one does not compile"),
}


# Rules that nothing can raise yet, and why.
UNREACHABLE = {"VC907": "there is one edition"}


def read_pages():
    pages = {}
    for path in sorted(RULES.glob("VC*.md")):
        found = PAGE.match(path.read_text("utf-8"))
        if found:
            pages[found[1]] = {"name": found[2], "level": found[3], "standing": found[4]}
    return pages


def mistakes(text):
    """The ids of class E: VC0xx, ranges like VC501–503, and single ones."""
    for word in re.split(r", ", MISTAKES.search(text)[1]):
        if word == "VC0xx":
            yield from (f"VC{n:03}" for n in range(1, 100))
            continue
        first, _, last = word.removeprefix("VC").partition("–")
        yield from (f"VC{n}" for n in range(int(first), int(last or first) + 1))


def read_catalogue(text):
    broken, entries = set(mistakes(text)), {}
    for ident, name, row in ENTRY.findall(text):
        level = re.search(r"error|warn|info|off", row)[0]
        standing = "mistake" if ident in broken else "locked" if "!" in row else "configurable"
        entries[ident] = {"name": name, "level": level, "standing": standing}
    return entries


def differences(pages, entries):
    for ident, entry in entries.items():
        page = pages.get(ident)
        if not page:
            yield f"{ident} {entry['name']} has no page"
            continue
        for key, value in entry.items():
            wanted = DIFFERENCES.get((ident, key), (value, ""))[0]
            if page[key] != wanted:
                yield f"{ident}: {key} is {page[key]}, not {wanted}"


def not_raised(pages):
    code = "".join(path.read_text("utf-8") for folder in ("compiler", "grammar")
                   for path in sorted((ROOT / folder).rglob("*.[chyl]")))
    for ident, page in pages.items():
        symbol = "RULE_" + page["name"].replace("-", "_")
        if not re.search(rf"\b{symbol}\b", code) and f'"{ident}"' not in code:
            yield f"{ident} {page['name']}: no code raises it"


def not_told(pages):
    """Ids that code raises, without a page."""
    for path in sorted((ROOT / "compiler").rglob("*.c")):
        for ident in re.findall(r'"(VC\d{3})"', path.read_text("utf-8")):
            if ident not in pages:
                yield f"{path.relative_to(ROOT)}: {ident} has no page"


def without_boundary(pages):
    tests = ROOT / "tests" / "lint"
    return (f"tests/lint/{ident} has no boundary*.vpol" for ident in pages
            if ident not in UNREACHABLE and not list((tests / ident).glob("boundary*.vpol")))


def main():
    pages = read_pages()
    checks = [
        ("every page begins as a page does",
         [path.name for path in sorted(RULES.glob("VC*.md")) if path.stem not in pages]),
        ("every rule is raised by code", list(not_raised(pages))),
        ("what code raises has a page", sorted(set(not_told(pages)))),
        ("every rule has a test of its boundary", list(without_boundary(pages))),
    ]
    if CATALOGUE.exists():
        entries = read_catalogue(CATALOGUE.read_text("utf-8"))
        checks.append((f"the catalogue's {len(entries)} rules are there",
                       list(differences(pages, entries))))
    print(f"1..{len(checks) + (not CATALOGUE.exists())}")
    for number, (what, wrong) in enumerate(checks, 1):
        print(f"{'not ' if wrong else ''}ok {number} - {what}")
        for line in wrong:
            print(f"# {line}")
    if not CATALOGUE.exists():
        print(f"ok {len(checks) + 1} - the catalogue # SKIP no shared folder beside the project")
    return 1 if any(wrong for _, wrong in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
