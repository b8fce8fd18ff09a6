/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/explain*.c share: all that is known of a policy and one finding, before it is put into
 * words. */
#ifndef CMD_EXPLAIN_INTERNAL_H
#define CMD_EXPLAIN_INTERNAL_H

#include "cmd/run.h"
#include "eval/trace.h"
#include "target/compile.h"

/* A statement and the finding. */
struct account {
	const struct statement *statement;
	const struct row *row; /* of an `each`: the one that takes it, or comes nearest */
	/* NULL: not about findings. It is judged on what its mechanism sees of the finding. */
	const struct trace *trace;
	struct trace_steps steps;
	const struct left_out *left_out; /* nothing is written for it, and why */
	VEC(const struct unit *) units;
	VEC(const struct artefact *) artefacts;
};

struct explanation {
	struct run run;
	struct compilation c;
	const struct plan *plan;
	const struct finding *finding;
	int tier;	       /* the first that holds, or -1 */
	struct account *tiers; /* as in the policy */
	struct account *accounts;
	size_t n;		    /* accounts: all statements about findings, in policy order */
	const struct account *only; /* of --statement, else NULL */
};

/* How a test that decides turned out, in words; both are raw. */
struct str explain_test(struct explanation *x, const struct trace *test);
struct str explain_found(struct explanation *x, const struct trace *test);

void explain_text(struct explanation *x, struct strbuf *out);
/* Of one statement, every test. */
void explain_tree(struct explanation *x, struct strbuf *out, const struct account *account);
void explain_json(struct explanation *x, struct json_writer *w);

#endif
