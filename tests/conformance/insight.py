# SPDX-License-Identifier: Apache-2.0
"""What an insight of Security Hub shows, written from facts/targets.md part D and facts/changes.md
alone: the request in, a finding in, a verdict out. What the filters themselves
mean: aws_filters.py."""
import v1
from aws_filters import Filters

# 107 filters [changes.md]; those of the fields that the policy language has. They see the finding
# as it stands.
STRINGS = v1.STRINGS | {
    "Region": "Region",
    "VulnerabilitiesExploitAvailable": "Vulnerabilities[].ExploitAvailable",
    "VulnerabilitiesFixAvailable": "Vulnerabilities[].FixAvailable",
    "FindingProviderFieldsSeverityLabel": "FindingProviderFields.Severity.Label",
    "ResourceAwsEc2InstanceImageId": "Resources[].Details.AwsEc2Instance.ImageId",
    "ResourceAwsEc2InstanceVpcId": "Resources[].Details.AwsEc2Instance.VpcId",
    "ResourceAwsEc2InstanceSubnetId": "Resources[].Details.AwsEc2Instance.SubnetId",
}
DATES, NUMBERS = v1.DATES, v1.NUMBERS
MAPS = v1.MAPS | {"ProductFields": "ProductFields"}
MODEL = Filters(STRINGS, DATES, NUMBERS, MAPS, parts=False, map_parts=False,
                most=lambda name: 20, fields=10)


def takes(insight, finding, now):
    """Filters are applied to all active findings."""
    active = finding.get("RecordState") == "ACTIVE"
    return MODEL.takes(insight["Filters"], finding, now) and active


def criteria(whole):
    return whole["Filters"]


def request(given):
    return {"Filters": given}
