#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every policy of the tree is in its canonical form, but for those that are meant to be odd: the
bogons, the boundaries of rules about what cannot be read at all, and two examples of that.

usage: canonical.py [--build DIR]     prints TAP; `vulnctl fmt -w FILE` repairs what it finds
"""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("examples", "tests")
ODD = [ROOT / "tests" / "bogons"] + [ROOT / "tests" / "lint" / rule for rule in (
    "VC004", "VC007", "VC008", "VC013", "VC014", "VC015", "VC016", "VC017", "VC803")] + [
        ROOT / "examples" / "bad" / name for name in ("curly-quotes.vpol", "mixed-and-or.vpol")]


def policies():
    return [path.relative_to(ROOT).as_posix() for folder in FOLDERS
            for path in sorted((ROOT / folder).rglob("*.vpol"))
            if not any(odd == path or odd in path.parents for odd in ODD)]


def main():
    parser = argparse.ArgumentParser(description="Every policy is in its canonical form.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    program = ROOT / parser.parse_args().build / "vulnctl"
    paths = policies()
    outcome = subprocess.run([program, "fmt", "--check", *paths], cwd=ROOT, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    good = outcome.returncode == 0 and bool(paths)
    print(f"{'ok' if good else 'not ok'} 1 - {len(paths)} policies are in their canonical form")
    for line in outcome.stdout.splitlines():
        print(f"# {line} (vulnctl fmt -w)" if line in paths else f"# {line}")
    print("1..1")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
