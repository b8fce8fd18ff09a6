/* SPDX-License-Identifier: Apache-2.0
 *
 * Boxes to automation rules. A box is made into a draft; the criteria on Title and ResourceId, which
 * stand for several fields, are made first (automation_title.c, automation_arn.c), then every other
 * term becomes the criterion of its own field, or is refused. */
#include "target/automation_internal.h"

#include "ir/memo.h"
#include "model/limit.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BOXES 4096
#define PRODUCT "ProductName"

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

static bool has_criterion(const struct automation_draft *d, const char *name)
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

/* --- one field, one criterion --- */

/* May the absence of a value be told, that is: is there always exactly one? */
static bool is_single(const struct automation_scope *s, const struct place *place)
{
	if (fields[place->field].cardinality != CARD_ONE)
		return false;
	if (s->unit->view == VIEW_SINGLE)
		return true;
	/* Types is a list, of one entry for Inspector only (A11). */
	return place->group == GROUP_FINDING && place->field != FIELD_finding_type;
}

static bool word_filters(struct automation_scope *s, const struct place *place, vset set,
			 struct automation_filters *out)
{
	const struct vocabulary *words = fields[place->field].words;
	uint64_t mask = set_mask(automation_engine(s), set);
	bool other = mask & BIT(words->n);

