# SPDX-License-Identifier: Apache-2.0
"""What an automation rule V2 of Security Hub takes, written from facts/targets.md part B,
facts/changes.md and facts/findings.md alone: a request and a finding of Security Hub CSPM in, a
verdict out. The finding is first written as Security Hub V2 has the same one, in OCSF
[findings.md §2 and §3]; what is not known there (an ECR image) is as the compiler's experimental
assumption says, and so no proof of it.

Where nothing is documented, or two readings are possible, it says Undecided: no artefact may rest
on that for a finding that can exist. A request that the API would refuse is Refused."""
import re

import v1
from aws_filters import NEGATIVE, POSITIVE, Filters, Refused, Undecided, instant

# --- a finding in OCSF ---

SEVERITIES = {"INFORMATIONAL": 1, "LOW": 2, "MEDIUM": 3, "HIGH": 4, "CRITICAL": 5}
TYPES = {  # seen: instance, function [findings.md §3]; the others are inferred there or here
    "AwsEc2Instance": "AWS::EC2::Instance",
    "AwsLambdaFunction": "AWS::Lambda::Function",
    "AwsEcrRepository": "AWS::ECR::Repository",
    "AwsEcrContainerImage": "AWS::ECR::ContainerImage",
}
COVERAGE = {"YES": "Complete", "PARTIAL": "Partial", "NO": "None"}  # only Complete was seen
COMPLIANCE = {"PASSED": "Pass", "FAILED": "Fail"}
DATES = {
    "finding_info.first_seen_time_dt": "FirstObservedAt",
    "finding_info.last_seen_time_dt": "LastObservedAt",
    "finding_info.modified_time_dt": "UpdatedAt",
}


def uid_of(resource):
    """Bare ids of instances and functions [findings.md 4.2]."""
    text, kind = resource.get("Id", ""), resource.get("Type")
    if kind == "AwsEc2Instance":
        return text.split("/")[-1].split(":")[-1]
    if kind == "AwsLambdaFunction" and ":function:" in text:
        return text.split(":function:")[1].split(":")[0]
    return text


def resource_of(resource):
    kind = resource.get("Type", "")
    return {
        "type": TYPES.get(kind, re.sub(r"^Aws", "AWS::Other::", kind)),
        "uid": uid_of(resource),
        "region": resource.get("Region"),
        "tags": [{"name": k, "value": v} for k, v in resource.get("Tags", {}).items()],
    }


def vulnerability_of(vulnerability):
    result = {"related_vulnerabilities": vulnerability.get("RelatedVulnerabilities", [])}
    cve = {"uid": vulnerability.get("Id"),
           "cvss": [{"base_score": score["BaseScore"]} for score in vulnerability.get("Cvss", [])
                    if "BaseScore" in score]}
    if "EpssScore" in vulnerability:
        cve["epss"] = {"score": str(vulnerability["EpssScore"])}
    result["cve"] = cve
    result["affected_packages"] = [{"name": package.get("Name")} for package in
                                   vulnerability.get("VulnerablePackages", [])]
    if vulnerability.get("ExploitAvailable") in ("YES", "NO"):
        result["is_exploit_available"] = vulnerability["ExploitAvailable"] == "YES"
    if vulnerability.get("FixAvailable") in COVERAGE:
        result["is_fix_available"] = vulnerability["FixAvailable"] == "YES"
        result["fix_coverage"] = COVERAGE[vulnerability["FixAvailable"]]
    return result


def activity_of(finding):
    if finding.get("RecordState") == "ARCHIVED":
        return "Close"
    if finding.get("RecordState") != "ACTIVE":
        return "Other"
    return "Create" if finding.get("UpdatedAt") == finding.get("CreatedAt") else "Update"


def ocsf(finding):
    """The same finding in Security Hub V2, as its provider sent it."""
    compliance = finding.get("Compliance", {})
    info = {"title": finding.get("Title"), "desc": finding.get("Description"),
            "uid": finding.get("Id"),
            "types": [*finding.get("Types", []), "Vulnerabilities"]}
    for path, key in DATES.items():
        info[path.split(".")[-1]] = finding.get(key)
    return {
        "activity_name": activity_of(finding),
        "cloud": {"account": {"uid": finding.get("AwsAccountId"),
                              "name": finding.get("AwsAccountName")}},
        "compliance": {"control": compliance.get("SecurityControlId"),
                       "status": COMPLIANCE.get(compliance.get("Status"))},
        "finding_info": info,
        "metadata": {"product": {"name": finding.get("ProductName")}},
        "resources": [resource_of(resource) for resource in finding.get("Resources", [])],
        "vendor_attributes": {
            "severity_id": SEVERITIES.get(finding.get("Severity", {}).get("Label"), 99)},
        "vulnerabilities": [vulnerability_of(v) for v in finding.get("Vulnerabilities", [])],
    }


