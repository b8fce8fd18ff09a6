#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A way out must be one: every `vulnctl COMMAND` that a message, a page or a document names is a
command of this version.

usage: commands.py [--build DIR]        prints TAP
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(?:\./)?vulnctl ([a-z]+)(?=[ `])")
MARKS = {"reopened"}  # what notes begin with: `vulnctl reopened NAME`
TEXTS = (".c", ".def", ".md")


def texts():
    yield ROOT / "README.md"
    for folder in ("compiler", "grammar", "examples"):
        yield from (path for path in sorted((ROOT / folder).rglob("*"))
                    if path.suffix in TEXTS and path.is_file())


def joined(path):
    """Literals that C joins are one text."""
    return re.sub(r'"\s*\n\s*"', "", path.read_text("utf-8"))


def main():
    parser = argparse.ArgumentParser(description="Every command that is named is one.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    program = ROOT / parser.parse_args().build / "vulnctl"
    told = subprocess.run([program, "help"], check=True, capture_output=True, text=True).stdout
    commands = {*re.findall(r"^  ([a-z]+) ", told, re.M), "help"}
    named = [(path, word) for path in texts() for word in NAMED.findall(joined(path))]
    wrong = [f"{path.relative_to(ROOT)}: `vulnctl {word}`" for path, word in named
             if word not in commands | MARKS]
    good = not wrong and len(named) > 20
    print(f"1..1\n{'' if good else 'not '}ok 1 - {len(named)} commands that are named are there")
    for line in wrong:
        print(f"# {line}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
