/* SPDX-License-Identifier: Apache-2.0
 *
 * One term, one criterion: the values of a field as comparisons that one criterion may hold, or a
 * refusal. Positive values are joined by OR, exclusions by AND; exclusions only on what every
 * finding has exactly once (semantics.md §3.9). */
#include "target/automation_internal.h"

#include "ir/memo.h"

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
	lang l = set_lang(e, set), care = lower_texts(s->c->lower, place->field, s->unit->view);
	struct cover cover;

	if (is_single(s, place) && lang_inside(e, care, l))
		return true; /* always so */
	if (set_has_absent(e, set) && !is_single(s, place)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	if (lang_inside(e, care, l) || !find_cover(s, place, l, care, &cover)) {
		bool excludes = !lang_inside(e, care, l) &&
				find_cover(s, place, lang_not(e, l), care, &cover);

		refuse(s->refusal,
		       excludes				       ? REFUSE_NEGATIVE
		       : fields[place->field].type == TYPE_MAP ? REFUSE_MAP
							       : REFUSE_TEXT,
		       place);
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
		for (size_t i = 0; i < policy->n_tiers; i++)
			if ((cond->tier < 0 || i <= (size_t)cond->tier) &&
			    cond_has_age(w, policy->tiers[i]->condition))
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
		refuse(s->refusal, REFUSE_AGE, place);
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

/* --- a term --- */

/* What a rule rests on beside AWS's documents. */
static uint64_t rests_on(const struct automation_scope *s, enum field_id field)
{
	uint64_t all = 0;

	if (fields[field].group != GROUP_FINDING)
		all |= BIT(s->unit->view == VIEW_SINGLE ? ASSUMPTION_A1 : ASSUMPTION_A17);
	switch (field) {
	case FIELD_product:
		return all | BIT(ASSUMPTION_A6);
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

bool automation_criterion(struct automation_scope *s, struct automation_draft *d,
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
	if (place->field == FIELD_finding_type && s->unit->view == VIEW_MANY) {
		refuse(s->refusal, REFUSE_TYPES, place);
		return false;
	}
	made = field->type == TYPE_ENUM	  ? word_filters(s, place, set, &filters)
	       : field->type == TYPE_DATE ? date_filters(s, place, set, &filters)
					  : text_filters(s, place, set, &filters);
	if (!made)
		return false;
	/* How two keys of one map are joined is not documented. */
	if (filters.n && automation_has(d, field->v1)) {
		refuse(s->refusal, field->type == TYPE_MAP ? REFUSE_MAP : REFUSE_ONE_CRITERION,
		       place);
		return false;
	}
	if (filters.n)
		automation_add(d, field->v1, &filters);
	d->assumptions |= rests_on(s, place->field);
	return true;
}
