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

bool relate_inside(struct engine *e, dd a, dd b, dd *outside)
{
	if (!outside)
		return a == b || !dd_meet_three(e, a, dd_not(e, b), relate_universe(e));
	*outside = relate_within(e, dd_minus(e, a, b));
	return *outside == DD_FALSE;
}

bool relate_overlap(struct engine *e, dd a, dd b, dd *both)
{
	if (!both)
		return dd_meet_three(e, a, b, relate_universe(e));
	*both = relate_within(e, dd_and(e, a, b));
	return *both != DD_FALSE;
}

bool relate_equal(struct engine *e, dd a, dd b, dd *a_only, dd *b_only)
{
	bool left = relate_inside(e, a, b, a_only), right = relate_inside(e, b, a, b_only);

	return left && right;
}
