# SPDX-License-Identifier: Apache-2.0
"""What the documents show is what happens. Every whole policy in them (a block ```vpol that begins
with `edition`) passes `check`; one that is followed by a block ```text is compiled, and must say
just that; every whole vulnctl.yaml (a block ```yaml that begins with `version`) is one, and each of
its environments can be chosen; every session (a block ```console that begins with `$ ./vulnctl`)
runs as it is shown, from the top of the project, in a place where it may write; standard error
comes first, and a line `...` stands for any; every link leads somewhere; the README has its two
commands; what compiles an example ends well, and the first such command of an example writes its
expected/. --bless rewrites the blocks ```text and, but for `...`, the sessions.
"""
import pathlib
import re
import shlex
import tempfile

from support import golden, process
from support.cases import matches
from support.bogons import GOOD_CONFIG
from support.result import Job, diff, failed, passed, text

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
EXAMPLE = re.compile(r"^```vpol\n(edition.*?)^```$(?:(?:(?!^```).)*?^```text\n(.*?)^```$)?",
                     re.M | re.S)
CONFIG = re.compile(r"^```yaml\n(version:.*?)^```$", re.M | re.S)
ENVIRONMENTS = re.compile(r"^environments:\n((?:  .*\n)*)", re.M)
SESSION = re.compile(r"^```console\n(\$ \./vulnctl.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\$\(command -v sudo\) apt-get update && .*$", re.M)
COMPILE = re.compile(r"^(?:    )?\./vulnctl (compile [^&\n]*-o )\S+([^&\n]*)", re.M)
FOLDERS = ("compiler", "grammar", "examples", "tests")


def compile_or_check(context, policy, wanted):
    """What a run over the policy says; `check` where nothing is wanted."""
    command = ["check"] if wanted is None else ["compile", "-q", "-o", "out"]
    with tempfile.TemporaryDirectory(prefix="vulnctl-document.") as scratch:
        place = pathlib.Path(scratch)
        (place / "policy.vpol").write_text(policy, encoding="utf-8")
        (place / "vulnctl.yaml").write_text(GOOD_CONFIG, encoding="utf-8")
        return process.run([context.program, *command, "policy.vpol"], place,
                           process.environment(place), timeout=context.seconds(20))


def judge(name, outcome, wanted):
    said = text(outcome.err)
    if outcome.trouble():
        return failed(name, f"{outcome.trouble()}\n{said}")
    if wanted is None and outcome.code:
        return failed(name, f"check ends with {outcome.code}\n{said}")
    if wanted is not None and said != wanted:
        return failed(name, diff(wanted, said, "stderr"))
    return passed(name)


def examples(context, name, path):
    source = path.read_text(encoding="utf-8")
    results, shift = [], 0
    for number, found in enumerate(EXAMPLE.finditer(source), 1):
        wanted = found[2]
        outcome = compile_or_check(context, found[1], wanted)
        if context.bless and wanted is not None and not outcome.trouble():
            wanted = text(outcome.err)
            begin, end = found.start(2) + shift, found.end(2) + shift
            source = source[:begin] + wanted + source[end:]
            shift += len(wanted) - len(found[2])
        results.append(judge(f"{name}: policy {number}", outcome, wanted))
    if source != path.read_text(encoding="utf-8"):
        path.write_text(source, encoding="utf-8")
    return results


def check_config(context, config, env):
    with tempfile.TemporaryDirectory(prefix="vulnctl-document.") as scratch:
        place = pathlib.Path(scratch)
        (place / "policy.vpol").write_text("edition 1;\n", encoding="utf-8")
        (place / "vulnctl.yaml").write_text(config, encoding="utf-8")
        return process.run([context.program, "check", *env, "policy.vpol"], place,
                           process.environment(place), timeout=context.seconds(20))


def configs(context, name, path):
    results = []
    for number, found in enumerate(CONFIG.finditer(path.read_text(encoding="utf-8")), 1):
        block = ENVIRONMENTS.search(found[1])
        names = re.findall(r"^  ([\w-]+):", block[1], re.M) if block else []
        for env in ([], *(["--env", env] for env in names)):
            what = f"{name}: vulnctl.yaml {' '.join([str(number), *env])}"
            results.append(judge(what, check_config(context, found[1], env), None))
    return results