def values_at(node, path):
    if node is None:
        return []
    if isinstance(node, list):
        return [value for item in node for value in values_at(item, path)]
    if not path:
        return [node]
    return values_at(node.get(path[0]), path[1:]) if isinstance(node, dict) else []


# --- the filters of a rule ---

# The fields that the user guide lists for rules and the API takes, of those that stand above
# [matrix_automation_rule_v2.json].
STRINGS = {
    "activity_name", "cloud.account.name", "cloud.account.uid", "compliance.control",
    "compliance.status", "finding_info.desc", "finding_info.title", "finding_info.types",
    "finding_info.uid", "metadata.product.name", "resources.region", "resources.type",
    "resources.uid", "vulnerabilities.affected_packages.name", "vulnerabilities.cve.uid",
    "vulnerabilities.cve.epss.score", "vulnerabilities.fix_coverage",
    "vulnerabilities.related_vulnerabilities",
}
NUMBERS = {"vendor_attributes.severity_id", "vulnerabilities.cve.cvss.base_score"}
BOOLEANS = {"vulnerabilities.is_exploit_available", "vulnerabilities.is_fix_available"}
MAPS = {"resources.tags"}
KINDS = {"StringFilters": STRINGS, "NumberFilters": NUMBERS, "BooleanFilters": BOOLEANS,
         "MapFilters": MAPS, "DateFilters": set(DATES)}
COMPARISONS = (POSITIVE | NEGATIVE) - {"NOT_CONTAINS"}


def _string(test, values):
    comparison, operand = test["Comparison"], test["Value"]
    if comparison not in COMPARISONS:
        raise Refused(f"{comparison} is no comparison of a rule V2")
    if comparison in NEGATIVE and len(values) != 1:
        raise Undecided(f"a negative test on {len(values)} values")
    hits = [value == operand if comparison.endswith("EQUALS") and "PREFIX" not in comparison
            else value.startswith(operand) if "PREFIX" in comparison else operand in value
            for value in values]
    return not hits[0] if comparison in NEGATIVE else any(hits)


def _number(test, values):
    if not test or not set(test) <= {"Eq", "Gte", "Lte"}:
        raise Refused(f"{test}: only Eq, Gte and Lte")
    return any(value == test.get("Eq", value) and value >= test.get("Gte", value)
               and value <= test.get("Lte", value) for value in values)


def _date(test, values):
    if set(test) != {"Start", "End"}:
        raise Refused(f"{test} is no date filter")
    return any(instant(test["Start"]) <= instant(value) <= instant(test["End"])
               for value in values)


def _map(test, values):
    if test["Comparison"] != "EQUALS":
        raise Refused("maps: EQUALS only")
    return any(tag["name"] == test["Key"] and tag["value"] == test["Value"] for tag in values)


def _holds(kind, item, finding):
    field, test = item["FieldName"], item["Filter"]
    if field not in KINDS[kind]:
        raise Refused(f"{field} is none of the {kind} of rules")
    values = values_at(finding, field.split("."))
    if kind == "BooleanFilters":
        return test["Value"] in values
    return {"StringFilters": _string, "NumberFilters": _number, "MapFilters": _map,
            "DateFilters": _date}[kind](test, values)


def _together(composite, items):
    """Filters of one field in one composite: the operator, or OR for values and AND for
    exclusions, whichever is meant; so only what both say is decided."""
    negative = {item["Filter"].get("Comparison") in NEGATIVE for _, item in items}
    if len(items) > 1 and negative != {composite["Operator"] == "AND"}:
        raise Undecided("filters of one field in one composite")
    if len({item["Filter"].get("Key") for _, item in items}) > 1:
        raise Undecided("two keys of one map")


