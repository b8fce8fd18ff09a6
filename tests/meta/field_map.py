#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares every row of the field table, as `vulnctl list fields --format json` prints it, with the
research table it came from. Where the two differ on purpose, DIFFERENCES says why.

usage: field_map.py [--build DIR]        prints TAP
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIELD_MAP = ROOT.parent / "shared" / "facts" / "field_map.json"

NOTHING = ("-", "(unknown)", "(never sent)", "- (deploy the filter to the Region)")
CAN = {"no", "yes", "by title", "by ARN", "as text"}

# (field, column): (what we say, why)
DIFFERENCES = {
    ("tag", "asff"): ("Resources[].Tags", "a map's path is that of the object"),
    ("tag", "asff_event"): ("Resources.Tags", "a map's path is that of the object"),
    ("field", "asff"): ("UserDefinedFields", "a map's path is that of the object"),
    ("field", "asff_event"): ("UserDefinedFields", "a map's path is that of the object"),
    ("region", "asff"): ("Resources[].Region", "the reader falls back, the path does not"),
    ("cloud", "asff"): ("Resources[].Provider", "changes: path of the new V1 criterion"),
    ("cloud", "asff_event"): ("Resources.Provider", "changes: path of the new V1 criterion"),
    ("cloud", "automation"): ("ResourceProvider", "changes: new V1 criterion"),
    ("cloud", "insight"): ("ResourceProvider", "changes: new filter of insights"),
    ("severity", "insight"): ("SeverityLabel", "one of several filters"),
    ("score", "insight"): ("ProductFields", "the filter alone"),
    ("region", "insight"): ("ResourceRegion", "one of two filters"),
    ("ec2.instance", "insight"): ("ProductFields", "one of two filters"),
    ("cve", "insight"): ("Title", "the filter alone"),
    ("repository", "insight"): ("ResourceId", "the filter alone"),
    ("image.digest", "insight"): ("ResourceId", "the filter alone"),
    ("lambda.name", "insight"): (None, "not proved exact"),
    ("code.detector", "insight"): (None, "code findings in ASFF are unknown"),
    ("region", "inspector_event"): ("/region", "of the envelope: from the event's root"),
    ("cloud", "inspector_event"): ("resources.provider", "the path alone"),
    ("tag", "inspector_event"): ("resources.tags", "a map's path is that of the object"),
    ("severity", "automation_v2"): ("vendor_attributes.severity_id", "numbers have one spelling"),
    ("workflow", "automation_v2"): ("status", "seen as the provider sent it"),
    ("note", "automation_v2"): ("comment", "seen as the provider sent it"),
    ("created", "automation_v2"): (None, "the instant of Security Hub V2's own record"),
    ("product.arn", "automation_v2"): (None, "another text there: productv2"),
    ("generator", "automation_v2"): (None, "not in the API's enumeration of 1.44.5"),
    ("cloud", "automation_v2"): (None, "how clouds are spelled there is not known"),
    ("region", "automation_v2"): ("resources.region", "as in the other shapes"),
    ("fix", "automation_v2"): ("vulnerabilities.fix_coverage", "three values, not two"),
    ("repository", "automation_v2"): ("resources.uid", "by the ARN"),
    ("image.digest", "automation_v2"): ("resources.uid", "by the ARN"),
    ("ec2.instance", "automation_v2"): (None, "resources.uid is another thing on every type"),
    ("lambda.name", "automation_v2"): (None, "resources.uid is another thing on every type"),
    ("fix", "ocsf"): ("vulnerabilities[].fix_coverage", "three values, not two"),
    ("repository", "ocsf"): ("resources[].uid", "by the ARN"),
    ("image.digest", "ocsf"): ("resources[].uid", "by the ARN"),
    ("code.path", "automation_v2"): (None, "code findings in OCSF are unknown"),
    ("tag", "inspector_filter"): ("resourceTags", "the criterion alone"),
    ("image.in_use", "inspector_filter"): ("ecrImageInUseCount", "the criterion alone"),
    ("image.last_used", "inspector_filter"): ("ecrImageLastInUseAt", "the criterion alone"),
    ("code.repository", "inspector_filter"): ("codeRepositoryProjectName", "the criterion alone"),
    ("cloud", "inspector_filter"): ("cloudProvider", "changes: Inspector is multi-cloud"),
    ("code.detector", "group"): ("vulnerability", "beside code.path"),
    ("package.name", "automation"): (None, "the title names two packages at most"),
    ("package.name", "insight"): (None, "the title names two packages at most"),
    ("lambda.name", "automation"): (None, "not proved exact"),
    ("ec2.instance", "automation"): (None, "two forms of ARN: not exact"),
    ("code.detector", "automation"): (None, "code findings in ASFF are unknown"),
}


