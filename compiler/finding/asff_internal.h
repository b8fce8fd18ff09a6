/* SPDX-License-Identifier: Apache-2.0
 *
 * What ASFF needs beside its layout: paths below an element, for the writer
 * (`Vulnerabilities[].Cvss[].BaseScore`; keys contain '/' but never '.'), and an image's ARN. */
#ifndef FINDING_ASFF_INTERNAL_H
#define FINDING_ASFF_INTERNAL_H

#include "finding/finding.h"

struct asff_step {
	struct str key;
	bool list; /* `key[]`: the array's items are next */
};

/* Takes the first step off a path; false when none is left. */
bool asff_step(struct str *path, struct asff_step *step);

enum asff_base {
	ASFF_NOWHERE,	/* not carried */
	ASFF_ELEMENT,	/* the path starts at the element that the field lives in */
	ASFF_DOCUMENT,	/* the path starts at the document and speaks of the group's first element:
			 * ProductFields about resource 1 */
	ASFF_RESOURCES, /* the path starts at the document and leads into every resource, which
			 * all say the same */
};
/* The path of a field; empty: the element itself is the value (a list of scalars). Of a map, the
 * object that holds its keys. */
enum asff_base asff_field_path(enum field_id field, struct str *path);
/* The path of a group's list below its parent's element; its last step is the list. false: not
 * carried. */
bool asff_group_path(enum group group, struct str *path);
/* The field whose value is the item itself, in a list of scalars; -1 in a list of objects. */
int asff_scalar(enum group group);
/* Where ASFF says the same for the whole finding when the element does not; empty: nowhere. */
struct str asff_fallback(enum field_id field);
/* An ECR image's repository and digest, where they are absent, from its ARN. */
void asff_image(struct str arn, struct fval *repository, struct fval *digest);
void asff_derive_image(struct element *resource);

#define ASFF_SCHEMA_VERSION "2018-10-08"

#endif
