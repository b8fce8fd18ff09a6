# SPDX-License-Identifier: Apache-2.0
"""What the FilterCriteria of Inspector take, written from facts/targets.md part C, facts/changes.md
and the field table of facts/findings.md alone: the criteria in, a finding as Inspector's API has it
in, a verdict out. It shares no code and no table with the compiler.

Where nothing is documented, or two readings are possible, it says Undecided; criteria that the API
would refuse are Refused. What the numbered assumptions settle is settled here, too: criteria by
AND, values by OR and those of NOT_EQUALS by AND, with case, a list by some entry of it."""
import aws_filters
from aws_filters import Refused, Undecided

IMAGE = "resources[].details.awsEcrContainerImage."
CLOUD = "resources[].details.image."
FUNCTION = "resources[].details.awsLambdaFunction."
INSTANCE = "resources[].details.awsEc2Instance."
PACKAGES = "packageVulnerabilityDetails.vulnerablePackages[]"
TEXTS = {  # criterion -> where it stands in a finding; [] enters a list
    "findingArn": "findingArn",
    "awsAccountId": "awsAccountId",
    "findingType": "type",
    "severity": "severity",
    "findingStatus": "status",
    "title": "title",
    "resourceType": "resources[].type",
    "resourceId": "resources[].id",
    "cloudProvider": "resources[].provider",
    "ec2InstanceImageId": INSTANCE + "imageId",
    "ec2InstanceVpcId": INSTANCE + "vpcId",
    "ec2InstanceSubnetId": INSTANCE + "subnetId",
    "ecrImageArchitecture": IMAGE + "architecture",
    "ecrImageRegistry": IMAGE + "registry",
    "ecrImageRepositoryName": IMAGE + "repositoryName",
    "ecrImageTags": IMAGE + "imageTags[]",
    "ecrImageHash": IMAGE + "imageHash",
    "cloudImageArchitecture": CLOUD + "architecture",
    "cloudImageRepositoryName": CLOUD + "repositoryName",
    "cloudImageTags": CLOUD + "imageTags[]",
    "cloudImageDigest": CLOUD + "imageHash",
    "lambdaFunctionName": FUNCTION + "functionName",
    "lambdaFunctionRuntime": FUNCTION + "runtime",
    "lambdaFunctionLayers": FUNCTION + "layers[]",
    "codeRepositoryProjectName": "resources[].details.codeRepository.projectName",
    "vulnerabilityId": "packageVulnerabilityDetails.vulnerabilityId",
    "vulnerabilitySource": "packageVulnerabilityDetails.source",
    "vendorSeverity": "packageVulnerabilityDetails.vendorSeverity",
    "relatedVulnerabilities": "packageVulnerabilityDetails.relatedVulnerabilities[]",
    "fixAvailable": "fixAvailable",
    "exploitAvailable": "exploitAvailable",
    "networkProtocol": "networkReachabilityDetails.protocol",
    "codeVulnerabilityDetectorName": "codeVulnerabilityDetails.detectorName",
    "codeVulnerabilityFilePath": "codeVulnerabilityDetails.filePath.filePath",
}
NUMBERS = {
    "inspectorScore": "inspectorScore",
    "epssScore": "epss.score",
    "ecrImageInUseCount": IMAGE + "inUseCount",
    "cloudImageInUseCount": CLOUD + "inUseCount",
}
DATES = {
    "firstObservedAt": "firstObservedAt",
    "lastObservedAt": "lastObservedAt",
    "updatedAt": "updatedAt",
    "ecrImagePushedAt": IMAGE + "pushedAt",
    "ecrImageLastInUseAt": IMAGE + "lastInUseAt",
    "cloudImagePushedAt": CLOUD + "pushedAt",
    "cloudImageLastInUseAt": CLOUD + "lastInUseAt",
}
PACKAGE = {"name": "name", "version": "version", "release": "release", "architecture": "arch",
           "sourceLayerHash": "sourceLayerHash", "sourceLambdaLayerArn": "sourceLambdaLayerArn",
           "filePath": "filePath"}
