# SPDX-License-Identifier: Apache-2.0
"""What AWS documents of the filters that automation rules and insights share (StringFilter,
MapFilter, NumberFilter, DateFilter), written from facts/targets.md part A and facts/changes.md
alone. It shares no code and no table with the compiler.

Where nothing is documented, or two readings are possible, it says Undecided: no artefact may rest
on that for a finding that can exist. A request that the API would refuse is Refused."""
import datetime
import re

POSITIVE = {"EQUALS", "PREFIX", "CONTAINS"}
NEGATIVE = {"NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"}
PARTS = {"CONTAINS", "NOT_CONTAINS"}
LEGAL = [  # the comparisons that may stand together on one field
    {"EQUALS", "PREFIX"},
    {"CONTAINS"},
    {"NOT_CONTAINS"},
    {"PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS"},
]
INSTANT = re.compile(r"([-\dT:]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")


class Refused(Exception):
    """The API would not take this."""


class Undecided(Exception):
    """Not documented."""


def values_at(node, path):
    if not path:
        return [] if node is None else [node]
    step, rest = path[0], path[1:]
    if not isinstance(node, dict) or step.removesuffix("[]") not in node:
        return []
    below = node[step.removesuffix("[]")]
    if not step.endswith("[]"):
        return values_at(below, rest)
    return [value for item in below for value in values_at(item, rest)]


def instant(text):
    """Nanoseconds since 1970."""
    seconds, fraction, zone = INSTANT.fullmatch(text).groups()
    moment = datetime.datetime.fromisoformat(seconds + zone.replace("Z", "+00:00"))
    return int(moment.timestamp()) * 10**9 + int(((fraction or "") + "0" * 9)[:9])


def _compares(comparison, value, operand):
    if comparison in ("EQUALS", "NOT_EQUALS"):
        return value == operand
    if comparison in ("PREFIX", "PREFIX_NOT_EQUALS"):
        return value.startswith(operand)
    return operand in value


def _number_takes(test, value):
    bounds = {"Eq": value == test.get("Eq"), "Gte": value >= test.get("Gte", value),
              "Lte": value <= test.get("Lte", value)}
    if not test or not set(test) <= set(bounds):
        raise Refused(f"{test}: only Eq, Gte and Lte")
    return all(bounds[key] for key in test)


def _date_takes(test, value, now):
    if "DateRange" in test:
        window = test["DateRange"]
        if window["Unit"] != "DAYS":
            raise Refused(f"{window}: only DAYS")
        age = now - value
        days = window["Value"] * 86400 * 10**9
        if age == days:
            raise Undecided("the very end of a DateRange")
        older = window.get("Comparison", "WITHIN") == "OLDER_THAN"
        return age > days if older else age < days
    if not set(test) <= {"Start", "End"} or not test:
        raise Refused(f"{test} is no date filter")
    start = instant(test["Start"]) if "Start" in test else value
    end = instant(test["End"]) if "End" in test else value
    return start <= value <= end


class Filters:
    """The filters of one request. strings, dates, numbers, maps: name -> where it stands in the
    finding, [] entering a list; parts, map_parts: whether CONTAINS is known on texts, on maps;
    most(name): how many values; fields: how many names."""

    def __init__(self, strings, dates, numbers, maps, parts, map_parts, most, fields):
        self.strings, self.dates, self.numbers, self.maps = strings, dates, numbers, maps
        self.parts, self.map_parts, self.most, self.fields = parts, map_parts, most, fields

    def takes(self, criteria, finding, now):
        """Fields are joined by AND, so one that says no decides, whatever another leaves open."""
        verdict, undecided = True, None
        if not 1 <= len(criteria) <= self.fields:
            raise Refused(f"{len(criteria)} criteria")
        for name, filters in criteria.items():
            try:
                verdict = self._criterion(name, filters, finding, now) and verdict
            except Undecided as why:
                undecided = why
        if verdict and undecided is not None:
            raise undecided
        return verdict

    def _criterion(self, name, filters, finding, now):
        if not 1 <= len(filters) <= self.most(name):
            raise Refused(f"{name}: {len(filters)} values; an empty list would match everything")
        if name in self.strings:
            tests = [(f["Comparison"], f["Value"]) for f in filters]
            return self._texts(name, tests, values_at(finding, self.strings[name].split(".")),
                               self.parts)
        if name in self.maps:
            return self._map(name, filters, finding)
        if name in self.numbers:
            values = values_at(finding, self.numbers[name].split("."))
            return any(_number_takes(test, value) for test in filters for value in values)
        if name in self.dates:
            values = values_at(finding, self.dates[name].split("."))
            return any(_date_takes(test, instant(value), now)
                       for test in filters for value in values)
        raise Refused(f"{name} is no criterion")

    @staticmethod
    def _texts(name, tests, values, parts):
        """tests: (comparison, operand). Positives by OR, negatives by AND, both where mixed."""
        comparisons = {comparison for comparison, _ in tests}
        if not comparisons <= POSITIVE | NEGATIVE or not parts and comparisons & PARTS:
            raise Refused(f"{name}: {comparisons} is no comparison here")
        if not any(comparisons <= legal for legal in LEGAL):
            raise Refused(f"{name}: {sorted(comparisons)} may not stand together")
        positive = [t for t in tests if t[0] in POSITIVE]
        negative = [t for t in tests if t[0] in NEGATIVE]
        if negative and len(values) != 1:
            raise Undecided(f"{name}: a negative test on {len(values)} values")
        if positive and not any(_compares(c, v, o) for c, o in positive for v in values):
            return False
        return not any(_compares(c, values[0], o) for c, o in negative)

    def _map(self, name, filters, finding):
        keys = {f["Key"] for f in filters}
        if len(keys) > 1:
            raise Undecided(f"{name}: two keys of one map")
        if {f["Comparison"] for f in filters} > {"CONTAINS"}:
            raise Undecided(f"{name}: CONTAINS beside EQUALS")
        maps = values_at(finding, self.maps[name].split("."))
        values = [m[key] for m in maps for key in keys if key in m]
        return self._texts(name, [(f["Comparison"], f["Value"]) for f in filters], values,
                           self.map_parts)
