# SPDX-License-Identifier: Apache-2.0
"""What an automation rule V1 of Security Hub takes, written from facts/targets.md part A (and its
corrections in facts/changes.md) alone: the request in, a finding in, a verdict out. It shares no
code and no table with the compiler.

Where nothing is documented, or two readings are possible, it says Undecided: no artefact may rest
on that for a finding that can exist. A request that the API would refuse is Refused."""
import copy
import datetime
import re

# Criterion -> where it stands in the finding; [] enters a list.
STRINGS = {
    "ProductArn": "ProductArn",
    "AwsAccountId": "AwsAccountId",
    "AwsAccountName": "AwsAccountName",
    "Id": "Id",
    "GeneratorId": "GeneratorId",
    "Type": "Types[]",
    "Title": "Title",
    "Description": "Description",
    "SourceUrl": "SourceUrl",
    "ProductName": "ProductName",
    "CompanyName": "CompanyName",
    "SeverityLabel": "Severity.Label",
    "ResourceType": "Resources[].Type",
    "ResourceId": "Resources[].Id",
    "ResourcePartition": "Resources[].Partition",
    "ResourceRegion": "Resources[].Region",
    "ResourceApplicationArn": "Resources[].ApplicationArn",
    "ResourceApplicationName": "Resources[].ApplicationName",
    "ResourceProvider": "Resources[].Provider",
    "ResourceOwnerAccountId": "Resources[].Owner.Account.Id",
    "ResourceOwnerOrgId": "Resources[].Owner.Org.Id",
    "ComplianceStatus": "Compliance.Status",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceAssociatedStandardsId": "Compliance.AssociatedStandards[].StandardsId",
    "VerificationState": "VerificationState",
    "WorkflowStatus": "Workflow.Status",
    "RecordState": "RecordState",
    "RelatedFindingsProductArn": "RelatedFindings[].ProductArn",
    "RelatedFindingsId": "RelatedFindings[].Id",
    "NoteText": "Note.Text",
    "NoteUpdatedBy": "Note.UpdatedBy",
}
DATES = {name: name for name in ("FirstObservedAt", "LastObservedAt", "CreatedAt", "UpdatedAt")}
DATES["NoteUpdatedAt"] = "Note.UpdatedAt"
NUMBERS = {"Confidence": "Confidence", "Criticality": "Criticality"}
MAPS = {
    "ResourceTags": "Resources[].Tags",
    "ResourceDetailsOther": "Resources[].Details.Other",
    "UserDefinedFields": "UserDefinedFields",
}

POSITIVE = {"EQUALS", "PREFIX", "CONTAINS"}
NEGATIVE = {"NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"}
LEGAL = [  # the comparisons that may stand together on one field
    {"EQUALS", "PREFIX"},
    {"CONTAINS"},
    {"NOT_CONTAINS"},
    {"PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS"},
]
INSTANT = re.compile(r"([-\dT:]{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")
HUNDRED = {"AwsAccountId", "GeneratorId", "ResourceId", "Title"}


class Refused(Exception):
    """The API would not take this rule."""


class Undecided(Exception):
    """Not documented."""


def original(finding):
    """The provider's own finding, as rules see it: nothing that BatchUpdateFindings wrote
    [targets.md A, semantics.md §1]."""
    result = copy.deepcopy(finding)
    for key in ("UserDefinedFields", "Note", "VerificationState"):
        result.pop(key, None)
    result["Workflow"] = {"Status": "NEW"}
    provider = result.get("FindingProviderFields", {})
    if "Label" in provider.get("Severity", {}):
        result.setdefault("Severity", {})["Label"] = provider["Severity"]["Label"]
    for key in ("Criticality", "Types"):
        if key in provider:
            result[key] = provider[key]
    return result


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


def _compares(comparison, value, operand):
    if comparison in ("EQUALS", "NOT_EQUALS"):
        return value == operand
    if comparison in ("PREFIX", "PREFIX_NOT_EQUALS"):
        return value.startswith(operand)
    return operand in value


def _check_mix(name, comparisons):
    if not comparisons <= POSITIVE | NEGATIVE:
        raise Refused(f"{name}: {comparisons} is no comparison of a rule")
    if not any(comparisons <= legal for legal in LEGAL):
        raise Refused(f"{name}: {sorted(comparisons)} may not stand together")


def _takes(name, tests, values):
    """tests: (comparison, operand). Positives by OR, negatives by AND, both where mixed."""
    _check_mix(name, {comparison for comparison, _ in tests})
    positive = [t for t in tests if t[0] in POSITIVE]
    negative = [t for t in tests if t[0] in NEGATIVE]
    if negative and len(values) != 1:
        raise Undecided(f"{name}: a negative test on {len(values)} values")
    if positive and not any(_compares(c, v, o) for c, o in positive for v in values):
        return False
    return not any(_compares(c, values[0], o) for c, o in negative)


def _strings(name, filters, finding):
    tests = [(f["Comparison"], f["Value"]) for f in filters]
    return _takes(name, tests, values_at(finding, STRINGS[name].split(".")))


def _map(name, filters, finding):
    keys = {f["Key"] for f in filters}
    if len(keys) > 1:
        raise Undecided(f"{name}: two keys of one map")
    if {f["Comparison"] for f in filters} > {"CONTAINS"}:
        raise Undecided(f"{name}: CONTAINS beside EQUALS")
    maps = values_at(finding, MAPS[name].split("."))
    values = [m[key] for m in maps for key in keys if key in m]
    return _takes(name, [(f["Comparison"], f["Value"]) for f in filters], values)


def _number_takes(test, value):
    bounds = {"Eq": value == test.get("Eq"), "Gte": value >= test.get("Gte", value),
              "Lte": value <= test.get("Lte", value)}
    if not test or not set(test) <= set(bounds):
        raise Refused(f"{test}: only Eq, Gte and Lte")
    return all(bounds[key] for key in test)


def _numbers(name, filters, finding):
    values = values_at(finding, NUMBERS[name].split("."))
    return any(_number_takes(test, value) for test in filters for value in values)


def instant(text):
    """Nanoseconds since 1970."""
    seconds, fraction, zone = INSTANT.fullmatch(text).groups()
    moment = datetime.datetime.fromisoformat(seconds + zone.replace("Z", "+00:00"))
    return int(moment.timestamp()) * 10**9 + int(((fraction or "") + "0" * 9)[:9])


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


def _dates(name, filters, finding, now):
    values = values_at(finding, DATES[name].split("."))
    return any(_date_takes(test, instant(value), now) for test in filters for value in values)


def _criterion(name, filters, finding, now):
    most = 100 if name in HUNDRED else 20
    if not 1 <= len(filters) <= most:
        raise Refused(f"{name}: {len(filters)} values; an empty list would match everything")
    if name in STRINGS:
        return _strings(name, filters, finding)
    if name in MAPS:
        return _map(name, filters, finding)
    if name in NUMBERS:
        return _numbers(name, filters, finding)
    if name in DATES:
        return _dates(name, filters, finding, now)
    raise Refused(f"{name} is no criterion")


def takes(rule, finding, now):
    """Does the rule take the finding as its provider sent it? Fields are joined by AND, so one that
    says no decides, whatever another leaves open."""
    verdict, undecided = True, None
    if not rule["Criteria"]:
        raise Refused("no criteria")
    for name, filters in rule["Criteria"].items():
        try:
            verdict = _criterion(name, filters, finding, now) and verdict
        except Undecided as why:
            undecided = why
    if verdict and undecided is not None:
        raise undecided
    return verdict
