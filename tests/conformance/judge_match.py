#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`vulnctl match` against AWS's own engine: 20,000 random patterns and events (random_match.py, the
seed is fixed). Both must say the same of every pattern, valid or not, and of every event."""
import collections
import itertools
import json
import random
import subprocess

import common
import random_match

SEED, PATTERNS, EVENTS = 20260401, 4000, 5
LEAST = 20  # verdicts of each kind for each operator


def cases():
    rng = random.Random(SEED)
    for n, pattern in enumerate(itertools.islice(random_match.patterns(rng), PATTERNS)):
        for k in range(EVENTS):
            yield pattern, {"id": f"{n}/{k}", "pattern": pattern.text,
                            "event": random_match.event(rng, pattern)}


def answers_of(args, lines):
    """What vulnctl says; that it disagrees with nothing recorded is not asked."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    done = subprocess.run([args.build / "vulnctl", "match", "--cases", "-", "-q"], input=text,
                          capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"vulnctl match ended with {done.returncode}: {done.stderr}")
    return common.json_lines(done.stdout)


def judge(args, report):
    ruler = common.Ruler(args)
    if not ruler.here:
        report.skip("event-ruler was not fetched")
        return
    found = list(cases())
    lines = [line for _, line in found]
    reached = collections.Counter()
    for (pattern, line), engine, ours in zip(found, ruler.pairs(lines), answers_of(args, lines),
                                             strict=True):
        if engine.get("disagree"):
            report.check(False, "the engine agrees with itself", case=line)
            continue
        report.check(all(engine[key] == ours[key] for key in ("id", "valid", "match")),
                     f"{line['id']} has the engine's verdict", pattern=line["pattern"],
                     event=line["event"], engine=engine, ours=ours)
        kind = "match" if engine["match"] else "no match" if engine["valid"] else "invalid"
        for name in pattern.operators() | {"any"}:
            reached[name, kind] += 1
    for name in [*random_match.MATCHERS, "any"]:
        for kind in ("match", "no match", "invalid"):
            report.check(reached[name, kind] >= LEAST, f"{name} is reached: {kind}",
                         count=reached[name, kind])


if __name__ == "__main__":
    common.main(judge, __doc__)
