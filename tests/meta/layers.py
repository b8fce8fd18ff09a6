#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house rules that a reader cannot be trusted to keep in mind: who may include whom, and how
large and how clean a file is. One check per rule; each break is a line.

usage: layers.py [--build DIR]        prints TAP
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# base <- {model, syntax} <- finding <- ir <- eval <- target <- lint <- cmd <- main
RANK = {"base": 0, "model": 1, "syntax": 1, "finding": 2, "ir": 3, "eval": 4, "target": 5,
        "lint": 6, "cmd": 7, "main": 8}
FORBIDDEN = {("target", "syntax")}  # lower, and out of bounds all the same
ONLY_IN = {"jansson.h": ("tests/unit/jansson_tree.h", "tests/bench/jansson.c"),
           "yaml.h": ("compiler/base/yaml.c",), "zlib.h": ("compiler/base/gunzip.c",)}
# Made when building, of the grammar and of the rules' pages, each for one layer alone.
GENERATED = {"vpol_parse.h": "syntax", "vpol_scan.h": "syntax", "keywords.h": "syntax",
             "lint_rules.h": "lint"}

LINES, FUNCTION, COLUMNS, TAB = 600, 60, 100, 8

C_FILES = (".c", ".h", ".def", ".l", ".y")
TEXT_FILES = (*C_FILES, ".py", ".sh")
INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
# Split, so that this file does not break its own rule.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(?:work|root|home|Users)/\w|/tmp" r"/[\w$]")


def files(*endings, under=("compiler", "grammar", "tests", ".ci")):
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and "__pycache__" not in path.parts and path.is_file():
                yield path


def shown(path, number=None):
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{number}" if number else name


def layer_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == "grammar":
        return "syntax"
    return parts[1] if len(parts) > 2 else "main"


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found[1] or found[2], found[1] is not None


def allowed(layer, other):
    if layer == other:
        return True
    return RANK[other] < RANK[layer] and (layer, other) not in FORBIDDEN


def check_include(path, name):
    """What is wrong with one `#include "name"`, or None."""
    layer = layer_of(path)
    if name in GENERATED:
        return None if layer == GENERATED[name] else f"is for {GENERATED[name]} alone"
    if "/" not in name:
        return 'is written "layer/name.h"'
    if not (ROOT / "compiler" / name).exists():
        return "does not exist"
    other = name.split("/")[0]
    if name.endswith("_internal.h") and other != layer:
        return f"is internal to {other}"
    return None if allowed(layer, other) else f"is out of reach of {layer}"


def broken_layers():
    for path in files(*C_FILES, under=("compiler", "grammar")):
        if layer_of(path) not in RANK:
            yield f"{shown(path)}: no layer is called {layer_of(path)}"
            continue
        for number, name, quoted in includes(path):
            wrong = check_include(path, name) if quoted else None
            if wrong:
                yield f'{shown(path, number)}: "{name}" {wrong}'


def broken_libraries():
    for path in files(*C_FILES):
        for number, name, _ in includes(path):
            if name in ONLY_IN and shown(path) not in ONLY_IN[name]:
                yield f"{shown(path, number)}: {name} belongs to {ONLY_IN[name][0]} alone"


def long_files():
    for path in files(*TEXT_FILES):
        count = path.read_text(encoding="utf-8").count("\n")
        if count > LINES:
            yield f"{shown(path)}: {count} lines"


def long_functions():
    """A body begins and ends with a brace in the first column."""
    for path in files(".c", ".h", ".y", ".l"):
        begin = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line == "{":
                begin = number
            elif line.startswith("}") and begin:
                if number - begin - 1 > FUNCTION:
                    yield f"{shown(path, begin)}: a function of {number - begin - 1} lines"
                begin = None


def long_lines():
    for path in files(*TEXT_FILES):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            width = len(line.expandtabs(TAB))
            if width > COLUMNS:
                yield f"{shown(path, number)}: {width} columns"


def untidy_lines():
    for path in files(*TEXT_FILES):
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            yield f"{shown(path)}: the last line has no end"
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.rstrip() != line:
                yield f"{shown(path, number)}: blanks at the end"


def without_licence():
    for path in files(*TEXT_FILES):
        lines = path.read_text(encoding="utf-8").splitlines()[:2]
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines):
            yield shown(path)


def without_purpose():
    """Behind the licence every file says what it is for."""
    for path in files(".c", ".h", ".def", ".y", ".l"):
        text = path.read_text(encoding="utf-8")
        if not re.match(r"(?:%option[^\n]*\n|%\{\n)*/\* SPDX[^\n]*\n \*\n \* \S", text):
            yield shown(path)


def unfinished():
    for path in files(*TEXT_FILES):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{shown(path, number)}: {line.strip()}"


def machine_paths():
    for path in files(*TEXT_FILES, ".md", ".vpol", ".yaml", ".json", ".case",
                      under=("compiler", "grammar", "tests", "examples", ".ci")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE_PATH.search(line):
                yield f"{shown(path, number)}: {line.strip()[:80]}"


CHECKS = (
    ("every layer includes itself and lower ones", broken_layers),
    ("each library stands behind one file", broken_libraries),
    (f"files of at most {LINES} lines", long_files),
    (f"functions of at most {FUNCTION} lines", long_functions),
    (f"at most {COLUMNS} columns", long_lines),
    ("no blanks at the end of a line, and an end to the last one", untidy_lines),
    ("every file names its licence", without_licence),
    ("every file says what it is for", without_purpose),
    ("nothing is marked as unfinished", unfinished),
    ("no path of a machine", machine_paths),
)


def main():
    failures = 0
    for number, (name, check) in enumerate(CHECKS, 1):
        breaks = list(check())
        failures += bool(breaks)
        print(f"{'not ok' if breaks else 'ok'} {number} - {name}")
        for line in breaks:
            print(f"# {name}: {line}")
    print(f"1..{len(CHECKS)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