def lay_out_session(context, place):
    """The project as a reader has it, but for what a command would write."""
    (place / "vulnctl").symlink_to(context.program)
    for entry in context.root.iterdir():
        if not entry.name.startswith(".") and entry.name not in ("vulnctl", "build"):
            (place / entry.name).symlink_to(entry)


def play(context, session):
    """The session again, as it goes now, and what was wrong with a command."""
    said, trouble = "", None
    with tempfile.TemporaryDirectory(prefix="vulnctl-document.") as scratch:
        place = pathlib.Path(scratch)
        lay_out_session(context, place)
        for command in re.findall(r"^\$ (.*(?:\\\n.*)*)\n", session, re.M):
            outcome = process.run(["sh", "-u", "-c", command], place,
                                  process.environment(place, context.build),
                                  timeout=context.seconds(20))
            said += f"$ {command}\n{text(outcome.err)}{text(outcome.out)}"
            trouble = trouble or outcome.trouble()
    return said, trouble


def sessions(context, name, path):
    source = path.read_text(encoding="utf-8")
    results, shift = [], 0
    for number, found in enumerate(SESSION.finditer(source), 1):
        what = f"{name}: session {number}"
        said, trouble = play(context, found[1])
        if trouble:
            results.append(failed(what, f"{trouble}\n{said}"))
            continue
        if context.bless and not matches(found[1], said) and "\n...\n" not in found[1]:
            begin, end = found.start(1) + shift, found.end(1) + shift
            source = source[:begin] + said + source[end:]
            shift += len(said) - len(found[1])
        elif not matches(found[1], said):
            results.append(failed(what, diff(found[1], said, "session")))
            continue
        results.append(passed(what))
    if shift or source != path.read_text(encoding="utf-8"):
        path.write_text(source, encoding="utf-8")
    return results


def links(name, path):
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    dead = [link for link in LINK.findall(prose)
            if "://" not in link and not (path.parent / link).exists()]
    name = f"{name}: links"
    return failed(name, f"dead: {', '.join(dead)}") if dead else passed(name)


def commands(context):
    name = "document/README.md: two commands"
    found = COMMAND.findall((context.root / "README.md").read_text(encoding="utf-8"))
    return passed(name) if len(found) == 2 else failed(name, f"{len(found)} lines of commands")


def compiles(context, name, path):
    """What a document has its reader run from the root."""
    expected, results = path.parent / "expected", []
    for number, found in enumerate(COMPILE.finditer(path.read_text(encoding="utf-8")), 1):
        with tempfile.TemporaryDirectory(prefix="vulnctl-document.") as scratch:
            out = pathlib.Path(scratch) / "out"
            command = [context.program, *shlex.split(found[1]), out, *shlex.split(found[2])]
            outcome = process.run(command, context.root, process.environment(scratch),
                                  timeout=context.seconds(20))
            what = f"{name}: compile {number}"
            results.append(judge(what, outcome, None))
            if number == 1 and expected.is_dir() and not context.bless:
                wrong = golden.differences(golden.tree(expected), golden.tree(out))
                what = f"{what} writes expected/"
                results.append(failed(what, wrong) if wrong else passed(what))
    return results


def run_document(context, name, path):
    return [*examples(context, name, path), *configs(context, name, path),
            *compiles(context, name, path), *sessions(context, name, path), links(name, path)]


def documents(context):
    # The pages of the linter's rules show what is wrong, too: support/lints.py runs them.
    rules = context.root / "compiler" / "lint" / "rules"
    paths = [*context.root.glob("*.md"), *(path for folder in FOLDERS
                                           for path in (context.root / folder).rglob("*.md")
                                           if path.parent != rules)]
    jobs = [Job("document/README.md: two commands", lambda: [commands(context)])]
    for path in sorted(paths):
        name = f"document/{path.relative_to(context.root).as_posix()}"
        jobs.append(Job(name, lambda name=name, path=path: run_document(context, name, path)))
    return jobs
