/* SPDX-License-Identifier: Apache-2.0
 *
 * The linter: what may be meant, and will hurt. It reads a policy that passed the check, asks the
 * set engine, and never looks at the text for what is a matter of meaning; a problem of breadth or
 * logic shows a finding, which the plain evaluator has confirmed.
 *
 * A pass (lint_*.c) looks for the problems of a family of rules and tells each with lint_report(),
 * under the name of its rule (rule.h). What is allowed, known or below the level that is asked for
 * is no matter of passes: all that is done once, when all have run (settle.h).
 *
 * No pass compares each with each: what depends on others is asked of a union, or of the few that
 * share a pin (target/pins.h). */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "lint/place.h"
#include "lint/settings.h"
#include "target/plan.h"

/* A suppression, or a row of one with `each`: what it hides, and where it stands. */
struct lint_subject {
	const struct statement *statement;
	const struct row *row;	 /* NULL: the statement has no rows */
	const struct cond *cond; /* with the defaults of the policy */
	const struct until *until;
	struct span at; /* the name, or the row */
	enum view view;
	bool live; /* not past its end */
};

struct lint_base;
struct measure;
struct coverage;

struct lint {
	struct arena *arena;
	struct diags *diags;
	struct sources *sources;
	const struct ast_program *program;
	const struct policy *policy;
	const struct lint_settings *settings;
	struct compilation *c;	       /* its lower is the set engine of all questions */
	const struct plan *plan;       /* NULL: the policy does not compile, and that is told */
	struct lint_subject *subjects; /* in policy order */
	size_t n_subjects;
	const struct places *places;
	struct lint_shown { /* the last witness: rules of one statement often show the same */
		dd set;
		enum view view;
		const struct element *finding;
	} shown;
	const struct typical *typical; /* made by lint_run, too */
	const struct lint_base *base;  /* the policy as it was; NULL: not asked */
	/* What rules of that evidence need; NULL: not given. */
	const struct measure *measure;
	const struct coverage *coverage;
};

/* All passes. l->subjects is made here. */
void lint_run(struct lint *l);
/* What the subject hides, of its view, not cut to the universe: a part of a question. */
dd lint_set(struct lint *l, const struct lint_subject *subject);

/* Is anybody told of this rule's problems? If not, nothing need be asked for it. */
bool lint_wants(const struct lint *l, enum lint_id rule);
/* A problem at its rule's level; NULL if that is off. Notes, a witness, help and fixes follow. */
struct diag *lint_report(struct lint *l, enum lint_id rule, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same at another level than the rule's own, where a page gives two; what the configuration
 * sets for the rule holds for both. */
struct diag *lint_report_at(struct lint *l, enum lint_id rule, enum lint_level level,
			    struct span at, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Before a question to the set engine and after it: a new budget, and false, with VC399 at `at`, if
 * it ran out: the answer then means nothing, and the rule has not been checked there. */
void lint_ask(struct lint *l);
bool lint_answered(struct lint *l, enum lint_id rule, struct span at);

/* Shows a finding of the set (of `view`, inside its universe) as "what: summary"; the conditions
 * must hold for it, and `not_held` must not (each may be NULL): if the evaluator disagrees, it is a
 * bug of ours and said. false if there is no such finding. Resets the engine's budget. */
bool lint_witness(struct lint *l, struct diag *diag, const char *what, dd set, enum view view,
		  const struct cond *held, const struct cond *also_held,
		  const struct cond *not_held);

#endif
