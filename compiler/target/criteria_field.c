/* SPDX-License-Identifier: Apache-2.0
 *
 * One term, one criterion: the values of a field as comparisons that one criterion may hold, or a
 * refusal. Positive values are joined by OR, exclusions by AND; exclusions only on what every
 * finding has exactly once (semantics.md §3.9). */
#include "target/criteria_internal.h"

#include "target/age.h"

/* May the absence of a value be told, that is: is there always exactly one? */
static bool is_single(const struct criteria_scope *s, const struct place *place)
{
	/* Types is a list, of one entry in ASFF and for Inspector only (A11). */
	if (fields[place->field].cardinality != CARD_ONE ||
	    (place->field == FIELD_finding_type && s->dialect->ocsf))
		return false;
	if (s->unit->view == VIEW_SINGLE)
		return true;
	return place->group == GROUP_FINDING && place->field != FIELD_finding_type;
}

/* Where no way is known to spell a word. */
static enum refusal_why unspelled(const struct criteria_scope *s)
{
	return s->dialect->ocsf ? REFUSE_UNSEEN : REFUSE_NOT_CARRIED;
}

static bool word_filters(struct criteria_scope *s, const struct place *place, vset set,
			 struct criteria_filters *out)
{
	const struct vocabulary *words = fields[place->field].words;
	uint64_t mask = set_mask(criteria_engine(s), set);
	bool other = mask & BIT(words->n);
	const char *word;

	if ((other || (mask & BIT(words->n + 1))) && !is_single(s, place)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	for (unsigned i = 0; i < words->n; i++) {
		if (other == !!(mask & BIT(i)))
			continue;
		for (unsigned n = 0; n == 0 || s->dialect->word(words, i, n); n++) {
			word = s->dialect->word(words, i, n);
			if (!word) {
				refuse(s->refusal, unspelled(s), place);
				return false;
			}
			criteria_filter(s, out, other ? CRITERIA_NOT_EQUALS : CRITERIA_EQUALS,
					str_from(word));
			out->items[out->n - 1].glued = other;
		}
	}
	return true;
}

/* A text of a vocabulary as the dialect spells it; false if no finding there can carry it. */
static bool spell(const struct criteria_scope *s, enum field_id field, const struct cover_test *t,
		  struct str *text)
{
	const struct vocabulary *words = fields[field].words;
	const char *word;
	int index;

	*text = t->text;
	index = words && t->test == TEST_IN ? vocabulary_find_canonical(words, t->text) : -1;
	if (index < 0)
		return !words || !s->dialect->ocsf;
	word = s->dialect->word(words, (unsigned)index, 0);
	if (word)
		*text = str_from(word);
	return word;
}

/* The key of an entry of a map, or nothing. */
static struct str key_of(const struct criteria_scope *s, const struct place *place)
{
	return fields[place->field].type == TYPE_MAP
		       ? place->key
		       : field_map_key(place->field, s->dialect->mechanism);
}

static bool cover_filters(struct criteria_scope *s, const struct place *place,
			  const struct cover_test *tests, size_t n, bool negative, bool glued,
			  struct criteria_filters *out)
{
	static const enum criteria_comparison comparisons[][2] = {
		[TEST_IN] = {CRITERIA_EQUALS, CRITERIA_NOT_EQUALS},
		[TEST_PREFIX] = {CRITERIA_PREFIX, CRITERIA_PREFIX_NOT_EQUALS},
		[TEST_CONTAINS] = {CRITERIA_CONTAINS, CRITERIA_NOT_CONTAINS},
	};

	for (size_t i = 0; i < n; i++) {
		struct str text;

		if (!spell(s, place->field, &tests[i], &text)) {
			refuse(s->refusal, unspelled(s), place);
			return false;
		}
		if (criteria_blank(text)) {
			refuse(s->refusal, REFUSE_TEXT, place);
			return false;
		}
		criteria_filter(s, out, comparisons[tests[i].test][negative], text);
		out->items[out->n - 1].glued = glued;
		out->items[out->n - 1].key = key_of(s, place);
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
static bool find_cover(struct criteria_scope *s, const struct place *place, lang l, lang care,
		       struct cover *cover)
{
	const struct criteria_dialect *known = s->dialect;
	struct engine *e = criteria_engine(s);
	bool map = key_of(s, place).len;
	bool in_group = lower_is_group(place->group, s->unit->view);
	unsigned negative = is_single(s, place) ? COVER_NEGATIVE : 0;
	unsigned parts = COVER_CONTAINS | (known->not_contains ? negative : 0);
	const struct literal *literals;
	size_t n;

	literals = literals_of(s->literals, place->field, place->key, &n);
	if (cover_find(e, s->c->arena, l, care, literals, n, (map ? 0 : COVER_PREFIX) | negative,
		       cover))
		return true;
	if ((map ? known->map_contains : known->contains) &&
	    cover_find(e, s->c->arena, l, care, literals, n, parts, cover) && all_contain(cover))
		return true;
	return !map && !in_group &&
	       cover_find(e, s->c->arena, l, care, literals, n, COVER_PREFIX | COVER_MINUS, cover);
}

static bool text_filters(struct criteria_scope *s, const struct place *place, vset set,
			 struct criteria_filters *out)
{
	struct engine *e = criteria_engine(s);
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
		       excludes		      ? REFUSE_NEGATIVE
		       : key_of(s, place).len ? REFUSE_MAP
					      : REFUSE_TEXT,
		       place);
		return false;
	}
	return cover_filters(s, place, cover.tests, cover.n, cover.negative,
			     cover.negative || cover.n_minus, out) &&
	       cover_filters(s, place, cover.minus, cover.n_minus, true, true, out);
}

/* --- dates --- */

static bool date_filters(struct criteria_scope *s, const struct place *place, vset set,
			 struct criteria_filters *out)
{
	struct engine *e = criteria_engine(s);
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	if (age_tested(s->c->arena, s->c->policy, s->unit->condition, place->field)) {
		refuse(s->refusal, REFUSE_AGE, place);
		return false;
	}
	if (set_has_absent(e, set)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		criteria_filter(s, out, CRITERIA_BETWEEN, STR(""));
		out->items[out->n - 1].between = items[i];
	}
	return true;
}

/* --- numbers --- */

/* A bound that the field cannot pass is none, but a test has one; a strict one cannot be said. */
static bool number_bound(struct criteria_scope *s, const struct place *place,
			 struct interval *range)
{
	const struct field *field = &fields[place->field];

