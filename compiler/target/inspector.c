/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes to filters of Inspector. A box is made into a draft: first what stands for several fields
 * or for none (Regions, images of each cloud, title and resource id), then every other term becomes
 * the criterion of its own field, or is refused. */
#include "target/inspector_internal.h"

#include "model/limit.h"
#include "model/region.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BOXES 4096

struct engine *inspector_engine(const struct inspector_scope *s)
{
	return lower_engine(s->c->lower);
}

/* --- drafts --- */

dd inspector_meaning(const struct inspector_scope *s, const struct inspector_draft *d)
{
	struct engine *e = inspector_engine(s);

	return dd_and(e, d->also, box_diagram(e, &d->box));
}

const struct box_term *inspector_term_of(const struct inspector_scope *s,
					 const struct inspector_draft *d, enum field_id field)
{
	return box_term(&d->box, lower_var(s->c->lower, field, STR(""), VIEW_SINGLE));
}

void inspector_drop(const struct inspector_scope *s, struct inspector_draft *d, var v)
{
	size_t kept = 0;

	(void)s;
	for (size_t i = 0; i < d->box.n; i++)
		if (d->box.terms[i].v != v)
			d->box.terms[kept++] = d->box.terms[i];
	d->box.n = kept;
}

struct inspector_draft inspector_fork(const struct inspector_scope *s,
				      const struct inspector_draft *d)
{
	struct inspector_draft copy = *d;

	/* One more: a part of a box may be tied to types of resources. */
	copy.box.terms = ARENA_ARRAY(s->c->arena, struct box_term, d->box.n + 1);
	if (d->box.n)
		memcpy(copy.box.terms, d->box.terms, d->box.n * sizeof *d->box.terms);
	return copy;
}

lang inspector_types(const struct inspector_scope *s, const enum resource_word *types, size_t n)
{
	struct engine *e = inspector_engine(s);
	lang l = LANG_NONE;

	for (size_t i = 0; i < n; i++)
		l = lang_or(e, l,
			    lang_string(e, str_from(vocabulary_canonical(&vocabulary_resource_type,
									 types[i]))));
	return l;
}

void inspector_tie(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set)
{
	struct engine *e = inspector_engine(s);
	size_t at = 0;

	while (at < d->box.n && var_rank(e, d->box.terms[at].v) < var_rank(e, v))
		at++;
	if (at < d->box.n && d->box.terms[at].v == v) {
		d->box.terms[at].set = set_and(e, d->box.terms[at].set, set);
		return;
	}
	/* The terms of a box stand in the order of the variables. */
	memmove(d->box.terms + at + 1, d->box.terms + at, (d->box.n - at) * sizeof *d->box.terms);
	d->box.terms[at] = (struct box_term){v, set};
	d->box.n++;
}

void inspector_narrow(const struct inspector_scope *s, struct inspector_draft *d, lang types)
{
	inspector_tie(s, d, lower_var(s->c->lower, FIELD_resource_type, STR(""), VIEW_SINGLE),
		      set_strings(inspector_engine(s), types, false));
}

bool inspector_always(const struct inspector_scope *s, const struct inspector_draft *d, var v)
{
	struct engine *e = inspector_engine(s);
	struct inspector_draft rest = inspector_fork(s, d);

	inspector_drop(s, &rest, v);
	return relate_empty(e,
			    dd_and(e, inspector_meaning(s, &rest), dd_in(e, v, set_absent(e, v))));
}

void inspector_place(const struct inspector_scope *s, struct inspector_draft *d)
{
	struct engine *e = inspector_engine(s);
	const struct box_term *term = inspector_term_of(s, d, FIELD_region);
	var v = lower_var(s->c->lower, FIELD_region, STR(""), VIEW_SINGLE);
	struct str *names;
	lang l;

	if (!term)
		return;
	l = set_lang(e, term->set);
	names = ARENA_ARRAY(s->c->arena, struct str, REGION_COUNT);
	for (size_t i = 0; i < REGION_COUNT; i++)
		if (lang_accepts(e, l, str_from(regions[i].name)))
			names[d->n_regions++] = str_from(regions[i].name);
	d->regions = names;
	d->assumptions |= BIT(ASSUMPTION_A34);
	d->also = dd_and(e, d->also, dd_in(e, v, term->set));
	inspector_drop(s, d, v);
}

void inspector_refuse(const struct inspector_scope *s, enum refusal_why why, enum field_id field)
{
	struct place place = {.group = fields[field].group, .field = field, .key = STR("")};

	refuse(s->refusal, engine_exhausted(inspector_engine(s)) ? REFUSE_BUDGET : why, &place);
}

void inspector_add(struct inspector_draft *d, const char *name,
		   const struct inspector_values *values)
{
	if (values->n)
		d->criteria[d->n++] = (struct inspector_criterion){name, values->items, values->n,
								   values->exclude};
}

