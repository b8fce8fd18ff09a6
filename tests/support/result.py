# SPDX-License-Identifier: Apache-2.0
"""One check and how it went. A suite is a list of jobs; a job is a name and a function that gives
results; jobs run in any order, results are shown in that of the list."""
import dataclasses
import difflib

LINES = 40  # of a diff or an output that are shown


@dataclasses.dataclass
class Result:
    name: str
    status: str  # "ok", "not ok", "skip"
    detail: str = ""


def passed(name):
    return Result(name, "ok")


def failed(name, detail):
    return Result(name, "not ok", detail)


def skipped(name, why):
    return Result(name, "skip", why)


@dataclasses.dataclass
class Job:
    name: str  # suite/name: what FILTER is looked for in
    run: object  # () -> [Result]


@dataclasses.dataclass
class Context:
    """What every suite needs to know."""
    root: object  # pathlib.Path of the checkout
    build: object  # of build/CFG
    bless: bool
    sanitized: bool  # slower, and hungrier

    @property
    def program(self):
        return self.build / "vulnctl"

    def seconds(self, allowed):
        return allowed * 10 if self.sanitized else allowed


def text(data):
    """Bytes as a reader can take them, whatever they are."""
    return data.decode("utf-8", "backslashreplace")


def head(shown):
    lines = shown.splitlines()
    rest = len(lines) - LINES
    return "\n".join(lines[:LINES] + ([f"... {rest} more lines"] if rest > 0 else []))


def diff(expected, got, what):
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), f"{what}: expected",
                                 f"{what}: got", lineterm="")
    shown = head("\n".join(lines))
    return shown or f"{what}: only the line endings differ, or the last line has none"
