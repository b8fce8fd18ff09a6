# SPDX-License-Identifier: Apache-2.0
#
# The inputs. Those without a default come from vulnctl.auto.tfvars.json, which vulnctl writes: so a
# file that is missing is an error, and not the end of all that was created from it.
#
# Terraform leaves out what a type does not name, and says nothing. Criteria are maps therefore, of
# which it keeps every key, and whoever adds to an entry raises tfvars_format. An empty list of values
# means "any" to AWS: there must be none.

variable "tfvars_format" {
  description = "Which form of inputs the file has; this module is made for one of them."
  type        = number

  validation {
    condition     = var.tfvars_format == 1
    error_message = "This module reads format 1 of vulnctl.auto.tfvars.json: take module and file from one version of vulnctl."
  }
}

# --- where to deploy ---

variable "accounts" {
  description = "The accounts that the inputs are for; empty: any."
  type        = list(string)
}

variable "regions" {
  description = "The Regions to deploy to; empty: the provider's."
  type        = list(string)

  validation {
    condition     = length(distinct(var.regions)) == length(var.regions)
    error_message = "A Region is named twice."
  }
}

variable "home_region" {
  description = "The Region in which findings are aggregated, if any."
  type        = string
  nullable    = true

  validation {
    condition     = var.home_region == null || length(var.regions) == 0 || contains(var.regions, coalesce(var.home_region, "-"))
    error_message = "The home Region is one of the Regions."
  }
}

variable "rule_prefix" {
  description = "What every name on AWS begins with."
  type        = string
}

variable "roles" {
  description = "ARNs of roles that exist; those that are not given are created."
  type = object({
    events    = optional(string)
    scheduler = optional(string)
    states    = optional(string)
  })
}

variable "tags" {
  description = "Tags of all that can have tags."
  type        = map(string)
  default     = {}
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary of the roles that are created."
  type        = string
  default     = null
}

variable "dead_letter_queues" {
  description = "By Region, the ARN of an SQS queue for what EventBridge and Scheduler could not deliver."
  type        = map(string)
  default     = {}
}

variable "repository_regions" {
  description = "The Regions in which lifecycle policies are created; null: all Regions of the inputs."
  type        = list(string)
  default     = null
}

# --- what to deploy, by the names that vulnctl gives ---

variable "automation_rules" {
  description = "Security Hub automation rules."
  type = map(object({
    rule_name   = string
    rule_order  = number
    rule_status = string
    is_terminal = bool
    description = string
    criteria = map(list(object({
      comparison = optional(string)
      key        = optional(string)
      value      = optional(string)
      eq         = optional(number)
      gte        = optional(number)
      lte        = optional(number)
      start      = optional(string)
      end        = optional(string)
    })))
    actions = list(object({
      type = string
      finding_fields_update = object({
        workflow            = optional(object({ status = string }))
        severity            = optional(object({ label = string }))
        note                = optional(object({ text = string, updated_by = string }))
        user_defined_fields = optional(map(string))
      })
    }))
  }))

  validation {
    condition     = alltrue([for rule in values(var.automation_rules) : length(setsubtract(keys(rule.criteria), local.automation_criteria)) == 0])
    error_message = "A rule has a criterion that this module does not create; without it the rule would take more findings."
  }
  validation {
    condition     = alltrue([for rule in values(var.automation_rules) : length(rule.criteria) > 0 && alltrue([for tests in values(rule.criteria) : length(tests) > 0])])
    error_message = "A rule without criteria, or a criterion without values, takes every finding."
  }
  validation {
    condition = alltrue(flatten([for rule in values(var.automation_rules) : [for tests in values(rule.criteria) : [
      for test in tests : test.value != null ? test.comparison != null : anytrue([test.eq != null, test.gte != null, test.lte != null, test.start != null && test.end != null])
    ]]]))
    error_message = "A test of a criterion has neither a value with its comparison, nor a bound."
  }
  validation {
    condition     = alltrue([for rule in values(var.automation_rules) : length(rule.actions) == 1 && rule.rule_order >= 1 && rule.rule_order <= 1000])
    error_message = "A rule has one action, and an order from 1 to 1000."
  }
}

