/* SPDX-License-Identifier: Apache-2.0
 *
 * Slices, combined and asked. */
#include "lint/sets.h"

struct slices sets_of_unit(struct lint *l, const struct unit *unit)
{
	return conflict_slices(l->c, unit->condition, unit->view);
}

static struct slices combine(struct lint *l, struct slices a, struct slices b,
			     dd (*apply)(struct engine *e, dd a, dd b))
{
	for (enum view v = 0; v < VIEW_COUNT; v++)
		a.of[v] = apply(lower_engine(l->c->lower), a.of[v], b.of[v]);
	return a;
}

struct slices sets_and(struct lint *l, struct slices a, struct slices b)
{
	return combine(l, a, b, dd_and);
}

struct slices sets_or(struct lint *l, struct slices a, struct slices b)
{
	return combine(l, a, b, dd_or);
}

struct slices sets_minus(struct lint *l, struct slices a, struct slices b)
{
	return combine(l, a, b, dd_minus);
}

static dd once(struct engine *e, dd set, var v, vset value)
{
	return set == DD_FALSE ? set : dd_forget(e, dd_and(e, set, dd_in(e, v, value)), v);
}

struct slices sets_once(struct lint *l, struct slices a, enum field_id field, int word)
{
	struct engine *e = lower_engine(l->c->lower);

	for (enum view v = 0; v < VIEW_COUNT; v++) {
		var x = lower_var(l->c->lower, field, STR(""), v);

		a.of[v] = once(e, a.of[v], x, set_bits(e, x, BIT(word)));
	}
	return a;
}

struct slices sets_once_text(struct lint *l, struct slices a, enum field_id field, struct str key,
			     struct str text)
{
	struct engine *e = lower_engine(l->c->lower);

	for (enum view v = 0; v < VIEW_COUNT; v++)
		a.of[v] = once(e, a.of[v], lower_var(l->c->lower, field, key, v),
			       set_strings(e, lang_string(e, text), false));
	return a;
}

struct slices sets_whichever(struct lint *l, struct slices a, enum field_id field, uint64_t words)
{
	struct engine *e = lower_engine(l->c->lower);

	for (enum view v = 0; v < VIEW_COUNT; v++) {
		var x = lower_var(l->c->lower, field, STR(""), v);

		if (a.of[v] != DD_FALSE)
			a.of[v] = dd_not(e, once(e, dd_not(e, a.of[v]), x, set_bits(e, x, words)));
	}
	return a;
}

bool sets_find(struct lint *l, struct slices a, bool inspector, dd *set, enum view *view)
{
	static const struct slices all = {{DD_TRUE, DD_TRUE}};

	return conflict_overlap(l->c, a, all, inspector, set, view);
}
