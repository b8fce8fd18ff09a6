/* SPDX-License-Identifier: Apache-2.0
 *
 * Criteria on a text that stands for other fields too: Title begins with the vulnerability id of a
 * package finding (A2), ResourceId of an image holds Region, account, repository and digest (A3). A
 * candidate is a list of values; what it takes is read back from its language, and it is used only
 * if that is what is wanted. */
#include "target/criteria_internal.h"

#define MAX_TRIED 64 /* values that are tried one by one */

struct values {
	struct str *items;
	enum test *tests;
	lang *langs;
	size_t n;
};

static struct values values_new(struct arena *arena, size_t most)
{
	return (struct values){ARENA_ARRAY(arena, struct str, most),
			       ARENA_ARRAY(arena, enum test, most), ARENA_ARRAY(arena, lang, most),
			       0};
}

static void values_add(struct values *v, struct engine *e, enum test test, struct str text)
{
	v->items[v->n] = text;
	v->tests[v->n] = test;
	v->langs[v->n++] = criteria_lang(e, test, text);
}

static dd meaning_of(struct criteria_scope *s, enum field_id field, const struct values *v,
		     bool negative)
{
	return lower_derived(s->c->lower, field, v->langs, v->n, negative, s->unit->view);
}

static void add_criterion(struct criteria_scope *s, struct criteria_draft *d, enum field_id field,
			  const struct values *v, bool negative)
{
	static const enum criteria_comparison comparisons[][2] = {
		[TEST_IN] = {CRITERIA_EQUALS, CRITERIA_NOT_EQUALS},
		[TEST_PREFIX] = {CRITERIA_PREFIX, CRITERIA_PREFIX_NOT_EQUALS},
		[TEST_CONTAINS] = {CRITERIA_CONTAINS, CRITERIA_NOT_CONTAINS},
	};
	struct criteria_filters filters = {0};

	for (size_t i = 0; i < v->n; i++) {
		criteria_filter(s, &filters, comparisons[v->tests[i]][negative], v->items[i]);
		filters.items[i].glued = negative;
	}
	criteria_add(s, d, field, &filters);
}

/* --- the policy's own texts --- */

struct raw {
	struct criteria_scope *s;
	enum field_id field;
	dd before; /* what the draft takes */
	dd rest;   /* the same without the terms that the criterion stands for */
	bool contains, negative;
	struct values values;
};

static bool raw_fits(struct raw *r)
{
	struct engine *e = criteria_engine(r->s);

	return r->values.n &&
	       criteria_fits(
		       r->s, r->before,
		       dd_and(e, r->rest, meaning_of(r->s, r->field, &r->values, r->negative)));
}

/* A value that alone takes too much, or excludes what the draft takes, is of no use. */
static bool raw_helps(struct raw *r, lang l)
{
	struct engine *e = criteria_engine(r->s);
	struct values one = {.langs = &l, .n = 1};
	dd taken = dd_and(e, r->rest, meaning_of(r->s, r->field, &one, false)), outside;

	if (r->negative)
		return !relate_overlap(e, taken, r->before, &outside);
	return relate_inside(e, taken, r->s->unit->wanted, &outside);
}

/* All texts of the form; if that is too much, those that help. */
static bool raw_form(struct raw *r)
{
	struct criteria_scope *s = r->s;
	struct engine *e = criteria_engine(s);
	const struct literal *literals;
	size_t n, kept = 0;

	literals = literals_of(s->literals, r->field, STR(""), &n);
	r->values = values_new(s->c->arena, n);
	for (size_t i = 0; i < n; i++) {
		bool contains = literals[i].test == TEST_CONTAINS;

		if (literals[i].test != TEST_SUFFIX && contains == r->contains &&
		    !criteria_blank(literals[i].text))
			values_add(&r->values, e, literals[i].test, literals[i].text);
	}
	if (raw_fits(r))
		return true;
	if (r->values.n > MAX_TRIED)
		return false;
	for (size_t i = 0; i < r->values.n; i++) {
		if (!raw_helps(r, r->values.langs[i]))
			continue;
		r->values.items[kept] = r->values.items[i];
		r->values.tests[kept] = r->values.tests[i];
		r->values.langs[kept++] = r->values.langs[i];
	}
	if (kept == r->values.n)
		return false;
	r->values.n = kept;
	return raw_fits(r);
}

static bool takes_parts(const struct criteria_scope *s, bool negative)
{
	return negative ? s->dialect->not_contains : s->dialect->contains;
}

