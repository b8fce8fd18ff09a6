/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the pass over single tests (single.c): what its rules know while a condition is walked.
 *
 * A rule looks at a test first, which costs next to nothing, and asks the set engine only if that
 * is suspicious. Its question is always the same: what would the statement take, or no longer take,
 * if this one test stood differently? So what else the condition says counts by itself, and a test
 * that is made harmless by another is none of the linter's business. */
#ifndef LINT_SINGLE_INTERNAL_H
#define LINT_SINGLE_INTERNAL_H

#include "lint/pass.h"

/* The way from the root of a condition to the test at hand. */
struct single_frame {
	const struct single_frame *up;
	const struct cond *cond;
	size_t kid;
};

struct single {
	struct lint *l;
	struct memo told;    /* an atom -> the rows of the table that have told of it */
	struct memo carried; /* (findings, field) -> can it be there */

	/* the statement, or a row of it */
	const struct statement *statement;
	const struct lint_subject *subject; /* a suppression's; else NULL */
	const struct cond *cond;
	enum view view;
	unsigned questions; /* that were asked of it */
	bool has_findings;  /* what `findings` says is known */
	dd findings;	    /* those that its tests of product and type leave */

	/* the test */
	const struct single_frame *up;
	const struct cond *leaf;
	bool negative; /* below an odd number of `not` */

	/* of the whole policy: tests of one fix alone */
	const struct atom *fix_yes, *fix_no;
};

/* A rule's look at a test: true if it has told of it. */
typedef bool single_check(struct single *w, const struct atom *atom);

/* --- the condition with another test in place of this one (single.c) --- */

const struct cond *single_instead(struct single *w, const struct cond *leaf);
/* A test like this one with another operator and other values, never negated. */
const struct cond *single_leaf(struct single *w, const struct atom *like, enum test test,
			       const struct value *values, size_t n);
const struct cond *single_join(struct single *w, enum cond_kind kind, const struct cond *a,
			       const struct cond *b); /* b: NULL for COND_NOT */
/* This test, or no value at all. */
const struct cond *single_or_absent(struct single *w, const struct atom *atom);
/* Some findings of `more` that are not in `less`: false if there are none, or no answer. */
bool single_between(struct single *w, enum lint_id rule, const struct cond *less,
		    const struct cond *more, dd *gain);
/* One more question about this statement: false if it had too many, which is told once. */
bool single_question(struct single *w, enum lint_id rule);
/* Is one of these fields asked for, beside the test, whenever the test counts? */
bool single_asks(const struct single *w, const enum field_id *fields, size_t n);
bool single_is_suppress(const struct single *w);
/* Inspector itself judges the statement, or sends its events. */
bool single_is_inspector(const struct single *w);
/* A label at the statement, if the test stands in a define. */
void single_used_by(struct single *w, struct diag *diag, const struct atom *atom);

/* --- the rules --- */

single_check single_short_needle, single_bare_prefix, single_cve_prefix,
	single_cve_title;							 /* _needle */
single_check single_numeric_tail, single_control_title, single_stale_name;	 /* _control */
single_check single_absent_matches, single_absent_dropped, single_never_present; /* _absent */
single_check single_bare_package, single_moving_tag, single_digest, single_instance_id; /* _thing */
single_check single_reversed_age, single_untriaged, single_note_fix;			/* _word */
void single_name(struct single *w);
void single_partial_fix(struct single *w);

#endif
