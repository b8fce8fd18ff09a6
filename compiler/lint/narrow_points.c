/* SPDX-License-Identifier: Apache-2.0
 *
 * What a box earns: the sum of the points of its terms. */
#include "lint/narrow_internal.h"

#include <limits.h>
#include <string.h>

#define POINTS_SHARED 3	    /* a shared place, if nothing grave is hidden there */
#define POINTS_UNUSED 4	    /* an image that runs nowhere */
#define POINTS_VERDICT 4    /* of a person, on this finding */
#define POINTS_IMPROBABLE 3 /* exploitation that is improbable, and not known */
#define POINTS_OLD 1	    /* what lies in the past */
#define POINTS_PRODUCT 3    /* what a product calls INFORMATIONAL */
#define IMPROBABLE (TYPE_SCALE / 2)
#define PART_MIN 4	 /* bytes of a text that is looked for anywhere */
#define ELEMENT_BOXES 64 /* of a set of elements */
#define BRANCHES 16	 /* bytes by which a language may go on, of which each begins a text */
#define LOOKED_AT 4096	 /* states of an automaton */
#define DEPTH_MAX 64	 /* bytes of a beginning that are looked at */

enum { NAMES = 1, SHARED = 2, SEPARATED = 4, OTHERS = 8 };

static const struct narrow_field {
	uint8_t equal, begins, length, other, part, flags;
} table[FIELD_ALL] = {
#define NARROW(field, equal, begins, length, other, part, flags)                                   \
	[FIELD_##field] = {equal, begins, length, other, part, flags},
#include "lint/narrow_field.def"
#undef NARROW
};

/* --- texts --- */

unsigned narrow_equal(enum field_id field, size_t n)
{
	unsigned points = table[field].equal, less = n > 50 ? 2 : n > 10 ? 1 : 0;

	return points > less ? points - less : points > 0;
}

unsigned narrow_begins(enum field_id field, size_t length, unsigned char last)
{
	const struct narrow_field *f = &table[field];
	bool separated = !(f->flags & SEPARATED) || memchr("-/._", last, 4);

	return length >= f->length && separated ? f->begins : f->other;
}

unsigned narrow_part(enum field_id field, size_t length)
{
	return length >= PART_MIN ? table[field].part : 0;
}

/* How all texts of a language begin, where they do: the beginning that earns least. */
struct beginnings {
	struct engine *e;
	lang l;
	uint32_t dead;
	enum field_id field;
	size_t looked_at;
	unsigned least;
};

/* The bytes by which it can go on; BRANCHES + 1 if there are more. */
static size_t ways(struct beginnings *b, uint32_t state, unsigned char *bytes, uint32_t *states)
{
	size_t n = 0;

	b->looked_at++;
	for (unsigned byte = 0; byte < 256 && n <= BRANCHES; byte++) {
		uint32_t next = lang_step(b->e, b->l, state, (unsigned char)byte);

		if (next == b->dead)
			continue;
		bytes[n] = (unsigned char)byte;
		states[n++] = next;
	}
	return n;
}

static void earn(struct beginnings *b, unsigned points)
{
	if (points < b->least)
		b->least = points;
}

/* Depth: at most DEPTH_MAX. */
static void begin(struct beginnings *b, uint32_t state, size_t depth, unsigned char last)
{
	unsigned char bytes[BRANCHES + 1];
	uint32_t states[BRANCHES + 1];
	size_t n = BRANCHES + 1;

	if (depth < DEPTH_MAX && b->looked_at < LOOKED_AT)
		n = ways(b, state, bytes, states);
	if (n > BRANCHES) {
		earn(b, depth ? narrow_begins(b->field, depth, last) : 0);
		return;
	}
	if (lang_final(b->e, b->l, state)) /* one of the texts ends here */
		earn(b, narrow_equal(b->field, 1));
	for (size_t i = 0; i < n; i++)
		begin(b, states[i], depth + 1, bytes[i]);
}

/* listed: they are a few texts, each whole. */
static unsigned points_of_texts(struct narrow *n, enum field_id field, lang l, bool *listed)
{
	struct engine *e = lower_engine(n->lower);
	struct beginnings b = {.e = e, .l = l, .field = field, .least = UINT_MAX};
	const struct str *items;
	struct str shortest;
	bool complement;
	size_t count;

	*listed = lang_list(e, l, &complement, &items, &count) && !complement;
	if (*listed)
		return narrow_equal(field, count);
	if (!table[field].equal)
		return 0;
	b.dead = lang_dead(e, l);
	begin(&b, lang_start(e, l), 0, 0);
	if (b.least)
		return b.least;
	return lang_pick(e, n->arena, l, &shortest) ? narrow_part(field, shortest.len) : 0;
}

/* --- what is not asked for, but ruled out --- */

/* All texts but some, or nothing at all. A test that asks for a text takes no empty one. */
static bool texts_are_negative(struct engine *e, vset set)
{
	lang l = set_lang(e, set);
	const struct str *items;
	bool complement;
	size_t n;

	if (set_has_absent(e, set))
		return true;
	if (lang_list(e, l, &complement, &items, &n))
		return complement && n;
	return lang_accepts(e, l, STR(""));
}

static bool numbers_are_negative(struct engine *e, vset set)
{
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	return set_has_absent(e, set) ||
	       (n > 1 && items[0].lo == INT64_MIN && items[n - 1].hi == INT64_MAX);
}

static bool words_are_negative(struct engine *e, enum field_id field, vset set)
{
	uint64_t other = BIT(fields[field].words->n), absent = other << 1;
	uint64_t mask = set_mask(e, set);

	return (mask & absent) || ((mask & other) && mask != absent - 1);
}

static bool groups_are_negative(struct engine *e, vset set)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set, &pairs);

	for (size_t i = 0; i < n; i++)
		if (!pairs[i].n_required)
			return true;
	return false;
}

