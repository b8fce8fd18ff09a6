/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixes of problems, applied to the texts in which they stand. Of a problem all edits are made, or
 * none; where edits of two problems meet, the one that begins first wins, and the other one's turn
 * comes when the text has been linted again. n log n. */
#ifndef LINT_FIX_H
#define LINT_FIX_H

#include "base/diag.h"
#include "base/vec.h"
#include "lint/rule.h"

struct fix_file {
	const struct source *source;
	struct str whole; /* all bytes of the file, with the edits */
};

struct fixes {
	VEC(struct fix_file) files; /* those that change */
	size_t n;		    /* problems */
	size_t of[RULE_COUNT];	    /* of each rule */
};

struct fix_choice {
	bool unsafe;	     /* also what changes what is compiled */
	const bool *without; /* flags of rules whose problems stay; NULL: none do */
};

/* What the problems offer that count: not those that are allowed or known. files: in which edits
 * may be made. */
void fix_apply(struct arena *arena, const struct diags *d, const struct fix_choice *choice,
	       const struct source *const *files, size_t n_files, struct fixes *out);

#endif
