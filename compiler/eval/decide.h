/* SPDX-License-Identifier: Apache-2.0
 *
 * The decision on a finding: what becomes of it when everything that a policy deploys has seen it
 * once, in the order in which AWS runs it. Inspector's own suppressions first: what they take is
 * ARCHIVED for all that follows. Then automation rules, on the provider's original finding; what
 * they write stands when the event is raised. Then event rules and notifications, on that, in one
 * round: what one of them writes no other one sees. Tier and protect are those of the event, too.
 *
 * That no two statements write different values to one place is the compiler's promise
 * (target/conflict.h), so the order inside a round decides nothing but who is named. */
#ifndef EVAL_DECIDE_H
#define EVAL_DECIDE_H

#include "eval/eval.h"

enum decide_round { DECIDE_INSPECTOR, DECIDE_ORIGINAL, DECIDE_EVENT, DECIDE_ROUND_COUNT };

/* The lists of a decision. */
enum decide_list {
	DECIDE_NOTIFY,
	DECIDE_SUPPRESS,
	DECIDE_REOPEN,
	DECIDE_ASSIGN,
	DECIDE_PROTECT,
	DECIDE_LIST_COUNT
};

const char *decide_list_name(enum decide_list list); /* "notify", … */

/* What a statement does to findings: one rule, or several (the rows of an `each`). */
struct decide_rule {
	const struct statement *statement;
	enum decide_list list;
	enum decide_round round;
	bool many;		      /* fields of vulnerabilities and resources are many-valued */
	const struct cond *condition; /* by which the statement is listed */
	const struct cond *guarded;   /* by which it writes: the same, and its guard */
	int status, severity;	      /* -1: it leaves them alone */
	struct str note;	      /* empty: the same */
	const struct set_field *sets;
	size_t n_sets;
};

struct decision {
	const struct finding *finding;
	size_t input; /* findings before it in the run */
	int tier;     /* index in policy->tiers, or -1 */
	struct {
		const struct statement **items; /* in policy order, each once */
		size_t n;
	} lists[DECIDE_LIST_COUNT];
	/* What stands afterwards, and the first rule in policy order that wrote it now, or NULL. */
	struct fval workflow;
	const struct decide_rule *workflow_by;
	const struct map_entry *fields; /* those of the finding first */
	const struct decide_rule *const *fields_by;
	size_t n_fields;
	/* The findings that the rounds saw: with record ARCHIVED if Inspector hides it, and with
	 * what automation rules wrote. They live as long as the decision. */
	const struct element *original, *event;
};

/* A copy that needs nothing but the policy to live. */
struct decide_rule *decide_copy(struct arena *arena, struct arena *scratch,
				const struct decide_rule *rules, size_t n);

struct decider;

/* What decisions depend on and speak of, of WANTED_COUNT flags: a reader may leave out the rest. */
void decide_wanted(const struct policy *policy, const struct decide_rule *rules, size_t n,
		   bool *wanted);

/* Rules are in policy order and live as long as the decider. */
struct decider *decide_new(struct arena *arena, const struct policy *policy,
			   const struct decide_rule *rules, size_t n);
/* `input` counts findings from 0. Good until the next call; memory grows with the largest finding,
 * not with their number. */
const struct decision *decide_finding(struct decider *decider, const struct finding *finding,
				      size_t input);
/* A decision as one object, on one line without an end; and its members, into an object of a
 * document that is open. */
void decide_line(struct strbuf *out, const struct policy *policy, const struct decision *decision);
void decide_write(struct json_writer *w, const struct policy *policy,
		  const struct decision *decision);

#endif
