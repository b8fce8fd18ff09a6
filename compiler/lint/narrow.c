/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions to boxes, and the short way to the points of a plain one. */
#include "lint/narrow_internal.h"

#include <limits.h>

struct narrow *narrow_new(struct arena *arena, struct lower *lower)
{
	struct narrow *n = ARENA_NEW(arena, struct narrow);

	*n = (struct narrow){.arena = arena, .lower = lower};
	return n;
}

/* --- bounds --- */

static dd words(struct narrow *n, enum field_id field, uint64_t mask, enum view view)
{
	struct engine *e = lower_engine(n->lower);
	var v = lower_var(n->lower, field, STR(""), view);

	return lower_field_in(n->lower, field, STR(""), set_bits(e, v, mask), view);
}

/* U6 speaks of GuardDuty and of the products of controls by name: their findings have no
 * vulnerability. The universe itself knows controls by `control`. */
static dd possible(struct narrow *n, enum view view)
{
	struct str products[] = {STR("GuardDuty"), STR("Security Hub"), STR("Security Hub CSPM")};
	struct engine *e = lower_engine(n->lower);
	dd all = lower_universe(n->lower, view), named;
	lang names = lang_strings(e, products, ARRAY_LEN(products));
	var group;

	if (view == VIEW_SINGLE)
		return all;
	group = lower_group(n->lower, GROUP_VULNERABILITY, view);
	named = lower_field_in(n->lower, FIELD_product, STR(""), set_strings(e, names, false),
			       view);
	return dd_and(e, all, dd_or(e, dd_not(e, named), dd_in(e, group, set_absent(e, group))));
}

static struct narrow_bound *make_bound(struct narrow *n, const struct cond *given, enum view view)
{
	static const struct cond top = {.kind = COND_TIER, .tier = 0};
	struct engine *e = lower_engine(n->lower);
	struct narrow_bound *b = ARENA_NEW(n->arena, struct narrow_bound);
	dd inspector = lower_inspector(n->lower);

	*b = (struct narrow_bound){.given = given, .view = view, .care = DD_TRUE};
	if (given)
		b->care = lower_cond(n->lower, given, view);
	b->care = dd_and(e, b->care, view == VIEW_SINGLE ? inspector : dd_not(e, inspector));
	b->care = dd_and(e, b->care, possible(n, view));
	b->critical = dd_and(e, b->care, words(n, FIELD_severity, BIT(SEVERITY_CRITICAL), view));
	b->exploited = dd_and(e, b->care, words(n, FIELD_exploit, BIT(EXPLOIT_YES), view));
	b->top = DD_FALSE;
	if (lower_policy(n->lower)->n_tiers)
		b->top = dd_and(e, b->care, lower_cond(n->lower, &top, view));
	return b;
}

/* Not kept if the engine has run out of its budget. */
static const struct narrow_bound *bound_of(struct narrow *n, const struct cond *given,
					   enum view view)
{
	struct narrow_bound *b;

	for (size_t i = 0; i < n->bounds.n; i++) {
		b = n->bounds.items[i];
		if (b->given == given && b->view == view)
			return b;
	}
	b = make_bound(n, given, view);
	if (!engine_exhausted(lower_engine(n->lower)))
		VEC_PUSH(n->arena, n->bounds, b);
	return b;
}

/* --- boxes --- */

static bool cover(struct narrow *n, dd set, dd care, struct boxes *boxes)
{
	struct engine *e = lower_engine(n->lower);

	if (boxes_cover_as_is(e, n->arena, set, care, NARROW_BOXES, boxes))
		return true;
	return !engine_exhausted(e) &&
	       boxes_cover_within(e, n->arena, set, care, NARROW_BOXES, boxes);
}

bool narrow_boxes(struct narrow *n, const struct cond *cond, const struct cond *given, bool many,
		  struct narrow_boxes *out)
{
	struct engine *e = lower_engine(n->lower);
	VEC(struct narrow_box) all = {0};

	for (enum view view = 0; view < (many ? VIEW_COUNT : VIEW_MANY); view++) {
		const struct narrow_bound *in = bound_of(n, given, view);
		dd set = lower_cond(n->lower, cond, view);
		struct boxes boxes;

		if (!cover(n, set, in->care, &boxes))
			return false;
		for (size_t i = 0; i < boxes.n; i++) {
			struct narrow_box box = {.in = in, .box = boxes.items[i]};

			box.set = dd_and(e, box_diagram(e, &box.box), in->care);
			if (box.set != DD_FALSE)
				VEC_PUSH(n->arena, all, box);
		}
	}
	for (size_t i = 0; i < all.n; i++)
		narrow_judge(n, &all.items[i]);
	*out = (struct narrow_boxes){all.items, all.n};
	return !engine_exhausted(e);
}

