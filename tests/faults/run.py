#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants faults in the emitters and sees that the self-proof catches each: exit 4, nothing written.

usage: run.py [--build DIR] [NAME...]    prints TAP; a NAME takes the faults whose name contains it

faults.toml lists them: a text of a source that must occur exactly once (so that no fault rots when
the source changes), what stands in its place, a policy of this folder that reaches it, and what the
compiler must say about it. Only the faulty source is compiled, with the flags of the build, and
linked in front of the library; objects are kept in DIR/faults by the hash of all they depend on.
Without the fault the same policy must compile, or its exit code would show nothing; one whose name
begins with `refused` must be refused, and the fault is that it is not.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import shlex
import shutil
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "faults"
sys.path.insert(0, str(ROOT / "tests"))

from support import process  # pylint: disable=wrong-import-position

NOW = "2026-04-01"
REFUSED, BUG = 2, 4  # exit codes
IS_A_BUG = "this is a bug in vulnctl"
WORKERS = 2


class Failure(Exception):
    """Why a check failed."""


@dataclasses.dataclass
class Fault:
    """A row of faults.toml."""
    name: str
    what: str  # what is wrong, for people
    file: str  # below compiler/
    edits: list  # (right, wrong), each right text exactly once in the file
    policy: str
    says: str  # a part of the message
    targets: list  # that are asked for; all if none
    command: str  # `compile`, or `fmt`, which is to rewrite the policy
    env: str  # the environment of vulnctl.yaml; none if empty


def read_faults(path):
    """Every key is needed, but `targets`, `env` and the second edit."""
    faults = []
    for row in tomllib.loads(path.read_text("utf-8"))["fault"]:
        edits = [(row.pop("right"), row.pop("wrong"))]
        if "right2" in row:
            edits.append((row.pop("right2"), row.pop("wrong2")))
        faults.append(Fault(edits=edits, targets=row.pop("targets", []), env=row.pop("env", ""),
                            command=row.pop("command", "compile"), **row))
    names = [fault.name for fault in faults]
    for name in names:
        if names.count(name) > 1:
            raise SystemExit(f"faults.toml has `{name}` twice")
    return faults


class Build:
    """A build folder, its flags, and the faulty programs made from it."""

    def __init__(self, path):
        self.path = path
        self.work = path / "faults"
        self.program = path / "vulnctl"
        commands = path / "commands"
        if not commands.exists():
            raise SystemExit(f"{commands} is missing: `make tests` writes it")
        self.compile, self.link, self.libraries = map(shlex.split,
                                                      commands.read_text().splitlines())
        self.library = path / "libvulnctl.a"
        self.main = path / "compiler" / "main.o"
        self.slow = process.is_sanitized(self.program)
        self.env = process.environment(ROOT)
        self.headers = self._hash_headers()
        self.work.mkdir(exist_ok=True)

    def _hash_headers(self):
        """All of them: which ones a source includes is the compiler's business."""
        digest = hashlib.sha256()
        folders = (ROOT / "compiler", ROOT / "grammar", self.path / "gen")
        for folder in folders:
            for suffix in ("*.h", "*.def"):
                for header in sorted(folder.rglob(suffix)):
                    digest.update(header.read_bytes())
        return digest.digest()

    def run(self, argv, seconds=60):
        return process.run(argv, ROOT, self.env, timeout=seconds * (10 if self.slow else 1))

    def _must(self, argv, what):
        outcome = self.run(argv)
        if outcome.code:
            raise Failure(f"{what}:\n{outcome.err.decode('utf-8', 'replace')}")

    def object_of(self, fault):
        """The faulty source, compiled. A fault may leave a function without use: no warnings."""
        source = faulty_source(fault)
        digest = hashlib.sha256(self.headers)
        for part in (fault.file, source, *self.compile):
            digest.update(part.encode() + b"\0")
        made = self.work / f"{fault.name}-{digest.hexdigest()[:16]}.o"
        if not made.exists():
            for old in self.work.glob(f"{fault.name}-{'?' * 16}.o"):
                old.unlink()
            text = self.work / f"{fault.name}.c"
            text.write_text(source, "utf-8")
            part = made.with_suffix(".part")
            self._must([*self.compile, "-w", "-c", "-o", part, text], "it does not compile")
            part.rename(made)
        return made

    def program_of(self, fault):
        """The fault's object is found before the library's, which is left aside then."""
        program = self.work / fault.name
        self._must([*self.link, "-o", program, self.main, self.object_of(fault), self.library,
                    *self.libraries], "it does not link")
        return program

    def compile_policy(self, program, policy, output, targets=(), env=""):
        chosen = [word for target in targets for word in ("-t", target)]
        chosen += ["--env", env] if env else []
        return self.run([program, "compile", "--now", NOW, "--color", "never", *chosen, "-o",
                         output, HERE / policy])

    def format_policy(self, program, policy, folder):
        copy = pathlib.Path(folder) / policy
        shutil.copyfile(HERE / policy, copy)
        return self.run([program, "fmt", "--color", "never", "-w", copy])


