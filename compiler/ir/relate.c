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
	return relate_within(e, a) == DD_FALSE;
}

static bool empty_minus(struct engine *e, dd a, dd b, dd *rest)
{
	dd left = DD_FALSE;

	if (a != b)
		left = relate_within(e, dd_minus(e, a, b));
	if (rest)
		*rest = left;
	return left == DD_FALSE;
}

bool relate_inside(struct engine *e, dd a, dd b, dd *outside)
{
	return empty_minus(e, a, b, outside);
}

bool relate_overlap(struct engine *e, dd a, dd b, dd *both)
{
	dd common = relate_within(e, dd_and(e, a, b));

	if (both)
		*both = common;
	return common != DD_FALSE;
}

bool relate_equal(struct engine *e, dd a, dd b, dd *a_only, dd *b_only)
{
	bool left = empty_minus(e, a, b, a_only), right = empty_minus(e, b, a, b_only);

	return left && right;
}