	if (range->lo <= 2 * field->lo)
		range->lo = INT64_MIN;
	if (range->hi >= 2 * field->hi)
		range->hi = INT64_MAX;
	if (range->lo == INT64_MIN && range->hi == INT64_MAX)
		range->lo = 2 * field->lo;
	if ((range->lo == INT64_MIN || !(range->lo & 1)) &&
	    (range->hi == INT64_MAX || !(range->hi & 1)))
		return true;
	refuse(s->refusal, REFUSE_STRICT, place);
	return false;
}

/* A12: with one decimal. */
static bool score_text(struct criteria_scope *s, struct interval range, struct str *text)
{
	const int64_t tenth = 2 * TYPE_SCALE / 10;

	*text = str_printf(s->c->arena, "%lld.%lld", (long long)(range.lo / tenth / 10),
			   (long long)(range.lo / tenth % 10));
	return range.lo == range.hi && range.lo % tenth == 0;
}

static bool number_filters(struct criteria_scope *s, const struct place *place, vset set,
			   struct criteria_filters *out)
{
	struct engine *e = criteria_engine(s);
	enum capability can = fields[place->field].can[s->dialect->mechanism];
	const struct interval *items;
	size_t n = set_intervals(e, set, &items);

	if (set_has_absent(e, set)) {
		refuse(s->refusal, REFUSE_NEGATIVE, place);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct criteria_filter filter = {.comparison = CRITERIA_BETWEEN,
						 .between = items[i]};

		if (can == CAN_AS_TEXT) {
			filter.comparison = CRITERIA_EQUALS;
			filter.key = key_of(s, place);
			if (place->field != FIELD_score ||
			    !score_text(s, items[i], &filter.value)) {
				refuse(s->refusal, REFUSE_AS_TEXT, place);
				return false;
			}
		} else if (!number_bound(s, place, &filter.between)) {
			return false;
		}
		VEC_PUSH(s->c->arena, *out, filter);
	}
	return true;
}

/* --- a term --- */

static bool filters_of(struct criteria_scope *s, const struct place *place, vset set,
		       struct criteria_filters *out)
{
	switch (fields[place->field].type) {
	case TYPE_ENUM:
		return word_filters(s, place, set, out);
	case TYPE_DATE:
		return date_filters(s, place, set, out);
	case TYPE_DECIMAL:
	case TYPE_INT:
		return number_filters(s, place, set, out);
	default:
		return text_filters(s, place, set, out);
	}
}

/* Can the dialect test the field by a criterion of its own? By title or ARN is known of
 * Inspector's findings alone; so is an entry of a map that stands for a resource. */
static bool is_carried(struct criteria_scope *s, const struct place *place)
{
	enum mechanism mechanism = s->dialect->mechanism;
	enum capability can = fields[place->field].can[mechanism];
	enum refusal_why why = REFUSE_NOT_CARRIED;

	if (can == CAN_NOT && field_called(place->field, mechanism))
		why = REFUSE_NOT_SEEN;
	else if (can == CAN_DIRECTLY || can == CAN_AS_TEXT)
		why = place->field == FIELD_finding_type && s->unit->view == VIEW_MANY
			      ? REFUSE_TYPES
		      : field_map_key(place->field, mechanism).len &&
				      lower_is_group(place->group, s->unit->view)
			      ? REFUSE_NOT_CARRIED
			      : REFUSE_NONE;
	if (why != REFUSE_NONE)
		refuse(s->refusal, why, place);
	return why == REFUSE_NONE;
}

bool criteria_field(struct criteria_scope *s, struct criteria_draft *d, const struct place *place,
		    vset set)
{
	struct criteria_filters filters = {0};

	if (!is_carried(s, place) || !filters_of(s, place, set, &filters))
		return false;
	/* How two keys of one map are joined is not documented. */
	if (filters.n && criteria_has(s, d, place->field)) {
		refuse(s->refusal, key_of(s, place).len ? REFUSE_KEYS : REFUSE_ONE_CRITERION,
		       place);
		return false;
	}
	if (filters.n)
		criteria_add(s, d, place->field, &filters);
	if (fields[place->field].group != GROUP_FINDING)
		d->assumptions |=
			BIT(s->unit->view == VIEW_SINGLE ? ASSUMPTION_A1 : ASSUMPTION_A17);
	return true;
}
