# SPDX-License-Identifier: Apache-2.0
#
# Security Hub's insights, where findings are looked at: in the home Region, if there is one.

locals {
  insight_filters = [
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
    "product_fields",
    "product_name",
    "record_state",
    "resource_aws_ec2_instance_image_id",
    "resource_aws_ec2_instance_subnet_id",
    "resource_aws_ec2_instance_vpc_id",
    "resource_id",
    "resource_region",
    "resource_tags",
    "resource_type",
    "severity_label",
    "title",
    "type",
    "updated_at",
    "user_defined_values",
    "verification_state",
    "workflow_status",
  ]

  insights = merge([for region in local.home_regions : {
    for name, insight in var.insights : "${region}/${name}" => { region = region, insight = insight }
  }]...)
}

resource "aws_securityhub_insight" "this" {
  for_each = local.insights

  region             = each.value.region
  name               = each.value.insight.name
  group_by_attribute = each.value.insight.group_by_attribute

  filters {
    dynamic "aws_account_id" {
      for_each = lookup(each.value.insight.filters, "aws_account_id", [])
      content {
        comparison = aws_account_id.value.comparison
        value      = aws_account_id.value.value
      }
    }

    dynamic "aws_account_name" {
      for_each = lookup(each.value.insight.filters, "aws_account_name", [])
      content {
        comparison = aws_account_name.value.comparison
        value      = aws_account_name.value.value
      }
    }

    dynamic "compliance_security_control_id" {
      for_each = lookup(each.value.insight.filters, "compliance_security_control_id", [])
      content {
        comparison = compliance_security_control_id.value.comparison
        value      = compliance_security_control_id.value.value
      }
    }

    dynamic "compliance_status" {
      for_each = lookup(each.value.insight.filters, "compliance_status", [])
      content {
        comparison = compliance_status.value.comparison
        value      = compliance_status.value.value
      }
    }

    dynamic "created_at" {
      for_each = lookup(each.value.insight.filters, "created_at", [])
      content {
        start = created_at.value.start
        end   = created_at.value.end
      }
    }

    dynamic "criticality" {
      for_each = lookup(each.value.insight.filters, "criticality", [])
      content {
        eq  = criticality.value.eq
        gte = criticality.value.gte
        lte = criticality.value.lte
      }
    }

    dynamic "description" {
      for_each = lookup(each.value.insight.filters, "description", [])
      content {
        comparison = description.value.comparison
        value      = description.value.value
      }
    }

    dynamic "first_observed_at" {
      for_each = lookup(each.value.insight.filters, "first_observed_at", [])
      content {
        start = first_observed_at.value.start
        end   = first_observed_at.value.end
      }
    }

    dynamic "generator_id" {
      for_each = lookup(each.value.insight.filters, "generator_id", [])
      content {
        comparison = generator_id.value.comparison
        value      = generator_id.value.value
      }
    }

    dynamic "id" {
      for_each = lookup(each.value.insight.filters, "id", [])
      content {
        comparison = id.value.comparison
        value      = id.value.value
      }
    }

    dynamic "last_observed_at" {
      for_each = lookup(each.value.insight.filters, "last_observed_at", [])
      content {
        start = last_observed_at.value.start
        end   = last_observed_at.value.end
      }
    }

    dynamic "note_text" {
      for_each = lookup(each.value.insight.filters, "note_text", [])
      content {
        comparison = note_text.value.comparison
        value      = note_text.value.value
      }
    }

    dynamic "product_arn" {
      for_each = lookup(each.value.insight.filters, "product_arn", [])
      content {
        comparison = product_arn.value.comparison
        value      = product_arn.value.value
      }
    }

    dynamic "product_fields" {
      for_each = lookup(each.value.insight.filters, "product_fields", [])
      content {
        comparison = product_fields.value.comparison
        key        = product_fields.value.key
        value      = product_fields.value.value
      }
    }

    dynamic "product_name" {
      for_each = lookup(each.value.insight.filters, "product_name", [])
      content {
        comparison = product_name.value.comparison
        value      = product_name.value.value
      }
    }

    dynamic "record_state" {
      for_each = lookup(each.value.insight.filters, "record_state", [])
      content {
        comparison = record_state.value.comparison
        value      = record_state.value.value
      }
    }

    dynamic "resource_aws_ec2_instance_image_id" {
      for_each = lookup(each.value.insight.filters, "resource_aws_ec2_instance_image_id", [])
      content {
        comparison = resource_aws_ec2_instance_image_id.value.comparison
        value      = resource_aws_ec2_instance_image_id.value.value
      }
    }

    dynamic "resource_aws_ec2_instance_subnet_id" {
      for_each = lookup(each.value.insight.filters, "resource_aws_ec2_instance_subnet_id", [])
      content {
        comparison = resource_aws_ec2_instance_subnet_id.value.comparison
        value      = resource_aws_ec2_instance_subnet_id.value.value
      }
    }

    dynamic "resource_aws_ec2_instance_vpc_id" {
      for_each = lookup(each.value.insight.filters, "resource_aws_ec2_instance_vpc_id", [])
      content {
        comparison = resource_aws_ec2_instance_vpc_id.value.comparison
        value      = resource_aws_ec2_instance_vpc_id.value.value
      }
    }

    dynamic "resource_id" {
      for_each = lookup(each.value.insight.filters, "resource_id", [])
      content {
        comparison = resource_id.value.comparison
        value      = resource_id.value.value
      }
    }

    dynamic "resource_region" {
      for_each = lookup(each.value.insight.filters, "resource_region", [])
      content {
        comparison = resource_region.value.comparison
        value      = resource_region.value.value
      }
    }

    dynamic "resource_tags" {
      for_each = lookup(each.value.insight.filters, "resource_tags", [])
      content {
        comparison = resource_tags.value.comparison
        key        = resource_tags.value.key
        value      = resource_tags.value.value
      }
    }

    dynamic "resource_type" {
      for_each = lookup(each.value.insight.filters, "resource_type", [])
      content {
        comparison = resource_type.value.comparison
        value      = resource_type.value.value
      }
    }

    dynamic "severity_label" {
      for_each = lookup(each.value.insight.filters, "severity_label", [])
      content {
        comparison = severity_label.value.comparison
        value      = severity_label.value.value
      }
    }

    dynamic "title" {
      for_each = lookup(each.value.insight.filters, "title", [])
      content {
        comparison = title.value.comparison
        value      = title.value.value
      }
    }

    dynamic "type" {
      for_each = lookup(each.value.insight.filters, "type", [])
      content {
        comparison = type.value.comparison
        value      = type.value.value
      }
    }

    dynamic "updated_at" {
      for_each = lookup(each.value.insight.filters, "updated_at", [])
      content {
        start = updated_at.value.start
        end   = updated_at.value.end
      }
    }

    dynamic "user_defined_values" {
      for_each = lookup(each.value.insight.filters, "user_defined_values", [])
      content {
        comparison = user_defined_values.value.comparison
        key        = user_defined_values.value.key
        value      = user_defined_values.value.value
      }
    }

    dynamic "verification_state" {
      for_each = lookup(each.value.insight.filters, "verification_state", [])
      content {
        comparison = verification_state.value.comparison
        value      = verification_state.value.value
      }
    }

    dynamic "workflow_status" {
      for_each = lookup(each.value.insight.filters, "workflow_status", [])
      content {
        comparison = workflow_status.value.comparison
        value      = workflow_status.value.value
      }
    }
  }
}
