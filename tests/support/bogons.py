# SPDX-License-Identifier: Apache-2.0
"""Inputs that must be refused: with this exit code, these messages and no others, at a place, soon,
in little memory, and without any output.

tests/bogons/NAME.vpol (or .yaml: then it is the vulnctl.yaml beside a policy that is right) says at
its top what must come, one line for each error in the order they are shown:

    # expect: EXIT ID LINE:COLUMN text that stands in the message

ID is VC and three digits, or `-` for a problem of the world, which has no id. LINE:COLUMN may be
`-` where there is no place. What no text file can hold is made by tests/bogons/generate.py."""
import importlib.util
import pathlib
import re
import tempfile

from support import process
from support.result import Job, failed, head, passed, text

EXPECT = re.compile(r"# expect: (\d) (VC\d{3}|-) (\d+:\d+|-) (.+)$")
ERROR = re.compile(r"(?:(?P<file>[^\s:]+):(?P<at>\d+:\d+)|vulnctl): "
                   r"error(?:\[(?P<id>VC\d{3})\])?: (?P<message>.*)$")
SECONDS = 5
MEMORY = 256 << 20

GOOD_POLICY = 'edition 1;\nnotify all { when fix == YES; to security; }\n'
GOOD_CONFIG = ('version: 1\nchannels:\n  security: '
               '{sns_topic_arn: "arn:aws:sns:eu-central-1:111122223333:security"}\n')


def read_expected(source):
    """[(exit, id, place, part of the message)] of the lines at the top, or None."""
    expected = []
    for line in source.splitlines():
        found = EXPECT.match(line)
        if not found:
            break
        expected.append((int(found[1]), found[2], found[3], found[4]))
    return expected or None


def errors_of(err):
    return [found for found in map(ERROR.match, text(err).splitlines()) if found]


def compare(expected, errors):
    """What differs between the errors that must come and those that came, or None."""
    wrong = []
    for number, (_, ident, place, part) in enumerate(expected):
        if number >= len(errors):
            wrong.append(f"missing: {ident} {place} {part}")
            continue
        got = errors[number]
        if ident != (got["id"] or "-"):
            wrong.append(f"{ident} expected: {got[0]}")
        elif place != (got["at"] or "-"):
            wrong.append(f"at {place} expected: {got[0]}")
        elif part not in got["message"]:
            wrong.append(f"`{part}` expected: {got[0]}")
    wrong += [f"an echo: {got[0]}" for got in errors[len(expected):]]
    return "\n".join(wrong)


def judge(context, outcome, expected, most_errors):
    """[what is wrong] with a refusal."""
    wrong = [outcome.trouble()] if outcome.trouble() else []
    code = max(row[0] for row in expected)
    if outcome.code != code:
        wrong.append(f"exit code: {code} expected, {outcome.code} got")
    if outcome.out:
        wrong.append("it prints to standard output")
    if not context.sanitized and outcome.peak > MEMORY:
        wrong.append(f"it took {outcome.peak >> 20} MiB")
    errors = errors_of(outcome.err)
    if most_errors:  # a storm: the first ones, and a count of the rest
        if len(errors) > most_errors:
            wrong.append(f"{len(errors)} errors are shown")
        errors = errors[:len(expected)]
    different = compare(expected, errors)
    if different:
        wrong.append(different)
    return wrong


def run_bogon(context, name, files, expected, most_errors=0):
    """files: name -> bytes or chunks of bytes."""
    with tempfile.TemporaryDirectory(prefix="vulnctl-bogon.") as scratch:
        place = pathlib.Path(scratch)
        for path, data in files.items():
            with open(place / path, "wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
        argv = [context.program, "compile", "--now", "2026-04-01", "-o", "out", "policy.vpol"]
        outcome = process.run(argv, place, process.environment(place),
                              timeout=context.seconds(SECONDS))
        wrong = judge(context, outcome, expected, most_errors)
        more = sorted(path.name for path in place.iterdir() if path.name not in files)
        if more:
            wrong.append(f"it leaves {', '.join(more)}")
        argv = [context.program, "check", "--now", "2026-04-01", "policy.vpol"]
        check = process.run(argv, place, process.environment(place),
                            timeout=context.seconds(SECONDS))
        if check.trouble() or check.code not in (0, outcome.code):
            wrong.append(f"check: {check.trouble() or f'exit code {check.code}'}")
    if wrong:
        return [failed(name, "\n".join(wrong) + "\n" + head(text(outcome.err)))]
    return [passed(name)]


def run_file(context, name, file):
    data = file.read_bytes()
    expected = read_expected(data.decode("utf-8", "replace"))
    if not expected:
        return [failed(name, "its first line is not `# expect: EXIT ID LINE:COLUMN text`")]
    if file.suffix == ".yaml":
        files = {"policy.vpol": GOOD_POLICY.encode(), "vulnctl.yaml": data}
    else:
        files = {"policy.vpol": data, "vulnctl.yaml": GOOD_CONFIG.encode()}
    return run_bogon(context, name, files, expected)


def generated(folder):
    """The rows of tests/bogons/generate.py."""
    spec = importlib.util.spec_from_file_location("generate", folder / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.rows()


def run_row(context, name, row):
    files = {"policy.vpol": GOOD_POLICY.encode(), "vulnctl.yaml": GOOD_CONFIG.encode()}
    files.update(row.files())
    return run_bogon(context, name, files, row.expected, row.most_errors)


def bogons(context):
    folder = context.root / "tests" / "bogons"
    jobs = []
    for file in sorted((*folder.glob("*.vpol"), *folder.glob("*.yaml"))):
        name = f"bogon/{file.name}"
        jobs.append(Job(name, lambda name=name, file=file: run_file(context, name, file)))
    for row in generated(folder):
        name = f"bogon/{row.name}"
        jobs.append(Job(name, lambda name=name, row=row: run_row(context, name, row)))
    return jobs
