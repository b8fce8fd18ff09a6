# SPDX-License-Identifier: Apache-2.0
"""The event of Security Hub V2 for a finding that is given in ASFF, and its places by ASFF's names:
written from facts/findings.md (fields §2, vocabularies §3, ids §4.2), not from the compiler. What
no document shows (an ECR image's type and uid) is as assumption A29 says."""
import re

from inspector_event import with_values

SOURCE, DETAIL_TYPE = "aws.securityhub", "Findings Imported V2"

RESOURCE_TYPES = {
    "AwsEcrContainerImage": "AWS::ECR::ContainerImage",
    "AwsEcrRepository": "AWS::ECR::Repository",
    "AwsEc2Instance": "AWS::EC2::Instance",
    "AwsLambdaFunction": "AWS::Lambda::Function",
}
WORDS = {
    "Severity.Label": {word: word.capitalize()
                       for word in ("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")},
    "RecordState": {"ACTIVE": "Update", "ARCHIVED": "Close"},
    "Workflow.Status": {"NEW": "New", "NOTIFIED": "In Progress", "SUPPRESSED": "Suppressed",
                        "RESOLVED": "Resolved"},
    "Compliance.Status": {"PASSED": "Pass", "FAILED": "Fail", "WARNING": "Warning",
                          "NOT_AVAILABLE": "Unknown"},
    "Vulnerabilities.FixAvailable": {"YES": "Complete", "NO": "None", "PARTIAL": "Partial"},
    "Vulnerabilities.ExploitAvailable": {"YES": True, "NO": False},
    "Resources.Type": RESOURCE_TYPES,
}
PACKAGE = "detail.findings.vulnerabilities.affected_packages."
DATA = "detail.findings.resources.data."
PLACES = {
    "detail.findings.severity": "Severity.Label",
    "detail.findings.status": "Workflow.Status",
    "detail.findings.activity_name": "RecordState",
    "detail.findings.finding_info.title": "Title",
    "detail.findings.finding_info.desc": "Description",
    "detail.findings.finding_info.types": "Types",
    "detail.findings.finding_info.uid": "Id",
    "detail.findings.finding_info.first_seen_time_dt": "FirstObservedAt",
    "detail.findings.finding_info.last_seen_time_dt": "LastObservedAt",
    "detail.findings.finding_info.modified_time_dt": "UpdatedAt",
    "detail.findings.cloud.account.uid": "AwsAccountId",
    "detail.findings.cloud.account.name": "AwsAccountName",
    "detail.findings.cloud.region": "Resources.Region",
    "detail.findings.metadata.product.name": "ProductName",
    "detail.findings.compliance.control": "Compliance.SecurityControlId",
    "detail.findings.compliance.status": "Compliance.Status",
    "detail.findings.vulnerabilities.cve.uid": "Vulnerabilities.Id",
    "detail.findings.vulnerabilities.cve.epss.score": "Vulnerabilities.EpssScore",
    "detail.findings.vulnerabilities.cve.cvss.base_score": "Vulnerabilities.Cvss.BaseScore",
    "detail.findings.vulnerabilities.fix_coverage": "Vulnerabilities.FixAvailable",
    "detail.findings.vulnerabilities.is_exploit_available": "Vulnerabilities.ExploitAvailable",
    "detail.findings.vulnerabilities.exploit_last_seen_time_dt":
        "Vulnerabilities.LastKnownExploitAt",
    "detail.findings.vulnerabilities.related_vulnerabilities":
        "Vulnerabilities.RelatedVulnerabilities",
    "detail.findings.vulnerabilities.severity": "Vulnerabilities.Vendor.VendorSeverity",
    PACKAGE + "name": "Vulnerabilities.VulnerablePackages.Name",
    PACKAGE + "version": "Vulnerabilities.VulnerablePackages.Version",
    PACKAGE + "package_manager": "Vulnerabilities.VulnerablePackages.PackageManager",
    PACKAGE + "path": "Vulnerabilities.VulnerablePackages.FilePath",
    PACKAGE + "fixed_in_version": "Vulnerabilities.VulnerablePackages.FixedInVersion",
    "detail.findings.resources.type": "Resources.Type",
    DATA + "awsEc2InstanceDetails.imageId": "Resources.Details.AwsEc2Instance.ImageId",
    DATA + "awsEc2InstanceDetails.vpcId": "Resources.Details.AwsEc2Instance.VpcId",
    DATA + "awsEc2InstanceDetails.subnetId": "Resources.Details.AwsEc2Instance.SubnetId",
    DATA + "awsLambdaFunctionDetails.runtime": "Resources.Details.AwsLambdaFunction.Runtime",
    DATA + "awsLambdaFunctionDetails.layers": "Resources.Details.AwsLambdaFunction.Layers.Arn",
}
UID = "detail.findings.resources.uid"
REPOSITORY = "Resources.Details.AwsEcrContainerImage.RepositoryName"


# --- the event of a finding ---

def word(place, value):
    return WORDS[place].get(value, value) if isinstance(value, str) else value


def package_of(package):
    return with_values([
        ("architecture", package.get("Architecture")), ("path", package.get("FilePath")),
        ("fixed_in_version", package.get("FixedInVersion")), ("name", package.get("Name")),
        ("package_manager", package.get("PackageManager")), ("version", package.get("Version"))])


