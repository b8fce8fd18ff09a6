# SPDX-License-Identifier: Apache-2.0
"""Requests of criteria (automation rules V1 and V2, insights) through an interpreter written from
the fact pages: on the fixtures, on findings made from the request's own criteria, on near misses of
those, and on witnesses. The rules of a statement together must take exactly what the evaluator and
the set engine say, and every rule must come out of it with a decided verdict.

An interpreter is a module with takes(request, finding, now); MODEL (aws_filters.Filters), which
knows the places of names; criteria(request), name -> filters, to make findings from; and
request(criteria), a request of them."""
import datetime
import json
import os
import re
import shutil

import aws_filters
import common
import near
import random_policy

SEEDS = 2
STATEMENTS = 80
PARTS_OF_OTHERS = {"Title", "ResourceId"}
RULES_MAX = 8  # of a policy that near misses are made for, evenly chosen
FAR = 4102444800 * 10**9  # 2100
REPOSITORY = "Resources.Details.AwsEcrContainerImage.RepositoryName"
DIGEST = "Resources.Details.AwsEcrContainerImage.ImageDigest"


def now_of(policy):
    """The start of the day of --now in the policy's timezone, in nanoseconds."""
    match = re.search(r'timezone "([+-]\d\d:\d\d)"', policy.read_text(encoding="utf-8"))
    offset = match.group(1) if match else "+00:00"
    return int(datetime.datetime.fromisoformat(
        f"{common.NOW}T00:00:00{offset}").timestamp()) * 10**9


def arn_changes(operand):
    """What an operand on an image's ARN says of its parts, as changes of places."""
    parts = operand.split(":")
    changes = {}
    if operand.startswith("arn:") and len(parts) > 4:
        changes["Resources.Region"], changes["AwsAccountId"] = parts[3], parts[4]
    name = operand.split("repository/")[-1].split("/sha256")[0].strip("/")
    if re.fullmatch(r"sha256:[0-9a-f]{64}", operand.split("/")[-1]):
        changes[DIGEST] = operand.split("/")[-1]
    if "repository/" in operand or ":" not in operand:
        changes[REPOSITORY] = name + "x" if operand.endswith("-") else name
        if operand.endswith("/"):
            changes[REPOSITORY] = name + "/x"
    return {place: value for place, value in changes.items() if value}


class Rule:
    def __init__(self, interpreter, unit, path, request):
        self.interpreter, self.model = interpreter, interpreter.MODEL
        self.unit, self.path, self.criteria = unit, path, interpreter.criteria(request)
        self.request = request
        self.made, self.misses = [], {}

    def takes(self, finding, now):
        """True, False, or the reason why nothing can be said."""
        try:
            return self.interpreter.takes(self.request, finding, now)
        except aws_filters.Undecided as why:
            return str(why)

    def place_of(self, name):
        return (self.model.strings | self.model.numbers)[name].replace("[]", "")

    def place_of_map(self, name):
        return self.model.maps[name].replace("[]", "")

    def positives(self, name):
        return [f for f in self.criteria[name]
                if f.get("Comparison", "EQUALS") in aws_filters.POSITIVE]

    def bend(self, finding, turn):
        """Puts the `turn`-th value of each criterion into the finding."""
        for name in self.criteria:
            filters = self.positives(name)
            if not filters and turn % 2 and name in self.model.strings.keys() - PARTS_OF_OTHERS:
                finding = near.with_value(finding, self.place_of(name), "another")
            if not filters or name in self.model.dates or name in self.model.numbers:
                continue
            one = filters[turn % len(filters)]
            value = one["Value"]
            if name == "Title" and re.match(r"\S+ - ", value):
                finding = near.with_value(finding, "Vulnerabilities.Id", value.split(" - ")[0])
            elif name == "ResourceId":
                for place, part in arn_changes(value).items():
                    finding = near.with_value(finding, place, part)
            elif name in self.model.maps:
                finding = near.with_value(finding, f"{self.place_of_map(name)}.{one['Key']}", value)
            else:
                value = value + "x" if one["Comparison"] == "PREFIX" else value
                finding = near.with_value(finding, self.place_of(name), value)
                finding = self._beside(finding, name, value)
        return near.repair(self._dated(self._counted(finding)))

    def _counted(self, finding):
        for name in self.model.numbers.keys() & self.criteria.keys():
            one = self.criteria[name][0]
            bound = one.get("Eq", one.get("Gte", one.get("Lte")))
            finding = near.with_value(finding, self.place_of(name), bound)
        return finding

    @staticmethod
    def _beside(finding, name, value):
        """The provider's copy says the same."""
        if name == "SeverityLabel" and "FindingProviderFields" in finding:
            return common.changed(finding, ["FindingProviderFields", "Severity", "Label"], value)
        if name == "Type" and "FindingProviderFields" in finding:
            return common.changed(finding, ["FindingProviderFields", "Types"], [value])
        return finding

    def _dated(self, finding):
        for name in self.model.dates.keys() & self.criteria.keys():
            window = self.criteria[name][0]
            text = window.get("End") or window.get("Start")
            if text:
                finding = near.with_value(finding, self.model.dates[name], text)
        return finding

    def near_misses(self, finding):
        for name, filters in self.criteria.items():
            for place, value in self._changes(name, filters):
                miss = near.with_value(finding, place, value)
                if value is not None:
                    miss = self._beside(miss, name, value)
                yield name, near.repair(miss, [place])

    def _changes(self, name, filters):
        if name in self.model.dates:
            yield from ((self.model.dates[name], value) for f in filters for value in around(f))
            return
        if name in self.model.maps:
            place = f"{self.place_of_map(name)}.{filters[0]['Key']}"
        else:
            place = self.place_of(name)
        values = [f["Value"] for f in filters if "Value" in f]
        if name == "ResourceId":
            yield from arn_neighbours(values)
        elif name == "Title":
            ids = [value.split(" - ")[0] for value in values]
            for value in near.candidates("Vulnerabilities.Id", ids):
                yield "Vulnerabilities.Id", value
        else:
            yield place, None
        for value in near.candidates(place, values):
            yield place, value


