/* SPDX-License-Identifier: Apache-2.0
 *
 * What Inspector scans, as `aws inspector2 list-coverage` says it: {"coveredResources": [{
 * "resourceType", "resourceId", "scanStatus": {"statusCode", "reason"}, "resourceMetadata":
 * {"ecrRepository": {"name"}, …}}]} (botocore 1.43.11, inspector2 ListCoverageResponse,
 * CoveredResource). Of images and repositories of ECR the name stands in the resource id too,
 * `arn:aws:ecr:REGION:ACCOUNT:repository/NAME[/sha256:…]`. */
#ifndef LINT_COVERAGE_H
#define LINT_COVERAGE_H

#include "lint/lint.h"

struct covered { /* a repository */
	struct str name;
	bool scanned;	   /* one of its resources is */
	struct str reason; /* else: why not, as one of them has it; may be empty */
	size_t next;	   /* from here on, the first that is scanned */
};

struct coverage {
	struct str file;
	struct covered *repositories; /* by name */
	size_t n;
};

/* NULL after a diagnostic (exit 3). */
const struct coverage *coverage_read(struct arena *arena, struct diags *d, struct str path);

#endif
