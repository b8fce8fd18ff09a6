# SPDX-License-Identifier: Apache-2.0
"""Inspector's own event for a finding that is given in ASFF, and its places by ASFF's names:
written from facts/findings.md (fields §2, vocabularies §3, envelopes §1), not the compiler."""
import datetime
import re

import event_pattern

SOURCE, DETAIL_TYPE = "aws.inspector2", "Inspector2 Finding"

RESOURCE_TYPES = {
    "AwsEcrContainerImage": "AWS_ECR_CONTAINER_IMAGE",
    "AwsEcrRepository": "AWS_ECR_REPOSITORY",
    "AwsEc2Instance": "AWS_EC2_INSTANCE",
    "AwsLambdaFunction": "AWS_LAMBDA_FUNCTION",
}
AZURE = "Microsoft."  # how types of resources there begin, the same in ASFF
FINDING_TYPES = {"Software and Configuration Checks/Vulnerabilities/CVE": "PACKAGE_VULNERABILITY"}
STATUS = {"ACTIVE": ["ACTIVE"], "ARCHIVED": ["CLOSED", "SUPPRESSED"]}

PLATFORM = ("ProductFields.aws/inspector/resources/1/resourceDetails/"
            "awsEcrContainerImageDetails/platform")
IMAGE, FUNCTION, INSTANCE = ("Resources.Details.AwsEcrContainerImage.",
                             "Resources.Details.AwsLambdaFunction.",
                             "Resources.Details.AwsEc2Instance.")
PACKAGE = "detail.packageVulnerabilityDetails."
# Where the event has what ASFF has elsewhere.
PLACES = {
    "region": "Resources.Region",
    "detail.severity": "Severity.Label",
    "detail.inspectorScore": "ProductFields.aws/inspector/inspectorScore",
    "detail.epss.score": "Vulnerabilities.EpssScore",
    "detail.exploitAvailable": "Vulnerabilities.ExploitAvailable",
    "detail.exploitabilityDetails.lastKnownExploitAt": "Vulnerabilities.LastKnownExploitAt",
    "detail.fixAvailable": "Vulnerabilities.FixAvailable",
    "detail.title": "Title",
    "detail.description": "Description",
    "detail.type": "Types",
    "detail.findingArn": "Id",
    "detail.awsAccountId": "AwsAccountId",
    "detail.status": "RecordState",
    "detail.firstObservedAt": "FirstObservedAt",
    "detail.lastObservedAt": "LastObservedAt",
    "detail.updatedAt": "UpdatedAt",
    "detail.resources.type": "Resources.Type",
    "detail.resources.id": "Resources.Id",
    "detail.resources.provider": "Resources.Provider",
    PACKAGE + "vulnerabilityId": "Vulnerabilities.Id",
    PACKAGE + "source": "Vulnerabilities.Vendor.Name",
    PACKAGE + "vendorSeverity": "Vulnerabilities.Vendor.VendorSeverity",
    PACKAGE + "relatedVulnerabilities": "Vulnerabilities.RelatedVulnerabilities",
    PACKAGE + "cvss.baseScore": "Vulnerabilities.Cvss.BaseScore",
    PACKAGE + "vulnerablePackages.name": "Vulnerabilities.VulnerablePackages.Name",
    PACKAGE + "vulnerablePackages.version": "Vulnerabilities.VulnerablePackages.Version",
    PACKAGE + "vulnerablePackages.packageManager":
        "Vulnerabilities.VulnerablePackages.PackageManager",
    PACKAGE + "vulnerablePackages.filePath": "Vulnerabilities.VulnerablePackages.FilePath",
    PACKAGE + "vulnerablePackages.fixedInVersion":
        "Vulnerabilities.VulnerablePackages.FixedInVersion",
}
DETAILS = {
    "detail.resources.details.awsEcrContainerImage.": {
        "repositoryName": IMAGE + "RepositoryName", "imageTags": IMAGE + "ImageTags",
        "imageHash": IMAGE + "ImageDigest", "pushedAt": IMAGE + "ImagePublishedAt",
        "architecture": IMAGE + "Architecture", "registry": IMAGE + "RegistryId",
        "platform": PLATFORM},
    "detail.resources.details.image.": {
        "repositoryName": IMAGE + "RepositoryName", "imageTags": IMAGE + "ImageTags",
        "imageDigest": IMAGE + "ImageDigest", "pushedAt": IMAGE + "ImagePublishedAt",
        "architecture": IMAGE + "Architecture", "platform": PLATFORM},
    "detail.resources.details.awsLambdaFunction.": {
        "functionName": FUNCTION + "FunctionName", "runtime": FUNCTION + "Runtime",
        "layers": FUNCTION + "Layers.Arn"},
    "detail.resources.details.awsEc2Instance.": {
        "imageId": INSTANCE + "ImageId", "vpcId": INSTANCE + "VpcId",
        "subnetId": INSTANCE + "SubnetId"},
}
for _head, _places in DETAILS.items():
    PLACES |= {_head + key: place for key, place in _places.items()}
