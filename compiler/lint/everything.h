/* SPDX-License-Identifier: Apache-2.0
 *
 * VC103 where it is no matter of levels: a suppression that takes all that the policy is about is
 * not compiled, unless an allowance stands before it. Near free for conditions that ask for a
 * vulnerability or a thing. */
#ifndef LINT_EVERYTHING_H
#define LINT_EVERYTHING_H

#include "lint/narrow.h"
#include "target/target.h"

#define EVERYTHING_MESSAGE "`%s` hides everything that the policy is about"
#define EVERYTHING_HELP "say in `when` what was decided about: a vulnerability, a package, a place"

/* Is this condition of the statement (or of a row) about everything? false, too, if the engine ran
 * out of its budget. */
bool everything_is(struct compilation *c, struct narrow *narrow, const struct cond *cond,
		   const struct statement *s);
/* Refuses those in force. */
void everything_refuse(struct compilation *c);

#endif