variable "automation_rules_v2" {
  description = "Security Hub V2 automation rules."
  type = map(object({
    rule_name   = string
    rule_order  = number
    rule_status = string
    description = string
    criteria    = object({ ocsf_finding_criteria_json = string })
    actions = list(object({
      type = string
      finding_fields_update = object({
        severity_id = optional(number)
        status_id   = optional(number)
        comment     = optional(string)
      })
    }))
  }))

  validation {
    condition     = alltrue([for rule in values(var.automation_rules_v2) : length(jsondecode(rule.criteria.ocsf_finding_criteria_json).CompositeFilters) > 0])
    error_message = "A rule without criteria takes every finding."
  }
  validation {
    condition     = alltrue([for rule in values(var.automation_rules_v2) : length(rule.actions) == 1 && rule.rule_order >= 1 && rule.rule_order <= 1000])
    error_message = "A rule has one action, and an order from 1 to 1000."
  }
}

variable "inspector_filters" {
  description = "Inspector filters; `regions`: those that it is for, null: all."
  type = map(object({
    name        = string
    action      = string
    description = optional(string)
    reason      = optional(string)
    regions     = optional(list(string))
    filter_criteria = map(list(object({
      comparison      = optional(string)
      key             = optional(string)
      value           = optional(string)
      lower_inclusive = optional(number)
      upper_inclusive = optional(number)
      start_inclusive = optional(string)
      end_inclusive   = optional(string)
      begin_inclusive = optional(string)
      file_path       = optional(object({ comparison = string, value = string }))
      name            = optional(object({ comparison = string, value = string }))
      version         = optional(object({ comparison = string, value = string }))
    })))
  }))

  validation {
    condition     = alltrue([for filter in values(var.inspector_filters) : length(setsubtract(keys(filter.filter_criteria), local.inspector_criteria)) == 0])
    error_message = "A filter has a criterion that this module does not create; without it the filter would take more findings."
  }
  validation {
    condition     = alltrue([for filter in values(var.inspector_filters) : length(filter.filter_criteria) > 0 && alltrue([for tests in values(filter.filter_criteria) : length(tests) > 0])])
    error_message = "A filter without criteria, or a criterion without values, takes every finding."
  }
  validation {
    condition     = alltrue([for filter in values(var.inspector_filters) : alltrue([for tests in values(filter.filter_criteria) : length(tests) <= 10])])
    error_message = "Inspector takes 10 values of a criterion; Terraform's plan lets 20 pass."
  }
  validation {
    condition = alltrue(flatten([for filter in values(var.inspector_filters) : [for tests in values(filter.filter_criteria) : [
      for test in tests : test.value != null ? test.comparison != null : anytrue([
        test.lower_inclusive != null && test.upper_inclusive != null, test.begin_inclusive != null && test.end_inclusive != null,
        test.start_inclusive != null, test.end_inclusive != null, test.file_path != null, test.name != null, test.version != null,
      ])
    ]]]))
    error_message = "A test of a criterion has neither a value with its comparison, nor its bounds, nor a part of a package."
  }
}

variable "insights" {
  description = "Security Hub insights."
  type = map(object({
    name               = string
    group_by_attribute = string
    filters = map(list(object({
      comparison = optional(string)
      key        = optional(string)
      value      = optional(string)
      eq         = optional(string)
      gte        = optional(string)
      lte        = optional(string)
      start      = optional(string)
      end        = optional(string)
    })))
  }))

  validation {
    condition     = alltrue([for insight in values(var.insights) : length(setsubtract(keys(insight.filters), local.insight_filters)) == 0])
    error_message = "An insight has a filter that this module does not create; without it the insight would show more findings."
  }
  validation {
    condition     = alltrue([for insight in values(var.insights) : length(insight.filters) > 0 && alltrue([for tests in values(insight.filters) : length(tests) > 0])])
    error_message = "An insight without filters, or a filter without values, shows every finding."
  }
  validation {
    condition = alltrue(flatten([for insight in values(var.insights) : [for tests in values(insight.filters) : [
      for test in tests : test.value != null ? test.comparison != null : anytrue([test.eq != null, test.gte != null, test.lte != null, test.start != null && test.end != null])
    ]]]))
    error_message = "A test of a filter has neither a value with its comparison, nor a bound."
  }
}