static bool is_negative(struct narrow *n, const struct box_term *t)
{
	struct engine *e = lower_engine(n->lower);

	switch (var_kind(e, t->v)) {
	case VAR_BITS:
		return words_are_negative(e, lower_place(n->lower, t->v)->field, t->set);
	case VAR_NUMBER:
		return numbers_are_negative(e, t->set);
	case VAR_STRING:
		return texts_are_negative(e, t->set);
	case VAR_GROUP:
		return groups_are_negative(e, t->set);
	}
	return true;
}

/* --- terms --- */

/* A box of findings or of elements, on its way. */
struct judge {
	struct narrow *n;
	const struct narrow_box *box; /* of findings */
	unsigned points, about;
	bool names;
	bool in_package;
	int exploited; /* can it be? -1: not asked */
};

static uint64_t severities(const struct judge *j)
{
	struct engine *e = lower_engine(j->n->lower);
	var v = lower_var(j->n->lower, FIELD_severity, STR(""), j->box->in->view);
	const struct box_term *t = box_term(&j->box->box, v);

	return t ? set_mask(e, t->set) : UINT64_MAX;
}

static bool can_be_exploited(struct judge *j)
{
	struct engine *e = lower_engine(j->n->lower);

	if (j->exploited < 0)
		j->exploited = dd_and(e, j->box->set, j->box->in->exploited) != DD_FALSE;
	return j->exploited > 0;
}

static bool is_grave(struct judge *j)
{
	return (severities(j) & (BIT(SEVERITY_HIGH) | BIT(SEVERITY_CRITICAL))) ||
	       can_be_exploited(j);
}

static unsigned points_of_numbers(struct judge *j, enum field_id field, vset set)
{
	struct engine *e = lower_engine(j->n->lower);
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);
	int64_t last = n ? items[n - 1].hi : INT64_MIN;

	if (!n || numbers_are_negative(e, set))
		return 0;
	if (fields[field].type == TYPE_DATE)
		return last <= lower_policy(j->n->lower)->now ? POINTS_OLD : 0;
	if (field == FIELD_image_in_use)
		return last <= 0 ? POINTS_UNUSED : 0;
	if (field == FIELD_epss)
		return last < 2 * IMPROBABLE && !(severities(j) & BIT(SEVERITY_CRITICAL)) &&
				       !can_be_exploited(j)
			       ? POINTS_IMPROBABLE
			       : 0;
	return n == 1 && items[0].lo == last ? table[field].equal : 0;
}

static unsigned about_field(enum field_id field)
{
	switch (field) {
	case FIELD_account:
	case FIELD_account_name:
	case FIELD_image_registry:
		return NARROW_ACCOUNT;
	case FIELD_region:
		return NARROW_REGION;
	case FIELD_resource_type:
		return NARROW_TYPE;
	case FIELD_record:
	case FIELD_workflow:
		return NARROW_STATUS;
	default:
		return NARROW_OTHER;
	}
}

