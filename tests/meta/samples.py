#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every sample finding and holds its record to the research table: what stands at a field's
path in the document, spelled as the record spells it, must be what the reader took. The rest is
here, by hand: what a shape lacks, and what is derived.

usage: samples.py [--build DIR]        prints TAP
"""
import argparse
import datetime
import decimal
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FIELD_MAP = SHARED / "facts" / "field_map.json"
SAMPLES = SHARED / "samples"

# folder: (column of the table, how to get at the findings, what the envelope adds)
FOLDERS = {
    "asff": ("asff", lambda d: [d]),
    "asff-event": ("asff", lambda d: d["detail"].get("findings", [])),
    "inspector2-api": ("inspector2_api", lambda d: [d]),
    "inspector2-event": ("inspector2_api",
                         lambda d: [d["detail"]] if "findingArn" in d["detail"] else []),
    "ocsf": ("ocsf", lambda d: [] if "unmapped" in d else [d]),
}
CVE = "Software and Configuration Checks/Vulnerabilities/CVE"
TYPES = {
    "PACKAGE_VULNERABILITY": CVE, "AWS_ECR_CONTAINER_IMAGE": "AwsEcrContainerImage",
    "AWS_EC2_INSTANCE": "AwsEc2Instance", "AWS_LAMBDA_FUNCTION": "AwsLambdaFunction",
    "AWS::Lambda::Function": "AwsLambdaFunction", "AWS::EC2::Instance": "AwsEc2Instance",
}
WORDS = {"SUPPRESSED": "ARCHIVED", "CLOSED": "ARCHIVED", "Create": "ACTIVE", "Update": "ACTIVE",
         "Close": "ARCHIVED", "Pass": "PASSED", "Fail": "FAILED"}
LABELS = ((0, "INFORMATIONAL"), (39, "LOW"), (69, "MEDIUM"), (89, "HIGH"), (100, "CRITICAL"))


# --- what a document says ---

def at(value, path):
    """All values at a path of the table, in the document's order."""
    if not path:
        return [value]
    step, _, rest = path.partition(".")
    if path.startswith("aws/"):
        step, rest = path, ""
    if isinstance(value, dict) and step.removesuffix("[]") in value:
        inner = value[step.removesuffix("[]")]
        items = inner if step.endswith("[]") and isinstance(inner, list) else [inner]
        return [found for item in items for found in at(item, rest)]
    return []


def instant(value):
    if isinstance(value, (int, float)):
        seconds = decimal.Decimal(str(value))
        time = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        return time + datetime.timedelta(microseconds=int(seconds * 1000000))
    for form in ("%a %b %d %H:%M:%S.%f UTC %Y", "%b %d, %Y, %I:%M:%S %p"):
        try:
            return datetime.datetime.strptime(value, form).replace(tzinfo=datetime.timezone.utc)
        except ValueError:
            pass
    value = re.sub(r"\.(\d{1,6})\d*", lambda m: "." + m[1].ljust(6, "0"), value)
    return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))


def spelled(row, value):
    """The value as the record has it, comparable; None: it says nothing."""
    if value in (None, "N/A") or (row["field"] == "package.fixed_in" and value == "NotAvailable"):
        return None
    kind = row["type"].split()[0]
    if kind == "date":
        return instant(value)
    if kind in ("decimal", "int"):
        return decimal.Decimal(str(value))
    if kind in ("ResourceType", "FindingType"):
        return TYPES.get(value, value)
    if isinstance(value, bool):
        return "YES" if value else "NO"
    if row["field"] == "record" or kind == "Compliance":
        return WORDS.get(value, value)
    return value.upper() if kind in ("Severity", "Workflow") else value


def shown(row, text):
    """The reader's text, in the same terms."""
    kind = row["type"].split()[0]
    if kind == "date":
        return instant(text)
    if kind in ("decimal", "int"):
        return decimal.Decimal(text) / 2000000000
    return text.removeprefix("=") if text.startswith("=") else text


# --- where the table's path is not all ---

def arn_of_image(finding, column, part):
    ids = at(finding, "Resources[].Id" if column == "asff" else "resources[].id")
    match = re.fullmatch(r"arn:[^:]*:ecr:[^:]*:\d+:repository/(.+)/(sha256:.+)",
                         ids[0] if ids else "")
    return [match[part]] if match else []


def normalized(finding):
    number = at(finding, "Severity.Normalized")
    return [next(word for limit, word in LABELS if number[0] <= limit)] if number else []


def tags(finding, column):
    pairs = []
    for found in at(finding, "Resources[].Tags" if column == "asff" else "resources[].tags"):
        pairs += found.items() if isinstance(found, dict) else \
            [(tag["name"], tag["value"]) for tag in found]
    return [f"{key}={value}" for key, value in pairs if isinstance(value, str)]


def ports(finding):
    found = at(finding, "networkReachabilityDetails.openPortRange")
    return list(range(found[0]["begin"], found[0]["end"] + 1)) if found else []


def of_type(finding, kind):
    return [r["id"] for r in finding.get("resources", []) if r.get("type") == kind]


def image(finding, path):
    return at(finding, "resources[].details.image." + path)


