/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of a finding, in the words of the language, for messages: raw, so quote them. */
#ifndef FINDING_DESCRIBE_H
#define FINDING_DESCRIBE_H

#include "finding/finding.h"

/* `exploit`, or with the key of a map `tag["team"]`. */
struct str describe_field(struct arena *arena, enum field_id field, struct str key);
/* The field and its values: "exploit YES", "package.name curl, zlib", "fix absent". */
struct str describe_values(struct arena *arena, const struct element *root, enum field_id field,
			   struct str key);

#endif
