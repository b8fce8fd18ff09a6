#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what bench_eval.py measures evaluation with: policies and findings.

usage: generate_eval.py policy N DIR       policy.vpol of N statements, vulnctl.yaml, policy.jq
       generate_eval.py findings M FILE    M findings, one a line, in ASFF, of about 4 KB

The same numbers give the same bytes on every machine. A policy of 10 N statements begins with the
policy of N. Statements: 55 % one CVE in one repository, 10 % three to eight CVEs below a prefix of
repositories, 10 % severity, EPSS and exploit, 10 % severity, account and a tag, 10 % a kind of
resource and a prefix, 5 % a package that can be fixed, above a CVSS score. Findings: 70 % images in
ECR, 20 % instances, 10 % functions. Values come from the skewed pools of generate.py. The tiers of
every policy test all fields that the statements do, so that the same is read for one of them as for
a thousand.
"""
import json
import pathlib
import sys

from generate import Pools, Random, SEED

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
ENVIRONMENTS = ("production", "staging", "development", "sandbox")
REGIONS = ("ap-northeast-1", "us-east-1", "eu-central-1")
KINDS = ("AwsEcrContainerImage",) * 7 + ("AwsEc2Instance",) * 2 + ("AwsLambdaFunction",)
JQ_CHUNK = 40  # statements of one function: there is a limit on its size

CONFIG = """\
# Written by tests/bench/generate_eval.py.
version: 1
channels:
  security: {sns_topic_arn: "arn:aws:sns:ap-northeast-1:111122223333:security"}