def vulnerability_of(vulnerability):
    epss = vulnerability.get("EpssScore")
    cve = with_values([
        ("cvss", [with_values([("base_score", score.get("BaseScore"))])
                  for score in vulnerability.get("Cvss", [])]),
        ("epss", {"score": str(epss)} if epss is not None else None),
        ("uid", vulnerability.get("Id"))])
    return with_values([
        ("affected_packages", [package_of(p) for p in vulnerability.get("VulnerablePackages", [])]),
        ("cve", cve),
        ("exploit_last_seen_time_dt", vulnerability.get("LastKnownExploitAt")),
        ("fix_coverage", word("Vulnerabilities.FixAvailable", vulnerability.get("FixAvailable"))),
        ("is_exploit_available", word("Vulnerabilities.ExploitAvailable",
                                      vulnerability.get("ExploitAvailable"))),
        ("related_vulnerabilities", vulnerability.get("RelatedVulnerabilities")),
        ("severity", vulnerability.get("Vendor", {}).get("VendorSeverity"))])


def resource_of(finding, resource):
    kind, name = resource.get("Type"), resource.get("Id")
    details = resource.get("Details", {})
    instance = details.get("AwsEc2Instance", {})
    function = details.get("AwsLambdaFunction", {})
    if kind == "AwsEc2Instance":
        name = finding.get("ProductFields", {}).get("aws/inspector/instanceId")
    elif kind == "AwsLambdaFunction":
        name = function.get("FunctionName")
    data = with_values([
        ("awsEc2InstanceDetails", instance and with_values([
            ("imageId", instance.get("ImageId")), ("vpcId", instance.get("VpcId")),
            ("subnetId", instance.get("SubnetId"))])),
        ("awsLambdaFunctionDetails", function and with_values([
            ("runtime", function.get("Runtime")),
            ("layers", [layer.get("Arn") for layer in function.get("Layers", [])])]))])
    return with_values([("data", data), ("region", resource.get("Region")), ("uid", name),
                        ("type", word("Resources.Type", kind))])


def takes(_):
    return True


def base(finding):
    return finding


def event_of(finding):
    compliance, status = finding.get("Compliance", {}), finding.get("Workflow", {}).get("Status")
    types = finding.get("Types", [])
    if finding.get("ProductName") == "Inspector":
        types = types + ["Vulnerabilities"]
    regions = [r["Region"] for r in finding.get("Resources", []) if "Region" in r]
    ocsf = with_values([
        ("activity_name", word("RecordState", finding.get("RecordState"))),
        ("cloud", with_values([
            ("account", with_values([("uid", finding.get("AwsAccountId")),
                                     ("name", finding.get("AwsAccountName"))])),
            ("provider", "AWS"), ("region", regions[0] if regions else None)])),
        ("compliance", with_values([
            ("control", compliance.get("SecurityControlId")),
            ("status", word("Compliance.Status", compliance.get("Status")))])),
        ("finding_info", with_values([
            ("title", finding.get("Title")), ("desc", finding.get("Description")),
            ("types", types), ("uid", finding.get("Id")),
            ("first_seen_time_dt", finding.get("FirstObservedAt")),
            ("last_seen_time_dt", finding.get("LastObservedAt")),
            ("modified_time_dt", finding.get("UpdatedAt"))])),
        ("metadata", {"product": with_values([("name", finding.get("ProductName"))]),
                      "uid": "0" * 63}),
        ("resources", [resource_of(finding, r) for r in finding.get("Resources", [])]),
        ("severity", word("Severity.Label", finding.get("Severity", {}).get("Label"))),
        ("status", word("Workflow.Status", status)),
        ("vulnerabilities", [vulnerability_of(v) for v in finding.get("Vulnerabilities", [])])])
    return {
        "version": "0", "id": "6d04a8d4-0000-4000-8000-000000000001",
        "detail-type": DETAIL_TYPE, "source": SOURCE,
        "account": finding.get("AwsAccountId", "111122223333"), "time": "2026-04-01T00:00:00Z",
        "region": finding.get("Region", "us-east-1"), "resources": ["0" * 63],
        "detail": {"findings": [ocsf]}}


# --- a pattern's conditions, on ASFF ---

def asff_words(place, matchers):
    back = {text: asff for asff, text in WORDS.get(place, {}).items()}
    if place == "RecordState":
        back["Create"] = "ACTIVE"

    def translated(item):
        if isinstance(item, dict):
            return {key: value if key == "exists" else translated(value)
                    for key, value in item.items()}
        if isinstance(item, list):
            return [translated(value) for value in item]
        return back.get(item, item) if isinstance(item, (str, bool)) else item
    return translated(matchers)


def named(matchers):
    """Tests on an image's ARN as tests on its repository, where they are of that kind; or None."""
    found = []
    for matcher in matchers:
        wildcard = matcher.get("wildcard", "") if isinstance(matcher, dict) else ""
        match = re.fullmatch(r"\\*?\*:repository/([^*]*)(/sha256:)?\*", wildcard)
        if not match:
            return None
        name = match[1]
        found.append(name.removesuffix("/sha256:") if name.endswith("/sha256:")
                     else {"prefix": name})
    return found


def conditions(branch):
    """{ASFF place: matchers} of a branch {place of the event: matchers}."""
    types, found = branch.get("detail.findings.resources.type", []), {}
    for place, matchers in branch.items():
        if place in ("source", "detail-type"):
            continue
        if place != UID:
            asff = PLACES[place]
        elif types == ["AWS::EC2::Instance"]:
            asff = "ProductFields.aws/inspector/instanceId"
        elif types == ["AWS::Lambda::Function"]:
            asff = "Resources.Details.AwsLambdaFunction.FunctionName"
        elif named(matchers):
            asff, matchers = REPOSITORY, named(matchers)
        else:
            asff = "Resources.Id"
        found[asff] = asff_words(asff, matchers)
    return found
