# SPDX-License-Identifier: Apache-2.0
#
# The roles that vulnctl.yaml does not name, each with what it needs and no more. IAM knows no
# Regions: one role serves all.

locals {
  # An inline policy has 10,240 characters, which is the ARNs of about a hundred machines.
  machines_per_role = max(1, floor(80 / length(local.all_regions)))
  started_by_events = sort(distinct(flatten([for rule in values(var.event_rules) : [
    for target in rule.targets : target.state_machine if target.state_machine != null
  ]])))
  machine_groups = { for i, names in chunklist(local.started_by_events, local.machines_per_role) : tostring(i + 1) => names }
  machine_group = merge([for group, names in local.machine_groups : {
    for name in names : name => group
  }]...)

  started_by_schedules = sort(distinct([for schedule in values(var.schedules) : schedule.target.state_machine if schedule.target.state_machine != null]))

  # The event rules that ends disable, each in the Region of its schedule. Where they are more than an
  # inline policy holds beside all else, they are named by their prefix.
  ends = [for value in values(local.schedules) : {
    input = jsondecode(value.schedule.target.input)
    rules = "arn:${local.partition}:events:${value.region}:${local.account}:rule/"
  } if value.schedule.target.state_machine != null]
  ended_rules = [for end in local.ends : {
    names = end.input.event_rules
    begin = "${end.rules}${end.input.event_bus == "default" ? "" : "${element(split("event-bus/", end.input.event_bus), -1)}/"}"
  } if length(end.input.event_rules) > 0]
  named_rules    = sort(distinct(flatten([for end in local.ended_rules : [for name in end.names : "${end.begin}${name}"]])))
  prefixed_rules = sort(distinct([for end in local.ended_rules : "${end.begin}${var.rule_prefix}*"]))
  disabled_rules = length(jsonencode(local.named_rules)) <= 7000 ? local.named_rules : local.prefixed_rules

  told_buses = sort(distinct(flatten([for rule in values(var.event_rules) : [
    for target in rule.targets : target.arn if target.arn != null && target.role != null
  ]])))

  machine_roles = toset([for machine in values(var.state_machines) : machine.role if var.roles.states == null])
  topics        = { for role in local.machine_roles : role => sort(distinct(flatten([for machine in values(var.state_machines) : machine.topics if machine.role == role]))) }
  buses         = { for role in local.machine_roles : role => sort(distinct(flatten([for machine in values(var.state_machines) : machine.buses if machine.role == role]))) }

  # Actions of Security Hub on findings have no resource to name.
  update = {
    Effect   = "Allow"
    Action   = ["securityhub:BatchUpdateFindings"]
    Resource = ["*"]
  }
  tell = { for role in local.machine_roles : role => [for statement in [
    { Effect = "Allow", Action = ["sns:Publish"], Resource = local.topics[role] },
    { Effect = "Allow", Action = ["events:PutEvents"], Resource = local.buses[role] },
  ] : statement if length(statement.Resource) > 0] }
  expire = [
    {
      Effect   = "Allow"
      Action   = ["securityhub:BatchUpdateAutomationRules", "securityhub:GetFindings", "securityhub:ListAutomationRules"]
      Resource = ["*"]
    },
    {
      Effect   = "Allow"
      Action   = ["events:DisableRule"]
      Resource = local.disabled_rules
    },
    {
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = flatten([for name, machine in var.state_machines : local.machine_arns[name] if machine.role == "expire"])
    },
  ]
  machine_statements = { for role in local.machine_roles : role => concat(
    contains(["update", "tell-update", "expire"], role) ? [local.update] : [],
    contains(["tell", "tell-update"], role) ? local.tell[role] : [],
    role == "expire" ? [for statement in local.expire : statement if length(statement.Resource) > 0] : [],
  ) }
}

# --- EventBridge: start exactly these machines, and send to exactly these buses ---

resource "aws_iam_role" "events_machines" {
  for_each = { for group, names in local.machine_groups : group => names if var.roles.events == null }

  name                 = "${var.rule_prefix}events-machines-${each.key}"
  description          = "EventBridge starts the state machines of vulnctl"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "events_machines" {
  for_each = aws_iam_role.events_machines

  name = "start"
  role = each.value.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = flatten([for name in local.machine_groups[each.key] : local.machine_arns[name]])
    }]
  })
}

resource "aws_iam_role" "events_buses" {
  count = var.roles.events == null && length(local.told_buses) > 0 ? 1 : 0

  name                 = "${var.rule_prefix}events-buses"
  description          = "EventBridge sends findings to the buses of vulnctl's channels"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "events_buses" {
  count = length(aws_iam_role.events_buses)

  name = "put"
  role = aws_iam_role.events_buses[count.index].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = local.told_buses
    }]
  })
}

# --- Step Functions: a role for each kind of machine ---

resource "aws_iam_role" "states" {
  for_each = local.machine_roles

  name                 = "${var.rule_prefix}states-${each.key}"
  description          = "State machines of vulnctl that ${each.key}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "states" {
  for_each = aws_iam_role.states

  name = "calls"
  role = each.value.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.machine_statements[each.key]
  })
}

# --- Scheduler: start what ends suppressions, and have Inspector write reports ---

resource "aws_iam_role" "scheduler" {
  count = var.roles.scheduler == null && length(var.schedules) > 0 ? 1 : 0

  name                 = "${var.rule_prefix}scheduler"
  description          = "Scheduler starts the ends of suppressions and Inspector's reports"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "scheduler" {
  count = length(aws_iam_role.scheduler)

  name = "start"
  role = aws_iam_role.scheduler[count.index].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in [
      {
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = flatten([for name in local.started_by_schedules : local.machine_arns[name]])
      },
      {
        Effect   = "Allow"
        Action   = ["inspector2:CreateFindingsReport"]
        Resource = anytrue([for schedule in values(var.schedules) : schedule.target.state_machine == null]) ? ["*"] : []
      },
    ] : statement if length(statement.Resource) > 0]
  })
}
