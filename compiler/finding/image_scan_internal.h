/* SPDX-License-Identifier: Apache-2.0
 *
 * What finding/image_scan*.c share: making a finding of what a scan says of one vulnerability. */
#ifndef FINDING_IMAGE_SCAN_INTERNAL_H
#define FINDING_IMAGE_SCAN_INTERNAL_H

#include "base/vec.h"
#include "finding/image_scan.h"

struct image_scan_reader {
	struct arena *arena;
	struct image_scan *scan;
	const struct image_scan_name *image;
	int64_t now;
	VEC(struct finding *) findings;
};

/* A package as an SBOM names it; what Inspector's findings call it is made of the parts. */
struct image_scan_package {
	struct str name, version, path, fixed_in; /* as they stand; may be empty */
	struct str purl;
};

/* Begins a finding: everything but the vulnerability. */
struct element *image_scan_begin(struct image_scan_reader *r, struct str id);
void image_scan_text(struct element *element, enum field_id field, struct str text);
/* A number as it stands, or a date; what is none is absent. */
void image_scan_number(struct element *element, enum field_id field, const struct json *json);
void image_scan_date(struct element *element, enum field_id field, struct str text);
void image_scan_word(struct element *element, enum field_id field, int word);
/* `critical` … `none`; anything else stays another word. */
void image_scan_severity(struct element *root, struct str text);
void image_scan_package(struct image_scan_reader *r, struct element *vulnerability,
			const struct image_scan_package *package);
/* One of a list of scalars. */
void image_scan_item(struct image_scan_reader *r, struct element *parent, enum group group,
		     enum field_id field, struct str text);
/* All packages have a fix, some, or none. */
void image_scan_fix(struct element *vulnerability, size_t packages, size_t fixed);
/* Ends it: the title. */
void image_scan_end(struct image_scan_reader *r, struct element *root);

/* image_scan_cyclonedx.c, image_scan_inspector.c: *why when it cannot be read. */
bool image_scan_cyclonedx(struct image_scan_reader *r, const struct json *bom, const char **why);
bool image_scan_inspector(struct image_scan_reader *r, const struct json *report, const char **why);
/* Is it a check of the Dockerfile, and no vulnerability? Counted. */
bool image_scan_is_check(struct image_scan_reader *r, struct str id);

#endif