bool criteria_raw(struct criteria_scope *s, struct criteria_draft *d, enum field_id field,
		  const enum field_id *dropped, size_t n)
{
	struct criteria_draft rest = criteria_fork(s, d);
	struct raw r = {.s = s, .field = field, .before = criteria_meaning(s, d)};
	struct engine *e = criteria_engine(s);
	size_t n_literals;

	literals_of(s->literals, field, STR(""), &n_literals);
	if (!n_literals)
		return false;
	for (size_t i = 0; i < n; i++)
		criteria_drop(s, &rest, dropped[i]);
	r.rest = criteria_meaning(s, &rest);
	for (unsigned form = 0; form < 4; form++) {
		r.contains = form & 1;
		r.negative = form & 2;
		if ((r.contains && !takes_parts(s, r.negative)) || !raw_form(&r))
			continue;
		*d = rest;
		d->also = dd_and(e, d->also, meaning_of(s, field, &r.values, r.negative));
		add_criterion(s, d, field, &r.values, r.negative);
		return true;
	}
	return false;
}

/* --- the title --- */

/* `ID - ` takes the findings of one id only: an id has no blank in it, so the space ends it. */
static struct values title_values(struct criteria_scope *s, const struct cover *cover)
{
	struct engine *e = criteria_engine(s);
	struct values v = values_new(s->c->arena, cover->n);

	for (size_t i = 0; i < cover->n; i++) {
		struct str text = cover->tests[i].text;

		if (cover->tests[i].test == TEST_IN)
			text = str_printf(s->c->arena, STR_FMT " - ", STR_ARG(text));
		values_add(&v, e, TEST_PREFIX, text);
	}
	return v;
}

/* With the other boxes as they are: the witness then shows what is wrong with this one. */
static dd nearest_set(struct criteria_scope *s, dd before, dd meaning)
{
	struct engine *e = criteria_engine(s);

	return dd_or(e, dd_minus(e, s->unit->wanted, before), meaning);
}

static bool cve_criterion(struct criteria_scope *s, struct criteria_draft *d, vset set)
{
	struct engine *e = criteria_engine(s);
	dd before = criteria_meaning(s, d), read, meaning;
	lang l = set_lang(e, set);
	const struct literal *literals;
	struct values values;
	struct cover cover;
	size_t n;
	bool negative;

	literals = literals_of(s->literals, FIELD_cve, STR(""), &n);
	negative = set_has_absent(e, set) ||
		   !cover_find(e, s->c->arena, l, LANG_ALL, literals, n, COVER_PREFIX, &cover);
	if (negative && (!cover_find(e, s->c->arena, lang_not(e, l), LANG_ALL, literals, n,
				     COVER_PREFIX, &cover) ||
			 !cover.n)) {
		criteria_refuse(s, REFUSE_TEXT, FIELD_cve);
		return false;
	}
	values = title_values(s, &cover);
	read = meaning_of(s, FIELD_title, &values, negative);
	criteria_drop(s, d, FIELD_cve);
	meaning = dd_and(e, criteria_meaning(s, d), read);
	if (!criteria_fits(s, before, meaning)) {
		criteria_refuse_nearest(s, negative ? REFUSE_NEGATIVE : REFUSE_TEXT, FIELD_cve,
					nearest_set(s, before, meaning));
		return false;
	}
	d->also = dd_and(e, d->also, read);
	d->assumptions |= BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A2);
	add_criterion(s, d, FIELD_title, &values, negative);
	return true;
}

/* By a field of its own, which tells what is wanted and not what is excluded: a finding may have
 * none. */
static bool cve_directly(struct criteria_scope *s, const struct box_term *cve)
{
	struct engine *e = criteria_engine(s);
	const struct literal *literals;
	struct cover cover;
	size_t n;

	if (!cve || fields[FIELD_cve].can[s->dialect->mechanism] != CAN_DIRECTLY ||
	    set_has_absent(e, cve->set))
		return false;
	literals = literals_of(s->literals, FIELD_cve, STR(""), &n);
	return cover_find(e, s->c->arena, set_lang(e, cve->set), LANG_ALL, literals, n,
			  COVER_PREFIX, &cover);
}

bool criteria_title(struct criteria_scope *s, struct criteria_draft *d)
{
	static const enum field_id dropped[] = {FIELD_cve, FIELD_title};
	const struct box_term *cve = criteria_term(s, d, FIELD_cve);
	const struct box_term *title = criteria_term(s, d, FIELD_title);
	bool directly = cve_directly(s, cve);

	if (directly && (!title || criteria_raw(s, d, FIELD_title, dropped + 1, 1)))
		return true;
	if (criteria_raw(s, d, FIELD_title, dropped, ARRAY_LEN(dropped))) {
		if (cve)
			d->assumptions |= BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A2);
		return true;
	}
	if (title) {
		criteria_refuse(s, cve ? REFUSE_ONE_CRITERION : REFUSE_TEXT, FIELD_title);
		return false;
	}
	return !cve || cve_criterion(s, d, cve->set);
}
