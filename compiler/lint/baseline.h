/* SPDX-License-Identifier: Apache-2.0
 *
 * A baseline: the problems that a policy had when the linter came, by the names that stay when
 * lines move (diag_name). They are known, so that only what is new counts; and an entry that is
 * needed no more is a problem itself, so that a baseline only shrinks. Its file is sorted, one
 * problem a line, for people to review:
 *
 *	{
 *	  "format": 1,
 *	  "problems": [
 *	    {"fingerprint":"VC101/suppress/old","id":"VC101"}
 *	  ]
 *	}
 *
 * Only what the linter finds can be in it: what does not compile is no matter of habit. */
#ifndef LINT_BASELINE_H
#define LINT_BASELINE_H

#include "base/diag.h"
#include "lint/rule.h"

struct baseline;

/* NULL after a diagnostic (exit 3). */
struct baseline *baseline_read(struct arena *arena, struct diags *d, const struct source *source);
/* Marks the problems that it knows, when all are named (settle_names). looked_for: by rule, whether
 * the run has looked for its problems; an entry of such a rule that met none is an error, at its
 * place in the file, as is one of no rule. NULL: nothing can be said of that. n log n. */
void baseline_apply(struct baseline *baseline, struct diags *d, const bool *looked_for);
/* A baseline of all problems of at least this level that are not allowed. false after a
 * diagnostic: there are more than were kept. */
bool baseline_write(struct arena *arena, struct diags *d, enum diag_level least, struct str *text)
	__attribute__((warn_unused_result));

#endif
