/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions to diagrams; see the header for the two views. */
#include "ir/lower_internal.h"

#include <string.h>

/* The order of the diagram: what splits findings coarsely stands first, so that a union of many
 * statements is one wide node over small ones. Fields that are not named follow in table order. */
static const enum field_id ranked[] = {
	FIELD_product,	FIELD_record, FIELD_resource_type, FIELD_workflow,
	FIELD_severity, FIELD_cve,    FIELD_repository,	   FIELD_image_digest,
	FIELD_account,	FIELD_region, FIELD_exploit,	   FIELD_fix,
};

#define RANK_FIELD 64u	   /* fields without a rank of their own */
#define RANK_GROUP 512u	   /* groups, behind the fields beside them */
#define RANK_WRITTEN 64u   /* groups of written conditions, behind the others */
#define RANK_ELEMENT 1024u /* fields of elements: a diagram of their own */

bool lower_is_group(enum group group, enum view view)
{
	if (group == GROUP_FINDING)
		return false;
	return view == VIEW_MANY || view == VIEW_WRITTEN_MANY ||
	       (group != GROUP_VULNERABILITY && group != GROUP_RESOURCE);
}

static uint32_t field_rank(enum field_id field)
{
	for (uint32_t i = 0; i < ARRAY_LEN(ranked); i++)
		if (ranked[i] == field)
			return i;
	return RANK_FIELD + (uint32_t)field;
}

static enum var_kind field_kind(const struct field *field)
{
	switch (field->type) {
	case TYPE_ENUM:
		return VAR_BITS;
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return VAR_NUMBER;
	default:
		return VAR_STRING;
	}
}

static void remember(struct lower *lower, var v, struct place place)
{
	while (lower->places.n <= v)
		VEC_PUSH(lower->arena, lower->places, ((struct place){.group = GROUP_COUNT}));
	if (lower->places.items[v].group == GROUP_COUNT)
		lower->places.items[v] = place;
}

/* Elements of a group that is a variable have variables of their own; both views share them. */
var lower_var(struct lower *lower, enum field_id field, struct str key, enum view view)
{
	const struct field *row = &fields[field];
	bool inner = lower_is_group(row->group, view);
	unsigned bits = row->type == TYPE_ENUM ? row->words->n : 0;
	var v = var_register(lower->engine, field_kind(row),
			     (inner ? RANK_ELEMENT : 0) + field_rank(field), key, bits, row->name);

	remember(lower, v, (struct place){false, row->group, field, key});
	return v;
}

var lower_group(struct lower *lower, enum group group, enum view view)
{
	bool inner = lower_is_group(group_parent(group), view);
	uint32_t rank = RANK_GROUP + (inner ? RANK_ELEMENT : 0) +
			(view < VIEW_COUNT ? 0 : RANK_WRITTEN) + (uint32_t)group;
	var v = var_register(lower->engine, VAR_GROUP, rank, STR(""), 0, group_name(group));

	remember(lower, v, (struct place){true, group, 0, STR("")});
	return v;
}

const struct place *lower_place(const struct lower *lower, var v)
{
	return &lower->places.items[v];
}

/* Around a condition on an element of `group`: the groups up to `top`, innermost first. */
static dd some_element(struct lower *lower, enum group group, enum group top, dd element,
		       enum view view)
{
	struct engine *e = lower->engine;

	for (; group != top && group != GROUP_FINDING; group = group_parent(group)) {
		var v;

		if (!lower_is_group(group, view))
			continue;
		v = lower_group(lower, group, view);
		element = dd_in(e, v, set_group_some(e, v, element));
	}
	return element;
}

dd lower_field_in(struct lower *lower, enum field_id field, struct str key, vset s, enum view view)
{
	dd element = dd_in(lower->engine, lower_var(lower, field, key, view), s);

	return some_element(lower, fields[field].group, GROUP_FINDING, element, view);
}

/* --- atoms --- */

static vset enum_values(struct lower *lower, var v, const struct atom *atom)
{
	unsigned n = fields[atom->field].words->n;
	uint64_t mask = 0;

	if (atom->test == TEST_EXISTS)
		return set_bits(lower->engine, v, BIT(n + 1) - 1);
	for (size_t i = 0; i < atom->n; i++)
		mask |= BIT(atom->values[i].word);
	if (atom->negated)
		mask = ~mask & (BIT(n + 1) - 1);
	return set_bits(lower->engine, v, mask);
}

static int64_t saturate_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b > 0 ? INT64_MAX : INT64_MIN;
	return sum;
}

/* A bound in the engine's points: decimals count twice (see ir/diagram.h), instants once; an age
 * counts backwards from now, so its bounds change places. */
