/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/eval.c, its table and its summary share. */
#ifndef CMD_EVAL_INTERNAL_H
#define CMD_EVAL_INTERNAL_H

#include "eval/decide.h"
#include "ir/memo.h"

/* --- a row for each finding --- */

void eval_table_head(struct strbuf *out, const struct policy *policy);
void eval_table_row(struct strbuf *out, const struct policy *policy,
		    const struct decision *decision);

/* --- counts --- */

struct eval_counts {
	const struct policy *policy;
	size_t findings;
	size_t *tiers;				/* n_tiers, and behind them those in none */
	size_t workflow[WORKFLOW_RESOLVED + 2]; /* the last: another word, or absent */
	size_t *listed[DECIDE_LIST_COUNT];	/* by position in policy->statements */
	bool *lists[DECIDE_LIST_COUNT];		/* may it stand in this list? */
	struct memo position;			/* of a statement, from 1 */
};

void eval_counts_begin(struct eval_counts *counts, struct arena *arena, const struct policy *policy,
		       const struct decide_rule *rules, size_t n);
void eval_counts_add(struct eval_counts *counts, const struct decision *decision);
/* The counts of other findings, of the same policy, come to these. */
void eval_counts_join(struct eval_counts *counts, const struct eval_counts *others);
void eval_counts_text(const struct eval_counts *counts, struct strbuf *out);
void eval_counts_json(const struct eval_counts *counts, struct json_writer *w);

#endif
