/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes to automation rules. A box is made into a draft; the criteria on Title and ResourceId,
 * which stand for several fields, are made first (criteria_title.c, criteria_arn.c), then every
 * other term becomes the criterion of its own field, or is refused. */
#include "target/criteria_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BOXES 4096

struct engine *criteria_engine(const struct criteria_scope *s)
{
	return lower_engine(s->c->lower);
}

/* --- drafts --- */

dd criteria_meaning(const struct criteria_scope *s, const struct criteria_draft *d)
{
	struct engine *e = criteria_engine(s);

	return dd_and(e, d->also, box_diagram(e, &d->box));
}

const struct box_term *criteria_term(const struct criteria_scope *s, const struct criteria_draft *d,
				     enum field_id field)
{
	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (!place->is_group && place->field == field)
			return &d->box.terms[i];
	}
	return NULL;
}

void criteria_drop(const struct criteria_scope *s, struct criteria_draft *d, enum field_id field)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (place->is_group || place->field != field)
			d->box.terms[kept++] = d->box.terms[i];
	}
	d->box.n = kept;
}

struct criteria_draft criteria_fork(const struct criteria_scope *s, const struct criteria_draft *d)
{
	struct criteria_draft copy = *d;

	/* One more: a part of a box may be tied to images. */
	copy.box.terms = ARENA_ARRAY(s->c->arena, struct box_term, d->box.n + 1);
	if (d->box.n)
		memcpy(copy.box.terms, d->box.terms, d->box.n * sizeof *d->box.terms);
	return copy;
}

bool criteria_fits(const struct criteria_scope *s, dd before, dd meaning)
{
	struct engine *e = criteria_engine(s);
	dd outside;

	return relate_inside(e, before, meaning, &outside) &&
	       relate_inside(e, meaning, s->unit->wanted, &outside) && !engine_exhausted(e);
}

bool criteria_has(const struct criteria_scope *s, const struct criteria_draft *d,
		  enum field_id field)
{
	const char *name = field_called(field, s->dialect->mechanism);

	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->criteria[i].name, name))
			return true;
	return false;
}

void criteria_add(const struct criteria_scope *s, struct criteria_draft *d, enum field_id field,
		  const struct criteria_filters *filters)
{
	d->criteria[d->n++] = (struct criterion){field_called(field, s->dialect->mechanism), field,
						 filters->items, filters->n};
}

void criteria_filter(const struct criteria_scope *s, struct criteria_filters *filters,
		     enum criteria_comparison comparison, struct str value)
{
	VEC_PUSH(s->c->arena, *filters,
		 ((struct criteria_filter){.comparison = comparison, .value = value}));
}

void criteria_refuse(struct criteria_scope *s, enum refusal_why why, enum field_id field)
{
	struct place place = {.group = fields[field].group, .field = field, .key = STR("")};

	if (engine_exhausted(criteria_engine(s)))
		why = REFUSE_BUDGET;
	refuse(s->refusal, why, &place);
}

void criteria_refuse_nearest(struct criteria_scope *s, enum refusal_why why, enum field_id field,
			     dd nearest)
{
	criteria_refuse(s, why, field);
	s->refusal->nearest = nearest;
	s->refusal->has_nearest = s->refusal->why == why;
}

lang criteria_lang(struct engine *e, enum test test, struct str text)
{
	switch (test) {
	case TEST_PREFIX:
		return lang_prefix(e, text);
	case TEST_SUFFIX:
		return lang_suffix(e, text);
	case TEST_CONTAINS:
		return lang_contains(e, text);
	default:
		return lang_string(e, text);
	}
}

bool criteria_blank(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] != ' ' && (value.ptr[i] < '\t' || value.ptr[i] > '\r'))
			return false;
	return true;
}

static const struct place *first_field_inside(const struct criteria_scope *s, vset set)
{
	struct engine *e = criteria_engine(s);
	const struct place *place = NULL;

	for (unsigned depth = 0; depth < GROUP_COUNT; depth++) {
		const struct group_pair *pairs;
		dd element;

		if (!set_pairs(e, set, &pairs))
			break;
		element = pairs[0].n_required ? pairs[0].required[0] : pairs[0].forbidden;
		if (element <= DD_TRUE)
			break;
		place = lower_place(s->c->lower, dd_var(e, element));
		if (!place->is_group)
			break;
		{
			const struct dd_edge *edges;

			dd_edges(e, element, &edges);
			set = edges[0].label;
		}
	}
	return place;
}