bool narrow_is_everything(struct narrow *n, const struct cond *cond, const struct cond *given,
			  bool many)
{
	struct engine *e = lower_engine(n->lower);

	for (enum view view = 0; view < (many ? VIEW_COUNT : VIEW_MANY); view++) {
		dd rest = dd_minus(e, bound_of(n, given, view)->care,
				   lower_cond(n->lower, cond, view));

		if (rest != DD_FALSE || engine_exhausted(e))
			return false;
	}
	return true;
}

bool narrow_top_is_critical(struct narrow *n, const struct cond *given, bool many)
{
	struct engine *e = lower_engine(n->lower);

	for (enum view view = 0; view < (many ? VIEW_COUNT : VIEW_MANY); view++) {
		const struct narrow_bound *in = bound_of(n, given, view);

		if (dd_minus(e, in->top, in->critical) != DD_FALSE || engine_exhausted(e))
			return false;
	}
	return true;
}

/* --- plain conditions --- */

/* What a conjunction asks for: the most points on each field, and of elements of each group. */
struct asked {
	uint8_t fields[FIELD_COUNT];
	uint8_t groups[GROUP_COUNT];
	bool no_critical;
};

/* Texts that stand in the title or in an ARN mean a test of their parts; what many share has points
 * that depend on the rest. Those are left out here. */
static unsigned points_of_atom(const struct atom *atom)
{
	unsigned least = UINT_MAX;

	if (atom->negated || atom->field == FIELD_title || atom->field == FIELD_resource_id ||
	    narrow_equal(atom->field, 1) <= 1)
		return 0;
	if (atom->test == TEST_IN)
		return atom->field == FIELD_generator ? 0 : narrow_equal(atom->field, atom->n);
	if (atom->test != TEST_PREFIX)
		return 0;
	for (size_t i = 0; i < atom->n; i++) {
		struct str text = atom->values[i].str;
		unsigned points = text.len ? narrow_begins(atom->field, text.len,
							   (unsigned char)text.ptr[text.len - 1])
					   : 0;

		if (points < least)
			least = points;
	}
	return least == UINT_MAX ? 0 : least;
}

static bool is_in_group(enum field_id field, enum group group)
{
	return fields[field].group == group || group_parent(fields[field].group) == group;
}

static unsigned sum_of(const struct asked *asked)
{
	unsigned sum = 0, in_group[GROUP_COUNT] = {0};

	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		bool counted = false;

		for (enum group g = 1; g < GROUP_COUNT && asked->fields[f] && !counted; g++) {
			counted = asked->groups[g] && is_in_group(f, g);
			in_group[g] += counted ? asked->fields[f] : 0;
		}
		sum += counted ? 0 : asked->fields[f];
	}
	for (enum group g = 1; g < GROUP_COUNT; g++)
		sum += asked->groups[g] > in_group[g] ? asked->groups[g] : in_group[g];
	return sum;
}

/* Is no CRITICAL finding in the values of the test (or, if it is ruled out, outside them)? */
static bool excludes_critical(const struct atom *atom, bool out)
{
	bool names = false;

	if (atom->field != FIELD_severity || atom->test != TEST_IN)
		return false;
	for (size_t i = 0; i < atom->n; i++)
		names |= atom->values[i].word == SEVERITY_CRITICAL;
	return names == (atom->negated != out);
}

static void ask(const struct cond *cond, struct asked *asked);

static void ask_elements(const struct cond *cond, struct asked *asked)
{
	struct asked inner = {0};
	uint8_t points;

	ask(cond->kids[0], &inner);
	points = (uint8_t)sum_of(&inner);
	if (cond->group == GROUP_PACKAGE && points > NARROW_PACKAGE)
		points = NARROW_PACKAGE;
	if (points > asked->groups[cond->group])
		asked->groups[cond->group] = points;
}

/* Depth: as deep as conditions nest. */
static void ask(const struct cond *cond, struct asked *asked)
{
	uint8_t points;

	switch (cond->kind) {
	case COND_AND:
		for (size_t i = 0; i < cond->n; i++)
			ask(cond->kids[i], asked);
		break;
	case COND_ATOM:
		points = (uint8_t)points_of_atom(cond->atom);
		if (points > asked->fields[cond->atom->field])
			asked->fields[cond->atom->field] = points;
		asked->no_critical |= excludes_critical(cond->atom, false);
		break;
	case COND_NOT:
		if (cond->kids[0]->kind == COND_ATOM)
			asked->no_critical |= excludes_critical(cond->kids[0]->atom, true);
		break;
	case COND_ANY:
		ask_elements(cond, asked);
		break;
	default:
		break;
	}
}

struct narrow_seen narrow_see(const struct cond *cond)
{
	struct asked asked = {0};

	ask(cond, &asked);
	return (struct narrow_seen){sum_of(&asked), asked.no_critical};
}