static int by_name(const void *left, const void *right)
{
	const struct inspector_criterion *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

struct inspector_criteria inspector_finish(const struct inspector_scope *s,
					   const struct inspector_draft *d)
{
	struct inspector_criteria all = {.n = d->n, .assumptions = d->assumptions};
	struct str *names = ARENA_ARRAY(s->c->arena, struct str, d->n_regions + 1);

	all.items = ARENA_ARRAY(s->c->arena, struct inspector_criterion, d->n + 1);
	memcpy(all.items, d->criteria, d->n * sizeof *all.items);
	qsort(all.items, all.n, sizeof *all.items, by_name);
	for (size_t i = 0; i < d->n_regions; i++)
		names[i] = d->regions[i];
	qsort(names, d->n_regions, sizeof *names, by_text);
	all.regions = names;
	all.n_regions = d->n_regions;
	for (size_t i = 0; i < all.n; i++) {
		if (all.items[i].values[0].kind == INSPECTOR_TEXT)
			all.assumptions |= BIT(ASSUMPTION_A33);
		if (all.n > 1 || all.items[i].n > 1)
			all.assumptions |= BIT(ASSUMPTION_A32);
	}
	return all;
}

/* --- filters of a draft: criteria cut at their limit --- */

static size_t part_size(const struct inspector_criterion *c, size_t from)
{
	size_t most = (size_t)limits[LIMIT_inspector_values].value;

	return c->n - from < most ? c->n - from : most;
}

/* One filter for each combination of parts, the last criterion moving fastest. */
static bool add_filters(struct inspector_scope *s, const struct inspector_criteria *whole)
{
	size_t from[FIELD_COUNT] = {0}, moving;

	for (size_t i = 0; i < whole->n; i++)
		if (whole->items[i].glued && part_size(&whole->items[i], 0) < whole->items[i].n) {
			refuse(s->refusal, REFUSE_SIZE, NULL);
			return false;
		}
	do {
		struct inspector_criteria part = *whole;

		if (s->filters.n >= s->most) {
			refuse(s->refusal, s->most == 1 ? REFUSE_ONE_SET : REFUSE_BOXES, NULL);
			return false;
		}
		part.items = ARENA_ARRAY(s->c->arena, struct inspector_criterion, whole->n);
		for (size_t i = 0; i < whole->n; i++) {
			part.items[i] = whole->items[i];
			part.items[i].values += from[i];
			part.items[i].n = part_size(&whole->items[i], from[i]);
		}
		VEC_PUSH(s->c->arena, s->filters, part);
		for (moving = whole->n; moving-- > 0;) {
			from[moving] += part.items[moving].n;
			if (from[moving] < whole->items[moving].n)
				break;
			from[moving] = 0;
		}
	} while (moving != (size_t)-1);
	return true;
}

static bool finish(struct inspector_scope *s, struct inspector_draft *d)
{
	struct inspector_criteria whole;
	dd meaning;

	inspector_place(s, d);
	if (!inspector_title(s, d) || !inspector_resource(s, d))
		return false;
	meaning = inspector_meaning(s, d);
	while (d->box.n) {
		struct box_term term = d->box.terms[0];
		bool group = lower_place(s->c->lower, term.v)->is_group;

		if (group ? !inspector_group(s, d, term.v, term.set)
			  : !inspector_field(s, d, term.v, term.set))
			return false;
	}
	if (!d->n) { /* without a criterion it would take everything: that is never meant */
		refuse(s->refusal, REFUSE_TEXT, NULL);
		return false;
	}
	whole = inspector_finish(s, d);
	s->taken = dd_or(inspector_engine(s), s->taken, meaning);
	return add_filters(s, &whole);
}

/* --- boxes --- */

static bool is_of_images(const struct inspector_scope *s, var v)
{
	const struct place *place = lower_place(s->c->lower, v);

	return place->is_group ? place->group == GROUP_IMAGE_TAG
			       : fields[place->field].habitat == HABITAT_IMAGE;
}

static bool is_about_images(const struct inspector_scope *s, const struct inspector_draft *d)
{
	for (size_t i = 0; i < d->box.n; i++)
		if (is_of_images(s, d->box.terms[i].v))
			return true;
	return false;
}

static void drop_image_terms(const struct inspector_scope *s, struct inspector_draft *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->box.n; i++)
		if (!is_of_images(s, d->box.terms[i].v))
			d->box.terms[kept++] = d->box.terms[i];
	d->box.n = kept;
}

/* Of these types those that a finding of the draft can have: a filter names no other. */
static lang possible_types(const struct inspector_scope *s, const struct inspector_draft *d,
			   const enum resource_word *types, size_t n)
{
	lang l = LANG_NONE;

	for (size_t i = 0; i < n; i++) {
		struct inspector_draft one = inspector_fork(s, d);
		lang type = inspector_types(s, &types[i], 1);

		inspector_narrow(s, &one, type);
		if (!relate_empty(inspector_engine(s), inspector_meaning(s, &one)))
			l = lang_or(inspector_engine(s), l, type);
	}
	return l;
}

/* What is asked of images is asked of those in ECR, of those in other clouds and of what is none
 * apart. */