TAGS = "detail.resources.tags."


# --- the event of a finding ---

def with_values(pairs):
    """What is there: neither empty nor one of the words for nothing [assumption A23]."""
    return {key: value for key, value in pairs
            if value is not None and value not in ([], {}, "N/A", "NotAvailable")}


def wordy_date(text):
    """Inspector's event has no ISO dates [findings.md §0.5]."""
    try:
        when = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return when.strftime("%a %b %d %H:%M:%S.") + f"{when.microsecond // 1000:03} UTC {when.year}"


def package_of(package):
    return with_values([
        ("arch", package.get("Architecture")),
        ("epoch", int(package["Epoch"]) if "Epoch" in package else None),
        ("filePath", package.get("FilePath")), ("fixedInVersion", package.get("FixedInVersion")),
        ("name", package.get("Name")), ("packageManager", package.get("PackageManager")),
        ("release", package.get("Release")), ("version", package.get("Version"))])


def details_of(finding, resource):
    details = resource.get("Details", {})
    image = details.get("AwsEcrContainerImage", {})
    function = details.get("AwsLambdaFunction", {})
    instance = details.get("AwsEc2Instance", {})
    platform = finding.get("ProductFields", {}).get(PLATFORM.removeprefix("ProductFields."))
    common = [("architecture", image.get("Architecture")), ("imageTags", image.get("ImageTags")),
              ("pushedAt", wordy_date(image.get("ImagePublishedAt"))), ("platform", platform),
              ("repositoryName", image.get("RepositoryName")),
              ("registry", image.get("RegistryId"))]
    digest, azure = image.get("ImageDigest"), resource.get("Type", "").startswith(AZURE)
    return with_values([
        ("awsEcrContainerImage", None if azure else
            image and with_values(common + [("imageHash", digest)])),
        ("image", image and with_values(common + [("imageDigest", digest)])),
        ("awsLambdaFunction", function and with_values([
            ("functionName", function.get("FunctionName")), ("runtime", function.get("Runtime")),
            ("layers", [layer.get("Arn") for layer in function.get("Layers", [])])])),
        ("awsEc2Instance", instance and with_values([
            ("imageId", instance.get("ImageId")), ("vpcId", instance.get("VpcId")),
            ("subnetId", instance.get("SubnetId"))]))])


def resource_of(finding):
    resource = finding["Resources"][0]
    kind, name = resource.get("Type", ""), resource.get("Id")
    if kind == "AwsEc2Instance":
        name = finding.get("ProductFields", {}).get("aws/inspector/instanceId", name)
    return with_values([
        ("details", details_of(finding, resource)), ("id", name), ("partition", "aws"),
        ("provider", "AZURE" if kind.startswith(AZURE) else None),
        ("region", resource.get("Region")),
        ("tags", resource.get("Tags")), ("type", RESOURCE_TYPES.get(kind, kind))])


def vulnerability_of(vulnerability):
    vendor = vulnerability.get("Vendor", {})
    return with_values([
        ("cvss", [with_values([("baseScore", score.get("BaseScore")),
                               ("source", score.get("Source"))])
                  for score in vulnerability.get("Cvss", [])]),
        ("relatedVulnerabilities", vulnerability.get("RelatedVulnerabilities")),
        ("source", vendor.get("Name")), ("vendorSeverity", vendor.get("VendorSeverity")),
        ("vulnerabilityId", vulnerability.get("Id")),
        ("vulnerablePackages", [package_of(p)
                                for p in vulnerability.get("VulnerablePackages", [])])])