static struct interval range_points(const struct policy *policy, const struct atom *atom)
{
	int64_t lo = atom->lo, hi = atom->hi, step = 1;
	bool lo_open = atom->lo_open, hi_open = atom->hi_open;

	if (atom->age) {
		lo = atom->hi == INT64_MAX ? INT64_MIN : policy->now - atom->hi;
		hi = atom->lo == INT64_MIN ? INT64_MAX : policy->now - atom->lo;
		lo_open = atom->hi_open;
		hi_open = atom->lo_open;
	} else if (fields[atom->field].type != TYPE_DATE) {
		step = 2;
	}
	if (lo != INT64_MIN)
		lo = saturate_add(lo * step, lo_open ? 1 : 0);
	if (hi != INT64_MAX)
		hi = saturate_add(hi * step, hi_open ? -1 : 0);
	return (struct interval){lo, hi};
}

static vset number_values(struct lower *lower, var v, const struct atom *atom)
{
	struct engine *e = lower->engine;
	struct interval all = {INT64_MIN, INT64_MAX}, range;
	vset present = set_numbers(e, &all, 1, false), set = set_none(e, v);

	(void)v;
	if (atom->test == TEST_EXISTS)
		return present;
	if (atom->test == TEST_RANGE) {
		range = range_points(lower->policy, atom);
		set = set_numbers(e, &range, range.lo <= range.hi, false);
	} else {
		for (size_t i = 0; i < atom->n; i++) {
			int64_t point = atom->values[i].number;

			if (fields[atom->field].type != TYPE_DATE)
				point *= 2;
			range = (struct interval){point, point};
			set = set_or(e, set, set_numbers(e, &range, 1, false));
		}
	}
	return atom->negated ? set_and(e, present, set_not(e, v, set)) : set;
}

/* What the texts of an atom say one by one, for an `is one of` all together; how many there are.
 * `out` has room for each. */
static size_t string_langs(struct lower *lower, const struct atom *atom, lang *out)
{
	struct engine *e = lower->engine;
	struct str *texts;

	if (atom->test == TEST_EXISTS) {
		out[0] = LANG_ALL;
		return 1;
	}
	if (atom->test == TEST_IN) {
		texts = ARENA_ARRAY(lower->arena, struct str, atom->n);
		for (size_t i = 0; i < atom->n; i++)
			texts[i] = atom->values[i].str;
		out[0] = lang_strings(e, texts, atom->n);
		return 1;
	}
	for (size_t i = 0; i < atom->n; i++) {
		struct str s = atom->values[i].str;

		out[i] = atom->test == TEST_PREFIX   ? lang_prefix(e, s)
			 : atom->test == TEST_SUFFIX ? lang_suffix(e, s)
						     : lang_contains(e, s);
	}
	return atom->n;
}

static vset string_values(struct lower *lower, const struct atom *atom)
{
	struct engine *e = lower->engine;
	lang *langs = ARENA_ARRAY(lower->arena, lang, atom->n + 1);
	lang l = lang_or_all(e, langs, string_langs(lower, atom, langs));

	return set_strings(e, atom->negated ? lang_not(e, l) : l, false);
}

/* The values of an atom, as a set of its variable. */
static vset lower_values(struct lower *lower, const struct atom *atom, enum view view)
{
	var v = lower_var(lower, atom->field, atom->key, view);

	switch (field_kind(&fields[atom->field])) {
	case VAR_BITS:
		return enum_values(lower, v, atom);
	case VAR_NUMBER:
		return number_values(lower, v, atom);
	default:
		return string_values(lower, atom);
	}
}

/* `inside`: the group whose element the atom is about (any GROUP {…}), else GROUP_FINDING. */
static dd lower_atom(struct lower *lower, const struct atom *atom, enum group inside,
		     enum view view)
{
	struct engine *e = lower->engine;
	const struct field *row = &fields[atom->field];

	if (view == VIEW_SINGLE &&
	    (atom->field == FIELD_resource_id || atom->field == FIELD_title)) {
		lang *langs = ARENA_ARRAY(lower->arena, lang, atom->n + 1);
		size_t n = string_langs(lower, atom, langs);

		return lower_derived(lower, atom->field, langs, n, atom->negated, view);
	}
	return some_element(lower, row->group, inside,
			    dd_in(e, lower_var(lower, atom->field, atom->key, view),
				  lower_values(lower, atom, view)),
			    view);
}

/* --- conditions --- */

static dd lower_inside(struct lower *lower, const struct cond *cond, enum group inside,
		       enum view view);

