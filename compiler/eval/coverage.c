/* SPDX-License-Identifier: Apache-2.0
 *
 * Coverage of statements and of their tests. */
#include "eval/coverage.h"

/* The walk over the statements that decide, and over the tests that these are written with. */
struct walk {
	struct coverage *coverage;
	const struct policy *policy;
	const struct decision *decision; /* NULL: all is only noted */
	const struct statement *at;
	const struct element *finding; /* as the statement sees it */
};

struct coverage *coverage_new(struct arena *arena)
{
	struct coverage *c = ARENA_NEW(arena, struct coverage);

	c->arena = arena;
	return c;
}

static bool is_inside(struct span inner, struct span outer)
{
	return inner.start >= outer.start && inner.end <= outer.end;
}

static uint64_t key_of(struct span span)
{
	return (uint64_t)span.start << 32 | span.end;
}

/* --- tests --- */

static void note_test(const struct walk *walk, const struct cond *test)
{
	struct coverage *c = walk->coverage;
	uint32_t at;

	if (!memo_get(&c->by_span, key_of(test->span), &at)) {
		VEC_PUSH(c->arena, c->tests, (struct coverage_test){.cond = test});
		at = (uint32_t)c->tests.n;
		memo_put(&c->by_span, c->arena, key_of(test->span), at);
	}
	if (!walk->decision)
		return;
	if (eval_cond(walk->policy, test, walk->at->many, walk->finding))
		c->tests.items[at - 1].held = true;
	else
		c->tests.items[at - 1].failed = true;
}

/* Conditions nest as deep as the evaluator follows them. */
static void walk_cond(const struct walk *walk, const struct cond *cond, bool defined)
{
	defined = defined || cond->define.len;
	switch (cond->kind) {
	case COND_CONST:
		return;
	case COND_AND:
	case COND_OR:
	case COND_NOT:
		for (size_t i = 0; i < cond->n; i++)
			walk_cond(walk, cond->kids[i], defined);
		return;
	case COND_ANY:
	case COND_ATOM:
	case COND_TIER:
		if (cond->span.end && (defined || is_inside(cond->span, walk->at->span)))
			note_test(walk, cond);
	}
}

/* --- statements --- */

static void walk_statement(struct walk *walk, const struct statement *s, enum decide_round round,
			   bool held)
{
	struct coverage *c = walk->coverage;
	struct coverage_statement *at;
	uint32_t position;

	walk->at = s;
	if (!memo_get(&c->by_span, key_of(s->name_span), &position)) {
		VEC_PUSH(c->arena, c->statements, ((struct coverage_statement){.statement = s}));
		position = (uint32_t)c->statements.n;
		memo_put(&c->by_span, c->arena, key_of(s->name_span), position);
	}
	at = &c->statements.items[position - 1];
	if (walk->decision) {
		at->held = at->held || held;
		at->failed = at->failed || !held;
		walk->finding =
			round == DECIDE_EVENT ? walk->decision->event : walk->decision->original;
	}
	if (s->condition)
		walk_cond(walk, s->condition, false);
	for (size_t i = 0; i < s->n_rows; i++)
		walk_cond(walk, s->rows[i].condition, false);
}

static bool is_listed(const struct decision *decision, enum decide_list list,
		      const struct statement *s)
{
	for (size_t i = 0; decision && i < decision->lists[list].n; i++)
		if (decision->lists[list].items[i] == s)
			return true;
	return false;
}

/* Rules stand in the order of their statements; the first is what the statement is for. */
static void walk_all(struct walk *walk, const struct decide_rule *rules, size_t n)
{
	const struct policy *policy = walk->policy;
	const struct decision *decision = walk->decision;
	size_t rule = 0;

	for (size_t i = 0; i < policy->n_tiers; i++)
		walk_statement(walk, policy->tiers[i], DECIDE_EVENT,
			       decision && decision->tier == (int)i);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];
		bool has_rule = rule < n && rules[rule].statement == s;
		enum decide_list list = has_rule ? rules[rule].list : DECIDE_PROTECT;

		if (has_rule || s->kind == STATEMENT_PROTECT)
			walk_statement(walk, s, has_rule ? rules[rule].round : DECIDE_EVENT,
				       is_listed(decision, list, s));
		while (rule < n && rules[rule].statement == s)
			rule++;
	}
}

void coverage_want(struct coverage *c, const struct policy *policy, const struct decide_rule *rules,
		   size_t n)
{
	struct walk walk = {.coverage = c, .policy = policy};

	walk_all(&walk, rules, n);
}

void coverage_add(struct coverage *c, const struct policy *policy, const struct decide_rule *rules,
		  size_t n, const struct decision *decision)
{
	struct walk walk = {.coverage = c, .policy = policy, .decision = decision};

	walk_all(&walk, rules, n);
}
