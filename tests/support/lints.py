# SPDX-License-Identifier: Apache-2.0
"""The rules of the linter, each by its page compiler/lint/rules/VCnnn.md and what stands in
tests/lint/VCnnn/.

The page's two policies are run: the one under `Avoid` must raise the rule, and of what is a warning
or worse only those named by a line `Also raises: VC…, VC….`; the one under `Prefer` raises neither
the rule nor anything that is a warning or worse. A block ```yaml of the page that begins with
`version:` is their vulnctl.yaml; if both have one, each has its own. tests/lint/VCnnn/ holds

  boundary*.vpol   the least that raises the rule beside the most that does not: each line at which
                   the rule is raised ends with `#~ VCnnn`, and at no other line it is
  boundary*.yaml   the vulnctl.yaml of the boundary of that name, marked likewise
  fix.vpol         what is repaired in place of the policy under `Avoid`, where that cannot be
  options          what the command line has besides, for all runs; `policy.vpol` is put behind it
  any other file   stands beside the policy: an older policy, …; files of tests/lint itself stand
                   beside all of them (findings.ndjson)

A rule whose problems can be repaired is repaired under `Avoid` by `lint --fix`, or with `--unsafe`:
the rule must be gone and nothing new be raised. Where the fix is safe, what is compiled must be as
before, unless a line of the page says `Changes what is compiled: …`; what did not compile
must compile.

What a mistake is, `compile` refuses with the same id.

Then `@allow` is put before the statement of `Avoid` that raises the rule: the problem must be shown
as allowed, unless it is a mistake, which it stays.

A page with a line `No policy can raise this yet: WHY.` has no policy to avoid, and no boundary."""
import json
import pathlib
import re
import shlex
import shutil
import tempfile

from support import process
from support.bogons import GOOD_CONFIG
from support.result import Job, failed, head, passed, skipped, text

PAGE = re.compile(r"# (VC\d{3}) (\S+)\n\n.+?\n\n"
                  r"\| level \| evidence \| fix \| standing \|\n\|---\|---\|---\|---\|\n"
                  r"\| (off|info|warn|error) \| ([a-z, ]+) \| (none|safe|unsafe) \| "
                  r"(configurable|locked|mistake) \|\n\n## Why\n\n", re.S)
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)
POLICY = re.compile(r"^```vpol\n(.*?)^```$", re.M | re.S)
CONFIG = re.compile(r"^```yaml\n(version:.*?)^```$", re.M | re.S)
CHANGES = re.compile(r"^Changes what is compiled: .", re.M)
ALSO = re.compile(r"^Also raises: (VC\d{3}(?:, VC\d{3})*)\.$", re.M)
LATER = re.compile(r"^No policy can raise this yet: (.+)\.$", re.M)
MARK = re.compile(r"#~ (VC\d{3})$")
NOW = "2026-04-01"
SECONDS = 20
CHANNELS = GOOD_CONFIG + """buckets:
  archive:
    name: example-findings
    owner: "111122223333"
    kms_key_arn: "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
"""
NOT_COPIED = ("options",)


def block(pattern, part):
    found = pattern.search(part)
    return found[1] if found else None


class Rule:
    def __init__(self, context, path):
        self.path = path
        self.page = path.read_text(encoding="utf-8")
        self.folder = context.root / "tests" / "lint" / path.stem
        self.context = context
        found = PAGE.match(self.page)
        self.good = bool(found) and found[1] == path.stem
        if not self.good:
            return
        self.ident, self.name, self.level, _, self.fix, self.standing = found.groups()
        self.changes = bool(CHANGES.search(self.page))
        sections = dict(SECTION.findall(self.page))
        self.avoid, self.prefer = (block(POLICY, sections.get(title, ""))
                                   for title in ("Avoid", "Prefer"))
        fix = self.folder / "fix.vpol"
        self.repairable = fix.read_text(encoding="utf-8") if fix.exists() else self.avoid
        also = ALSO.search(self.page)
        self.also = set(also[1].split(", ")) if also else set()
        self.config = block(CONFIG, self.page) or CHANNELS
        self.better_config = block(CONFIG, sections.get("Prefer", "")) or self.config
        options = self.folder / "options"
        self.options = shlex.split(options.read_text(encoding="utf-8")) if options.exists() else []

    def put(self, place, policy, config=None):
        for folder in (self.folder.parent, self.folder):
            for file in folder.iterdir() if folder.is_dir() else ():
                if file.is_file() and file.name not in NOT_COPIED:
                    shutil.copy(file, place / file.name)
        (place / "policy.vpol").write_text(policy, encoding="utf-8")
        (place / "vulnctl.yaml").write_text(config or self.config, encoding="utf-8")

    def run(self, place, *argv):
        return process.run([self.context.program, *argv, "--now", NOW, "policy.vpol"], place,
                           process.environment(place), timeout=self.context.seconds(SECONDS))

    def lint_at(self, place, *more):
        """The exit code and the problems, or a text that says what went wrong."""
        outcome = self.run(place, "lint", "--format", "json", *self.options, *enabled(self), *more)
        if outcome.trouble():
            return None, f"{outcome.trouble()}\n{text(outcome.err)}"
        said = text(outcome.out if outcome.code < 3 else outcome.err)
        try:
            return outcome.code, [json.loads(line) for line in said.splitlines()]
        except ValueError:
            return None, said

    def lint(self, policy, config=None):
        with tempfile.TemporaryDirectory(prefix="vulnctl-lint.") as scratch:
            place = pathlib.Path(scratch)
            self.put(place, policy, config)
            return self.lint_at(place)

    def compile_at(self, place):
        """What is written, or None. Only the manifest may know how the policy is written."""
        outcome = self.run(place, "compile", "-q", "-o", "out")
        if outcome.code:
            return None
        files = {path.relative_to(place): path.read_bytes()
                 for path in (place / "out").rglob("*") if path.is_file()}
        shutil.rmtree(place / "out")
        return {path: data for path, data in files.items() if path.name != "manifest.json"}