# (field, column): the values of the document
INSTEAD = {
    ("tag", "asff"): lambda f: tags(f, "asff"),
    ("tag", "inspector2_api"): lambda f: tags(f, "api"),
    ("tag", "ocsf"): lambda f: tags(f, "ocsf"),
    ("field", "asff"): lambda f: [f"{k}={v}" for found in at(f, "UserDefinedFields")
                                  for k, v in found.items()],
    ("region", "asff"): lambda f: [r for r in at(f, "Resources[].Region") if r != "N/A"][:1] or
                                  at(f, "Region"),
    ("region", "inspector2_api"): lambda f: at(f, "resources[].region")[:1],
    ("region", "ocsf"): lambda f: at(f, "resources[].region")[:1],
    ("port", "inspector2_api"): ports,
    ("cloud", "inspector2_api"): lambda f: at(f, "resources[].provider"),
    ("cloud", "asff"): lambda f: at(f, "Resources[].Provider"),
    ("severity", "asff"): lambda f: at(f, "Severity.Label") or normalized(f),
    ("finding.type", "asff"): lambda f: sorted(at(f, "Types[]"), key=lambda t: t != CVE)[:1],
    ("finding.type", "ocsf"): lambda f: sorted(at(f, "finding_info.types[]"),
                                               key=lambda t: t != CVE)[:1],
    ("repository", "asff"): lambda f:
        at(f, "Resources[].Details.AwsEcrContainerImage.RepositoryName") or
        arn_of_image(f, "asff", 1),
    ("image.digest", "asff"): lambda f:
        at(f, "Resources[].Details.AwsEcrContainerImage.ImageDigest") or
        arn_of_image(f, "asff", 2),
    ("ec2.instance", "inspector2_api"): lambda f: of_type(f, "AWS_EC2_INSTANCE"),
    ("repository", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.repositoryName") or
        image(f, "repositoryName"),
    ("image.digest", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.imageHash") or image(f, "imageDigest"),
    ("image.tag", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.imageTags[]") or image(f, "imageTags[]"),
    ("image.pushed", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.pushedAt") or image(f, "pushedAt"),
    ("image.architecture", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.architecture") or
        image(f, "architecture"),
    ("image.platform", "inspector2_api"): lambda f:
        at(f, "resources[].details.awsEcrContainerImage.platform") or image(f, "platform"),
    # As Security Hub would first import it.
    ("workflow", "inspector2_api"): lambda f: ["NEW"],
    ("product", "inspector2_api"): lambda f: ["Inspector"],
    ("generator", "inspector2_api"): lambda f: ["AWSInspector"],
    ("created", "inspector2_api"): lambda f: at(f, "firstObservedAt"),
    ("product.arn", "inspector2_api"): lambda f: [
        "arn:aws:securityhub:" + f["findingArn"].split(":")[3] + "::product/aws/inspector"],
    # Other things stand there.
    ("created", "ocsf"): lambda f: [],
    ("vendor.name", "ocsf"): lambda f: [],
    ("image.platform", "ocsf"): lambda f: [],
    ("product.arn", "ocsf"): lambda f: [v.replace("::productv2/", "::product/")
                                        for v in at(f, "metadata.product.uid")],
    ("generator", "ocsf"): lambda f: at(f, "metadata.product.feature.uid"),
    ("cloud", "ocsf"): lambda f: at(f, "resources[].provider") or
        at(f, "cloud.provider") * len(f["resources"]),
    ("fix", "ocsf"): lambda f: at(f, "vulnerabilities[].fix_coverage"),
    # No instance and no function with a bare name is among the samples.
    ("ec2.instance", "ocsf"): lambda f: [],
    ("lambda.name", "ocsf"): lambda f: [],
}


def path_of(row, column):
    """The first path of the table's text, without the mark of how it is known."""
    value = row[column]
    if value.startswith(("-", "(")):
        return None
    return re.split(r"[,;] | \(", value)[0]


def expected(row, column, finding):
    instead = INSTEAD.get((row["field"], column))
    path = path_of(row, column)
    values = instead(finding) if instead else at(finding, path) if path else []
    return [v for v in (spelled(row, value) for value in values) if v is not None]


def compare(table, column, finding, record):
    wrong = []
    for row in table:
        want = expected(row, column, finding)
        got = [shown(row, text) for text in record[row["field"]]]
        if want != got:
            wrong.append(f"{row['field']}: {got!r}, the document says {want!r}")
    return wrong


def check(table, folder, path, records):
    document = json.loads(path.read_text(encoding="utf-8"))
    column, findings_of = FOLDERS[folder]
    findings = findings_of(document)
    for finding in findings if folder == "inspector2-event" else []:
        for resource in finding.get("resources", []):
            resource["region"] = document.get("region", resource.get("region"))
    if not findings:
        return [] if all(record.get("why") for record in records) and records else \
            [f"{records!r}: no finding, and not named as such"]
    if len(findings) != len(records):
        return [f"{len(records)} records of {len(findings)} findings"]
    wrong = []
    for finding, record in zip(findings, records):
        wrong += [f"not read: {record['why']}"] if "why" in record else \
            compare(table, column, finding, record)
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    program = pathlib.Path(parser.parse_args().build) / "tests" / "test_reader"
    if not SAMPLES.exists() or not FIELD_MAP.exists():
        print("ok 1 - samples # SKIP the samples are not here (shared/samples)")
        print("1..1")
        return 0
    table = json.loads(FIELD_MAP.read_text(encoding="utf-8"))
    paths = sorted(path for folder in FOLDERS for path in (SAMPLES / folder).glob("*.json"))
    dumped = subprocess.run([program, "dump", *paths], check=True, capture_output=True)
    lines = [json.loads(line) for line in dumped.stdout.splitlines()]
    failed = len(lines) != len(paths)
    for number, (path, records) in enumerate(zip(paths, lines), 1):
        wrong = check(table, path.parent.name, path, records)
        failed |= bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {path.parent.name}/{path.name}")
        for line in wrong:
            print(f"# {line}")
    print(f"1..{len(paths)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
