# SPDX-License-Identifier: Apache-2.0
#
# Automation rules of Security Hub V2 hold in the home Region and all that are linked to it. Security
# Hub V2 must be on and have its aggregator (aws_securityhub_account_v2, aws_securityhub_aggregator_v2).

locals {
  automation_rules_v2 = merge([for region in local.home_regions : {
    for name, rule in var.automation_rules_v2 : "${region}/${name}" => { region = region, rule = rule }
  }]...)
}

resource "aws_securityhub_automation_rule_v2" "this" {
  for_each = local.automation_rules_v2

  region      = each.value.region
  rule_name   = each.value.rule.rule_name
  rule_order  = each.value.rule.rule_order
  rule_status = each.value.rule.rule_status
  description = each.value.rule.description
  tags        = var.tags

  criteria {
    ocsf_finding_criteria_json = each.value.rule.criteria.ocsf_finding_criteria_json
  }

  dynamic "action" {
    for_each = each.value.rule.actions
    content {
      type = action.value.type

      finding_fields_update {
        severity_id = action.value.finding_fields_update.severity_id
        status_id   = action.value.finding_fields_update.status_id
        comment     = action.value.finding_fields_update.comment
      }
    }
  }
}