static int by_name(const void *left, const void *right)
{
	const struct criterion *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* --- rules of a draft: criteria cut at their limits --- */

/* The end of the longest part of a criterion from `from` on that one rule holds; `from` if even
 * its first values, which must stay together, are too many. */
static size_t part_end(const struct criteria_scope *s, const struct criterion *c, size_t from)
{
	size_t limit = s->dialect->most_values(c->name), end = from;

	for (size_t i = from + 1; i <= c->n && i - from <= limit; i++)
		if (i == c->n || !c->filters[i].glued)
			end = i;
	return end;
}

static uint64_t rule_assumptions(const struct criteria_scope *s, const struct criteria_rule *rule)
{
	uint64_t all = rule->n > 1 ? s->dialect->joined : 0;

	for (size_t i = 0; i < rule->n; i++) {
		all |= s->dialect->rests_on(&rule->criteria[i]);
		if (rule->criteria[i].n > 1)
			all |= BIT(ASSUMPTION_A10);
	}
	return all;
}

/* What may not be parted must fit as it is. */
static bool fits_one(const struct criteria_scope *s, const struct criteria_draft *d)
{
	for (size_t i = 0; i < d->n && s->dialect->most_rules == 1; i++)
		if (d->criteria[i].n > s->dialect->most_values(d->criteria[i].name))
			return false;
	return s->dialect->fits(s->c->arena, d->criteria, d->n);
}

/* One rule for each combination of parts, the last criterion moving fastest. */
static bool add_rules(struct criteria_scope *s, struct criteria_draft *d)
{
	size_t from[FIELD_COUNT] = {0};
	size_t moving;

	if (!fits_one(s, d)) {
		refuse(s->refusal, REFUSE_SIZE, NULL);
		return false;
	}
	do {
		struct criteria_rule rule = {.n = d->n};

		if (s->rules.n >= s->dialect->most_rules) {
			refuse(s->refusal, REFUSE_BOXES, NULL);
			return false;
		}
		rule.criteria = ARENA_ARRAY(s->c->arena, struct criterion, d->n);
		for (size_t i = 0; i < d->n; i++) {
			const struct criterion *c = &d->criteria[i];
			size_t end = part_end(s, c, from[i]);

			if (end == from[i]) {
				refuse(s->refusal, REFUSE_SIZE, NULL);
				return false;
			}
			rule.criteria[i] = (struct criterion){c->name, c->field,
							      c->filters + from[i], end - from[i]};
		}
		rule.assumptions = d->assumptions | rule_assumptions(s, &rule);
		VEC_PUSH(s->c->arena, s->rules, rule);
		for (moving = d->n; moving-- > 0;) {
			from[moving] += rule.criteria[moving].n;
			if (from[moving] < d->criteria[moving].n)
				break;
			from[moving] = 0;
		}
	} while (moving != (size_t)-1);
	return true;
}

/* --- terms on groups of elements --- */

/* The elements that can exist: the engine keeps all sets inside them. */
static dd elements_of(const struct criteria_scope *s, var group)
{
	struct engine *e = criteria_engine(s);
	const struct group_pair *any;

	return set_pairs(e, set_group_some(e, group, DD_TRUE), &any) ? any[0].required[0] : DD_TRUE;
}

/* `some element in *some`, or a refusal: exclusions, and two elements at once, cannot be said. */
static bool one_element(struct criteria_scope *s, const struct box_term *group, dd *some)
{
	struct engine *e = criteria_engine(s);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, group->set, &pairs);

	*some = DD_FALSE;
	for (size_t i = 0; i < n; i++) {
		if (pairs[i].n_required != 1 || pairs[i].forbidden != DD_FALSE) {
			refuse(s->refusal,
			       pairs[i].n_required ? REFUSE_ELEMENTS : REFUSE_NO_ELEMENT,
			       lower_place(s->c->lower, group->v));
			return false;
		}
		*some = dd_or(e, *some, pairs[i].required[0]);
	}
	return true;
}

/* The element set as one test on one variable, where only elements in `care` exist. */
static bool single_test(struct criteria_scope *s, dd element, dd care, struct box_term *term)
{
	struct engine *e = criteria_engine(s);
	var *vars;
	size_t n = dd_support(e, s->c->arena, element, &vars);

	for (size_t i = 0; i < n; i++) {
		dd projection = element;
		const struct dd_edge *edges;
		size_t n_edges;

		for (size_t j = 0; j < n; j++)
			if (j != i)
				projection = dd_forget(e, projection, vars[j]);
		if (projection <= DD_TRUE || dd_and(e, projection, care) != element)
			continue;
		n_edges = dd_edges(e, projection, &edges);
		for (size_t j = 0; j < n_edges; j++)
			if (edges[j].child == DD_TRUE)
				*term = (struct box_term){vars[i], edges[j].label};
		return true;
	}
	return false;
}

/* The same down to a field: a group may lie in a group. */
static bool leaf_test(struct criteria_scope *s, dd element, dd care, struct box_term *term)
{
	if (!single_test(s, element, care, term))
		return false;
	for (unsigned depth = 0; lower_place(s->c->lower, term->v)->is_group; depth++)
		if (depth == GROUP_COUNT || !one_element(s, term, &element) ||
		    !single_test(s, element, elements_of(s, term->v), term))
			return false;
	return true;
}

/* A rule for `some element of the group is in element`: one test, because how AWS takes two
 * criteria on one list is not documented. */
