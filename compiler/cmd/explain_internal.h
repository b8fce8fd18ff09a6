/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/explain*.c share: all that is known of a policy and one finding, before it is put into
 * words. */
#ifndef CMD_EXPLAIN_INTERNAL_H
#define CMD_EXPLAIN_INTERNAL_H

#include "cmd/compiled.h"
#include "eval/trace.h"

/* A rule whose condition holds: it acts, or its guard or another statement keeps it from it. */
struct act {
	const struct decide_rule *rule;
	bool acts;
	struct trace_steps held; /* what is in the way */
};

/* A statement and the finding. */
struct account {
	const struct statement *statement;
	const struct element *seen; /* the finding as it is when the statement's turn comes */
	const struct row *row;	    /* of an `each`: the one that takes it, or comes nearest */
	const struct trace *trace;  /* NULL: not about findings */
	struct trace_steps steps;
	const struct left_out *left_out; /* nothing is written for it, and why */
	enum backend backend;		 /* if it has rules, or shows findings */
	VEC(const struct decide_rule *) rules;
	VEC(const struct artefact *) artefacts;
	VEC(struct act) acts;
};

struct explanation {
	struct run run;
	struct compiled compiled;
	const struct finding *finding;
	const struct decision *decision;
	const struct element *after; /* as it stands when all have acted */
	struct account *tiers;	     /* as in the policy */
	struct account *accounts;
	size_t n;		    /* accounts: all statements but tiers, in policy order */
	const struct account *only; /* of --statement, else NULL */
};

/* How a test that decides turned out, in words; both are raw. */
struct str explain_test(struct explanation *x, const struct trace *test);
struct str explain_found(struct explanation *x, const struct trace *test);

/* Traces every statement on what it sees, and says what its rules do. */
void explain_judge(struct explanation *x);
/* Adds a test that decides; `holds`: whether the whole does; where it stands in no file. */
void explain_step(struct explanation *x, struct strbuf *out, const struct trace_step *step,
		  bool holds, const char *nowhere);
/* What happens to the finding, in the order in which it does. */
void explain_acts(struct explanation *x, struct strbuf *out);
void explain_text(struct explanation *x, struct strbuf *out);
/* Of one statement, every test. */
void explain_tree(struct explanation *x, struct strbuf *out, const struct account *account);
void explain_json(struct explanation *x, struct json_writer *w);

#endif
