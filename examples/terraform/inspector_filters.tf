# SPDX-License-Identifier: Apache-2.0
#
# Inspector's filters: suppressions and saved views. A filter holds in its own Region only; one that
# is for some Regions says which.

locals {
  inspector_criteria = [
    "aws_account_id",
    "code_repository_project_name",
    "code_vulnerability_detector_name",
    "code_vulnerability_file_path",
    "ec2_instance_image_id",
    "ec2_instance_subnet_id",
    "ec2_instance_vpc_id",
    "ecr_image_architecture",
    "ecr_image_hash",
    "ecr_image_in_use_count",
    "ecr_image_last_in_use_at",
    "ecr_image_pushed_at",
    "ecr_image_registry",
    "ecr_image_repository_name",
    "ecr_image_tags",
    "epss_score",
    "exploit_available",
    "finding_arn",
    "finding_status",
    "finding_type",
    "first_observed_at",
    "fix_available",
    "inspector_score",
    "lambda_function_layers",
    "lambda_function_name",
    "lambda_function_runtime",
    "last_observed_at",
    "network_protocol",
    "port_range",
    "related_vulnerabilities",
    "resource_id",
    "resource_tags",
    "resource_type",
    "severity",
    "title",
    "updated_at",
    "vendor_severity",
    "vulnerability_id",
    "vulnerability_source",
    "vulnerable_packages",
  ]

  inspector_filters = merge([for region in local.regions : {
    for name, filter in var.inspector_filters : "${region}/${name}" => { region = region, filter = filter }
    if filter.regions == null ? true : contains(filter.regions, region)
  }]...)
}

