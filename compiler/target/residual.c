/* SPDX-License-Identifier: Apache-2.0
 *
 * The rest of a condition. */
#include "target/residual.h"

#include "target/eventbridge.h"
#include "target/jsonata.h"
#include "target/tree.h"

static void add_parts(struct compilation *c, const struct cond *cond, bool negated,
		      struct cond_list *parts);

/* The first tier that holds is the finding's. */
static void add_tier(struct compilation *c, int tier, struct cond_list *parts)
{
	const struct policy *policy = c->policy;
	size_t before = tier < 0 ? policy->n_tiers : (size_t)tier;

	if (tier >= 0)
		add_parts(c, policy->tiers[tier]->condition, false, parts);
	for (size_t i = 0; i < before; i++)
		add_parts(c, policy->tiers[i]->condition, true, parts);
}

/* The parts of nested `and`s, an `unless a or b` being `not a` and `not b`. As deep as the tree. */
static void add_parts(struct compilation *c, const struct cond *cond, bool negated,
		      struct cond_list *parts)
{
	if (cond->kind == COND_NOT)
		add_parts(c, cond->kids[0], !negated, parts);
	else if (cond->kind == COND_TIER && !negated)
		add_tier(c, cond->tier, parts);
	else if (cond->kind != (negated ? COND_OR : COND_AND))
		VEC_PUSH(c->arena, *parts, negated ? tree_not(c->arena, cond) : cond);
	else
		for (size_t i = 0; i < cond->n; i++)
			add_parts(c, cond->kids[i], negated, parts);
}

/* What the patterns take together, as their reader reads them; everything if it cannot. */
static dd taken(struct compilation *c, const struct unit *unit, const struct pattern *patterns,
		size_t n)
{
	struct engine *e = lower_engine(c->lower);
	dd *sets = ARENA_ARRAY(c->arena, dd, n);
	const char *why;

	for (size_t i = 0; i < n; i++)
		if (!eventbridge_read(c, unit, patterns[i].minified, &sets[i], &why))
			return DD_TRUE;
	return dd_or_all(e, sets, n);
}

bool residual_make(struct compilation *c, const struct unit *unit, const struct pattern *patterns,
		   size_t n, struct refusal *refusal, struct residual *residual)
{
	struct engine *e = lower_engine(c->lower);
	struct cond_list parts = {0}, rest = {0};
	dd set;

	*residual = (struct residual){0};
	target_ask(c);
	set = taken(c, unit, patterns, n);
	add_parts(c, unit_tree(unit), false, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		dd part;

		target_ask(c);
		part = lower_cond(c->lower, parts.items[i], unit->view);
		if (engine_exhausted(e) || !relate_inside(e, set, part, NULL))
			VEC_PUSH(c->arena, rest, parts.items[i]);
	}
	target_ask(c);
	if (!rest.n)
		return true;
	return jsonata_write(c, tree_all(c->arena, rest.items, rest.n), unit->view, refusal,
			     &residual->test, &residual->rests_on);
}