def takes(finding):
    """Is it one that Inspector could have?"""
    return (finding.get("ProductName") == "Inspector" and len(finding.get("Resources", [])) == 1
            and len(finding.get("Vulnerabilities", [])) <= 1)


def base(finding):
    """Inspector knows no other severity than the provider's: its own."""
    finding = {key: value for key, value in finding.items() if key != "FindingProviderFields"}
    return finding


def event_of(finding, status=0):
    """`status`: which of the words that are ARCHIVED in ASFF."""
    if not takes(finding):
        return {}
    vulnerability = (finding.get("Vulnerabilities") or [{}])[0]
    score = finding.get("ProductFields", {}).get("aws/inspector/inspectorScore")
    exploit = vulnerability.get("LastKnownExploitAt")
    epss, state = vulnerability.get("EpssScore"), finding.get("RecordState")
    words = STATUS.get(state, [state])
    types = [FINDING_TYPES.get(text, text) for text in finding.get("Types", [])]
    resource = resource_of(finding)
    detail = with_values([
        ("awsAccountId", finding.get("AwsAccountId")),
        ("description", finding.get("Description")),
        ("epss", {"score": epss} if epss is not None else None),
        ("exploitAvailable", vulnerability.get("ExploitAvailable")),
        ("exploitabilityDetails", {"lastKnownExploitAt": wordy_date(exploit)} if exploit else None),
        ("findingArn", finding.get("Id")),
        ("firstObservedAt", wordy_date(finding.get("FirstObservedAt"))),
        ("fixAvailable", vulnerability.get("FixAvailable")),
        ("inspectorScore", float(score) if score and re.fullmatch(r"[\d.]+", score) else score),
        ("lastObservedAt", wordy_date(finding.get("LastObservedAt"))),
        ("packageVulnerabilityDetails", vulnerability_of(vulnerability)),
        ("resources", [resource]),
        ("severity", finding.get("Severity", {}).get("Label")),
        ("status", words[status % len(words)]),
        ("title", finding.get("Title")), ("type", types[0] if types else None),
        ("updatedAt", wordy_date(finding.get("UpdatedAt")))])
    return {
        "version": "0", "id": "5325facf-a1aa-4000-8000-000000000001",
        "detail-type": DETAIL_TYPE, "source": SOURCE,
        "account": finding.get("AwsAccountId", "111122223333"), "time": "2026-04-01T00:00:00Z",
        "region": finding["Resources"][0].get("Region", "us-east-1"),
        "resources": [resource.get("id", "")], "detail": detail}


# --- a pattern's conditions, on ASFF ---

def asff_words(place, matchers):
    """The matchers with ASFF's words in place of the event's."""
    words = {"Resources.Type": {v: k for k, v in RESOURCE_TYPES.items()},
             "Types": {v: k for k, v in FINDING_TYPES.items()},
             "RecordState": {text: word for word, texts in STATUS.items() for text in texts}}
    table = words.get(place, {})

    def translated(item):
        if isinstance(item, dict):
            return {key: translated(value) for key, value in item.items()}
        if isinstance(item, list):
            return [translated(value) for value in item]
        return table.get(item, item) if isinstance(item, str) else item
    matchers = translated(matchers)
    if place == "ProductFields.aws/inspector/inspectorScore":  # a text in ASFF
        values = event_pattern.accepted(matchers, 5.0)
        return [f"{value:.1f}" for value in values if value is not None] + [
            m for m in matchers if isinstance(m, dict) and m.get("exists") is False]
    return matchers


def conditions(branch):
    """{ASFF place: matchers} of a branch {place of the event: matchers}."""
    found = {}
    for place, matchers in branch.items():
        if place in ("source", "detail-type"):
            continue
        if place.startswith(TAGS):
            asff = "Resources.Tags." + place.removeprefix(TAGS)
        else:
            asff = PLACES[place]
        if asff == "Resources.Id" and "AWS_EC2_INSTANCE" in branch.get("detail.resources.type", []):
            asff = "ProductFields.aws/inspector/instanceId"
        found[asff] = asff_words(asff, matchers)
    return found
