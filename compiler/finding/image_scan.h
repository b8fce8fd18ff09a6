/* SPDX-License-Identifier: Apache-2.0
 *
 * Scans of an image before it is deployed, as the findings that Inspector would make of them on the
 * day that is judged: what its Scan API answers (CycloneDX 1.5, or its own form, both with or
 * without the `sbom` around them) and any CycloneDX 1.4 to 1.6 with vulnerabilities.
 *
 * A scan does not know where the image goes: its repository, account, Region, tag and digest are
 * those of its name, if that is told. What neither says is not absent but unknown; `known` tells
 * which fields a condition may be asked about.
 *
 * Sources: API reference of inspector-scan ScanSbom; `Using CycloneDX namespaces with Amazon
 * Inspector` (properties amazon:inspector:sbom_scanner:*); scans in the tests of
 * aws-actions/vulnerability-scan-github-action-for-amazon-inspector, whose order of rating
 * providers is taken (pkg_vuln.py); CycloneDX 1.4, 1.5, 1.6 schemas. */
#ifndef FINDING_IMAGE_SCAN_H
#define FINDING_IMAGE_SCAN_H

#include "finding/finding.h"

/* [ACCOUNT.dkr.ecr.REGION.amazonaws.com/]NAME[:TAG][@sha256:DIGEST]; empty parts were not told. */
struct image_scan_name {
	struct str account, region, repository, tag, digest;
};

struct image_scan {
	struct finding **findings;
	size_t n;
	bool known[FIELD_COUNT];
	size_t checks; /* of a Dockerfile, which are no vulnerabilities: left out */
};

/* false if it is no such name. */
bool image_scan_name_parse(struct str text, struct image_scan_name *image);

enum image_scan_verdict {
	IMAGE_SCAN_NONE, /* it is no scan: findings, perhaps */
	IMAGE_SCAN_READ,
	IMAGE_SCAN_WRONG, /* after a world diagnostic */
};

/* now: when what is found would be found. */
enum image_scan_verdict image_scan_read(struct arena *arena, struct diags *d,
					const char *shown_name, struct str text,
					const struct image_scan_name *image, int64_t now,
					struct image_scan *scan);

#endif