resource "aws_inspector2_filter" "this" {
  for_each = local.inspector_filters

  region      = each.value.region
  name        = each.value.filter.name
  action      = each.value.filter.action
  description = each.value.filter.description
  reason      = each.value.filter.reason
  tags        = var.tags

  filter_criteria {
    dynamic "aws_account_id" {
      for_each = lookup(each.value.filter.filter_criteria, "aws_account_id", [])
      content {
        comparison = aws_account_id.value.comparison
        value      = aws_account_id.value.value
      }
    }

    dynamic "code_repository_project_name" {
      for_each = lookup(each.value.filter.filter_criteria, "code_repository_project_name", [])
      content {
        comparison = code_repository_project_name.value.comparison
        value      = code_repository_project_name.value.value
      }
    }

    dynamic "code_vulnerability_detector_name" {
      for_each = lookup(each.value.filter.filter_criteria, "code_vulnerability_detector_name", [])
      content {
        comparison = code_vulnerability_detector_name.value.comparison
        value      = code_vulnerability_detector_name.value.value
      }
    }

    dynamic "code_vulnerability_file_path" {
      for_each = lookup(each.value.filter.filter_criteria, "code_vulnerability_file_path", [])
      content {
        comparison = code_vulnerability_file_path.value.comparison
        value      = code_vulnerability_file_path.value.value
      }
    }

    dynamic "ec2_instance_image_id" {
      for_each = lookup(each.value.filter.filter_criteria, "ec2_instance_image_id", [])
      content {
        comparison = ec2_instance_image_id.value.comparison
        value      = ec2_instance_image_id.value.value
      }
    }

    dynamic "ec2_instance_subnet_id" {
      for_each = lookup(each.value.filter.filter_criteria, "ec2_instance_subnet_id", [])
      content {
        comparison = ec2_instance_subnet_id.value.comparison
        value      = ec2_instance_subnet_id.value.value
      }
    }

    dynamic "ec2_instance_vpc_id" {
      for_each = lookup(each.value.filter.filter_criteria, "ec2_instance_vpc_id", [])
      content {
        comparison = ec2_instance_vpc_id.value.comparison
        value      = ec2_instance_vpc_id.value.value
      }
    }

    dynamic "ecr_image_architecture" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_architecture", [])
      content {
        comparison = ecr_image_architecture.value.comparison
        value      = ecr_image_architecture.value.value
      }
    }

    dynamic "ecr_image_hash" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_hash", [])
      content {
        comparison = ecr_image_hash.value.comparison
        value      = ecr_image_hash.value.value
      }
    }

    dynamic "ecr_image_in_use_count" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_in_use_count", [])
      content {
        lower_inclusive = ecr_image_in_use_count.value.lower_inclusive
        upper_inclusive = ecr_image_in_use_count.value.upper_inclusive
      }
    }

    dynamic "ecr_image_last_in_use_at" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_last_in_use_at", [])
      content {
        start_inclusive = ecr_image_last_in_use_at.value.start_inclusive
        end_inclusive   = ecr_image_last_in_use_at.value.end_inclusive
      }
    }

    dynamic "ecr_image_pushed_at" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_pushed_at", [])
      content {
        start_inclusive = ecr_image_pushed_at.value.start_inclusive
        end_inclusive   = ecr_image_pushed_at.value.end_inclusive
      }
    }

    dynamic "ecr_image_registry" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_registry", [])
      content {
        comparison = ecr_image_registry.value.comparison
        value      = ecr_image_registry.value.value
      }
    }

    dynamic "ecr_image_repository_name" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_repository_name", [])
      content {
        comparison = ecr_image_repository_name.value.comparison
        value      = ecr_image_repository_name.value.value
      }
    }

    dynamic "ecr_image_tags" {
      for_each = lookup(each.value.filter.filter_criteria, "ecr_image_tags", [])
      content {
        comparison = ecr_image_tags.value.comparison
        value      = ecr_image_tags.value.value
      }
    }

    dynamic "epss_score" {
      for_each = lookup(each.value.filter.filter_criteria, "epss_score", [])
      content {
        lower_inclusive = epss_score.value.lower_inclusive
        upper_inclusive = epss_score.value.upper_inclusive
      }
    }

    dynamic "exploit_available" {
      for_each = lookup(each.value.filter.filter_criteria, "exploit_available", [])
      content {
        comparison = exploit_available.value.comparison
        value      = exploit_available.value.value
      }
    }

    dynamic "finding_arn" {
      for_each = lookup(each.value.filter.filter_criteria, "finding_arn", [])
      content {
        comparison = finding_arn.value.comparison
        value      = finding_arn.value.value
      }
    }

    dynamic "finding_status" {
      for_each = lookup(each.value.filter.filter_criteria, "finding_status", [])
      content {
        comparison = finding_status.value.comparison
        value      = finding_status.value.value
      }
    }

    dynamic "finding_type" {
      for_each = lookup(each.value.filter.filter_criteria, "finding_type", [])
      content {
        comparison = finding_type.value.comparison
        value      = finding_type.value.value
      }
    }

    dynamic "first_observed_at" {
      for_each = lookup(each.value.filter.filter_criteria, "first_observed_at", [])
      content {
        start_inclusive = first_observed_at.value.start_inclusive
        end_inclusive   = first_observed_at.value.end_inclusive
      }
    }

    dynamic "fix_available" {
      for_each = lookup(each.value.filter.filter_criteria, "fix_available", [])
      content {
        comparison = fix_available.value.comparison
        value      = fix_available.value.value
      }
    }

    dynamic "inspector_score" {
      for_each = lookup(each.value.filter.filter_criteria, "inspector_score", [])
      content {
        lower_inclusive = inspector_score.value.lower_inclusive
        upper_inclusive = inspector_score.value.upper_inclusive
      }
    }

    dynamic "lambda_function_layers" {
      for_each = lookup(each.value.filter.filter_criteria, "lambda_function_layers", [])
      content {
        comparison = lambda_function_layers.value.comparison
        value      = lambda_function_layers.value.value
      }
    }

    dynamic "lambda_function_name" {
      for_each = lookup(each.value.filter.filter_criteria, "lambda_function_name", [])
      content {
        comparison = lambda_function_name.value.comparison
        value      = lambda_function_name.value.value
      }
    }

    dynamic "lambda_function_runtime" {
      for_each = lookup(each.value.filter.filter_criteria, "lambda_function_runtime", [])
      content {
        comparison = lambda_function_runtime.value.comparison
        value      = lambda_function_runtime.value.value
      }
    }

    dynamic "last_observed_at" {
      for_each = lookup(each.value.filter.filter_criteria, "last_observed_at", [])
      content {
        start_inclusive = last_observed_at.value.start_inclusive
        end_inclusive   = last_observed_at.value.end_inclusive
      }
    }

    dynamic "network_protocol" {
      for_each = lookup(each.value.filter.filter_criteria, "network_protocol", [])
      content {
        comparison = network_protocol.value.comparison
        value      = network_protocol.value.value
      }
    }

    dynamic "port_range" {
      for_each = lookup(each.value.filter.filter_criteria, "port_range", [])
      content {
        end_inclusive   = port_range.value.end_inclusive
        begin_inclusive = port_range.value.begin_inclusive
      }
    }

    dynamic "related_vulnerabilities" {
      for_each = lookup(each.value.filter.filter_criteria, "related_vulnerabilities", [])
      content {
        comparison = related_vulnerabilities.value.comparison
        value      = related_vulnerabilities.value.value
      }
    }

    dynamic "resource_id" {
      for_each = lookup(each.value.filter.filter_criteria, "resource_id", [])
      content {
        comparison = resource_id.value.comparison
        value      = resource_id.value.value
      }
    }

    dynamic "resource_tags" {
      for_each = lookup(each.value.filter.filter_criteria, "resource_tags", [])
      content {
        comparison = resource_tags.value.comparison
        key        = resource_tags.value.key
        value      = resource_tags.value.value
      }
    }

    dynamic "resource_type" {
      for_each = lookup(each.value.filter.filter_criteria, "resource_type", [])
      content {
        comparison = resource_type.value.comparison
        value      = resource_type.value.value
      }
    }

    dynamic "severity" {
      for_each = lookup(each.value.filter.filter_criteria, "severity", [])
      content {
        comparison = severity.value.comparison
        value      = severity.value.value
      }
    }

    dynamic "title" {
      for_each = lookup(each.value.filter.filter_criteria, "title", [])
      content {
        comparison = title.value.comparison
        value      = title.value.value
      }
    }

    dynamic "updated_at" {
      for_each = lookup(each.value.filter.filter_criteria, "updated_at", [])
      content {
        start_inclusive = updated_at.value.start_inclusive
        end_inclusive   = updated_at.value.end_inclusive
      }
    }

    dynamic "vendor_severity" {
      for_each = lookup(each.value.filter.filter_criteria, "vendor_severity", [])
      content {
        comparison = vendor_severity.value.comparison
        value      = vendor_severity.value.value
      }
    }

    dynamic "vulnerability_id" {
      for_each = lookup(each.value.filter.filter_criteria, "vulnerability_id", [])
      content {
        comparison = vulnerability_id.value.comparison
        value      = vulnerability_id.value.value
      }
    }

    dynamic "vulnerability_source" {
      for_each = lookup(each.value.filter.filter_criteria, "vulnerability_source", [])
      content {
        comparison = vulnerability_source.value.comparison
        value      = vulnerability_source.value.value
      }
    }

    dynamic "vulnerable_packages" {
      for_each = lookup(each.value.filter.filter_criteria, "vulnerable_packages", [])
      content {
        dynamic "file_path" {
          for_each = vulnerable_packages.value.file_path[*]
          content {
            comparison = file_path.value.comparison
            value      = file_path.value.value
          }
        }
        dynamic "name" {
          for_each = vulnerable_packages.value.name[*]
          content {
            comparison = name.value.comparison
            value      = name.value.value
          }
        }
        dynamic "version" {
          for_each = vulnerable_packages.value.version[*]
          content {
            comparison = version.value.comparison
            value      = version.value.value
          }
        }
      }
    }
  }
}
