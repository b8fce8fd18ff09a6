# SPDX-License-Identifier: Apache-2.0

terraform {
  # optional() with a default: 1.3; a validation that refers to other values: 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # What each part needs, at least:
      #   5.72   automation rules with more than 20 values of a criterion
      #   6.0    `region` on every resource: automation rules and filters hold in one Region only
      #   6.11   Inspector filters on what is in use (ecr_image_in_use_count and its like)
      #   6.55   aws_securityhub_automation_rule_v2: the version that it was read in; it came after
      #          2026-04, and which release was first is not known
      version = ">= 6.55.0"
    }
  }
}
