#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every request of which CloudFormation has a resource type, as a resource of a template, through
cfn-lint: its schemas are AWS's own. What the API takes and CloudFormation does not know is listed
here with its source; any other complaint is a failure."""
import json
import os
import subprocess
import sys

import common

TYPES = {  # folder of the output -> resource type; the properties are the request's members
    "securityhub/automation-rules": "AWS::SecurityHub::AutomationRule",
    "securityhub/automation-rules-v2": "AWS::SecurityHub::AutomationRuleV2",
    "securityhub/insights": "AWS::SecurityHub::Insight",
}
LACKS = [  # what CloudFormation does not have [facts/targets.md A, B, D; facts/changes.md]
    "'vulnerabilities.cve.uid' is not one of",
    "'vulnerabilities.cve.cvss.base_score' is not one of",
    "'vulnerabilities.affected_packages.name' is not one of",
    "'vulnerabilities.related_vulnerabilities' is not one of",
    "'AwsAccountName' was unexpected",
    "'ResourceProvider' was unexpected",
]
LINT = "import sys; from cfnlint.runner import main; sys.argv = ['cfn-lint'] + sys.argv[1:]; main()"

STRING = {"Value": "x", "Comparison": "EQUALS"}
WRONG = [  # type, properties, a part of what must be said
    ("AWS::SecurityHub::Insight", {"Name": "n", "GroupByAttribute": "ResourceId", "Filters": {
        "Title": [{"Value": "x", "Comparison": "CONTAINS"}]}}, "'CONTAINS' is not one of"),
    ("AWS::SecurityHub::Insight", {"Name": "n", "GroupByAttribute": "ResourceId", "Filters": {
        "CveId": [STRING]}}, "'CveId' was unexpected"),
    ("AWS::SecurityHub::Insight", {"Name": "n", "Filters": {"Title": [STRING]}},
     "'GroupByAttribute' is a required property"),
    ("AWS::SecurityHub::Insight", {"Name": "n" * 129, "GroupByAttribute": "ResourceId",
                                   "Filters": {"Title": [STRING]}}, "longer than 128"),
    ("AWS::SecurityHub::Insight", {"Name": "n", "GroupByAttribute": "ResourceId", "Filters": {
        "Title": [{"Value": str(i), "Comparison": "EQUALS"} for i in range(21)]}},
     "maximum item count: 20"),
    ("AWS::SecurityHub::AutomationRule", {
        "RuleName": "n", "RuleOrder": 1, "Description": "d", "Criteria": {"Title": [STRING]},
        "Actions": [{"Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": {
            "Workflow": {"Status": "IN_PROGRESS"}}}]}, "'IN_PROGRESS' is not one of"),
    ("AWS::SecurityHub::AutomationRuleV2", {
        "RuleName": "n", "RuleOrder": 1, "Description": "d", "Criteria": {"OcsfFindingCriteria": {
            "CompositeOperator": "AND", "CompositeFilters": [{"Operator": "AND", "StringFilters": [
                {"FieldName": "resources.image.repository_name", "Filter": STRING}]}]}},
        "Actions": [{"Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": {"StatusId": 3}}]},
     "'resources.image.repository_name' is not one of"),
]


class Linter:
    def __init__(self, args):
        self.packages = args.judges / "cfn"
        self.here = (self.packages / "cfnlint").is_dir()
        self.file = args.build / "conformance" / "template.json"

    def complaints(self, resources):
        """name -> complaints. resources: name -> (type, properties)"""
        template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {
            name: {"Type": kind, "Properties": properties}
            for name, (kind, properties) in resources.items()}}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(template), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", LINT, "--format", "json", "--regions", "us-east-1", "--",
             str(self.file)], capture_output=True, text=True,
            env=dict(os.environ, PYTHONPATH=str(self.packages), PYTHONDONTWRITEBYTECODE="1"))
        found = {name: [] for name in resources}
        for line in json.loads(done.stdout or "[]"):
            path = line["Location"]["Path"]
            name = path[1] if len(path) > 1 else ""
            found.setdefault(name, []).append(f"{path[2:]}: {line['Message']}")
        if done.stderr:
            raise SystemExit(f"cfn-lint: {done.stderr}")
        return found


def check_the_judge(report, linter):
    found = linter.complaints({f"R{i}": case[:2] for i, case in enumerate(WRONG)})
    for i, (kind, _, complaint) in enumerate(WRONG):
        report.check(any(complaint in line for line in found[f"R{i}"]),
                     f"a wrong {kind} is found: {complaint}", complaints=found[f"R{i}"])


def judge_policy(compiled, report, linter):
    paths, resources = {}, {}
    for folder, kind in TYPES.items():
        for path, request in compiled.documents(folder).items():
            name = f"R{len(paths)}"
            paths[name], resources[name] = path, (kind, request)
    if not resources:
        return
    for name, complaints in linter.complaints(resources).items():
        wrong = [line for line in complaints if not any(lack in line for lack in LACKS)]
        report.check(not wrong, f"{compiled.name}: {paths.get(name, 'the template')} is a resource "
                     "of CloudFormation", complaints=wrong)


def judge(args, report):
    linter = Linter(args)
    if not linter.here:
        report.skip("cfn-lint was not fetched")
        return
    check_the_judge(report, linter)
    for compiled in common.compile_all(args, report):
        judge_policy(compiled, report, linter)


if __name__ == "__main__":
    common.main(judge, __doc__)
