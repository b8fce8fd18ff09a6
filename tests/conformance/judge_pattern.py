#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every emitted event pattern through AWS's own engine: on the fixtures, on findings made from the
pattern's own conditions, on near misses of those, and on the witnesses that the set engine picks.
event-ruler, the plain evaluator and the set engine must agree on every finding that can exist, and
where a state machine tests the rest, event-ruler and jsonata together; all
rules of a policy together in one machine must say the same as each alone."""
import common
import event_pattern
import inspector_event
import near
import ocsf_event

CUSTOM_ACTION = "Security Hub Findings - Custom Action"
BRANCHES_MAX = 8    # of a pattern, evenly chosen
MADE_FOR_BRANCH = 4  # of the fixtures' findings bent to a branch, at most so many are kept


class SecurityHub:
    """The event of Security Hub; inspector_event is the same for Inspector's own."""
    SOURCE, DETAIL_TYPE = "aws.securityhub", "Security Hub Findings - Imported"
    event_of = staticmethod(common.event_of)
    conditions = staticmethod(event_pattern.in_finding)

    @staticmethod
    def takes(_):
        return True

    @staticmethod
    def base(finding):
        return finding


KINDS = [SecurityHub, inspector_event, ocsf_event]


class Pool:
    """Findings of one policy, each once, with what it was made for."""

    def __init__(self):
        self.findings, self.places = [], {}

    def add(self, finding):
        key = common.json.dumps(finding, sort_keys=True, ensure_ascii=False)
        if key not in self.places:
            self.places[key] = len(self.findings)
            self.findings.append(finding)
        return self.places[key]


class Branch:
    """A branch of a pattern, the findings bent to it and, by place, their near misses."""

    def __init__(self, kind, unit, path, conditions):
        self.unit, self.path = unit, path
        self.pattern = conditions  # of the whole event, by dotted place: a pattern of its own
        self.conditions = kind.conditions(conditions)
        self.made, self.misses = [], {}

    def bend(self, finding):
        for place, matchers in self.conditions.items():
            values = event_pattern.accepted(matchers, near.usual(place))
            stands = {"exists": True} in matchers and near.has(finding, near.steps(place))
            if values and not stands:
                finding = near.with_value(finding, place, values[0])
        return near.repair(finding, self.conditions)

    def bare_places(self, finding):
        """Conditions with nothing to change in the finding; the fewer the better."""
        return sum(near.with_value(finding, place, None) == finding for place in self.conditions)

    def near_misses(self, finding):
        for place, matchers in self.conditions.items():
            keep = [place]
            yield place, near.repair(near.with_value(finding, place, None), keep)
            for value in near.candidates(place, event_pattern.operands(matchers)):
                yield place, near.repair(near.with_value(finding, place, value), keep)
                if near.list_place(place) and isinstance(value, str):
                    more = near.with_element(finding, place, value)
                    if more is not None:
                        yield place, near.repair(more, keep)


