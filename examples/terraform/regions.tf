# SPDX-License-Identifier: Apache-2.0
#
# Where this runs, and where what is created.

data "aws_region" "current" {}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {
  lifecycle {
    # The inputs of one environment must not come into the account of another.
    postcondition {
      condition     = length(var.accounts) == 0 || contains(var.accounts, self.account_id)
      error_message = "These inputs are for the accounts ${join(", ", var.accounts)}, and these are the credentials of ${self.account_id}."
    }
  }
}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # Automation rules and Inspector's filters hold in the Region they are created in.
  regions = length(var.regions) > 0 ? var.regions : [data.aws_region.current.region]

  # Where findings are aggregated, that is the place for what looks at findings or acts on them: in
  # other Regions as well, everything would be told and done twice. Otherwise it is every Region.
  # What Inspector sends itself, it sends in the finding's Region, and what ends automation rules has
  # to be where they are (`everywhere`).
  home_regions = var.home_region == null ? local.regions : [var.home_region]
  all_regions  = distinct(concat(local.home_regions, local.regions))
}