def _composite(composite, finding):
    kinds = [key for key in composite if key != "Operator"]
    if not kinds or not set(kinds) <= set(KINDS):
        raise Refused(f"a composite of {sorted(composite)}")
    by_field = {}
    for kind in kinds:
        if not 1 <= len(composite[kind]) <= 20:
            raise Refused(f"{len(composite[kind])} {kind}")
        for item in composite[kind]:
            by_field.setdefault(item["FieldName"], []).append((kind, item))
    for items in by_field.values():
        _together(composite, items)
    return _join(composite["Operator"], [lambda kind=kind, item=item: _holds(kind, item, finding)
                                         for items in by_field.values() for kind, item in items])


def _join(operator, questions):
    """What decides alone decides, whatever another leaves open."""
    verdicts, undecided = [], None
    for question in questions:
        try:
            verdicts.append(question())
        except Undecided as why:
            undecided = why
    verdict = {"AND": all, "OR": any}[operator](verdicts)
    if undecided is not None and verdict == (operator == "AND"):
        raise undecided
    return verdict


def takes(rule, finding, now):
    """Does the rule take the finding as its provider sent it?"""
    del now  # no filter of ours moves with the clock
    ocsf_criteria = rule["Criteria"]["OcsfFindingCriteria"]
    composites = ocsf_criteria["CompositeFilters"]
    if not 1 <= len(composites) <= 10:
        raise Refused(f"{len(composites)} composites")
    seen = ocsf(v1.original(finding))
    return _join(ocsf_criteria["CompositeOperator"],
                 [lambda composite=composite: _composite(composite, seen)
                  for composite in composites])


# --- what the rules test, as places of the findings that try them ---

PLACES = {  # field of OCSF -> name of a place below
    "activity_name": "RecordState", "cloud.account.name": "AwsAccountName",
    "cloud.account.uid": "AwsAccountId", "compliance.control": "ComplianceSecurityControlId",
    "compliance.status": "ComplianceStatus", "finding_info.desc": "Description",
    "finding_info.title": "Title", "finding_info.types": "Type", "finding_info.uid": "Id",
    "metadata.product.name": "ProductName", "resources.region": "ResourceRegion",
    "resources.type": "ResourceType", "resources.uid": "ResourceId",
    "vulnerabilities.affected_packages.name": "Package", "vulnerabilities.cve.uid": "Cve",
    "vulnerabilities.fix_coverage": "Fix", "vulnerabilities.related_vulnerabilities": "Related",
    "vulnerabilities.is_exploit_available": "Exploit",
    "vendor_attributes.severity_id": "SeverityLabel",
    "vulnerabilities.cve.cvss.base_score": "Cvss", "resources.tags": "ResourceTags",
} | {path: key for path, key in DATES.items()}
MODEL = Filters(
    v1.STRINGS | {"Cve": "Vulnerabilities[].Id", "Fix": "Vulnerabilities[].FixAvailable",
                  "Exploit": "Vulnerabilities[].ExploitAvailable",
                  "Package": "Vulnerabilities[].VulnerablePackages[].Name",
                  "Related": "Vulnerabilities[].RelatedVulnerabilities[]"},
    v1.DATES, {"Cvss": "Vulnerabilities[].Cvss[].BaseScore"}, v1.MAPS, parts=True,
    map_parts=False, most=lambda name: 20, fields=41)
WORDS = {
    "activity_name": {"Create": "ACTIVE", "Update": "ACTIVE", "Close": "ARCHIVED"},
    "compliance.status": {v: k for k, v in COMPLIANCE.items()},
    "resources.type": {v: k for k, v in TYPES.items()},
    "vulnerabilities.fix_coverage": {v: k for k, v in COVERAGE.items()},
    "vulnerabilities.is_exploit_available": {True: "YES", False: "NO"},
}


def _severities(test):
    return [{"Value": label, "Comparison": "EQUALS"} for label, number in SEVERITIES.items()
            if _number(test, [number])]


def criteria(rule):
    """The criteria by places, with the words of ASFF: to make findings from, not to judge."""
    found = {}
    for composite in rule["Criteria"]["OcsfFindingCriteria"]["CompositeFilters"]:
        for kind in composite.keys() & KINDS.keys():
            for item in composite[kind]:
                field, test = item["FieldName"], dict(item["Filter"])
                if field == "vendor_attributes.severity_id":
                    found.setdefault(PLACES[field], []).extend(_severities(test))
                    continue
                if field in WORDS:
                    test["Value"] = WORDS[field][test["Value"]]
                    test.setdefault("Comparison", "EQUALS")
                found.setdefault(PLACES[field], []).append(test)
    return found


def request(given):
    return {"Criteria": {"OcsfFindingCriteria": given}}
