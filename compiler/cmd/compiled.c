/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiling for commands that write no artefacts. */
#include "cmd/compiled.h"

bool compiled_make(struct run *run, struct compiled *compiled)
{
	struct compilation *c = &compiled->c;

	*compiled = (struct compiled){0};
	c->arena = run->arena;
	c->diags = run->diags;
	c->sources = run->sources;
	c->policy = run->policy;
	c->lower = lower_new(c->arena, engine_new(c->arena), c->policy);
	compiled->plan = compile_policy(c);
	if (!compiled->plan)
		return false;
	compiled->rules = rules_of_plan(c, compiled->plan, &compiled->n);
	return !diags_count(c->diags, DIAG_ERROR);
}
