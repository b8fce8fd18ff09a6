#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is written is what `vulnctl list targets` lists: every artefact that a manifest of the
examples names has a kind and a path of that table, and so has every file that is not named.

usage: targets.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "[A-Za-z_0-9]+(?:--?[A-Za-z_0-9]+)*"


def listed(build):
    """[(kind, pattern of its paths)]"""
    shown = subprocess.run([build / "vulnctl", "list", "targets", "--format", "json"], check=True,
                           stdout=subprocess.PIPE).stdout
    return [(artefact["kind"], re.compile(re.escape(artefact["path"]).replace("NAME", NAME)))
            for target in json.loads(shown)["targets"] for artefact in target["artefacts"]]


def wrong_artefacts(manifest, table):
    return [f"{artefact['kind']} in {artefact['path']} is no row of the table"
            for artefact in manifest["artefacts"]
            if not any(kind == artefact["kind"] and path.fullmatch(artefact["path"])
                       for kind, path in table)]


def wrong_files(folder, table):
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*"))
             if path.is_file()]
    return [f"{path} is no row of the table" for path in paths
            if path != "manifest.json" and not any(row.fullmatch(path) for _, row in table)]


def main():
    parser = argparse.ArgumentParser(description="What is written is what is listed.")
    parser.add_argument("--build", default="build/release", help="the folder to test")
    table = listed(ROOT / parser.parse_args().build)
    manifests = sorted(ROOT.glob("examples/*/expected/manifest.json"))
    failures = 0
    for number, path in enumerate(manifests, 1):
        wrong = wrong_artefacts(json.loads(path.read_text("utf-8")), table)
        wrong += wrong_files(path.parent, table)
        failures += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {path.relative_to(ROOT)}")
        for line in wrong:
            print(f"# {line}")
    print(f"1..{len(manifests)}")
    return 1 if failures or not manifests else 0


if __name__ == "__main__":
    sys.exit(main())