static bool element_rule(struct criteria_scope *s, const struct criteria_draft *d, var group,
			 dd element, dd care)
{
	struct engine *e = criteria_engine(s);
	struct criteria_draft part = criteria_fork(s, d);
	struct box_term term;

	if (!leaf_test(s, element, care, &term)) {
		refuse(s->refusal, REFUSE_ELEMENTS, lower_place(s->c->lower, group));
		return false;
	}
	part.also = dd_and(e, part.also, dd_in(e, group, set_group_some(e, group, element)));
	return criteria_field(s, &part, lower_place(s->c->lower, term.v), term.set) &&
	       criteria_finish(s, &part);
}

static bool element_rules(struct criteria_scope *s, const struct criteria_draft *d,
			  const struct box_term *group)
{
	struct engine *e = criteria_engine(s);
	dd some, care = elements_of(s, group->v);
	struct box_term term;
	struct boxes boxes;

	if (!one_element(s, group, &some))
		return false;
	if (single_test(s, some, care, &term))
		return element_rule(s, d, group->v, some, care);
	if (!boxes_cover_within(e, s->c->arena, some, care, MAX_BOXES, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES,
		       lower_place(s->c->lower, group->v));
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++)
		if (!element_rule(s, d, group->v, dd_and(e, care, box_diagram(e, &boxes.items[i])),
				  care))
			return false;
	return true;
}

/* Has the dialect a criterion on any field of the group or below? */
static bool tests_group(const struct criteria_scope *s, enum group group)
{
	for (enum field_id f = 0; f < FIELD_COUNT; f++) {
		enum group at = fields[f].group;

		while (at != group && at != GROUP_FINDING)
			at = group_parent(at);
		if (at == group && fields[f].can[s->dialect->mechanism] != CAN_NOT)
			return true;
	}
	return false;
}

static bool group_rules(struct criteria_scope *s, struct criteria_draft *d, size_t at)
{
	struct box_term term = d->box.terms[at];
	enum group group = lower_place(s->c->lower, term.v)->group;

	if (!tests_group(s, group)) {
		refuse(s->refusal, REFUSE_NOT_CARRIED, first_field_inside(s, term.set));
		return false;
	}
	memmove(d->box.terms + at, d->box.terms + at + 1, (d->box.n - at - 1) * sizeof term);
	d->box.n--;
	return element_rules(s, d, &term);
}

/* --- a draft's remaining terms --- */

bool criteria_finish(struct criteria_scope *s, struct criteria_draft *d)
{
	dd meaning = criteria_meaning(s, d);

	for (size_t i = 0; i < d->box.n; i++)
		if (lower_place(s->c->lower, d->box.terms[i].v)->is_group)
			return group_rules(s, d, i);
	for (size_t i = 0; i < d->box.n; i++)
		if (!criteria_field(s, d, lower_place(s->c->lower, d->box.terms[i].v),
				    d->box.terms[i].set))
			return false;
	if (!d->n) { /* no criterion takes everything: a rule must have one */
		refuse(s->refusal, REFUSE_TEXT, NULL);
		return false;
	}
	qsort(d->criteria, d->n, sizeof *d->criteria, by_name);
	s->taken = dd_or(criteria_engine(s), s->taken, meaning);
	return add_rules(s, d);
}

/* --- boxes --- */

/* false after a refusal, as all that it calls. */
static bool box_rules(struct criteria_scope *s, const struct box *box)
{
	struct criteria_draft whole = {.box = *box, .also = DD_TRUE};
	struct criteria_draft d = criteria_fork(s, &whole);
	dd outside;

	if (relate_inside(criteria_engine(s), box_diagram(criteria_engine(s), box), s->taken,
			  &outside))
		return true; /* by a rule that takes more than its own box */
	if (s->unit->view == VIEW_MANY)
		return criteria_finish(s, &d);
	return criteria_title(s, &d) && criteria_arn(s, &d);
}

static bool make_rules(struct criteria_scope *s)
{
	struct engine *e = criteria_engine(s);
	enum view view = s->unit->view;
	struct boxes boxes;

	lower_use(s->c->lower, view);
	if (!boxes_cover_within(e, s->c->arena, s->unit->wanted, lower_universe(s->c->lower, view),
				MAX_BOXES, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	for (size_t i = 0; i < boxes.n && box_rules(s, &boxes.items[i]); i++)
		;
	if (engine_exhausted(e)) /* whatever else was found then is not so */
		*s->refusal = (struct refusal){.why = REFUSE_BUDGET};
	return s->refusal->why == REFUSE_NONE;
}

bool criteria_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		   const struct criteria_dialect *dialect, struct refusal *refusal, void **rules,
		   size_t *n)
{
	struct criteria_scope s = {.c = c,
				   .unit = unit,
				   .literals = literals,
				   .dialect = dialect,
				   .refusal = refusal,
				   .taken = DD_FALSE};

	if (!make_rules(&s))
		return false;
	*rules = s.rules.items;
	*n = s.rules.n;
	return true;
}
