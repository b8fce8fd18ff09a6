/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/gate*.c share: the findings in the gated tiers, and who holds which. */
#ifndef CMD_GATE_INTERNAL_H
#define CMD_GATE_INTERNAL_H

#include "cmd/compiled.h"

struct gated {
	const struct element *root; /* as the policy's event rules see it */
	int tier;
	/* What holds it; by is NULL where a person does. */
	bool held;
	const struct statement *by;
	struct str until, reason; /* of the row, if it has rows; empty: none */
	int workflow;		  /* that stands then; -1: another word, or none */
};

struct gate {
	struct run run;
	struct compiled compiled;
	int last;	  /* the last tier that closes it; those before it do, too */
	size_t findings;  /* that were judged */
	size_t inactive;  /* left out: what Inspector closed or hides is not deployed anew */
	size_t checks;	  /* left out: of a Dockerfile */
	size_t elsewhere; /* in other tiers, or in none */
	size_t n_blocks;
	VEC(struct gated) gated;
};

void gate_text(struct gate *g, struct strbuf *out);
void gate_json(struct gate *g, struct json_writer *w);

#endif
