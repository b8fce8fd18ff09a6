#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Patterns on the event that Inspector sends per scan, through AWS's own engine: on every
combination of some values, each must take what its statement in policies/scan.vpol says. The
event is that of facts/findings.md and the samples: a repository is there as its ARN."""
import itertools

import common

DIGEST = "sha256:{}" + "5" * 62
REPOSITORIES = [None, "app/web", "app/we", "app", "xapp/web", "app/web/x", "web", "project/a-front",
                "front", "west"]
COUNTS = [None, 0, 1, 3, 11]
DETAIL_TYPE = "Inspector2 Scan"
PLACES_OF_FIELDS = {"repository": "detail.repository-name", "scan.status": "detail.scan-status",
                    "counts.critical": "detail.finding-severity-counts.CRITICAL"}
PLACES = [("us-east-1", "111122223333"), ("us-west-2", "111122223333"),
          ("us-east-1", "777788889999"), ("cn-north-1", "444455556666")]


def bad(s):
    return (s["critical"] or 0) >= 1 or (s["high"] or 0) > 10


def name(s):
    return s["repository"] or ""


MEANING = {
    "is-web": lambda s: s["repository"] == "app/web" and bad(s),
    "below-app": lambda s: name(s).startswith("app/")
        and not (s["medium"] is not None and s["medium"] < 3),
    "some-front": lambda s: name(s).endswith("-front") or "latest" in s["tags"],
    "has-web": lambda s: "web" in name(s) and s["status"] != "FAILED",
    "not-listed": lambda s: s["repository"] not in (None, "app/web", "project/a-front"),
    "not-web": lambda s: s["repository"] != "app/web" and s["critical"] is not None,
    "other-counts": lambda s: (s["low"] is not None and 1 <= s["low"] <= 5)
        or s["informational"] == 0 or (s["untriaged"] or 0) > 0,
    "digest": lambda s: (s["digest"] or "").startswith("sha256:0a") or s["region"] == "cn-north-1",
}


def in_defaults(s):
    return s["account"] in ("111122223333", "444455556666") and s["region"] in ("us-east-1",
                                                                               "cn-north-1")


def event_of(s):
    partition = "aws-cn" if s["region"].startswith("cn-") else "aws"
    arn = f"arn:{partition}:ecr:{s['region']}:{s['account']}:repository/{s['repository']}"
    counts = {key.upper(): s[key] for key in ("critical", "high", "medium", "low", "informational",
                                              "untriaged") if s[key] is not None}
    detail = {"scan-status": s["status"], "finding-severity-counts": dict(counts, TOTAL=99),
              "version": "1.0"}
    if s["repository"]:
        detail |= {"repository-name": arn, "image-digest": s["digest"], "image-tags": s["tags"]}
    return {"version": "0", "id": "fdaa751a-0000-4000-8000-000000000001",
            "detail-type": DETAIL_TYPE, "source": "aws.inspector2",
            "account": s["account"], "time": "2026-04-01T00:00:00Z", "region": s["region"],
            "resources": [arn if s["repository"] else "i-0123456789abcdef0"], "detail": detail}


def scans():
    """Every pair of interesting values, not their whole product."""
    base = {"critical": 0, "high": 0, "medium": 3, "low": 9, "informational": 9, "untriaged": 0,
            "status": "INITIAL_SCAN_COMPLETE", "tags": ["v1"], "digest": DIGEST.format("00")}
    changes = [{key: count} for key in ("critical", "high", "medium", "low", "informational",
                                        "untriaged") for count in COUNTS]
    changes += [{"status": "FAILED"}, {"tags": ["v1", "latest"]}, {"tags": []},
                {"digest": DIGEST.format("0a")}]
    for repository, (region, account) in itertools.product(REPOSITORIES, PLACES):
        for first, second in itertools.combinations(changes, 2):
            s = dict(base, **first, repository=repository, region=region, account=account) | second
            if not repository:
                s |= {"tags": [], "digest": None}
            yield s


def judge(args, report):
    ruler = common.Ruler(args)
    if not ruler.here:
        report.skip("event-ruler was not fetched")
        return
    compiled = common.Compiled(args, common.HERE / "policies" / "scan.vpol")
    if not report.check(compiled.code == 0, "scan compiles", messages=compiled.messages):
        return
    patterns = {path.split("/")[-1].split(".")[0]: pattern for path, pattern
                in compiled.documents("eventbridge", ".pattern.json").items()}
    report.check(set(patterns) == set(MEANING), "each statement has one pattern",
                 patterns=sorted(patterns))
    all_of_them = list(scans())
    taken = {statement: set() for statement in MEANING}
    for s, (together, alone) in zip(all_of_them, ruler.rules(patterns, map(event_of, all_of_them))):
        report.check(together == alone, "rules do not disturb each other", scan=s)
        for statement, meaning in MEANING.items():
            wanted = bool(meaning(s)) and in_defaults(s)
            taken[statement].add(wanted)
            report.check((statement in alone) == wanted, f"`{statement}` takes what it says",
                         scan=s, event_ruler=statement in alone)
    report.check(all(len(verdicts) == 2 for verdicts in taken.values()),
                 "each statement takes some scan and refuses some", taken=str(taken))


if __name__ == "__main__":
    common.main(judge, __doc__)
