#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted automation rule through an interpreter written from the fact pages (v1.py): on the
fixtures, on findings made from the rule's own criteria, on near misses of those, and on witnesses.
The rules of a statement together must take exactly what the evaluator and the set engine say of the
provider's original finding, and every rule must come out of it with a decided verdict."""
import datetime
import re

import common
import near
import v1

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


def place_of(criterion):
    return v1.STRINGS.get(criterion, criterion).replace("[]", "")


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
    def __init__(self, unit, path, request):
        self.unit, self.path, self.criteria = unit, path, request["Criteria"]
        self.request = request
        self.made, self.misses = [], {}

    def positives(self, name):
        return [f for f in self.criteria[name] if f.get("Comparison", "EQUALS") in v1.POSITIVE]

    def bend(self, finding, turn):
        """Puts the `turn`-th value of each criterion into the finding."""
        for name in self.criteria:
            filters = self.positives(name)
            if not filters or name in v1.DATES or name in v1.NUMBERS:
                continue
            one = filters[turn % len(filters)]
            value = one["Value"]
            if name == "Title" and re.match(r"\S+ - ", value):
                finding = near.with_value(finding, "Vulnerabilities.Id", value.split(" - ")[0])
            elif name == "ResourceId":
                for place, part in arn_changes(value).items():
                    finding = near.with_value(finding, place, part)
            elif name in v1.MAPS:
                finding = near.with_value(finding, f"{place_of_map(name)}.{one['Key']}", value)
            else:
                value = value + "x" if one["Comparison"] == "PREFIX" else value
                finding = near.with_value(finding, place_of(name), value)
                finding = self._beside(finding, name, value)
        return near.repair(self._dated(finding))

    @staticmethod
    def _beside(finding, name, value):
        """The provider's copy says the same."""
        if name == "SeverityLabel" and "FindingProviderFields" in finding:
            return common.changed(finding, ["FindingProviderFields", "Severity", "Label"], value)
        if name == "Type" and "FindingProviderFields" in finding:
            return common.changed(finding, ["FindingProviderFields", "Types"], [value])
        return finding

    def _dated(self, finding):
        for name in v1.DATES.keys() & self.criteria.keys():
            window = self.criteria[name][0]
            text = window.get("End") or window.get("Start")
            if text:
                finding = near.with_value(finding, v1.DATES[name], text)
        return finding

    def near_misses(self, finding):
        for name, filters in self.criteria.items():
            for place, value in self._changes(name, filters):
                miss = near.with_value(finding, place, value)
                if value is not None:
                    miss = self._beside(miss, name, value)
                yield name, near.repair(miss, [place])

    def _changes(self, name, filters):
        if name in v1.DATES:
            yield from ((v1.DATES[name], value) for f in filters for value in around(f))
            return
        if name in v1.MAPS:
            place = f"{place_of_map(name)}.{filters[0]['Key']}"
        elif name in v1.NUMBERS:
            place = name
        else:
            place = place_of(name)
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


def place_of_map(name):
    return v1.MAPS[name].replace("[]", "")


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
                moment = v1.instant(window[key]) + step
                if 0 <= moment < FAR:
                    yield text_of(moment)


def text_of(moment):
    whole = datetime.datetime.fromtimestamp(moment // 10**9, datetime.timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % 10**9:09d}Z"


def takes(rule, finding, now):
    """True, False, or the reason why nothing can be said."""
    try:
        return v1.takes(rule.request, v1.original(finding), now)
    except v1.Undecided as why:
        return str(why)


def make_findings(rules, bases, now):
    findings = list(bases)
    for rule in rules[:: max(1, len(rules) // RULES_MAX)]:
        turns = max(len(rule.positives(name)) for name in rule.criteria)
        bent = [rule.bend(base, turn) for turn in range(min(turns, 3)) for base in bases]
        rule.made = [f for f in bent if takes(rule, f, now) is True][:4]
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
            report.check(any(takes(rule, miss, now) is False for miss in misses),
                         f"{compiled.name}: {rule.path} has a near miss on {name}",
                         criterion=rule.criteria[name])


def compare(compiled, report, by_unit, findings, now):
    for finding, verdicts in zip(findings, compiled.verdicts(findings)):
        for unit, (evaluated, engine, within) in zip(compiled.units, verdicts):
            rules = by_unit.get(unit["unit"], [])
            if not rules or not within:
                continue
            said = [takes(rule, finding, now) for rule in rules]
            undecided = [why for why in said if isinstance(why, str)]
            report.check(not undecided and any(said) == bool(evaluated) == bool(engine),
                         f"{compiled.name}: all agree on `{unit['name']}`", interpreter=said,
                         evaluator=bool(evaluated), engine=bool(engine),
                         rules=[rule.path for rule in rules], finding=finding)


def check_the_judge(report):
    """The interpreter must give the verdicts that the fact pages give."""
    text = (common.HERE / "selfcheck_v1.json").read_text(encoding="utf-8")
    for case in common.json.loads(text):
        try:
            verdict = v1.takes({"Criteria": case["criteria"]}, v1.original(case["finding"]),
                               v1.instant("2026-04-01T00:00:00Z"))
        except (v1.Undecided, v1.Refused) as why:
            verdict = type(why).__name__
        report.check(verdict == case["verdict"], f"{case['id']} has its verdict", verdict=verdict)


def judge(args, report):
    check_the_judge(report)
    bases = [finding for _, finding in common.fixtures(report)]
    for compiled in common.compile_all(args, report):
        requests = compiled.documents("securityhub/automation-rules")
        by_unit = {unit["unit"]: [Rule(unit, path, requests[path]) for path in unit["artefacts"]
                                  if path in requests] for unit in compiled.units}
        rules = [rule for group in by_unit.values() for rule in group]
        if not rules:
            continue
        now = now_of(compiled.policy)
        findings = make_findings(rules, bases, now)
        findings += [line["witness"] for line in compiled.witnesses]
        compare(compiled, report, by_unit, findings, now)
        check_coverage(compiled, report, rules, now)


if __name__ == "__main__":
    common.main(judge, __doc__)
