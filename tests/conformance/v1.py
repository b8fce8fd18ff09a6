# SPDX-License-Identifier: Apache-2.0
"""What an automation rule V1 of Security Hub takes, written from facts/targets.md part A (and its
corrections in facts/changes.md) alone: the request in, a finding in, a verdict out. What filters
mean: aws_filters.py."""
import copy

from aws_filters import Filters

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

HUNDRED = {"AwsAccountId", "GeneratorId", "ResourceId", "Title"}
MODEL = Filters(STRINGS, DATES, NUMBERS, MAPS, parts=True, map_parts=True,
                most=lambda name: 100 if name in HUNDRED else 20, fields=41)


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


def takes(rule, finding, now):
    """Does the rule take the finding as its provider sent it?"""
    return MODEL.takes(rule["Criteria"], original(finding), now)


def criteria(whole):
    return whole["Criteria"]


def request(given):
    return {"Criteria": given}
