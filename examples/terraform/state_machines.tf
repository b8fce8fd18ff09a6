# SPDX-License-Identifier: Apache-2.0
#
# Step Functions: what event rules start to write to findings, and what schedules start when a
# suppression ends.

locals {
  state_machines = merge([for region in local.all_regions : {
    for name, machine in var.state_machines : "${region}/${name}" => { region = region, machine = machine }
    if contains(machine.everywhere == true ? local.regions : local.home_regions, region)
  }]...)

  # ARNs as they will be, so that a role has its permissions before its machine begins to work.
  machine_arns = { for name, machine in var.state_machines : name => [
    for region in machine.everywhere == true ? local.regions : local.home_regions : "arn:${local.partition}:states:${region}:${local.account}:stateMachine:${machine.name}"
  ] }
}

resource "aws_sfn_state_machine" "this" {
  for_each = local.state_machines

  region   = each.value.region
  name     = each.value.machine.name
  type     = "STANDARD"
  role_arn = coalesce(var.roles.states, try(aws_iam_role.states[each.value.machine.role].arn, null))
  tags     = var.tags

  # A machine that starts the next one names it by an ARN whose Region or account may be open.
  definition = replace(
    each.value.machine.definition,
    "/\"StateMachineArn\":\"arn:[^\"]*:stateMachine:/",
    "\"StateMachineArn\":\"arn:${local.partition}:states:${each.value.region}:${local.account}:stateMachine:",
  )

  depends_on = [aws_iam_role_policy.states]

  lifecycle {
    precondition {
      condition     = alltrue([for topic in each.value.machine.topics : strcontains(topic, ":${each.value.region}:")])
      error_message = "A topic of ${each.key} is in another Region: a state machine publishes to topics of its own. Give the channel an event_bus_arn, or deploy to the topic's Region."
    }
  }
}