static unsigned points_of_words(enum field_id field, uint64_t mask)
{
	/* The last word is BENIGN_POSITIVE; the first two are no verdict. */
	return field == FIELD_verification && !(mask & ~(BIT(2) | BIT(3))) ? POINTS_VERDICT : 0;
}

static unsigned points_of_field(struct judge *j, const struct box_term *t, enum field_id field)
{
	struct engine *e = lower_engine(j->n->lower);
	const struct narrow_field *f = &table[field];
	unsigned points;
	bool listed;

	switch (var_kind(e, t->v)) {
	case VAR_BITS:
		return points_of_words(field, set_mask(e, t->set));
	case VAR_NUMBER:
		return points_of_numbers(j, field, t->set);
	default:
		break;
	}
	if ((f->flags & OTHERS) && j->box->in->view == VIEW_SINGLE)
		return 0;
	points = points_of_texts(j->n, field, set_lang(e, t->set), &listed);
	j->names |= (f->flags & NAMES) && listed;
	if ((f->flags & SHARED) && points && !is_grave(j))
		points = POINTS_SHARED;
	return points;
}

static void judge_terms(struct judge *j, const struct box *box);

/* A set of elements: the box of them that earns least. */
static struct judge judge_elements(const struct judge *outer, dd elements, enum group group)
{
	struct engine *e = lower_engine(outer->n->lower);
	struct judge least = {.points = UINT_MAX, .names = true};
	struct boxes boxes;

	if (!boxes_cover(e, outer->n->arena, elements, ELEMENT_BOXES, &boxes))
		return (struct judge){.about = NARROW_OTHER};
	for (size_t i = 0; i < boxes.n; i++) {
		struct judge inner = *outer;

		inner.points = inner.about = 0;
		inner.names = false;
		judge_terms(&inner, &boxes.items[i]);
		if (group == GROUP_PACKAGE && inner.points > NARROW_PACKAGE)
			inner.points = NARROW_PACKAGE;
		if (inner.points < least.points)
			least.points = inner.points;
		least.about |= inner.about;
		least.names &= inner.names;
	}
	return least;
}

/* Some element in each of several sets: they add up. Of alternatives, the one that earns least. */
static void judge_group(struct judge *j, const struct box_term *t, enum group group)
{
	struct engine *e = lower_engine(j->n->lower);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, t->set, &pairs);
	unsigned least = UINT_MAX;
	bool names = true;

	for (size_t i = 0; i < n; i++) {
		unsigned points = 0;
		bool named = false;

		for (size_t k = 0; k < pairs[i].n_required; k++) {
			struct judge inner = judge_elements(j, pairs[i].required[k], group);

			points += inner.points;
			named |= inner.names;
			j->about |= inner.about;
		}
		if (points < least)
			least = points;
		names &= named;
	}
	j->points += n ? least : 0;
	j->names |= names;
}

/* Depth: as deep as groups nest. */
static void judge_terms(struct judge *j, const struct box *box)
{
	for (size_t i = 0; i < box->n; i++) {
		const struct box_term *t = &box->terms[i];
		const struct place *place = lower_place(j->n->lower, t->v);

		if (is_negative(j->n, t)) {
			j->about |= NARROW_NEGATIVE;
		} else if (place->is_group) {
			judge_group(j, t, place->group);
		} else {
			j->about |= about_field(place->field);
			j->points += points_of_field(j, t, place->field);
		}
	}
}

/* Of a product that is named: Inspector's name is no term of a box. */
static bool has_product(const struct judge *j)
{
	struct engine *e = lower_engine(j->n->lower);
	var v = lower_var(j->n->lower, FIELD_product, STR(""), j->box->in->view);
	const struct box_term *t = box_term(&j->box->box, v);

	return t && !texts_are_negative(e, t->set);
}

void narrow_judge(struct narrow *n, struct narrow_box *box)
{
	struct judge j = {.n = n, .box = box, .exploited = -1};

	judge_terms(&j, &box->box);
	box->informational = !(severities(&j) & ~BIT(SEVERITY_INFORMATIONAL));
	if (box->informational && has_product(&j))
		j.points += POINTS_PRODUCT;
	box->points = j.points;
	box->about = j.about;
	box->names = j.names;
}