def evenly(items, most):
    if len(items) <= most:
        return items
    return [items[i * (len(items) - 1) // (most - 1)] for i in range(most)]


def branches_of(kind, compiled, patterns):
    for unit in compiled.units:
        for path in unit["artefacts"]:
            if path in patterns:
                whole = event_pattern.branches(patterns[path])
                for branch in evenly(whole, BRANCHES_MAX):
                    yield Branch(kind, unit, path, branch)


def bend_to(kind, compiled, branches, bases, pool, ruler, patterns):
    """Of the fixtures bent to each branch, those that its pattern takes: first such that can exist,
    and have something to change at every place."""
    asked = [(branch, branch.bend(base)) for branch in branches for base in bases]
    answers = ruler.rules(patterns, [kind.event_of(finding) for _, finding in asked])
    verdicts = compiled.verdicts([finding for _, finding in asked]) if asked else []
    for (branch, finding), (_, alone), said in zip(asked, answers, verdicts):
        if branch.path in alone:
            _, _, within = said[branch.unit["unit"]]
            branch.made.append((not within, branch.bare_places(finding), finding))
    for branch in branches:
        branch.made.sort(key=lambda made: made[:2])
        branch.made = [finding for _, _, finding in branch.made[:MADE_FOR_BRANCH]]
        for finding in branch.made:
            pool.add(finding)
        for finding in branch.made[:1]:
            for place, miss in branch.near_misses(finding):
                branch.misses.setdefault(place, []).append(pool.add(miss))


class Machines:
    """What the state machines of a policy test, and what comes of it."""

    def __init__(self, compiled, tests):
        machines = compiled.documents("stepfunctions", ".asl.json")
        conditions = {path: common.condition_of(machine) for path, machine in machines.items()}
        self.conditions = {path: test for path, test in conditions.items() if test}
        self.tests, self.results = tests, []

    def judge(self, report, findings):
        if self.conditions and not self.tests.here:
            report.skip("jsonata was not fetched")
        if self.conditions and self.tests.here:
            self.results = self.tests.results(self.conditions, findings)

    def of(self, unit, index):
        """What the unit's machine says of a finding; True if it has nothing to test."""
        [path] = [path for path in unit["artefacts"] if path in self.conditions] or [None]
        return self.results[index][path] if path and self.results else True

    def unknown(self, unit):
        return not self.results and any(path in self.conditions for path in unit["artefacts"])


def compare(kind, compiled, report, pool, patterns, answers, verdicts, machines):
    """What a pattern takes and its machine lets through is the condition; no finding of it may be
    lost before."""
    for index, finding in enumerate(pool.findings):
        if not kind.takes(finding):
            continue
        together, alone = answers[index]
        report.check(together == alone, f"{compiled.name}: rules do not disturb each other",
                     together=sorted(together), alone=sorted(alone), finding=finding)
        for unit, (evaluated, engine, within) in zip(compiled.units, verdicts[index]):
            mine = [path for path in unit["artefacts"] if path in patterns]
            if not mine or not within or machines.unknown(unit):
                continue
            taken = any(path in alone for path in mine)
            tested = machines.of(unit, index)
            report.check(tested in (True, False) and
                         (taken and tested) == bool(evaluated) == bool(engine),
                         f"{compiled.name}: all agree on `{unit['name']}`",
                         event_ruler=taken, jsonata=tested, evaluator=bool(evaluated),
                         engine=bool(engine), patterns=mine, finding=finding)


def check_coverage(kind, compiled, report, ruler, branches, patterns, pool):
    """Each pattern takes something; each condition of a branch refuses something, by itself: what
    one branch refuses another may take."""
    for path in patterns:
        report.check(any(b.made for b in branches if b.path == path),
                     f"{compiled.name}: {path} takes a finding made from its own conditions",
                     pattern=patterns[path])
    asked = [(number, place, index) for number, branch in enumerate(branches)
             for place, misses in branch.misses.items() for index in misses]
    answers = ruler.rules({str(i): branch.pattern for i, branch in enumerate(branches)},
                          [kind.event_of(pool.findings[index]) for _, _, index in asked])
    refused = {(number, place) for (number, place, _), (_, alone) in zip(asked, answers)
               if str(number) not in alone}
    for number, branch in enumerate(branches):
        for place in branch.misses:
            report.check((number, place) in refused,
                         f"{compiled.name}: {branch.path} has a near miss on {place}",
                         condition=branch.conditions[place])


def check_envelope(kind, report, ruler, branches, patterns):
    """Another source or detail-type is no event of ours, whatever the finding."""
    events = []
    for branch in branches:
        for finding in branch.made[:1]:
            for key, other in (("source", "aws.ecr"), ("detail-type", CUSTOM_ACTION)):
                events.append((branch, key, dict(kind.event_of(finding), **{key: other})))
    answers = ruler.rules(patterns, [event for _, _, event in events])
    for (branch, key, _), (together, _) in zip(events, answers):
        report.check(branch.path not in together, f"{branch.path} asks for its {key}")


def check_witnesses(compiled, report, verdicts, numbers):
    """The engine's witnesses lie where it says, by the evaluator, and are findings that can exist.
    Of a statement on Inspector's findings, one of another product's is only half a finding; and
    UNTRIAGED has no label in ASFF."""
    for line, index in numbers:
        evaluated, _, within = verdicts[index][line["unit"]]
        single = compiled.units[line["unit"]]["view"] == "single"
        whole = not single or line["witness"].get("ProductName") == "Inspector"
        whole = whole and "Severity" in line["witness"]
        report.check(evaluated == (line["side"] == "inside") and (within or not whole),
                     f"{compiled.name}: a witness lies {line['side']}", witness=line,
                     within=bool(within))


def check_actions(compiled, report, ruler, patterns, finding):
    """The pattern of a custom action takes the event of its button and of no other."""
    for unit in compiled.units:
        for path in unit["artefacts"]:
            if unit["mechanism"] != "none" or path not in patterns:
                continue
            [arn] = patterns[path]["resources"]
            event = common.event_of(finding)
            pressed = dict(event, resources=[arn], **{"detail-type": CUSTOM_ACTION})
            events = [pressed, dict(pressed, resources=[arn + "x"]), event,
                      dict(pressed, **{"detail-type": event["detail-type"]})]
            taken = [path in alone for _, alone in ruler.rules({path: patterns[path]}, events)]
            report.check(taken == [True, False, False, False] and arn.split("/")[-1].isalnum(),
                         f"{compiled.name}: {path} takes its own button", taken=taken)


def judge_policy(compiled, report, ruler, tests, bases):
    patterns = compiled.documents("eventbridge", ".pattern.json")
    pairs = ruler.pairs([{"id": path, "pattern": p} for path, p in patterns.items()])
    valid = [report.check(answer["valid"], f"{answer['id']} is valid", answer=answer)
             for answer in pairs]
    if not all(valid):
        return
    check_actions(compiled, report, ruler, patterns, bases[0])
    about_findings = {path for unit in compiled.units if unit["mechanism"] != "none"
                      for path in unit["artefacts"]}
    patterns = {path: p for path, p in patterns.items() if path in about_findings}
    for kind in KINDS:
        judge_kind(kind, compiled, report, ruler, tests, bases,
                   {path: p for path, p in patterns.items()
                    if p["source"] == [kind.SOURCE] and p["detail-type"] == [kind.DETAIL_TYPE]})


def judge_kind(kind, compiled, report, ruler, tests, bases, patterns):
    """The patterns of a policy that are on one kind of event."""
    if not patterns:
        return
    pool = Pool()
    bases = [kind.base(finding) for finding in bases if kind.takes(finding)]
    for finding in bases:
        pool.add(finding)
    numbers = [(line, pool.add(line["witness"])) for line in compiled.witnesses
               if any(path in patterns for path in compiled.units[line["unit"]]["artefacts"])]
    branches = list(branches_of(kind, compiled, patterns))
    bend_to(kind, compiled, branches, bases, pool, ruler, patterns)
    answers = ruler.rules(patterns, [kind.event_of(finding) for finding in pool.findings])
    verdicts = compiled.verdicts(pool.findings)
    machines = Machines(compiled, tests)
    machines.judge(report, pool.findings)
    compare(kind, compiled, report, pool, patterns, answers, verdicts, machines)
    check_coverage(kind, compiled, report, ruler, branches, patterns, pool)
    check_envelope(kind, report, ruler, branches, patterns)
    check_witnesses(compiled, report, verdicts, numbers)


def judge(args, report):
    ruler = common.Ruler(args)
    if not ruler.here:
        report.skip("event-ruler was not fetched")
        return
    bases = [finding for _, finding in common.fixtures(report)]
    for compiled in common.compile_all(args, report):
        judge_policy(compiled, report, ruler, common.Tests(args), bases)


if __name__ == "__main__":
    common.main(judge, __doc__)
