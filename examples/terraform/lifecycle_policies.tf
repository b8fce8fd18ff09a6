# SPDX-License-Identifier: Apache-2.0
#
# ECR's lifecycle policies: one document for each repository that it is for, in each Region that has
# these repositories. A repository has one lifecycle policy; what stands there is replaced.

locals {
  lifecycle_policies = merge(flatten([for region in coalesce(var.repository_regions, local.regions) : [
    for name, document in var.lifecycle_policies : {
      for repository in document.repositories : "${region}/${repository}" => {
        region     = region
        repository = repository
        policy     = document.policy
      }
    }
  ]])...)
}

resource "aws_ecr_lifecycle_policy" "this" {
  for_each = local.lifecycle_policies

  region     = each.value.region
  repository = each.value.repository
  policy     = each.value.policy
}