def faulty_source(fault):
    text = (ROOT / "compiler" / fault.file).read_text("utf-8")
    for right, wrong in fault.edits:
        count = text.count(right)
        if count != 1:
            raise Failure(f"compiler/{fault.file} has this {count} times, not once:\n{right}")
        text = text.replace(right, wrong)
    return text


def show(outcome):
    return f"it ended with {outcome.code}\n{outcome.err.decode('utf-8', 'replace')}"


def check_policy(build, policy, env):
    """Without a fault."""
    expected = REFUSED if policy.startswith("refused") else 0
    with tempfile.TemporaryDirectory() as folder:
        outcome = build.compile_policy(build.program, policy, pathlib.Path(folder) / "out",
                                       env=env)
        if outcome.trouble() or outcome.code != expected:
            raise Failure(outcome.trouble() or show(outcome))


def run_fault(build, fault, folder):
    """The outcome, and whether something was written."""
    program = build.program_of(fault)
    if fault.command == "fmt":
        outcome = build.format_policy(program, fault.policy, folder)
        copy = pathlib.Path(folder) / fault.policy
        written = (os.listdir(folder) != [copy.name] or
                   copy.read_bytes() != (HERE / fault.policy).read_bytes())
    else:
        output = pathlib.Path(folder) / "out"
        outcome = build.compile_policy(program, fault.policy, output, fault.targets, fault.env)
        written = os.path.lexists(output) or bool(os.listdir(folder))
    program.unlink()  # made in no time, and large
    return outcome, written


def check_fault(build, fault):
    with tempfile.TemporaryDirectory() as folder:
        outcome, written = run_fault(build, fault, folder)
        error = outcome.err.decode("utf-8", "replace")
        if outcome.trouble():
            raise Failure(f"{outcome.trouble()}\n{error}")
        if outcome.code != BUG:
            raise Failure(f"{fault.what}: not caught, {show(outcome)}")
        if written:
            raise Failure("something was written")
        for part in (IS_A_BUG, fault.says):
            if part not in error:
                raise Failure(f"it does not say `{part}`\n{error}")


def attempt(check, *arguments):
    try:
        check(*arguments)
    except Failure as failure:
        return str(failure)
    return None


def report(number, name, failure):
    print(f"{'not ok' if failure else 'ok'} {number} - {name}")
    for line in (failure or "").splitlines():
        print(f"# {line}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description="Plants faults in the emitters.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    parser.add_argument("name", nargs="*", help="only faults whose name contains one of these")
    arguments = parser.parse_args()
    build = Build(pathlib.Path(arguments.build).resolve())
    faults = [fault for fault in read_faults(HERE / "faults.toml")
              if not arguments.name or any(part in fault.name for part in arguments.name)]
    checks = [(f"{policy}{env and f' in {env}'} without a fault", check_policy, policy, env)
              for policy, env in sorted({(fault.policy, fault.env) for fault in faults})]
    checks += [(fault.name, check_fault, fault) for fault in faults]
    print(f"1..{len(checks)}")
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        done = pool.map(lambda check: attempt(check[1], build, *check[2:]), checks)
        for number, (check, failure) in enumerate(zip(checks, done), 1):
            report(number, check[0], failure)
            failed += bool(failure)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
