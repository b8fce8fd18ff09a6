# SPDX-License-Identifier: Apache-2.0
#
# EventBridge Scheduler. The end of a suppression starts a state machine, once, and is deleted when it
# has run (`action_after_completion`): from that day on, compiling leaves it out as well. The end of
# one by automation rules is in each Region, because only there its rules can be disabled; so is a
# review, because Inspector's report is of the findings of one Region.

locals {
  schedules = merge([for region in local.all_regions : {
    for name, schedule in var.schedules : "${region}/${name}" => { region = region, schedule = schedule }
    if contains(coalesce(schedule.regions, schedule.everywhere == true ? local.regions : local.home_regions), region)
  }]...)
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  region                       = each.value.region
  name                         = each.value.schedule.name
  description                  = each.value.schedule.description
  schedule_expression          = each.value.schedule.schedule_expression
  schedule_expression_timezone = each.value.schedule.schedule_expression_timezone
  state                        = each.value.schedule.state
  action_after_completion      = each.value.schedule.action_after_completion

  flexible_time_window {
    mode = each.value.schedule.flexible_time_window.mode
  }

  target {
    arn      = each.value.schedule.target.state_machine == null ? each.value.schedule.target.arn : aws_sfn_state_machine.this["${each.value.region}/${each.value.schedule.target.state_machine}"].arn
    role_arn = coalesce(var.roles.scheduler, one(aws_iam_role.scheduler[*].arn))
    input    = each.value.schedule.target.input

    dynamic "dead_letter_config" {
      for_each = lookup(var.dead_letter_queues, each.value.region, null)[*]
      content {
        arn = dead_letter_config.value
      }
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}
