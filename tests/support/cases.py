# SPDX-License-Identifier: Apache-2.0
"""Cases of the command line: tests/cli/*.case, and tests/regress/NAME/*.case for what once went
wrong. A case is one text:

    # what it shows
    -- args --          the arguments, split as a shell would; or
    -- run --           a shell script in which `vulnctl` is the program under test, and behind
                        $RESTRICTED permissions count even for root (needs no-override)
    -- setup --         a shell script before that (links, permissions, pipes)
    -- needs --         what the machine must allow, see process.can; otherwise it is skipped
    -- stdin --         what is read from standard input
    -- exit --          the exit code (0 when the section is missing)
    -- stdout --        exactly; empty when the section is missing. A line `...` stands for any
    -- stderr --        lines, none included
    -- files --         paths that must exist afterwards; `!path` must not
    -- NAME --          any other name: a file of that name, in a fresh directory

--bless rewrites stdout and stderr where only they differ: never of a case whose exit code or files
are wrong."""
import re
import shlex
import subprocess
import tempfile
import pathlib

from support import process
from support.result import Job, diff, failed, head, passed, skipped, text

HEADER = re.compile(r"-- (\S+) --$")
RESERVED = ("args", "run", "setup", "needs", "stdin", "exit", "stdout", "stderr", "files")


def parse(source):
    """The comment at the beginning, and [name, text] in order."""
    comment, sections = [], []
    for line in source.splitlines(keepends=True):
        found = HEADER.match(line.rstrip("\n"))
        if found:
            sections.append([found[1], ""])
        elif sections:
            sections[-1][1] += line
        else:
            comment.append(line)
    return "".join(comment), sections


def write(comment, sections):
    return comment + "".join(f"-- {name} --\n{body}" for name, body in sections)


def matches(expected, got):
    """Whole lines; `...` is any number of them."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "...\n" else re.escape(line)
                      for line in expected.splitlines(keepends=True))
    return re.fullmatch(pattern, got) is not None


def check_form(comment, sections):
    """What is wrong with the case itself, or None."""
    names = [name for name, _ in sections]
    if not comment.startswith("# "):
        return "a case begins with `# what it shows`"
    if ("args" in names) == ("run" in names):
        return "a case has `args` or `run`, one of them"
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        return f"sections that stand twice: {', '.join(sorted(twice))}"
    return None


def lay_out(place, sections):
    for name, body in sections:
        if name in RESERVED:
            continue
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")


def execute(context, place, given):
    """The outcome of the case, or a text: why its setup failed."""
    env = process.environment(place, context.build)
    if "setup" in given:
        made = subprocess.run(["sh", "-eu", "-c", given["setup"]], cwd=place, env=env,
                              capture_output=True, check=False)
        if made.returncode:
            return f"the setup failed with {made.returncode}: {text(made.stderr)}"
    if "run" in given:
        argv = ["sh", "-u", "-c", given["run"]]
    else:
        argv = [context.program, *shlex.split(given["args"])]
    stdin = given.get("stdin", "").encode()
    return process.run(argv, place, env, stdin, context.seconds(20))


def compare(place, given, outcome):
    """[what differs], one text each: what cannot be blessed, what can."""
    wrong, output = [], []
    if outcome.trouble():
        wrong.append(outcome.trouble() + "\n" + head(text(outcome.err)))
    code = int(given.get("exit", "0"))
    if outcome.code != code:
        wrong.append(f"exit code: {code} expected, {outcome.code} got")
    for name, got in (("stdout", text(outcome.out)), ("stderr", text(outcome.err))):
        if not matches(given.get(name, ""), got):
            output.append(diff(given.get(name, ""), got, name))
    for path in given.get("files", "").split():
        there = (place / path.lstrip("!")).exists()
        if there == path.startswith("!"):
            wrong.append(f"{path.lstrip('!')} {'exists' if there else 'does not exist'}")
    return wrong, output


def bless(file, comment, sections, given, outcome):
    for name, got in (("stdout", text(outcome.out)), ("stderr", text(outcome.err))):
        if matches(given.get(name, ""), got):
            continue
        for section in sections:
            if section[0] == name:
                section[1] = got
                break
        else:
            sections.append([name, got])
    sections[:] = [s for s in sections if s[1] or s[0] not in ("stdout", "stderr")]
    file.write_text(write(comment, sections), encoding="utf-8")


def run_case(context, name, file):
    comment, sections = parse(file.read_text(encoding="utf-8"))
    wrong = check_form(comment, sections)
    if wrong:
        return [failed(name, wrong)]
    given = dict((key, body) for key, body in sections)
    for need in given.get("needs", "").split():
        if not process.can(need, context.sanitized):
            return [skipped(name, f"there is no {need} here")]
    with tempfile.TemporaryDirectory(prefix="vulnctl-cli.") as scratch:
        place = pathlib.Path(scratch)
        lay_out(place, sections)
        outcome = execute(context, place, given)
        if isinstance(outcome, str):
            return [failed(name, outcome)]
        wrong, output = compare(place, given, outcome)
        if output and context.bless and not wrong:
            bless(file, comment, sections, given, outcome)
            output = []
        # What the case made unreadable must go, too.
        subprocess.run(["chmod", "-R", "u+rwX", scratch], check=False, capture_output=True)
    if wrong or output:
        return [failed(name, comment.split("\n")[0] + "\n" + "\n".join(wrong + output))]
    return [passed(name)]


def jobs(context, suite, pattern):
    files = sorted((context.root / "tests" / suite).glob(pattern))
    names = [(f"{suite}/{file.stem}", file) for file in files]
    return [Job(name, lambda name=name, file=file: run_case(context, name, file))
            for name, file in names]


def cli(context):
    return jobs(context, "cli", "*.case")


def regress(context):
    return jobs(context, "regress", "*/*.case")
