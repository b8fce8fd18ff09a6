#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the documents show is what happens: every whole policy in them (a block ```vpol that begins
with `edition`) passes `check`; one that is followed by a block ```text is compiled, and must print
just that; every link leads somewhere; the README has its two commands.

usage: documents.py [--build DIR]        prints TAP
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\$\(command -v sudo\) apt-get update && .*$", re.M)
CONFIG = ('version: 1\nchannels:\n  security: '
          '{sns_topic_arn: "arn:aws:sns:eu-central-1:111122223333:security"}\n')


def documents():
    folders = (ROOT / name for name in ("compiler", "grammar", "examples", "tests"))
    return sorted([*ROOT.glob("*.md"), *(path for folder in folders
                                         for path in folder.rglob("*.md"))])


def shown(path):
    return path.relative_to(ROOT).as_posix()


def run(program, command, policy):
    """What a run over the policy prints, and its exit code."""
    with tempfile.TemporaryDirectory(prefix="vulnctl-document.") as place:
        (pathlib.Path(place) / "policy.vpol").write_text(policy, encoding="utf-8")
        (pathlib.Path(place) / "vulnctl.yaml").write_text(CONFIG, encoding="utf-8")
        done = subprocess.run([program, command[0], "--now", "2026-04-01", *command[1:],
                               "policy.vpol"], cwd=place, capture_output=True, check=False)
    return done.stderr.decode("utf-8", "replace"), done.returncode


def judge(program, policy, expected):
    """What is wrong with one example, or None."""
    if expected is None:
        said, code = run(program, ["check"], policy)
        return f"check ends with {code}:\n{said}" if code else None
    said, code = run(program, ["compile", "-q", "-o", "out"], policy)
    if said != expected:
        return f"compile ends with {code} and says:\n{said}"
    return None


def examples(program):
    for path in documents():
        blocks = FENCE.findall(path.read_text(encoding="utf-8"))
        for number, (language, body) in enumerate(blocks):
            if language != "vpol" or not body.startswith("edition"):
                continue
            after = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            expected = after[1] if after[0] == "text" else None
            yield f"{shown(path)}: example {number + 1}", judge(program, body, expected)


def links():
    for path in documents():
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        dead = [link for link in LINK.findall(text)
                if "://" not in link and not (path.parent / link).exists()]
        yield f"{shown(path)}: links", f"dead: {', '.join(dead)}" if dead else None


def commands():
    found = COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    wrong = None if len(found) == 2 else f"{len(found)} lines of commands, not two"
    yield "README.md: two commands", wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    program = (pathlib.Path(parser.parse_args().build) / "vulnctl").resolve()
    results = [*examples(program), *links(), *commands()]
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in (wrong or "").splitlines():
            print(f"# {line}")
    print(f"1..{len(results)}")
    return 1 if any(wrong for _, wrong in results) else 0


if __name__ == "__main__":
    sys.exit(main())
