# SPDX-License-Identifier: Apache-2.0
"""Findings that an artefact takes, and near misses: the same with one place changed. Both are
derived mechanically from the artefact's own conditions, never from the policy, so a test that was
lost on the way to the artefact shows as a finding that the artefact takes and the policy does not.

A place is a dotted path as ASFF has it, without indices; lists are entered at their first element,
where there is one."""
import copy
import re

import common

OBJECT_LISTS = {"Resources", "Vulnerabilities", "VulnerablePackages", "Cvss", "Layers"}
SCALAR_LISTS = {"Types", "ImageTags", "RelatedVulnerabilities"}
DETAILS = {"AwsEcrContainerImage", "AwsEc2Instance", "AwsLambdaFunction"}
AZURE = "Microsoft.ContainerRegistry/registry/containerImage"  # an image, too
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}

# Words that stand at a place in real findings, tried beside those of the artefact.
WORDS = {
    "Severity.Label": ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"],
    "Vulnerabilities.FixAvailable": ["YES", "NO", "PARTIAL"],
    "Vulnerabilities.ExploitAvailable": ["YES", "NO"],
    "Workflow.Status": ["NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"],
    "RecordState": ["ACTIVE", "ARCHIVED"],
    "ProductName": ["Inspector", "GuardDuty", "Security Hub"],
    "Resources.Type": ["AwsEcrContainerImage", "AwsEc2Instance", "AwsLambdaFunction",
                       "AwsS3Bucket"],
    "Compliance.Status": ["PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"],
    "VerificationState": ["UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"],
    "AwsAccountId": ["111122223333", "444455556666"],
    "Resources.Region": ["us-east-1", "ap-northeast-1", "cn-north-1"],
    "Resources.Details.AwsEcrContainerImage.RepositoryName": ["app/web", "project-a"],
    "Note.Text": ["seen by the owner"],
    "Criticality": [50, 0, 100],  # ASFF has types: no text stands where a number belongs
    "Vulnerabilities.EpssScore": [0.3, 0, 1],
    "Vulnerabilities.Cvss.BaseScore": [6.6, 0, 10],
    "Vulnerabilities.LastKnownExploitAt": ["2026-01-15T12:00:00Z"],  # nor at a date's
    "FirstObservedAt": ["2026-02-03T04:05:06.789Z"],
}
IMAGE = {"RepositoryName": "app/web", "ImageDigest": "sha256:" + "5" * 64}


def steps(place):
    """The place as keys and indices. The keys of tags and fields may hold dots."""
    for head in ("Resources.Tags.", "UserDefinedFields.", "ProductFields."):
        if place.startswith(head):
            keys = head[:-1].split(".") + [place[len(head):]]
            break
    else:
        keys = place.split(".")
    path = []
    for i, key in enumerate(keys):
        path.append(key)
        if key in OBJECT_LISTS and i + 1 < len(keys):
            path.append(0)
    return path


def is_list(place):
    return steps(place)[-1] in SCALAR_LISTS


def usual(place):
    return WORDS.get(place, ["another"])[0]


def with_value(finding, place, value):
    """None removes what stands there. Details make the resource one of their kind."""
    if value is None:
        return common.changed(finding, steps(place), None)
    details = re.match(r"Resources\.Details\.(\w+)", place)
    azure = has(finding, ["Resources", 0, "Type"]) and finding["Resources"][0]["Type"] == AZURE
    if details and not (azure and details.group(1) == "AwsEcrContainerImage"):
        finding = common.changed(finding, ["Resources", 0, "Type"], details.group(1))
        if details.group(1) == "AwsEcrContainerImage":
            for key, text in IMAGE.items():
                path = ["Resources", 0, "Details", "AwsEcrContainerImage", key]
                finding = finding if has(finding, path) else common.changed(finding, path, text)
    return common.changed(finding, steps(place), [value] if is_list(place) else value)


def has(finding, path):
    at = finding
    for step in path:
        if isinstance(at, dict) and step not in at or isinstance(at, list) and step >= len(at):
            return False
        at = at[step]
    return True


def list_place(place):
    """The innermost list on the way to a place, as a path, or None."""
    path = steps(place)
    if is_list(place):
        return path
    for i in range(len(path) - 1, 0, -1):
        if path[i] == 0:
            return path[:i]
    return None


def with_element(finding, place, value):
    """One element more in the innermost list: like the first, but for the value."""
    path = list_place(place)
    if not has(finding, path + [0]):
        return None
    at = finding
    for step in path:
        at = at[step]
    if is_list(place):
        return common.changed(finding, path + [len(at)], value)
    rest = steps(place)[len(path) + 1:]
    more = common.changed(copy.deepcopy(at[0]), rest, value)
    return common.changed(finding, path + [len(at)], more)


# --- what hangs together ---

def partition_of(region):
    for head, partition in PARTITIONS.items():
        if region.startswith(head):
            return partition
    return "aws"


def repair(finding, keep=()):
    """Puts right what follows from other parts: the title of a package finding, the ARN and the
    details of a resource. `keep`: places that are as they must be."""
    result = copy.deepcopy(finding)
    vulnerability = (result.get("Vulnerabilities") or [{}])[0]
    if result.get("ProductName") == "Inspector" and "Id" in vulnerability and "Title" not in keep:
        names = [p.get("Name", "") for p in vulnerability.get("VulnerablePackages", [])]
        result["Title"] = f"{vulnerability['Id']} - {', '.join(names[:2])}"
    for resource in result.get("Resources", []):
        details = resource.get("Details", {})
        azure = resource.get("Type") == AZURE
        for kind in DETAILS - {"AwsEcrContainerImage" if azure else resource.get("Type")}:
            details.pop(kind, None)
        image = details.get("AwsEcrContainerImage")
        if image is not None and not azure and "Resources.Id" not in keep:
            region = resource.get("Region", "")
            resource["Id"] = (f"arn:{partition_of(region)}:ecr:{region}:"
                              f"{result.get('AwsAccountId', '')}:repository/"
                              f"{image.get('RepositoryName', '')}/{image.get('ImageDigest', '')}")
    return result


# --- candidates ---

def text_neighbours(text):
    yield text
    yield text + "x"
    yield "x" + text
    if text:
        yield text[:-1]
        yield text[1:]
    if text.swapcase() != text:
        yield text.swapcase()
    if re.search(r"\d", text):
        yield re.sub(r"\d", lambda d: "0" + d.group(), text, count=1)


def number_neighbours(number):
    for step in (0, 1e-10, 0.000001, 0.1, 1):
        yield number + step
        yield number - step


def candidates(place, operands, most=14):
    """Values to try at a place: those that the artefact names and their neighbours, and words that
    stand there in real findings."""
    found = []

    def add(value):
        if value not in found and not (isinstance(value, float) and value < 0):
            found.append(value)

    lists = []
    for operand in operands:
        number = isinstance(operand, (int, float))
        lists.append(list(number_neighbours(operand) if number else text_neighbours(operand)))
    for word in WORDS.get(place, ["another"])[:4]:
        add(word)
    for i in range(max(map(len, lists), default=0)):  # the first of each, then the second, …
        for values in lists:
            if i < len(values):
                add(values[i])
    return found[:most]