	if ((other || (mask & BIT(words->n + 1))) && !is_single(s, place)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	for (unsigned i = 0; i < words->n; i++) {
		if (other == !!(mask & BIT(i)))
			continue;
		if (!words->asff[i]) {
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		automation_filter(s, out, other ? AUTOMATION_NOT_EQUALS : AUTOMATION_EQUALS,
				  str_from(words->asff[i]));
		out->items[out->n - 1].glued = other;
	}
	return true;
}

/* A text of a vocabulary whose word no ASFF finding can carry. */
static bool is_foreign(const struct field *field, const struct cover_test *t)
{
	int word;

	if (!field->words || t->test != TEST_IN)
		return false;
	word = vocabulary_find_canonical(field->words, t->text);
	return word >= 0 && !field->words->asff[word];
}

static bool cover_filters(struct automation_scope *s, const struct place *place,
			  const struct cover_test *tests, size_t n, bool negative, bool glued,
			  struct automation_filters *out)
{
	static const enum automation_comparison comparisons[][2] = {
		[TEST_IN] = {AUTOMATION_EQUALS, AUTOMATION_NOT_EQUALS},
		[TEST_PREFIX] = {AUTOMATION_PREFIX, AUTOMATION_PREFIX_NOT_EQUALS},
		[TEST_CONTAINS] = {AUTOMATION_CONTAINS, AUTOMATION_NOT_CONTAINS},
	};

	for (size_t i = 0; i < n; i++) {
		if (is_foreign(&fields[place->field], &tests[i])) {
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		if (automation_blank(tests[i].text)) {
			refuse(s->refusal, REFUSE_TEXT, place);
			return false;
		}
		automation_filter(s, out, comparisons[tests[i].test][negative], tests[i].text);
		out->items[out->n - 1].glued = glued;
		out->items[out->n - 1].key = place->key;
	}
	return true;
}

static bool all_contain(const struct cover *cover)
{
	for (size_t i = 0; i < cover->n; i++)
		if (cover->tests[i].test != TEST_CONTAINS)
			return false;
	return true;
}

/* A cover in one of the mixes that one criterion may hold (targets.md A). */
static bool find_cover(struct automation_scope *s, const struct place *place, lang l, lang care,
		       struct cover *cover)
{
	struct engine *e = automation_engine(s);
	bool map = fields[place->field].type == TYPE_MAP;
	bool in_group = lower_is_group(place->group, s->unit->view);
	unsigned negative = is_single(s, place) ? COVER_NEGATIVE : 0;
	const struct literal *literals;
	size_t n;

	literals = literals_of(s->literals, place->field, place->key, &n);
	if (cover_find(e, s->c->arena, l, care, literals, n, (map ? 0 : COVER_PREFIX) | negative,
		       cover))
		return true;
	if (cover_find(e, s->c->arena, l, care, literals, n, COVER_CONTAINS | negative, cover) &&
	    all_contain(cover))
		return true;
	return !map && !in_group &&
	       cover_find(e, s->c->arena, l, care, literals, n, COVER_PREFIX | COVER_MINUS, cover);
}

static bool text_filters(struct automation_scope *s, const struct place *place, vset set,
			 struct automation_filters *out)
{
	struct engine *e = automation_engine(s);
	lang l = set_lang(e, set), care = lower_texts(s->c->lower, place->field);
	struct cover cover;

	if (is_single(s, place) && lang_inside(e, care, l))
		return true; /* always so */
	if (set_has_absent(e, set) && !is_single(s, place)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	if (lang_inside(e, care, l) || !find_cover(s, place, l, care, &cover)) {
		bool map = fields[place->field].type == TYPE_MAP;

		refuse(s->refusal, map ? REFUSE_MAP : REFUSE_TEXT, place);
		return false;
	}
	return cover_filters(s, place, cover.tests, cover.n, cover.negative,
			     cover.negative || cover.n_minus, out) &&
	       cover_filters(s, place, cover.minus, cover.n_minus, true, true, out);
}

/* --- dates --- */

struct age_walk {
	struct automation_scope *s;
	enum field_id field;
	struct memo seen;
};

/* As deep as a condition is: CHECK_DEPTH_MAX. */
static bool cond_has_age(struct age_walk *w, const struct cond *cond)
{
	const struct policy *policy = w->s->c->policy;
	uint32_t seen;

	if (memo_get(&w->seen, (uint64_t)(uintptr_t)cond, &seen))
		return false;
	memo_put(&w->seen, w->s->c->arena, (uint64_t)(uintptr_t)cond, 1);
	if (cond->kind == COND_ATOM)
		return cond->atom->field == w->field && cond->atom->age;
	if (cond->kind == COND_TIER)
		for (size_t i = 0; i < policy->n_tiers && (cond->tier < 0 || i <= (size_t)cond->tier);
		     i++)
			if (cond_has_age(w, policy->tiers[i]->condition))
				return true;
	for (size_t i = 0; i < cond->n; i++)
		if (cond_has_age(w, cond->kids[i]))
			return true;
	return false;
}

/* Is some test on the field an age? It is counted from the day of compiling, but a rule stays. */
static bool tests_age(struct automation_scope *s, enum field_id field)
{
	struct age_walk w = {.s = s, .field = field};

	return cond_has_age(&w, s->unit->condition);
}

static bool date_filters(struct automation_scope *s, const struct place *place, vset set,
			 struct automation_filters *out)
{
	struct engine *e = automation_engine(s);
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	if (tests_age(s, place->field)) {
		refuse(s->refusal, REFUSE_ORDER, place);
		return false;
	}
	if (set_has_absent(e, set)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		automation_filter(s, out, AUTOMATION_BETWEEN, STR(""));
		out->items[out->n - 1].between = items[i];
	}
	return true;
}

/* --- a draft's remaining terms --- */

static bool add_filters(struct automation_scope *s, struct automation_draft *d,
			const struct place *place, vset set)
{
	const struct field *field = &fields[place->field];
	struct automation_filters filters = {0};
	bool made;

	if (field->can[MECHANISM_AUTOMATION] == CAN_NOT) {
		refuse(s->refusal, field->v1 ? REFUSE_NOT_SEEN : REFUSE_NOT_CARRIED, place);
		return false;
	}
	if (field->can[MECHANISM_AUTOMATION] != CAN_DIRECTLY) {
		/* By title or ARN: known of Inspector's findings alone. */
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return false;
	}
	made = field->type == TYPE_ENUM	  ? word_filters(s, place, set, &filters)
	       : field->type == TYPE_DATE ? date_filters(s, place, set, &filters)
					  : text_filters(s, place, set, &filters);
	if (!made)
		return false;
	/* How two keys of one map are joined is not documented. */
	if (filters.n && has_criterion(d, field->v1)) {
		refuse(s->refusal, field->type == TYPE_MAP ? REFUSE_MAP : REFUSE_ONE_CRITERION,
		       place);
		return false;
	}
	if (filters.n)
		automation_add(d, field->v1, &filters);
	return true;
}

/* What a rule rests on beside AWS's documents. */
static uint64_t field_assumptions(const struct automation_scope *s, enum field_id field)
{
	uint64_t all = 0;

	if (s->unit->view == VIEW_SINGLE && fields[field].group != GROUP_FINDING)
		all |= BIT(ASSUMPTION_A1);
	switch (field) {
	case FIELD_severity:
		return all | BIT(ASSUMPTION_A8);
	case FIELD_finding_type:
		return all | BIT(ASSUMPTION_A11);
	case FIELD_region:
		return all | BIT(ASSUMPTION_A13);
	default:
		return fields[field].type == TYPE_DATE ? all | BIT(ASSUMPTION_A15) : all;
	}
}

/* In the view of one product the rule must say which: the universe takes it for granted. */
static void pin_product(const struct automation_scope *s, struct automation_draft *d)
{
	struct automation_filters filters = {0};

	automation_drop(s, d, FIELD_product);
	automation_filter(s, &filters, AUTOMATION_EQUALS, STR("Inspector"));
	automation_add(d, PRODUCT, &filters);
	d->assumptions |= BIT(ASSUMPTION_A6);
}

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

	if (s->unit->view == VIEW_SINGLE)
		pin_product(s, d);
	for (size_t i = 0; i < d->box.n; i++) {
		const struct place *place = lower_place(s->c->lower, d->box.terms[i].v);

		if (place->is_group) {
			place = first_field_inside(s, d->box.terms[i].set);
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		if (!add_filters(s, d, place, d->box.terms[i].set))
			return false;
		d->assumptions |= field_assumptions(s, place->field);
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

/* One test on one field of some resource: all that is known to hold of a list of resources. */
static bool resource_rules(struct automation_scope *s, const struct automation_draft *d,
			   const struct box_term *term)
{
	struct engine *e = automation_engine(s);
	const struct place *place = lower_place(s->c->lower, term->v);
	const struct group_pair *pairs, *any;
	size_t n = set_pairs(e, term->set, &pairs);
	dd some = DD_FALSE, care = DD_TRUE;
	struct boxes boxes;

	for (size_t i = 0; i < n; i++) {
		if (pairs[i].n_required != 1 || pairs[i].forbidden != DD_FALSE) {
			refuse(s->refusal, pairs[i].n_required ? REFUSE_ELEMENTS : REFUSE_NO_ELEMENT,
			       place);
			return false;
		}
		some = dd_or(e, some, pairs[i].required[0]);
	}
	/* The engine keeps elements inside their universe: this is it. */
	if (set_pairs(e, set_group_some(e, term->v, DD_TRUE), &any))
		care = any[0].required[0];
	if (!boxes_cover_within(e, s->c->arena, some, care, MAX_BOXES, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, place);
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++) {
		struct automation_draft part = automation_fork(s, d);
		const struct box *box = &boxes.items[i];
		dd element = box_diagram(e, box);

		if (box->n != 1 || lower_place(s->c->lower, box->terms[0].v)->is_group) {
			refuse(s->refusal, REFUSE_ELEMENTS, place);
			return false;
		}
		part.also = dd_and(e, part.also,
				   dd_in(e, term->v, set_group_some(e, term->v, element)));
		if (!add_filters(s, &part, lower_place(s->c->lower, box->terms[0].v),
				 box->terms[0].set) ||
		    !automation_finish(s, &part))
			return false;
	}
	return true;
}

static bool many_rules(struct automation_scope *s, struct automation_draft *d)
{
	for (size_t i = 0; i < d->box.n; i++) {
		struct box_term term = d->box.terms[i];
		const struct place *place = lower_place(s->c->lower, term.v);

		if (!place->is_group || place->group != GROUP_RESOURCE)
			continue;
		memmove(d->box.terms + i, d->box.terms + i + 1,
			(d->box.n - i - 1) * sizeof term);
		d->box.n--;
		return resource_rules(s, d, &term);
	}
	return automation_finish(s, d);
}

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

bool automation_rules(struct compilation *c, const struct unit *unit,
		      const struct literals *literals, struct refusal *refusal,
		      struct automation_rule **rules, size_t *n)
{
	struct automation_scope s = {.c = c, .unit = unit, .literals = literals,
				     .refusal = refusal, .taken = DD_FALSE};
	struct engine *e = automation_engine(&s);
	struct boxes boxes;

	lower_use(c->lower, unit->view);
	if (!boxes_cover_within(e, c->arena, unit->wanted, lower_universe(c->lower, unit->view),
				MAX_BOXES, &boxes)) {
		refuse(refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++)
		if (!box_rules(&s, &boxes.items[i]))
			return false;
	if (engine_exhausted(e)) {
		refuse(refusal, REFUSE_BUDGET, NULL);
		return false;
	}
	*rules = s.rules.items;
	*n = s.rules.n;
	return true;
}
