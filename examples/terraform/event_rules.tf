# SPDX-License-Identifier: Apache-2.0
#
# EventBridge rules and where they send events: topics, buses and state machines.

locals {
  event_rules = merge([for region in local.all_regions : {
    for name, rule in var.event_rules : "${region}/${name}" => { region = region, rule = rule }
    if contains(rule.everywhere == true ? local.regions : local.home_regions, region)
  }]...)

  event_targets = merge([for key, value in local.event_rules : {
    for target in value.rule.targets : "${key}/${target.id}" => {
      region = value.region
      rule   = key
      target = target
    }
  }]...)
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.event_rules

  region         = each.value.region
  name           = each.value.rule.name
  description    = each.value.rule.description
  event_bus_name = each.value.rule.event_bus_name
  state          = each.value.rule.state
  tags           = var.tags

  # The event of a custom action is known by the action's ARN.
  event_pattern = each.value.rule.action_target == null ? each.value.rule.event_pattern : jsonencode({
    source        = ["aws.securityhub"]
    "detail-type" = ["Security Hub Findings - Custom Action"]
    resources     = [aws_securityhub_action_target.this["${each.value.region}/${each.value.rule.action_target}"].arn]
  })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.event_targets

  region         = each.value.region
  rule           = aws_cloudwatch_event_rule.this[each.value.rule].name
  event_bus_name = aws_cloudwatch_event_rule.this[each.value.rule].event_bus_name
  target_id      = each.value.target.id

  arn = each.value.target.state_machine == null ? each.value.target.arn : aws_sfn_state_machine.this["${each.value.region}/${each.value.target.state_machine}"].arn

  # A role is for machines and buses; a topic has its own policy.
  role_arn = each.value.target.role == null ? null : coalesce(
    var.roles.events,
    try(aws_iam_role.events_machines[local.machine_group[each.value.target.state_machine]].arn, null),
    one(aws_iam_role.events_buses[*].arn),
  )

  dynamic "input_transformer" {
    for_each = each.value.target.input_transformer[*]
    content {
      input_paths    = input_transformer.value.input_paths
      input_template = input_transformer.value.input_template
    }
  }

  dynamic "dead_letter_config" {
    for_each = lookup(var.dead_letter_queues, each.value.region, null)[*]
    content {
      arn = dead_letter_config.value
    }
  }

  depends_on = [aws_iam_role_policy.events_machines, aws_iam_role_policy.events_buses]

  lifecycle {
    precondition {
      condition     = each.value.target.arn == null || each.value.target.role != null || strcontains(coalesce(each.value.target.arn, "-"), ":${each.value.region}:")
      error_message = "The topic ${coalesce(each.value.target.arn, "-")} is not in ${each.value.region}: an event rule reaches topics of its own Region and buses of any. Give the channel an event_bus_arn, or deploy to the topic's Region."
    }
  }
}