def text(value):
    return None if value in NOTHING else value


def criterion(value):
    """`Title PREFIX "<id> - "` is the criterion Title."""
    return value.split()[0] if text(value) else None


def ocsf_place(value):
    """The first of several, without the mark of how it is known: (S) seen, (F) a filter's name."""
    return re.split(r"[,;] | \(", value)[0] if text(value) else None


def v2_field(value):
    """The first of several, without the marks: [D] in the user guide for rules, [A] in the API's
    enumeration, [C] in CloudFormation's. What is [A] alone is not known to work in a rule."""
    if not text(value):
        return None
    name, marks = re.match(r"([\w.]+)\[(\w+)\]", value).groups()
    return None if marks == "A" else name


def below(value, prefix):
    return value.removeprefix(prefix) if text(value) else None


def group_of(row):
    """The innermost list a field stands in, as the language names it."""
    if row["cardinality"] == "many" and row.get("group") in (None, "resource"):
        return row["field"]
    if row.get("group"):
        return row["group"]
    return "vulnerability" if row["asff"].startswith("Vulnerabilities[]") else "finding"


def type_of(row):
    word = row["type"].split()[0]
    return {"vulnerability": "vulnerability id"}.get(word, word)


def bounds_of(row):
    match = re.search(r"([\d.]+)\.\.([\d.]+)$", row["type"])
    return (float(match[1]), float(match[2])) if match else None


def expected(row):
    return {
        "type": type_of(row),
        "count": row["cardinality"],
        "group": group_of(row),
        "what": row["concept"],
        "asff": text(row["asff"]),
        "asff_event": below(row["asff_event"], "detail.findings."),
        "inspector": text(row["inspector2_api"]),
        "inspector_event": below(row["inspector2_event"], "detail."),
        "inspector_filter": text(row["inspector_filter"]),
        "automation": criterion(row["automation_rule_v1"]),
        "automation_v2": v2_field(row["automation_rule_v2"]),
        "insight": text(row["insight_filter"]),
        "ocsf": ocsf_place(row["ocsf"]),
    }


def compare(row, ours, used):
    """The ways in which our row differs from the research table's."""
    wrong = []
    for column, value in expected(row).items():
        key = (row["field"], column)
        if key in DIFFERENCES:
            used.add(key)
            value = DIFFERENCES[key][0]
        said = ours[column] if column in ours else ours["paths"][column]
        if column == "inspector_event" and said:
            said = said.replace("[]", "")  # the table has no arrays there
        if said != value:
            wrong.append(f"{column}: {said!r}, the table says {value!r}")
    bounds = bounds_of(row)
    if bounds and bounds != (ours["least"], ours["greatest"]):
        wrong.append(f"bounds: {ours['least']}..{ours['greatest']}, the table says {bounds}")
    if not set(ours["can"].values()) <= CAN:
        wrong.append(f"can: {ours['can']}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    program = pathlib.Path(parser.parse_args().build) / "vulnctl"
    if not FIELD_MAP.exists():
        print("ok 1 - field_map # SKIP the research table is not here (shared/facts)")
        print("1..1")
        return 0
    table = json.loads(FIELD_MAP.read_text(encoding="utf-8"))
    listed = subprocess.run([program, "list", "fields", "--format", "json"],
                            check=True, capture_output=True)
    ours = {field["name"]: field for field in json.loads(listed.stdout)["fields"]}
    results, used = [], set()
    results.append(("the same fields", [name for name in
                                        set(ours) ^ {row["field"] for row in table}]))
    for row in table:
        if row["field"] in ours:
            results.append((row["field"], compare(row, ours[row["field"]], used)))
    results.append(("every listed difference is one", sorted(map(str, set(DIFFERENCES) - used))))
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"# {line}")
    print(f"1..{len(results)}")
    return 1 if any(wrong for _, wrong in results) else 0


if __name__ == "__main__":
    sys.exit(main())
