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

bool relate_empty(struct engine *e, dd a)
{
	return dd_and(e, a, relate_universe(e)) == DD_FALSE;
}

static bool empty_minus(struct engine *e, dd a, dd b, dd *rest)
{
	dd left = DD_FALSE;

	if (a != b)
		left = dd_and(e, dd_minus(e, a, b), relate_universe(e));
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
	dd common = dd_and(e, dd_and(e, a, b), relate_universe(e));

	if (both)
		*both = common;
	return common != DD_FALSE;
}

bool relate_equal(struct engine *e, dd a, dd b, dd *a_only, dd *b_only)
{
	bool left = empty_minus(e, a, b, a_only), right = empty_minus(e, b, a, b_only);

	return left && right;
}
