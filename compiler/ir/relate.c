/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions inside the universe. A diagram without a finding is DD_FALSE, for groups too, so each
 * question is one or two operations. Picking is in relate_pick.c. */
#include "ir/relate.h"

#include "ir/diagram_internal.h"

void relate_set_universe(struct engine *e, dd universe)
{
	e->diagrams->universe = universe;
}

dd relate_universe(const struct engine *e)
{
	return e->diagrams->universe;
}

dd relate_within(struct engine *e, dd a)
{
	struct memo *memo = &e->diagrams->within;
	uint64_t universe = (uint64_t)relate_universe(e) << 32;
	dd result;

	if (a == DD_FALSE || memo_get(memo, universe | a, &result))
		return a == DD_FALSE ? a : result;
	result = dd_and(e, a, relate_universe(e));
	if (engine_exhausted(e))
		return result;
	memo_put(memo, e->arena, universe | a, result);
	memo_put(memo, e->arena, universe | result, result);
	return result;
}

bool relate_empty(struct engine *e, dd a)
{
	return !dd_meet(e, a, relate_universe(e));
}

/* Without a set to show there is less to do. */
static bool cut(struct engine *e, dd a, dd *out)
{
	if (!out)
		return !relate_empty(e, a);
	*out = relate_within(e, a);
	return *out != DD_FALSE;
}

bool relate_inside(struct engine *e, dd a, dd b, dd *outside)
{
	return !cut(e, a == b ? DD_FALSE : dd_minus(e, a, b), outside);
}

bool relate_overlap(struct engine *e, dd a, dd b, dd *both)
{
	return cut(e, dd_and(e, a, b), both);
}

bool relate_equal(struct engine *e, dd a, dd b, dd *a_only, dd *b_only)
{
	bool left = relate_inside(e, a, b, a_only), right = relate_inside(e, b, a, b_only);

	return left && right;
}