def arn_neighbours(values):
    for value in values[:4]:
        for place, part in arn_changes(value).items():
            for other in near.text_neighbours(part):
                yield place, other
        yield REPOSITORY, "app/web"
        yield REPOSITORY, arn_changes(value).get(REPOSITORY, "app").split("/")[0]
        hexes = re.sub("[^0-9a-f]", "", value)
        yield DIGEST, "sha256:" + (hexes + "0" * 64)[:64]


def around(window):
    """Instants at the ends of a date filter, and a nanosecond's text beside them."""
    for key in ("Start", "End"):
        if key in window:
            for step in (-10**9, -1, 0, 1, 10**9):
                moment = aws_filters.instant(window[key]) + step
                if 0 <= moment < FAR:
                    yield text_of(moment)


def text_of(moment):
    whole = datetime.datetime.fromtimestamp(moment // 10**9, datetime.timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % 10**9:09d}Z"


def make_findings(rules, bases, now):
    findings = list(bases)
    for rule in rules[:: max(1, len(rules) // RULES_MAX)]:
        turns = max(2, *(len(rule.positives(name)) for name in rule.criteria))
        bent = [rule.bend(base, turn) for turn in range(min(turns, 3)) for base in bases]
        rule.made = [f for f in bent if rule.takes(f, now) is True][:4]
        findings += bent
        for finding in rule.made[:1]:
            for name, miss in rule.near_misses(finding):
                rule.misses.setdefault(name, []).append(miss)
                findings.append(miss)
    return findings


def check_coverage(compiled, report, rules, now):
    for rule in rules[:: max(1, len(rules) // RULES_MAX)]:
        report.check(rule.made, f"{compiled.name}: {rule.path} takes a finding made from its own "
                     "criteria", criteria=rule.criteria)
        for name, misses in rule.misses.items():
            report.check(any(rule.takes(miss, now) is False for miss in misses),
                         f"{compiled.name}: {rule.path} has a near miss on {name}",
                         criterion=rule.criteria[name])


def compare(compiled, report, by_unit, findings, now):
    for finding, verdicts in zip(findings, compiled.verdicts(findings)):
        for unit, (evaluated, engine, within) in zip(compiled.units, verdicts):
            rules = by_unit.get(unit["unit"], [])
            if not rules or not within:
                continue
            said = [rule.takes(finding, now) for rule in rules]
            undecided = [why for why in said if isinstance(why, str)]
            report.check(not undecided and any(said) == bool(evaluated) == bool(engine),
                         f"{compiled.name}: all agree on `{unit['name']}`", interpreter=said,
                         evaluator=bool(evaluated), engine=bool(engine),
                         rules=[rule.path for rule in rules], finding=finding)


def check_the_judge(report, interpreter, cases):
    """The interpreter must give the verdicts that the fact pages give."""
    for case in json.loads((common.HERE / cases).read_text(encoding="utf-8")):
        try:
            verdict = interpreter.takes(interpreter.request(case["criteria"]), case["finding"],
                                        aws_filters.instant("2026-04-01T00:00:00Z"))
        except (aws_filters.Undecided, aws_filters.Refused) as why:
            verdict = type(why).__name__
        report.check(verdict == case["verdict"], f"{case['id']} has its verdict", verdict=verdict)


def judge_policy(compiled, report, interpreter, folder, bases):
    requests = compiled.documents(folder)
    by_unit = {unit["unit"]: [Rule(interpreter, unit, path, requests[path])
                              for path in unit["artefacts"] if path in requests]
               for unit in compiled.units}
    rules = [rule for group in by_unit.values() for rule in group]
    if not rules:
        return
    now = now_of(compiled.policy)
    findings = make_findings(rules, bases, now)
    findings += [line["witness"] for line in compiled.witnesses]
    compare(compiled, report, by_unit, findings, now)
    check_coverage(compiled, report, rules, now)


def judge(args, report, interpreter, folder):
    bases = [finding for _, finding in common.fixtures(report)]
    for compiled in common.compile_all(args, report):
        judge_policy(compiled, report, interpreter, folder, bases)


def judge_random(args, report, interpreter, folder, statement, least):
    """Of random statements, those that compile. statement(writer, number) is the text of one."""
    policies = args.build / "conformance" / "policies"
    policies.mkdir(parents=True, exist_ok=True)
    shutil.copy(common.HERE / "policies" / "vulnctl.yaml", policies)
    bases = [finding for _, finding in common.fixtures(report)]
    first = int(os.environ.get("RANDOM_SEED", "1"))
    for seed in range(first, first + SEEDS):
        writer = random_policy.Writer(seed)
        statements = [statement(writer, number) for number in range(STATEMENTS)]
        policy = policies / f"{report.name}-{seed}.vpol"
        compiled, kept = random_policy.compile_what_can_be(args, policy, statements)
        print(f"note {report.name}: seed {seed}, {len(kept)} of {STATEMENTS} statements compile")
        if report.check(compiled is not None and compiled.code == 0 and len(kept) >= least,
                        f"seed {seed} compiles",
                        messages=compiled.messages if compiled else "all refused"):
            judge_policy(compiled, report, interpreter, folder, bases)
