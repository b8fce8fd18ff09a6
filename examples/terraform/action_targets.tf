# SPDX-License-Identifier: Apache-2.0
#
# Security Hub's custom actions.

locals {
  action_targets = merge([for region in local.home_regions : {
    for name, target in var.action_targets : "${region}/${name}" => { region = region, target = target }
  }]...)
}

resource "aws_securityhub_action_target" "this" {
  for_each = local.action_targets

  region      = each.value.region
  name        = each.value.target.name
  identifier  = each.value.target.identifier
  description = each.value.target.description
}