/* Tiers are ordered, first match wins. All are built at the first use of one. */
static dd lower_tier(struct lower *lower, int tier, enum view view)
{
	struct engine *e = lower->engine;
	const struct policy *policy = lower->policy;
	dd *tiers = lower->tiers[view], before = DD_FALSE;

	if (!tiers) {
		tiers = ARENA_ARRAY(lower->arena, dd, policy->n_tiers + 1);
		for (size_t i = 0; i < policy->n_tiers; i++) {
			dd here = lower_inside(lower, policy->tiers[i]->condition, GROUP_FINDING,
					       view);

			tiers[i] = dd_minus(e, here, before);
			before = dd_or(e, before, here);
		}
		tiers[policy->n_tiers] = dd_not(e, before);
		if (!engine_exhausted(e))
			lower->tiers[view] = tiers;
	}
	return tiers[tier < 0 ? policy->n_tiers : (size_t)tier];
}

/* and/or of many: a balanced fold, so that a long `or` does not grow one diagram step by step. */
static dd lower_fold(struct lower *lower, const struct cond *cond, size_t from, size_t to,
		     enum group inside, enum view view)
{
	struct engine *e = lower->engine;
	bool both = cond->kind == COND_AND;
	dd a, b;

	if (from == to)
		return both ? DD_TRUE : DD_FALSE;
	if (to - from == 1)
		return lower_inside(lower, cond->kids[from], inside, view);
	a = lower_fold(lower, cond, from, from + (to - from) / 2, inside, view);
	b = lower_fold(lower, cond, from + (to - from) / 2, to, inside, view);
	return both ? dd_and(e, a, b) : dd_or(e, a, b);
}

static dd lower_any(struct lower *lower, const struct cond *cond, enum group inside, enum view view)
{
	dd element = lower_inside(lower, cond->kids[0], cond->group, view);

	return some_element(lower, cond->group, inside, element, view);
}

static dd lower_inside(struct lower *lower, const struct cond *cond, enum group inside,
		       enum view view)
{
	struct memo *memo = &lower->conds[view];
	uint64_t key = (uint64_t)(uintptr_t)cond;
	dd result = DD_FALSE;

	/* A condition inside `any` is only reached through its parent, so the address is enough. */
	if (memo_get(memo, key, &result))
		return result;
	switch (cond->kind) {
	case COND_CONST:
		result = cond->truth ? DD_TRUE : DD_FALSE;
		break;
	case COND_AND:
	case COND_OR:
		result = lower_fold(lower, cond, 0, cond->n, inside, view);
		break;
	case COND_NOT:
		result = dd_not(lower->engine, lower_inside(lower, cond->kids[0], inside, view));
		break;
	case COND_ANY:
		result = lower_any(lower, cond, inside, view);
		break;
	case COND_ATOM:
		result = lower_atom(lower, cond->atom, inside, view);
		break;
	case COND_TIER:
		result = lower_tier(lower, cond->tier, view);
		break;
	}
	/* What an exhausted engine answers means nothing and must not be remembered. */
	if (!engine_exhausted(lower->engine))
		memo_put(memo, lower->arena, key, result);
	return result;
}

dd lower_cond(struct lower *lower, const struct cond *cond, enum view view)
{
	return lower_inside(lower, cond, GROUP_FINDING, view);
}

dd lower_written(struct lower *lower, const struct cond *cond, enum view view)
{
	return lower_inside(lower, cond, GROUP_FINDING, (enum view)(VIEW_COUNT + view));
}

/* --- the rest --- */

struct lower *lower_new(struct arena *arena, struct engine *engine, const struct policy *policy)
{
	struct lower *lower = ARENA_NEW(arena, struct lower);

	lower->arena = arena;
	lower->engine = engine;
	lower->policy = policy;
	/* First of all: what a group's elements can be must be known before any set of them. */
	for (enum view view = 0; view < VIEW_COUNT; view++)
		lower->universe[view] = universe_build(lower, view);
	return lower;
}

struct engine *lower_engine(const struct lower *lower)
{
	return lower->engine;
}

const struct policy *lower_policy(const struct lower *lower)
{
	return lower->policy;
}

dd lower_universe(struct lower *lower, enum view view)
{
	return lower->universe[view];
}

void lower_use(struct lower *lower, enum view view)
{
	relate_set_universe(lower->engine, lower_universe(lower, view));
}

void lower_use_scan(struct lower *lower)
{
	if (lower->scan == DD_FALSE)
		lower->scan = universe_of_scan(lower);
	relate_set_universe(lower->engine, lower->scan);
}

dd lower_universe_of_inspector(struct lower *lower)
{
	if (lower->own == DD_FALSE)
		lower->own = universe_of_inspector(lower);
	return lower->own;
}

void lower_use_inspector(struct lower *lower)
{
	relate_set_universe(lower->engine, lower_universe_of_inspector(lower));
}

dd lower_inspector(struct lower *lower)
{
	struct engine *e = lower->engine;

	return lower_field_in(lower, FIELD_product, STR(""),
			      set_strings(e, lang_string(e, STR("Inspector")), false), VIEW_SINGLE);
}
