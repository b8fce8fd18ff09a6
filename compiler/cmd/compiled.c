/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiling for commands that write no artefacts. */
#include "cmd/compiled.h"

#include <limits.h>

/* sets: what the set engine takes, which is of no use afterwards. */
static bool plan(struct run *run, struct arena *arena, struct arena *sets, unsigned unwanted,
		 bool for_lint, struct compiled *compiled)
{
	struct compilation *c = &compiled->c;

	*compiled = (struct compiled){0};
	c->arena = arena;
	c->diags = run->diags;
	c->sources = run->sources;
	c->policy = run->policy;
	c->unwanted = unwanted;
	c->for_lint = for_lint;
	c->lower = lower_new(sets, engine_new(sets), c->policy);
	compiled->plan = compile_policy(c);
	return compiled->plan != NULL;
}

static bool compile(struct run *run, struct arena *arena, struct arena *sets, unsigned unwanted,
		    struct compiled *compiled)
{
	struct compilation *c = &compiled->c;

	if (!plan(run, arena, sets, unwanted, false, compiled))
		return false;
	compiled->rules = rules_of_plan(c, compiled->plan, &compiled->n);
	return !diags_count(c->diags, DIAG_ERROR);
}

bool compiled_plan(struct run *run, struct compiled *compiled)
{
	return plan(run, run->arena, run->arena, UINT_MAX, true, compiled);
}

bool compiled_make(struct run *run, struct compiled *compiled)
{
	return compile(run, run->arena, run->arena, 0, compiled);
}

struct decide_rule *compiled_rules(struct run *run, size_t *n)
{
	struct arena *arena = arena_new(), *sets = arena_new();
	struct compiled compiled;
	struct decide_rule *rules = NULL;
	bool good = compile(run, arena, sets, UINT_MAX, &compiled);

	arena_free(sets);
	if (good)
		rules = decide_copy(run->arena, arena, compiled.rules, compiled.n);
	*n = rules ? compiled.n : 0;
	arena_free(arena);
	return rules;
}
