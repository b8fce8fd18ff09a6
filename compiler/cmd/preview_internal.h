/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/preview*.c share: groups of findings, counted. Memory grows with the number of distinct
 * accounts and repositories, not with that of findings. */
#ifndef CMD_PREVIEW_INTERNAL_H
#define CMD_PREVIEW_INTERNAL_H

#include "cmd/compiled.h"
#include "eval/tally.h"

#define PREVIEW_EXAMPLES 3

struct preview_group {
	size_t n;
	size_t shown; /* of these, what stays NEW: a person set it back */
	size_t severity[SEVERITY_UNTRIAGED + 2]; /* the last: another word, or absent */
	size_t *tiers;				 /* n_tiers, and behind them those in none */
	struct tally accounts, repositories, by; /* by: names of suppressions, values of rows */
	struct preview_example {
		struct str id, summary;
	} examples[PREVIEW_EXAMPLES];
};

struct preview {
	struct run run;
	const struct policy *policy, *old; /* old: of --against, else NULL */
	size_t findings;
	size_t hidden;
	struct preview_group *suppressions;		/* by position in policy->statements */
	struct preview_group newly_hidden, newly_shown; /* --against */
	struct preview_group must_not;			/* --fail-if-hides */
};

/* `tier` is an index into a policy's tiers, of which there are n, or -1. */
void preview_add(struct preview_group *group, struct arena *arena, const struct decision *decision,
		 size_t n_tiers);

void preview_text(struct preview *p, struct strbuf *out);
void preview_json(struct preview *p, struct json_writer *w);

#endif