# Enumerations [targets.md C]: another word is taken in silence and matches nothing.
WORDS = {
    "severity": {"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "UNTRIAGED"},
    "findingStatus": {"ACTIVE", "SUPPRESSED", "CLOSED"},
    "findingType": {"PACKAGE_VULNERABILITY", "NETWORK_REACHABILITY", "CODE_VULNERABILITY"},
    "fixAvailable": {"YES", "NO", "PARTIAL"},
    "exploitAvailable": {"YES", "NO"},
    "cloudProvider": {"AWS", "AZURE", "GCP"},
    "resourceType": {
        "AWS_EC2_INSTANCE", "AWS_ECR_CONTAINER_IMAGE", "AWS_ECR_REPOSITORY", "AWS_LAMBDA_FUNCTION",
        "CODE_REPOSITORY", "MACHINE_IMAGE", "Microsoft.Compute/virtualMachines",
        "Microsoft.ContainerRegistry/registry/containerImage", "Microsoft.Web/sites",
        "compute.googleapis.com/Instance", "artifactregistry.googleapis.com/DockerImage",
        "cloudfunctions.googleapis.com/Function"},
}
OTHER_CLOUDS = {"Microsoft.ContainerRegistry/registry/containerImage",
                "artifactregistry.googleapis.com/DockerImage"}
MOST = 10


def _values(finding, path):
    return aws_filters.values_at(finding, path.split("."))


def _compares(test, value):
    if test["comparison"] == "PREFIX":
        return value.startswith(test["value"])
    return value == test["value"]


def _check_text(name, test):
    if set(test) != {"comparison", "value"} or not 1 <= len(test["value"]) <= 1024 or \
            test["comparison"] not in ("EQUALS", "PREFIX", "NOT_EQUALS"):
        raise Refused(f"{name}: {test}")
    if name in WORDS and (test["value"] not in WORDS[name] or test["comparison"] == "PREFIX"):
        raise Undecided(f"{name}: {test} is no word of it")


def _texts(name, tests, values):
    for test in tests:
        _check_text(name, test)
    negative = [test for test in tests if test["comparison"] == "NOT_EQUALS"]
    if negative and (name == "severity" or len(negative) < len(tests)):
        raise Undecided(f"{name}: NOT_EQUALS beside other comparisons, or on severity")
    if negative:
        if len(values) != 1:
            raise Undecided(f"{name}: NOT_EQUALS on {len(values)} values")
        return not any(_compares(test, values[0]) for test in negative)
    return any(_compares(test, value) for test in tests for value in values)


def _between(name, test, lower, upper, value):
    if not test or not set(test) <= {lower, upper}:
        raise Refused(f"{name}: {test}")
    return test.get(lower, value) <= value <= test.get(upper, value)


def _numbers(name, tests, values):
    return any(_between(name, test, "lowerInclusive", "upperInclusive", value)
               for test in tests for value in values)


def _dates(name, tests, values):
    """The API keeps seconds [botocore writes whole ones]."""
    for test in tests:
        if any("." in text for text in test.values()):
            raise Undecided(f"{name}: {test} has parts of a second")
    tests = [{key: aws_filters.instant(text) for key, text in test.items()} for test in tests]
    return any(_between(name, test, "startInclusive", "endInclusive", value)
               for test in tests for value in map(aws_filters.instant, values))


def _tags(tests, finding):
    keys = {test["key"] for test in tests}
    if len(keys) > 1:
        raise Undecided("resourceTags: two keys")
    if any(set(test) != {"comparison", "key", "value"} or test["comparison"] != "EQUALS"
           for test in tests):
        raise Refused("resourceTags: EQUALS of a key and a value")
    maps = _values(finding, "resources[].tags")
    return any(tags.get(test["key"]) == test["value"] for test in tests for tags in maps)


def _package_takes(test, package):
    if not test:
        raise Refused("vulnerablePackages: an empty filter")
    for member, one in test.items():
        if member not in PACKAGE:
            raise Refused(f"vulnerablePackages: {member}")
        values = [package[PACKAGE[member]]] if PACKAGE[member] in package else []
        if not _texts(f"vulnerablePackages.{member}", [one], values):
            return False
    return True


def _ports(tests, finding):
    ranges = _values(finding, "networkReachabilityDetails.openPortRange")
    return any(test["beginInclusive"] <= one["end"] and one["begin"] <= test["endInclusive"]
               for test in tests for one in ranges)


def _criterion(name, tests, finding):
    if not 1 <= len(tests) <= MOST:
        raise Refused(f"{name}: {len(tests)} values; an empty list would match everything")
    if name in TEXTS:
        return _texts(name, tests, _values(finding, TEXTS[name]))
    if name in NUMBERS:
        return _numbers(name, tests, _values(finding, NUMBERS[name]))
    if name in DATES:
        return _dates(name, tests, _values(finding, DATES[name]))
    if name == "resourceTags":
        return _tags(tests, finding)
    if name == "vulnerablePackages":
        packages = _values(finding, PACKAGES)
        return any([_package_takes(test, package) for test in tests for package in packages])
    if name == "portRange":
        return _ports(tests, finding)
    raise Refused(f"{name} is no criterion")


def takes(criteria, finding):
    """Criteria are joined by AND, so one that says no decides, whatever another leaves open."""
    verdict, undecided = True, None
    clouds = [name for name in criteria if name.startswith("cloudImage")]
    types = {test["value"] for test in criteria.get("resourceType", [])}
    if clouds and not (types and types <= OTHER_CLOUDS):
        raise Undecided(f"{clouds}: do they take images of AWS?")
    for name, tests in criteria.items():
        try:
            verdict = _criterion(name, tests, finding) and verdict
        except Undecided as why:
            undecided = why
    if verdict and undecided is not None:
        raise undecided
    return verdict


def camel(value):
    """Criteria as the API spells them, of those that Scheduler's universal targets take."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value
