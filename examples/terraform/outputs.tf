# SPDX-License-Identifier: Apache-2.0

output "automation_rules" {
  description = "ARNs of the automation rules, by Region and name."
  value = merge(
    { for key, rule in aws_securityhub_automation_rule.this : key => rule.arn },
    { for key, rule in aws_securityhub_automation_rule_v2.this : "${key} (v2)" => rule.arn },
  )
}

output "event_rules" {
  description = "ARNs of the event rules, by Region and name."
  value       = { for key, rule in aws_cloudwatch_event_rule.this : key => rule.arn }
}

output "state_machines" {
  description = "ARNs of the state machines, by Region and name."
  value       = { for key, machine in aws_sfn_state_machine.this : key => machine.arn }
}

output "topic_statements" {
  description = "What the policy of each topic must hold, so that the event rules may publish to it: this module does not own the topics, and a topic has one policy."
  value = { for topic in distinct([for value in values(local.event_targets) : value.target.arn if value.target.arn != null && value.target.role == null]) : topic => jsonencode({
    Sid       = "vulnctl"
    Effect    = "Allow"
    Principal = { Service = "events.amazonaws.com" }
    Action    = "sns:Publish"
    Resource  = topic
    Condition = { ArnEquals = { "aws:SourceArn" = [for value in values(local.event_targets) : aws_cloudwatch_event_rule.this[value.rule].arn if value.target.arn == topic] } }
  }) }
}