static bool image_filters(struct inspector_scope *s, const struct inspector_draft *d)
{
	static const enum resource_word ecr[] = {RESOURCE_ECR_IMAGE},
					cloud[] = {RESOURCE_AZURE_IMAGE, RESOURCE_GCP_IMAGE};

	struct engine *e = inspector_engine(s);
	lang types[] = {
		[INSPECTOR_IMAGES_ECR] = inspector_types(s, ecr, 1),
		[INSPECTOR_IMAGES_CLOUD] = inspector_types(s, cloud, 2),
	};

	types[INSPECTOR_IMAGES_NONE] =
		lang_not(e, lang_or(e, types[INSPECTOR_IMAGES_ECR], types[INSPECTOR_IMAGES_CLOUD]));
	types[INSPECTOR_IMAGES_CLOUD] = possible_types(s, d, cloud, 2);
	for (enum inspector_images i = INSPECTOR_IMAGES_NONE; i <= INSPECTOR_IMAGES_CLOUD; i++) {
		struct inspector_draft part = inspector_fork(s, d);

		part.images = i;
		inspector_narrow(s, &part, types[i]);
		if (relate_empty(e, inspector_meaning(s, &part)))
			continue;
		if (i == INSPECTOR_IMAGES_NONE) /* where there is nothing that it could test */
			drop_image_terms(s, &part);
		if (!finish(s, &part))
			return false;
	}
	return true;
}

static bool part_filters(struct inspector_scope *s, struct inspector_draft *d)
{
	return is_about_images(s, d) ? image_filters(s, d) : finish(s, d);
}

/* The variable of the resource id is absent on images in ECR, and on nothing else. */
static bool id_filters(struct inspector_scope *s, struct inspector_draft *d)
{
	static const enum resource_word ecr[] = {RESOURCE_ECR_IMAGE};
	struct engine *e = inspector_engine(s);
	const struct box_term *id = inspector_term_of(s, d, FIELD_resource_id);
	struct inspector_draft images = inspector_fork(s, d), others = inspector_fork(s, d);
	lang l;

	if (!id || !set_has_absent(e, id->set))
		return part_filters(s, d);
	l = set_lang(e, id->set);
	inspector_drop(s, &images, id->v);
	inspector_narrow(s, &images, inspector_types(s, ecr, 1));
	if (!relate_empty(e, inspector_meaning(s, &images)) && !part_filters(s, &images))
		return false;
	for (size_t i = 0; i < others.box.n; i++)
		if (others.box.terms[i].v == id->v)
			others.box.terms[i].set = set_strings(e, l, false);
	return l == LANG_NONE || relate_empty(e, inspector_meaning(s, &others)) ||
	       part_filters(s, &others);
}

static bool box_filters(struct inspector_scope *s, const struct box *box)
{
	struct engine *e = inspector_engine(s);
	struct inspector_draft whole = {.box = *box, .also = DD_TRUE};
	struct inspector_draft d = inspector_fork(s, &whole);
	dd outside;

	if (relate_inside(e, box_diagram(e, box), s->taken, &outside))
		return true; /* by filters that take more than their own box */
	return id_filters(s, &d);
}

/* A condition on findings of any product can hold for one that Inspector does not have. */
static bool refuse_products(struct inspector_scope *s)
{
	s->refusal->nearest =
		dd_and(inspector_engine(s), s->unit->wanted, lower_inspector(s->c->lower));
	s->refusal->has_nearest = true;
	refuse(s->refusal, REFUSE_PRODUCT, NULL);
	return false;
}

static bool make_filters(struct inspector_scope *s)
{
	struct engine *e = inspector_engine(s);
	var title = lower_var(s->c->lower, FIELD_title, STR(""), VIEW_SINGLE);
	struct boxes boxes;

	if (s->unit->view == VIEW_MANY)
		return refuse_products(s);
	if (!boxes_cover_within(e, s->c->arena, s->unit->wanted,
				lower_universe_of_inspector(s->c->lower), MAX_BOXES, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	/* Titles first: their criterion may take more than its box. */
	for (int titles = 1; titles >= 0; titles--)
		for (size_t i = 0; i < boxes.n && s->refusal->why == REFUSE_NONE; i++)
			if (!!box_term(&boxes.items[i], title) == titles)
				box_filters(s, &boxes.items[i]);
	if (engine_exhausted(e)) /* whatever else was found then is not so */
		*s->refusal = (struct refusal){.why = REFUSE_BUDGET};
	return s->refusal->why == REFUSE_NONE;
}

bool inspector_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		    struct refusal *refusal, void **filters, size_t *n)
{
	bool suppress = unit->statement->kind == STATEMENT_SUPPRESS;
	struct inspector_scope s = {
		.c = c,
		.unit = unit,
		.literals = literals,
		.cond = unit->condition,
		.refusal = refusal,
		.most = suppress ? (size_t)c->policy->config->quotas.inspector_suppressions : 1,
		.taken = DD_FALSE,
	};

	if (!make_filters(&s))
		return false;
	*filters = s.filters.items;
	*n = s.filters.n;
	return true;
}
