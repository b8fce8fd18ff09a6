# SPDX-License-Identifier: Apache-2.0
#
# Security Hub's automation rules. A rule holds in its own Region only, so each is created in every
# one: the provider's `region`, from version 6 on, makes that one configuration.

locals {
  # What the blocks below can say. A criterion that is missing here would not be created, and the
  # rule would take findings that it must not: variables.tf refuses it.
  automation_criteria = [
    "aws_account_id",
    "aws_account_name",
    "compliance_security_control_id",
    "compliance_status",
    "created_at",
    "criticality",
    "description",
    "first_observed_at",
    "generator_id",
    "id",
    "last_observed_at",
    "note_text",
    "product_arn",
    "product_name",
    "record_state",
    "resource_id",
    "resource_region",
    "resource_tags",
    "resource_type",
    "severity_label",
    "title",
    "type",
    "updated_at",
    "user_defined_fields",
    "verification_state",
    "workflow_status",
  ]

  automation_rules = merge([for region in local.regions : {
    for name, rule in var.automation_rules : "${region}/${name}" => { region = region, rule = rule }
  }]...)
}

resource "aws_securityhub_automation_rule" "this" {
  for_each = local.automation_rules

  region      = each.value.region
  rule_name   = each.value.rule.rule_name
  rule_order  = each.value.rule.rule_order
  rule_status = each.value.rule.rule_status
  is_terminal = each.value.rule.is_terminal
  description = each.value.rule.description
  tags        = var.tags

  criteria {
    dynamic "aws_account_id" {
      for_each = lookup(each.value.rule.criteria, "aws_account_id", [])
      content {
        comparison = aws_account_id.value.comparison
        value      = aws_account_id.value.value
      }
    }

    dynamic "aws_account_name" {
      for_each = lookup(each.value.rule.criteria, "aws_account_name", [])
      content {
        comparison = aws_account_name.value.comparison
        value      = aws_account_name.value.value
      }
    }

    dynamic "compliance_security_control_id" {
      for_each = lookup(each.value.rule.criteria, "compliance_security_control_id", [])
      content {
        comparison = compliance_security_control_id.value.comparison
        value      = compliance_security_control_id.value.value
      }
    }

    dynamic "compliance_status" {
      for_each = lookup(each.value.rule.criteria, "compliance_status", [])
      content {
        comparison = compliance_status.value.comparison
        value      = compliance_status.value.value
      }
    }

    dynamic "created_at" {
      for_each = lookup(each.value.rule.criteria, "created_at", [])
      content {
        start = created_at.value.start
        end   = created_at.value.end
      }
    }

    dynamic "criticality" {
      for_each = lookup(each.value.rule.criteria, "criticality", [])
      content {
        eq  = criticality.value.eq
        gte = criticality.value.gte
        lte = criticality.value.lte
      }
    }

    dynamic "description" {
      for_each = lookup(each.value.rule.criteria, "description", [])
      content {
        comparison = description.value.comparison
        value      = description.value.value
      }
    }

    dynamic "first_observed_at" {
      for_each = lookup(each.value.rule.criteria, "first_observed_at", [])
      content {
        start = first_observed_at.value.start
        end   = first_observed_at.value.end
      }
    }

    dynamic "generator_id" {
      for_each = lookup(each.value.rule.criteria, "generator_id", [])
      content {
        comparison = generator_id.value.comparison
        value      = generator_id.value.value
      }
    }

    dynamic "id" {
      for_each = lookup(each.value.rule.criteria, "id", [])
      content {
        comparison = id.value.comparison
        value      = id.value.value
      }
    }

    dynamic "last_observed_at" {
      for_each = lookup(each.value.rule.criteria, "last_observed_at", [])
      content {
        start = last_observed_at.value.start
        end   = last_observed_at.value.end
      }
    }

    dynamic "note_text" {
      for_each = lookup(each.value.rule.criteria, "note_text", [])
      content {
        comparison = note_text.value.comparison
        value      = note_text.value.value
      }
    }

    dynamic "product_arn" {
      for_each = lookup(each.value.rule.criteria, "product_arn", [])
      content {
        comparison = product_arn.value.comparison
        value      = product_arn.value.value
      }
    }

    dynamic "product_name" {
      for_each = lookup(each.value.rule.criteria, "product_name", [])
      content {
        comparison = product_name.value.comparison
        value      = product_name.value.value
      }
    }

    dynamic "record_state" {
      for_each = lookup(each.value.rule.criteria, "record_state", [])
      content {
        comparison = record_state.value.comparison
        value      = record_state.value.value
      }
    }

    dynamic "resource_id" {
      for_each = lookup(each.value.rule.criteria, "resource_id", [])
      content {
        comparison = resource_id.value.comparison
        value      = resource_id.value.value
      }
    }

    dynamic "resource_region" {
      for_each = lookup(each.value.rule.criteria, "resource_region", [])
      content {
        comparison = resource_region.value.comparison
        value      = resource_region.value.value
      }
    }

    dynamic "resource_tags" {
      for_each = lookup(each.value.rule.criteria, "resource_tags", [])
      content {
        comparison = resource_tags.value.comparison
        key        = resource_tags.value.key
        value      = resource_tags.value.value
      }
    }

    dynamic "resource_type" {
      for_each = lookup(each.value.rule.criteria, "resource_type", [])
      content {
        comparison = resource_type.value.comparison
        value      = resource_type.value.value
      }
    }

    dynamic "severity_label" {
      for_each = lookup(each.value.rule.criteria, "severity_label", [])
      content {
        comparison = severity_label.value.comparison
        value      = severity_label.value.value
      }
    }

    dynamic "title" {
      for_each = lookup(each.value.rule.criteria, "title", [])
      content {
        comparison = title.value.comparison
        value      = title.value.value
      }
    }

    dynamic "type" {
      for_each = lookup(each.value.rule.criteria, "type", [])
      content {
        comparison = type.value.comparison
        value      = type.value.value
      }
    }

    dynamic "updated_at" {
      for_each = lookup(each.value.rule.criteria, "updated_at", [])
      content {
        start = updated_at.value.start
        end   = updated_at.value.end
      }
    }

    dynamic "user_defined_fields" {
      for_each = lookup(each.value.rule.criteria, "user_defined_fields", [])
      content {
        comparison = user_defined_fields.value.comparison
        key        = user_defined_fields.value.key
        value      = user_defined_fields.value.value
      }
    }

    dynamic "verification_state" {
      for_each = lookup(each.value.rule.criteria, "verification_state", [])
      content {
        comparison = verification_state.value.comparison
        value      = verification_state.value.value
      }
    }

    dynamic "workflow_status" {
      for_each = lookup(each.value.rule.criteria, "workflow_status", [])
      content {
        comparison = workflow_status.value.comparison
        value      = workflow_status.value.value
      }
    }
  }

  dynamic "actions" {
    for_each = each.value.rule.actions
    content {
      type = actions.value.type

      finding_fields_update {
        user_defined_fields = actions.value.finding_fields_update.user_defined_fields

        dynamic "workflow" {
          for_each = actions.value.finding_fields_update.workflow[*]
          content {
            status = workflow.value.status
          }
        }

        dynamic "severity" {
          for_each = actions.value.finding_fields_update.severity[*]
          content {
            label = severity.value.label
          }
        }

        dynamic "note" {
          for_each = actions.value.finding_fields_update.note[*]
          content {
            text       = note.value.text
            updated_by = note.value.updated_by
          }
        }
      }
    }
  }
}