quotas: {event-rules: 1000000}
"""

HEAD = """\
edition 1;
policy "bench" { owner "security-team"; timezone "+09:00"; }
tier high { when severity == CRITICAL and exploit == YES and fix == YES; }
tier medium {
  when (severity == HIGH and fix == YES) or (cvss >= 9.8 and epss >= 0.95)
    or (package.name == "lib000" and tag["env"] == "production")
    or (cve == CVE-2021-44228 and account == 100000000000)
    or (resource.type == ecr_image and repository startswith "payments/");
}
"""

# What the statements ask of a finding, once for all of them.
JQ_HEAD = """\
def tests: {
  product: .ProductName, record: .RecordState, severity: .Severity.Label, account: .AwsAccountId,
  cve: .Vulnerabilities[0].Id, exploit: .Vulnerabilities[0].ExploitAvailable,
  fix: .Vulnerabilities[0].FixAvailable, epss: .Vulnerabilities[0].EpssScore,
  packages: [.Vulnerabilities[0].VulnerablePackages[]?.Name],
  cvss: [.Vulnerabilities[0].Cvss[]?.BaseScore], kind: .Resources[0].Type,
  repository: (.Resources[0].Details.AwsEcrContainerImage.RepositoryName // ""),
  environment: .Resources[0].Tags.env };
"""


# --- statements: the same condition in the policy's language and for jq ---

def exact(pools):
    cve, repository = pools.cve(), pools.repository()
    return (f'cve == {cve} and repository == "{repository}"',
            f'.cve == "{cve}" and .repository == "{repository}"')


def several(pools):
    cves, team = pools.cves(3 + pools.random.below(6)), pools.team()
    names = ", ".join(cves)
    some = " or ".join(f'.cve == "{cve}"' for cve in cves)
    return (f'cve in [{names}] and repository startswith "{team}/app-"',
            f'({some}) and (.repository | startswith("{team}/app-"))')


def urgent(pools):
    epss = f"0.{1 + pools.random.below(9)}"
    return (f"severity in [CRITICAL, HIGH] and epss >= {epss} and exploit == YES",
            f'(.severity == "CRITICAL" or .severity == "HIGH") and .epss != null and '
            f'.epss >= {epss} and .exploit == "YES"')


def owned(pools):
    severity, account = pools.random.pick(SEVERITIES), pools.account()
    environment = pools.random.pick(ENVIRONMENTS)
    return (f'severity == {severity} and account == {account} and tag["env"] == "{environment}"',
            f'.severity == "{severity}" and .account == "{account}" and '
            f'.environment == "{environment}"')


def placed(pools):
    team = pools.team()
    return (f'resource.type == ecr_image and repository startswith "{team}/app-0"',
            f'.kind == "AwsEcrContainerImage" and (.repository | startswith("{team}/app-0"))')


def packaged(pools):
    package, score = pools.package(), 4 + pools.random.below(6)
    return (f'package.name == "{package}" and fix == YES and cvss >= {score}.0',
            f'.fix == "YES" and (.packages | any(. == "{package}")) and '
            f'(.cvss | any(. >= {score}))')


# Of twenty statements in a row.
MIX = (exact, several, exact, urgent, exact, owned, exact, placed, exact, exact, packaged, exact,
       several, exact, urgent, exact, owned, exact, placed, exact)


def conditions(n):
    pools = Pools(Random(SEED))
    return [(MIX[i % len(MIX)], *MIX[i % len(MIX)](pools)) for i in range(n)]


def statement(i, kind, condition):
    if kind in (exact, several):
        return (f"suppress s{i:04} {{ when {condition}; until 2026-12-31; "
                f'reason "gone over at the end of the year"; via event; }}\n')
    return f"notify s{i:04} {{ when {condition}; to security; }}\n"


def jq_program(wanted):
    parts = []
    for at in range(0, len(wanted), JQ_CHUNK):
        lines = [f'(if {test} then "s{at + i:04}" else empty end)'
                 for i, (_, _, test) in enumerate(wanted[at:at + JQ_CHUNK])]
        parts.append(f"def part{at // JQ_CHUNK}:\n  " + ",\n  ".join(lines) + ";\n")
    calls = ", ".join(f"part{i}" for i in range(len(parts)))
    return (JQ_HEAD + "".join(parts) + 'tests | select(.product == "Inspector" and '
            f'.record == "ACTIVE") | [{calls}]\n')


def write_policy(n, folder):
    wanted = conditions(n)
    place = pathlib.Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    text = "".join(statement(i, kind, condition) for i, (kind, condition, _) in enumerate(wanted))
    (place / "policy.vpol").write_text(HEAD + text, encoding="utf-8")
    (place / "vulnctl.yaml").write_text(CONFIG, encoding="utf-8")
    (place / "policy.jq").write_text(jq_program(wanted), encoding="utf-8")


# --- findings ---

WORDS = """
memory handling of a crafted request in the parser may lead to reading beyond its buffer
when certificates are checked remote attacker could stop service with large input by
""".split()


def prose(random, words):
    return " ".join(random.pick(WORDS) for _ in range(words)).capitalize() + "."


def digits(random, n):
    return "".join(f"{random.below(16):x}" for _ in range(n))


def date(random):
    return (f"2026-{1 + random.below(3):02}-{1 + random.below(28):02}T{random.below(24):02}:"
            f"{random.below(60):02}:{random.below(60):02}.{random.below(1000):03}Z")


def image(random, region, account, repository):
    digest = "sha256:" + digits(random, 64)
    return {"Type": "AwsEcrContainerImage",
            "Id": f"arn:aws:ecr:{region}:{account}:repository/{repository}/{digest}",
            "Partition": "aws", "Region": region,
            "Details": {"AwsEcrContainerImage": {
                "RegistryId": account, "RepositoryName": repository, "Architecture": "amd64",
                "ImageDigest": digest, "ImageTags": [f"v{random.below(9)}.{random.below(30)}"],
                "ImagePublishedAt": date(random)}}}


def instance(random, region, account):
    name = "i-0" + digits(random, 16)
    return {"Type": "AwsEc2Instance", "Id": f"arn:aws:ec2:{region}:{account}:instance/{name}",
            "Partition": "aws", "Region": region,
            "Tags": {"env": random.pick(ENVIRONMENTS), "owner": f"team-{random.below(200):03}"},
            "Details": {"AwsEc2Instance": {
                "Type": "m6i.large", "ImageId": "ami-0" + digits(random, 16),
                "IpV4Addresses": [f"10.{random.below(256)}.{random.below(256)}.7"],
                "VpcId": "vpc-0" + digits(random, 16), "SubnetId": "subnet-0" + digits(random, 16),
                "LaunchedAt": date(random)}}}


def function(random, region, account):
    name = f"job-{random.below(5000):04}"
    return {"Type": "AwsLambdaFunction",
            "Id": f"arn:aws:lambda:{region}:{account}:function:{name}:$LATEST",
            "Partition": "aws", "Region": region, "Tags": {"env": random.pick(ENVIRONMENTS)},
            "Details": {"AwsLambdaFunction": {
                "FunctionName": name, "Runtime": "python3.12", "Version": "$LATEST",
                "LastModified": date(random)}}}


def resource(pools, region, account):
    random = pools.random
    kind = random.pick(KINDS)
    if kind == "AwsEc2Instance":
        return instance(random, region, account)
    if kind == "AwsLambdaFunction":
        return function(random, region, account)
    return image(random, region, account, pools.repository())


def package(pools):
    random = pools.random
    version = f"{random.below(9)}.{random.below(40)}.{random.below(20)}"
    return {"Name": pools.package(), "Version": version, "Epoch": "0",
            "Release": f"{1 + random.below(9)}.el9", "Architecture": "X86_64",
            "PackageManager": "OS", "FilePath": f"usr/lib/x86_64-linux-gnu/{random.below(10000)}",
            "FixedInVersion": f"0:{version}-{1 + random.below(9)}.el9",
            "Remediation": "dnf update " + pools.package(),
            "SourceLayerHash": "sha256:" + digits(random, 64)}


def vulnerability(pools, cve):
    random = pools.random
    score = (20 + random.below(80)) / 10
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
    return {"Id": cve, "VulnerablePackages": [package(pools) for _ in range(1 + random.below(3))],
            "Cvss": [{"Version": "3.1", "BaseScore": score, "BaseVector": vector, "Source": "NVD"},
                     {"Version": "3.1", "BaseScore": score, "BaseVector": vector,
                      "Source": "REDHAT_CVE"}],
            "RelatedVulnerabilities": [f"RHSA-2026:{random.below(10000):04}"],
            "Vendor": {"Name": "REDHAT_CVE", "VendorSeverity": "Important",
                       "Url": f"https://access.example.com/security/cve/{cve}",
                       "VendorCreatedAt": date(random), "VendorUpdatedAt": date(random)},
            "ReferenceUrls": [f"https://lists.example.org/{digits(random, 24)}/{i}.html"
                              for i in range(4)],
            "FixAvailable": random.pick(("YES", "YES", "NO", "PARTIAL")),
            "ExploitAvailable": random.pick(("YES", "NO", "NO", "NO")),
            "EpssScore": random.below(100000) / 100000}


def finding(pools):
    random = pools.random
    region, account, cve = random.pick(REGIONS), pools.account(), pools.cve()
    severity, score = random.pick(SEVERITIES), f"{random.below(10)}.{random.below(10)}"
    about = vulnerability(pools, cve)
    names = ", ".join(one["Name"] for one in about["VulnerablePackages"])
    kind = "Software and Configuration Checks/Vulnerabilities/CVE"
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:inspector2:{region}:{account}:finding/{digits(random, 32)}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/inspector",
        "ProductName": "Inspector", "CompanyName": "Amazon", "Region": region,
        "GeneratorId": "AWSInspector", "AwsAccountId": account, "Types": [kind],
        "FirstObservedAt": date(random), "LastObservedAt": date(random),
        "CreatedAt": date(random), "UpdatedAt": date(random),
        "Severity": {"Label": severity, "Normalized": random.below(100)},
        "Title": f"{cve} - {names}", "Description": prose(random, 120),
        "Remediation": {"Recommendation": {"Text": prose(random, 12)}},
        "ProductFields": {
            "aws/inspector/ProductVersion": "2", "aws/inspector/FindingStatus": "ACTIVE",
            "aws/inspector/inspectorScore": score,
            "aws/inspector/resources/1/resourceDetails/platform": "REDHAT_9",
            "aws/securityhub/ProductName": "Inspector",
            "aws/securityhub/CompanyName": "Amazon",
            "aws/securityhub/FindingId": "arn:aws:securityhub:" + digits(random, 32)},
        "Resources": [resource(pools, region, account)],
        "WorkflowState": "NEW", "Workflow": {"Status": random.pick(("NEW", "NEW", "NOTIFIED"))},
        "RecordState": random.pick(("ACTIVE",) * 9 + ("ARCHIVED",)),
        "Vulnerabilities": [about],
        "FindingProviderFields": {"Severity": {"Label": severity}, "Types": [kind]},
        "ProcessedAt": date(random)}


def write_findings(n, path):
    pools = Pools(Random(SEED + 1))
    with open(path, "w", encoding="utf-8") as out:
        for _ in range(n):
            out.write(json.dumps(finding(pools), separators=(",", ":")) + "\n")


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("policy", "findings"):
        print(__doc__)
        return 2
    (write_policy if sys.argv[1] == "policy" else write_findings)(int(sys.argv[2]), sys.argv[3])
    return 0


if __name__ == "__main__":
    sys.exit(main())