def show(problems):
    return head("\n".join(f"{p['line']}:{p['col']}: {p['level']} {p['id']} {p['message']}"
                          f"{' (allowed)' if p['allowed'] else ''}" for p in problems))


def weighty(problems):
    return {str(p["id"]) for p in problems
            if p["level"] in ("warning", "error") and not p["allowed"]}


def enabled(rule):
    return ["--enable", rule.ident] if rule.level == "off" else []


def try_avoid(rule, name):
    code, problems = rule.lint(rule.avoid)
    if code is None:
        return [failed(name, problems)]
    here = [p for p in problems if p["id"] == rule.ident]
    more = weighty(problems) - {rule.ident} - rule.also
    missing = rule.also - {p["id"] for p in problems}
    wrong = []
    if not here:
        wrong.append(f"{rule.ident} is not raised")
    if more:
        wrong.append(f"raised, too: {', '.join(sorted(more))}")
    if missing:
        wrong.append(f"not raised, though the page says so: {', '.join(sorted(missing))}")
    expected = {"error": 1, "warn": 0, "info": 0, "off": 0}[rule.level]
    if rule.standing == "mistake":
        expected = 3 if code == 3 else 2
    if here and not rule.also and code != expected:
        wrong.append(f"exit code {code}, not {expected}")
    if wrong:
        return [failed(name, "\n".join(wrong) + "\n" + show(problems))]
    return [passed(name)]


def try_refused(rule, name):
    with tempfile.TemporaryDirectory(prefix="vulnctl-lint.") as scratch:
        place = pathlib.Path(scratch)
        rule.put(place, rule.avoid)
        outcome = rule.run(place, "compile", "--format", "json", "-o", "out")
        written = (place / "out").exists()
    said = text(outcome.err)
    if outcome.code not in (2, 3) or written or f'"id":"{rule.ident}"' not in said:
        return [failed(name, f"exit code {outcome.code}\n{head(said)}")]
    return [passed(name)]


def try_prefer(rule, name):
    code, problems = rule.lint(rule.prefer, config=rule.better_config)
    if code is None:
        return [failed(name, problems)]
    if code or weighty(problems) or any(p["id"] == rule.ident for p in problems):
        return [failed(name, f"exit code {code}\n{show(problems)}")]
    return [passed(name)]


def try_fix(rule, name):
    with tempfile.TemporaryDirectory(prefix="vulnctl-lint.") as scratch:
        place = pathlib.Path(scratch)
        rule.put(place, rule.repairable)
        _, before = rule.lint_at(place)
        old = rule.compile_at(place)
        code, left = rule.lint_at(place, "--fix", *(["--unsafe"] if rule.fix == "unsafe" else []))
        if code is None:
            return [failed(name, left)]
        _, after = rule.lint_at(place)
        new = rule.compile_at(place)
        policy = (place / "policy.vpol").read_text(encoding="utf-8")
    known = {str(p["id"]) for p in before} | rule.also
    more = weighty(after) if rule.standing == "mistake" else {str(p["id"]) for p in after}
    wrong = []
    if code > 2 or left != after:
        wrong.append(f"exit code {code}\n{show(left)}")
    if any(p["id"] == rule.ident for p in after):
        wrong.append(f"{rule.ident} is still raised")
    if more - known:
        wrong.append(f"raised by the fix: {', '.join(sorted(more - known))}")
    if new is None:
        wrong.append("it does not compile")
    elif old is not None and rule.fix == "safe" and new != old and not rule.changes:
        wrong.append("what is compiled is something else, and the page does not say so")
    if wrong:
        return [failed(name, "\n".join(wrong) + f"\n{show(after)}\n{policy}")]
    return [passed(name)]


