/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes to automation rules. A box is made into a draft; the criteria on Title and ResourceId,
 * which stand for several fields, are made first (automation_title.c, automation_arn.c), then every
 * other term becomes the criterion of its own field, or is refused. */
#include "target/automation_internal.h"

#include "model/limit.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BOXES 4096

struct engine *automation_engine(const struct automation_scope *s)
{
	return lower_engine(s->c->lower);
}

/* --- drafts --- */

dd automation_meaning(const struct automation_scope *s, const struct automation_draft *d)
{
	struct engine *e = automation_engine(s);

	return dd_and(e, d->also, box_diagram(e, &d->box));
}

const struct box_term *automation_term(const struct automation_scope *s,
				       const struct automation_draft *d, enum field_id field)
{
	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (!place->is_group && place->field == field)
			return &d->box.terms[i];
	}
	return NULL;
}

void automation_drop(const struct automation_scope *s, struct automation_draft *d,
		     enum field_id field)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (place->is_group || place->field != field)
			d->box.terms[kept++] = d->box.terms[i];
	}
	d->box.n = kept;
}

struct automation_draft automation_fork(const struct automation_scope *s,
					const struct automation_draft *d)
{
	struct automation_draft copy = *d;

	/* One more: a part of a box may be tied to images. */
	copy.box.terms = ARENA_ARRAY(s->c->arena, struct box_term, d->box.n + 1);
	if (d->box.n)
		memcpy(copy.box.terms, d->box.terms, d->box.n * sizeof *d->box.terms);
	return copy;
}

bool automation_fits(const struct automation_scope *s, dd before, dd meaning)
{
	struct engine *e = automation_engine(s);
	dd outside;

	return relate_inside(e, before, meaning, &outside) &&
	       relate_inside(e, meaning, s->unit->wanted, &outside) && !engine_exhausted(e);
}

bool automation_has(const struct automation_draft *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->criteria[i].name, name))
			return true;
	return false;
}

void automation_add(struct automation_draft *d, const char *name,
		    const struct automation_filters *filters)
{
	d->criteria[d->n++] = (struct automation_criterion){name, filters->items, filters->n};
}

void automation_filter(const struct automation_scope *s, struct automation_filters *filters,
		       enum automation_comparison comparison, struct str value)
{
	VEC_PUSH(s->c->arena, *filters,
		 ((struct automation_filter){.comparison = comparison, .value = value}));
}

void automation_refuse(struct automation_scope *s, enum refusal_why why, enum field_id field)
{
	struct place place = {.group = fields[field].group, .field = field, .key = STR("")};

	if (engine_exhausted(automation_engine(s)))
		why = REFUSE_BUDGET;
	refuse(s->refusal, why, &place);
}

void automation_refuse_nearest(struct automation_scope *s, enum refusal_why why,
			       enum field_id field, dd nearest)
{
	automation_refuse(s, why, field);
	s->refusal->nearest = nearest;
	s->refusal->has_nearest = s->refusal->why == why;
}

lang automation_lang(struct engine *e, enum test test, struct str text)
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

bool automation_blank(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] != ' ' && (value.ptr[i] < '\t' || value.ptr[i] > '\r'))
			return false;
	return true;
}

/* --- a draft's remaining terms --- */

