#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted filter of Inspector and every report of a review, and those of random statements,
through an interpreter written from the fact pages (inspector_filter.py): on the fixtures, on
findings made from the criteria, on near misses of those, and on witnesses, all as Inspector has
them. The filters of a statement together must take exactly what the evaluator and the set engine
say, in the Regions that the manifest names; a report never less, and exactly that where the
manifest says so."""
import json
import os
import shutil

import aws_filters
import common
import inspector_event
import inspector_filter
import near
import random_policy
from criteria import around

SEEDS, STATEMENTS, LEAST = 2, 80, 8
MADE_OF = 25  # artefacts of a policy that findings are made from, evenly chosen
DATES = {"firstObservedAt": "FirstObservedAt", "lastObservedAt": "LastObservedAt",
         "updatedAt": "UpdatedAt"}
INSTANCE_ID = "ProductFields.aws/inspector/instanceId"


# --- findings ---

def as_inspector_has_it(finding, status=0):
    """The API's own dates; otherwise as in its event [findings.md §2]. Empty: not Inspector's."""
    if not inspector_event.takes(finding):
        return {}
    detail = inspector_event.event_of(inspector_event.base(finding), status)["detail"]
    for name, asff in DATES.items():
        if asff in finding:
            detail[name] = finding[asff]
    for resource in detail.get("resources", []):
        for image in resource.get("details", {}).values():
            if "pushedAt" in image:
                details = finding["Resources"][0]["Details"]["AwsEcrContainerImage"]
                image["pushedAt"] = details["ImagePublishedAt"]
    return detail


def place_of(name):
    """Where ASFF has what a criterion tests; None: nowhere."""
    paths = inspector_filter.TEXTS | inspector_filter.NUMBERS | inspector_filter.DATES
    return inspector_event.PLACES.get("detail." + paths.get(name, name).replace("[]", ""))


def inverse(table):
    return {word: key for key, words in table.items()
            for word in (words if isinstance(words, list) else [words])}


WORDS = {"resourceType": inverse(inspector_event.RESOURCE_TYPES),
         "findingType": inverse(inspector_event.FINDING_TYPES),
         "findingStatus": inverse(inspector_event.STATUS)}


class Artefact:
    """A filter or a report: its criteria, and where it stands."""

    def __init__(self, path, criteria, entry):
        self.path, self.criteria = path, criteria
        self.regions, self.exact = entry.get("regions", []), entry["exact"]
        self.made, self.misses = [], {}

    def takes(self, finding, status=0):
        """True, False, or the reason why it cannot be said."""
        detail = as_inspector_has_it(finding, status)
        if not detail or self.regions and detail["resources"][0].get("region") not in self.regions:
            return False
        try:
            return inspector_filter.takes(self.criteria, detail)
        except (aws_filters.Undecided, aws_filters.Refused) as why:
            return str(why)

    def places(self, name, tests, turn):
        """(place, value) pairs that the turn-th value asks for."""
        test = tests[turn % len(tests)]
        if name == "vulnerablePackages":
            for member, one in test.items():
                path = f"{inspector_filter.PACKAGES}.{inspector_filter.PACKAGE[member]}"
                yield place_of(path.replace("[]", "")), wanted(one)
        elif name == "resourceTags":
            yield "Resources.Tags." + test["key"], test["value"]
        elif name == "resourceId":
            yield self._id_place(), wanted(test)
        elif name in inspector_filter.DATES:
            yield place_of(name), test.get("startInclusive", test.get("endInclusive"))
        elif name in inspector_filter.NUMBERS:
            yield place_of(name), as_asff(name, test["lowerInclusive"])
        elif name in inspector_filter.TEXTS and test["comparison"] != "NOT_EQUALS":
            yield place_of(name), WORDS.get(name, {}).get(test["value"], wanted(test))

    def _id_place(self):
        types = {test["value"] for test in self.criteria.get("resourceType", [])}
        return INSTANCE_ID if types == {"AWS_EC2_INSTANCE"} else "Resources.Id"

    def bend(self, finding, turn):
        """Puts the turn-th value of each criterion into the finding."""
        types_first = sorted(self.criteria.items(), key=lambda item: item[0] != "resourceType")
        for name, tests in types_first:
            for place, value in self.places(name, tests, turn):
                if place is not None:
                    finding = near.with_value(finding, place, value)
        for region in self.regions[:1]:
            finding = near.with_value(finding, "Resources.Region", region)
        return near.repair(finding)

    def near_misses(self, finding):
        for name, tests in self.criteria.items():
            for place, value in self._changes(name, tests):
                if place is not None:
                    yield name, near.repair(near.with_value(finding, place, value), [place])

    def _changes(self, name, tests):
        if name in inspector_filter.DATES:
            for test in tests:
                window = {key[0].upper() + key[1:].removesuffix("Inclusive"): text
                          for key, text in test.items()}
                yield from ((place_of(name), value) for value in around(window))
            return
        if name in inspector_filter.NUMBERS:
            for test in tests:
                for bound in test.values():
                    for value in near.number_neighbours(bound):
                        yield place_of(name), as_asff(name, value)
            yield place_of(name), None
            return
        for turn in range(min(len(tests), 3)):
            for place, value in self.places(name, tests, turn):
                yield place, None
                for other in near.candidates(place, [value] if value is not None else []):
                    yield place, other
        if name in inspector_filter.TEXTS:
            for test in tests:
                yield place_of(name), WORDS.get(name, {}).get(test["value"], test["value"])
                yield place_of(name), "another"


def wanted(test):
    return test["value"] + ("x" if test["comparison"] == "PREFIX" else "")


def as_asff(name, number):
    """The score is a text with one decimal there."""
    return f"{max(number, 0):.1f}" if name == "inspectorScore" else max(number, 0)


def make_findings(artefacts, bases):
    findings = list(bases)
    for artefact in artefacts[:: max(1, len(artefacts) // MADE_OF)]:
        turns = max([len(tests) for tests in artefact.criteria.values()] or [1])
        bent = [artefact.bend(base, turn) for turn in range(min(turns, 3)) for base in bases]
        artefact.made = [f for f in bent if artefact.takes(f) is True][:4]
        findings += bent
        for finding in artefact.made[:1]:
            for name, miss in artefact.near_misses(finding):
                artefact.misses.setdefault(name, []).append(miss)
                findings.append(miss)
    return findings


# --- verdicts ---

def compare(compiled, report, by_unit, findings):
    for finding, verdicts in zip(findings, compiled.verdicts(findings)):
        for unit, (evaluated, engine, within) in zip(compiled.units, verdicts):
            artefacts = by_unit.get(unit["unit"], [])
            if not artefacts or not within:
                continue
            said = [artefact.takes(finding, status) for artefact in artefacts
                    for status in range(2)]
            undecided = [why for why in said if isinstance(why, str)]
            by_status = [any(said[status::2]) for status in range(2)]
            exact = all(artefact.exact for artefact in artefacts)
            right = all(taken == bool(evaluated) if exact else taken >= bool(evaluated)
                        for taken in by_status)
            report.check(not undecided and right and evaluated == engine,
                         f"{compiled.name}: all agree on `{unit['name']}`", interpreter=said,
                         evaluator=bool(evaluated), engine=bool(engine), exact=exact,
                         artefacts=[a.path for a in artefacts], finding=finding)


def can_be_made(artefact):
    """Is there an ASFF finding that it takes? Not of other clouds, networks and code."""
    types = {test["value"] for test in artefact.criteria.get("resourceType", [])
             if test["comparison"] == "EQUALS"}
    kinds = {test["value"] for test in artefact.criteria.get("findingType", [])}
    return (not types or types & WORDS["resourceType"].keys()) \
        and (not kinds or "PACKAGE_VULNERABILITY" in kinds) \
        and all(place_of(name) or name in ("resourceTags", "vulnerablePackages", "resourceId")
                for name in artefact.criteria)


def check_coverage(compiled, report, artefacts):
    for artefact in artefacts[:: max(1, len(artefacts) // MADE_OF)]:
        if not can_be_made(artefact):
            continue
        report.check(artefact.made, f"{compiled.name}: {artefact.path} takes a finding made from "
                     "its own criteria", criteria=artefact.criteria)
        for name, misses in artefact.misses.items():
            report.check(any(artefact.takes(miss) is False for miss in misses),
                         f"{compiled.name}: {artefact.path} has a near miss on {name}",
                         criterion=artefact.criteria[name])


def artefacts_of(compiled):
    """path -> Artefact of the filters and of the schedules that ask for a report."""
    entries = {entry["path"]: entry for entry in json.loads(
        (compiled.dir / "manifest.json").read_text(encoding="utf-8"))["artefacts"]}
    found = {path: Artefact(path, request["filterCriteria"], entries[path])
             for path, request in compiled.documents("inspector/filters").items()}
    for path, request in compiled.documents("scheduler").items():
        if request["Target"]["Arn"].endswith(":inspector2:createFindingsReport"):
            whole = inspector_filter.camel(json.loads(request["Target"]["Input"]))
            found[path] = Artefact(path, whole.get("filterCriteria", {}), entries[path])
    return found


def judge_policy(compiled, report, bases):
    artefacts = artefacts_of(compiled)
    by_unit = {unit["unit"]: [artefacts[path] for path in unit["artefacts"] if path in artefacts]
               for unit in compiled.units}
    judged = [artefact for group in by_unit.values() for artefact in group]
    if not judged:
        return
    findings = make_findings(judged, bases)
    findings += [line["witness"] for line in compiled.witnesses]
    compare(compiled, report, by_unit, findings)
    check_coverage(compiled, report, judged)


def statement(writer, number):
    writer.many = False
    when = f"when {writer.condition(1)};"
    if number % 4 == 3:
        return f'review r{number} {{ {when} schedule "rate(7 days)"; }}'
    return (f'suppress s{number} {{ {when} until 2026-12-31; reason "r"; owner "o"; '
            'via inspector; }')


def judge_random(args, report, bases):
    """Of random statements, those that compile."""
    policies = args.build / "conformance" / "policies"
    policies.mkdir(parents=True, exist_ok=True)
    shutil.copy(common.HERE / "policies" / "vulnctl.yaml", policies)
    first = int(os.environ.get("RANDOM_SEED", "1"))
    for seed in range(first, first + SEEDS):
        writer = random_policy.Writer(seed)
        statements = [statement(writer, number) for number in range(STATEMENTS)]
        policy = policies / f"{report.name}-{seed}.vpol"
        compiled, kept = random_policy.compile_what_can_be(args, policy, statements)
        print(f"note {report.name}: seed {seed}, {len(kept)} of {STATEMENTS} statements compile")
        if report.check(compiled is not None and compiled.code == 0 and len(kept) >= LEAST,
                        f"seed {seed} compiles",
                        messages=compiled.messages if compiled else "all refused"):
            judge_policy(compiled, report, bases)


def check_the_judge(report):
    """The interpreter must give the verdicts that the fact pages give."""
    cases = (common.HERE / "selfcheck_filter.json").read_text(encoding="utf-8")
    for case in json.loads(cases):
        try:
            verdict = inspector_filter.takes(case["criteria"], case["finding"])
        except (aws_filters.Undecided, aws_filters.Refused) as why:
            verdict = type(why).__name__
        report.check(verdict == case["verdict"], f"{case['id']} has its verdict", verdict=verdict)


def judge(args, report):
    check_the_judge(report)
    bases = [finding for _, finding in common.fixtures(report)]
    for compiled in common.compile_all(args, report):
        judge_policy(compiled, report, bases)
    judge_random(args, report, bases)


if __name__ == "__main__":
    common.main(judge, __doc__)