def statement_above(lines, line):
    """The line (from 0) of the statement that holds this one (from 1) or follows it."""
    begins = re.compile(r"(use|let|define|policy|tier|notify|suppress|reopen|assign|protect|"
                        r"insight|action|review|lifecycle|status)\b")
    at = line - 1
    if lines[at].startswith(("@", "edition")) or not lines[at].strip():
        while not begins.match(lines[at]):
            at += 1
    while not begins.match(lines[at]):
        at -= 1
    return at


def try_allowed(rule, name):
    _, problems = rule.lint(rule.avoid)
    place = next((p["line"] for p in problems if p["id"] == rule.ident), None)
    if place is None:
        if rule.standing == "mistake":
            return [passed(name)]
        return [failed(name, f"{rule.ident} is raised at no place")]
    lines = rule.avoid.splitlines(keepends=True)
    try:
        at = statement_above(lines, place)
    except IndexError:
        if rule.standing == "mistake":
            return [passed(name)]
        return [failed(name, f"{rule.ident} is raised in no statement")]
    lines.insert(at, f'@allow({rule.name}, reason: "looked at", until: 2026-12-31)\n')
    code, problems = rule.lint("".join(lines))
    if code is None:
        return [failed(name, problems)]
    here = [p for p in problems if p["id"] == rule.ident]
    if rule.standing == "mistake":
        good = code >= 2 and here and not any(p["allowed"] for p in here)
    else:
        good = any(p["allowed"] for p in here)
    return [passed(name) if good else failed(name, f"exit code {code}\n{show(problems)}")]


def marks(name, source):
    return {(name, number, found[1]) for number, line in enumerate(source.splitlines(), 1)
            if (found := MARK.search(line))}


def try_boundary(rule, name, path):
    policy, config = path.read_text(encoding="utf-8"), path.with_suffix(".yaml")
    config = config.read_text(encoding="utf-8") if config.exists() else None
    marked = marks("policy.vpol", policy) | marks("vulnctl.yaml", config or "")
    code, problems = rule.lint(policy, config=config)
    if code is None:
        return [failed(name, problems)]
    raised = {(p["file"], p["line"], p["id"]) for p in problems if p["id"] == rule.ident}
    if {ident for _, _, ident in marked} - {rule.ident}:
        return [failed(name, f"marks of other rules than {rule.ident}")]
    if raised != marked:
        return [failed(name, f"marked but not raised: {sorted(marked - raised)}\n"
                             f"raised but not marked: {sorted(raised - marked)}\n{show(problems)}")]
    return [passed(name)]


def try_rule(context, path, name):
    rule = Rule(context, path)
    if not rule.good:
        return [failed(name, "its page does not begin as a page does (tests/support/lints.py)")]
    later = LATER.search(rule.page)
    if later and rule.prefer and not rule.avoid and not rule.folder.exists():
        return [skipped(f"{name}: avoid", later[1]), *try_prefer(rule, f"{name}: prefer")]
    if not rule.avoid or not rule.prefer:
        return [failed(name, "its page lacks a policy under `Avoid` or `Prefer`")]
    boundaries = sorted(rule.folder.glob("boundary*.vpol"))
    results = try_avoid(rule, f"{name}: avoid") + try_prefer(rule, f"{name}: prefer")
    results += try_allowed(rule, f"{name}: allowed")
    if rule.standing == "mistake":
        results += try_refused(rule, f"{name}: refused")
    if rule.fix != "none":
        results += try_fix(rule, f"{name}: fix")
    for boundary in boundaries:
        results += try_boundary(rule, f"{name}: {boundary.name}", boundary)
    if not any(marks("", path.read_text(encoding="utf-8"))
               for path in rule.folder.glob("boundary*")):
        results.append(failed(f"{name}: boundary", "no boundary that raises the rule"))
    return results


def lints(context):
    pages = sorted((context.root / "compiler" / "lint" / "rules").glob("VC*.md"))
    jobs = []
    for path in pages:
        name = f"lint/{path.stem}"
        jobs.append(Job(name, lambda path=path, name=name: try_rule(context, path, name)))
    return jobs