static const struct place *first_field_inside(const struct automation_scope *s, vset set)
{
	struct engine *e = automation_engine(s);
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
	const struct automation_criterion *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* --- rules of a draft: criteria cut at their limits --- */

static size_t value_limit(const char *name)
{
	static const char *const large[] = {"AwsAccountId", "GeneratorId", "ResourceId", "Title"};

	for (size_t i = 0; i < ARRAY_LEN(large); i++)
		if (!strcmp(name, large[i]))
			return (size_t)limits[LIMIT_automation_values_long].value;
	return (size_t)limits[LIMIT_automation_values].value;
}

/* The end of the longest part of a criterion from `from` on that one rule holds; `from` if even
 * its first values, which must stay together, are too many. */
static size_t part_end(const struct automation_criterion *c, size_t from)
{
	size_t limit = value_limit(c->name), end = from;

	for (size_t i = from + 1; i <= c->n && i - from <= limit; i++)
		if (i == c->n || !c->filters[i].glued)
			end = i;
	return end;
}

static uint64_t logic_assumptions(const struct automation_rule *rule)
{
	uint64_t all = rule->n > 1 ? BIT(ASSUMPTION_A4) : 0;

	for (size_t i = 0; i < rule->n; i++)
		if (rule->criteria[i].n > 1)
			all |= BIT(ASSUMPTION_A10);
	return all;
}

/* One rule for each combination of parts, the last criterion moving fastest. */
static bool add_rules(struct automation_scope *s, struct automation_draft *d)
{
	size_t from[FIELD_COUNT] = {0};
	size_t quota = (size_t)s->c->policy->config->quotas.automation_rules;
	size_t moving;

	do {
		struct automation_rule rule = {.n = d->n};

		if (s->rules.n >= quota) {
			refuse(s->refusal, REFUSE_BOXES, NULL);
			return false;
		}
		rule.criteria = ARENA_ARRAY(s->c->arena, struct automation_criterion, d->n);
		for (size_t i = 0; i < d->n; i++) {
			const struct automation_criterion *c = &d->criteria[i];
			size_t end = part_end(c, from[i]);

			if (end == from[i]) {
				refuse(s->refusal, REFUSE_SIZE, NULL);
				return false;
			}
			rule.criteria[i] = (struct automation_criterion){
				c->name, c->filters + from[i], end - from[i]};
		}
		rule.assumptions = d->assumptions | logic_assumptions(&rule);
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

bool automation_finish(struct automation_scope *s, struct automation_draft *d)
{
	dd meaning = automation_meaning(s, d);

	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (place->is_group) {
			place = first_field_inside(s, d->box.terms[i].set);
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		if (!automation_criterion(s, d, place, d->box.terms[i].set))
			return false;
	}
	if (!d->n) { /* no criterion takes everything: a rule must have one */
		refuse(s->refusal, REFUSE_TEXT, NULL);
		return false;
	}
	qsort(d->criteria, d->n, sizeof *d->criteria, by_name);
	s->taken = dd_or(automation_engine(s), s->taken, meaning);
	return add_rules(s, d);
}

/* --- boxes --- */

/* The element set as one test on one variable, where only elements in `care` exist. */
static bool single_test(struct automation_scope *s, dd element, dd care, struct box_term *term)
{
	struct engine *e = automation_engine(s);
	var *vars;
	size_t n = dd_support(e, s->c->arena, element, &vars);

	for (size_t i = 0; i < n; i++) {
		dd projection = element;
		const struct dd_edge *edges;
		size_t n_edges;

		for (size_t j = 0; j < n; j++)
			if (j != i)
				projection = dd_forget(e, projection, vars[j]);
		if (projection <= DD_TRUE || var_kind(e, vars[i]) == VAR_GROUP ||
		    dd_and(e, projection, care) != element)
			continue;
		n_edges = dd_edges(e, projection, &edges);
		for (size_t j = 0; j < n_edges; j++)
			if (edges[j].child == DD_TRUE)
				*term = (struct box_term){vars[i], edges[j].label};
		return true;
	}
	return false;
}

/* A rule for `some resource is in element`: one test, because how AWS takes two criteria on a list
 * of resources is not documented. */
static bool resource_rule(struct automation_scope *s, const struct automation_draft *d, var group,
			  dd element, dd care)
{
	struct engine *e = automation_engine(s);
	struct automation_draft part = automation_fork(s, d);
	struct box_term term;

	if (!single_test(s, element, care, &term)) {
		refuse(s->refusal, REFUSE_ELEMENTS, lower_place(s->c->lower, group));
		return false;
	}
	part.also = dd_and(e, part.also, dd_in(e, group, set_group_some(e, group, element)));
	return automation_criterion(s, &part, lower_place(s->c->lower, term.v), term.set) &&
	       automation_finish(s, &part);
}

static bool resource_rules(struct automation_scope *s, const struct automation_draft *d,
			   const struct box_term *group)
{
	struct engine *e = automation_engine(s);
	const struct place *place = lower_place(s->c->lower, group->v);
	const struct group_pair *pairs, *any;
	size_t n = set_pairs(e, group->set, &pairs);
	dd some = DD_FALSE, care = DD_TRUE;
	struct box_term term;
	struct boxes boxes;

	for (size_t i = 0; i < n; i++) {
		if (pairs[i].n_required != 1 || pairs[i].forbidden != DD_FALSE) {
			refuse(s->refusal,
			       pairs[i].n_required ? REFUSE_ELEMENTS : REFUSE_NO_ELEMENT, place);
			return false;
		}
		some = dd_or(e, some, pairs[i].required[0]);
	}
	/* The engine keeps elements inside their universe: this is it. */
	if (set_pairs(e, set_group_some(e, group->v, DD_TRUE), &any))
		care = any[0].required[0];
	if (single_test(s, some, care, &term))
		return resource_rule(s, d, group->v, some, care);
	if (!boxes_cover_within(e, s->c->arena, some, care, MAX_BOXES, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, place);
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++)
		if (!resource_rule(s, d, group->v, dd_and(e, care, box_diagram(e, &boxes.items[i])),
				   care))
			return false;
	return true;
}

static bool many_rules(struct automation_scope *s, struct automation_draft *d)
{
	for (size_t i = 0; i < d->box.n; i++) {
		struct box_term term = d->box.terms[i];
		const struct place *place = lower_place(s->c->lower, term.v);

		if (!place->is_group || place->group != GROUP_RESOURCE)
			continue;
		memmove(d->box.terms + i, d->box.terms + i + 1, (d->box.n - i - 1) * sizeof term);
		d->box.n--;
		return resource_rules(s, d, &term);
	}
	return automation_finish(s, d);
}

/* false after a refusal, as all that it calls. */
static bool box_rules(struct automation_scope *s, const struct box *box)
{
	struct automation_draft whole = {.box = *box, .also = DD_TRUE};
	struct automation_draft d = automation_fork(s, &whole);
	dd outside;

	if (relate_inside(automation_engine(s), box_diagram(automation_engine(s), box), s->taken,
			  &outside))
		return true; /* by a rule that takes more than its own box */
	if (s->unit->view == VIEW_MANY)
		return many_rules(s, &d);
	return automation_title(s, &d) && automation_arn(s, &d);
}

static bool make_rules(struct automation_scope *s)
{
	struct engine *e = automation_engine(s);
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

bool automation_make(struct compilation *c, const struct unit *unit,
		     const struct literals *literals, struct refusal *refusal, void **rules,
		     size_t *n)
{
	struct automation_scope s = {
		.c = c, .unit = unit, .literals = literals, .refusal = refusal, .taken = DD_FALSE};

	if (!make_rules(&s))
		return false;
	*rules = s.rules.items;
	*n = s.rules.n;
	return true;
}