variable "action_targets" {
  description = "Security Hub custom actions."
  type = map(object({
    name        = string
    description = string
    identifier  = string
  }))
}

variable "event_rules" {
  description = "EventBridge rules: their pattern, or the custom action whose event it is; targets have an ARN or are a state machine of these inputs, and `role` where EventBridge needs one."
  type = map(object({
    name           = string
    description    = string
    event_bus_name = string
    state          = string
    everywhere     = optional(bool)
    event_pattern  = optional(string)
    action_target  = optional(string)
    targets = list(object({
      id            = string
      arn           = optional(string)
      state_machine = optional(string)
      role          = optional(string)
      input_transformer = optional(object({
        input_paths    = optional(map(string))
        input_template = string
      }))
    }))
  }))

  validation {
    condition     = alltrue([for rule in values(var.event_rules) : (rule.event_pattern == null) != (rule.action_target == null)])
    error_message = "An event rule has a pattern, or the custom action whose event it is."
  }
  validation {
    condition     = alltrue([for rule in values(var.event_rules) : rule.event_pattern == null ? true : length(rule.event_pattern) <= 4096 && length(jsondecode(rule.event_pattern)) > 0])
    error_message = "An event pattern has a condition, and 4096 characters at most."
  }
  validation {
    condition = alltrue([for rule in values(var.event_rules) : length(rule.targets) > 0 && length(rule.targets) <= 5 && alltrue([
      for target in rule.targets : (target.arn == null) != (target.state_machine == null)
    ])])
    error_message = "An event rule has 1 to 5 targets, and each is an ARN or a state machine."
  }
}

variable "state_machines" {
  description = "Step Functions state machines; `role` says what they call: update (findings), tell (topics and buses), both, or expire."
  type = map(object({
    name       = string
    role       = string
    everywhere = optional(bool)
    topics     = list(string)
    buses      = list(string)
    definition = string
  }))

  validation {
    condition     = alltrue([for machine in values(var.state_machines) : contains(["update", "tell", "tell-update", "expire"], machine.role)])
    error_message = "A state machine has a role that this module does not know."
  }
  validation {
    condition     = alltrue([for machine in values(var.state_machines) : length(jsondecode(machine.definition).States) > 0])
    error_message = "A state machine has states."
  }
}

variable "schedules" {
  description = "EventBridge Scheduler schedules."
  type = map(object({
    name                         = string
    description                  = string
    schedule_expression          = string
    schedule_expression_timezone = string
    state                        = string
    action_after_completion      = optional(string)
    regions                      = optional(list(string))
    everywhere                   = optional(bool)
    flexible_time_window         = object({ mode = string })
    target = object({
      arn           = optional(string)
      state_machine = optional(string)
      role          = string
      input         = string
    })
  }))

  validation {
    condition     = alltrue([for schedule in values(var.schedules) : schedule.target.state_machine == null ? endswith(coalesce(schedule.target.arn, "-"), ":aws-sdk:inspector2:createFindingsReport") : schedule.target.arn == null])
    error_message = "A schedule starts a state machine, or Inspector's report."
  }
}

variable "lifecycle_policies" {
  description = "ECR lifecycle documents, and the repositories that each is for."
  type = map(object({
    policy       = string
    repositories = list(string)
  }))

  validation {
    condition     = alltrue([for document in values(var.lifecycle_policies) : length(document.repositories) > 0 && length(jsondecode(document.policy).rules) > 0])
    error_message = "A lifecycle policy has rules, and repositories that it is for."
  }
  validation {
    condition     = length(distinct(flatten([for document in values(var.lifecycle_policies) : document.repositories]))) == length(flatten([for document in values(var.lifecycle_policies) : document.repositories]))
    error_message = "A repository has one lifecycle policy."
  }
}
