/* SPDX-License-Identifier: Apache-2.0
 *
 * One term, one criterion: the values of a field as what Inspector compares. It has EQUALS, PREFIX
 * and NOT_EQUALS for texts, closed intervals for numbers and dates, key and value for tags. It
 * cannot ask for absence, and excludes only what is always there. */
#include "target/inspector_internal.h"

#include "model/limit.h"
#include "target/age.h"

#define SECOND INT64_C(1000000000)

static void add_text(const struct inspector_scope *s, struct inspector_values *out,
		     enum inspector_comparison comparison, struct str text)
{
	VEC_PUSH(s->c->arena, *out,
		 ((struct inspector_value){
			 .kind = INSPECTOR_TEXT, .comparison = comparison, .text = text}));
}

const char *inspector_name(const struct inspector_scope *s, const struct inspector_draft *d,
			   const struct place *place)
{
	const struct field *f = &fields[place->field];
	bool cloud = d->images == INSPECTOR_IMAGES_CLOUD && f->habitat == HABITAT_IMAGE;
	const char *name = cloud ? f->inspector_cloud : f->inspector_filter;

	if (!name || f->can[MECHANISM_INSPECTOR] == CAN_NOT) {
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return NULL;
	}
	return name;
}

uint64_t inspector_rests_on(enum field_id field)
{
	return fields[field].group == GROUP_FINDING ? 0 : BIT(ASSUMPTION_A1);
}

/* --- words --- */

/* Inspector says of a record that is not active why it is not. */
static void add_word(const struct inspector_scope *s, enum field_id field, unsigned word,
		     struct inspector_values *out)
{
	if (field == FIELD_record && word == RECORD_ARCHIVED) {
		add_text(s, out, INSPECTOR_EQUALS, STR("CLOSED"));
		add_text(s, out, INSPECTOR_EQUALS, STR("SUPPRESSED"));
		return;
	}
	add_text(s, out, INSPECTOR_EQUALS, str_from(fields[field].words->words[word]));
}

/* All words are the model's (U18), so what is excluded is said by the others. */
static bool word_values(const struct inspector_scope *s, const struct place *place, vset set,
			struct inspector_values *out)
{
	const struct vocabulary *words = fields[place->field].words;
	uint64_t mask = set_mask(inspector_engine(s), set);

	if (place->field == FIELD_record && s->unit->statement->kind == STATEMENT_SUPPRESS) {
		refuse(s->refusal, REFUSE_RECORD, place);
		return false;
	}
	for (unsigned i = 0; i < words->n; i++)
		if (mask & BIT(i))
			add_word(s, place->field, i, out);
	return true;
}

/* --- texts --- */

/* Inspector's spelling of a type; NULL: no finding there has it. */
static const char *type_of(const struct place *place, struct str canonical)
{
	const struct vocabulary *words = fields[place->field].words;
	int word = vocabulary_find_canonical(words, canonical);

	return word < 0 ? NULL : words->inspector[word];
}

static bool cover_values(const struct inspector_scope *s, const struct place *place,
			 const struct cover *cover, bool exclude, struct inspector_values *out)
{
	out->exclude = exclude;
	for (size_t i = 0; i < cover->n; i++) {
		struct str text = cover->tests[i].text;
		const char *type = NULL;

		if (fields[place->field].type == TYPE_WORD) {
			type = type_of(place, text);
			if (!type) {
				refuse(s->refusal, REFUSE_NOT_CARRIED, place);
				return false;
			}
			text = str_from(type);
		}
		if (!text.len || text.len > (size_t)limits[LIMIT_inspector_text].value) {
			refuse(s->refusal, REFUSE_TEXT, place);
			return false;
		}
		add_text(s, out,
			 exclude			       ? INSPECTOR_NOT_EQUALS
			 : cover->tests[i].test == TEST_PREFIX ? INSPECTOR_PREFIX
							       : INSPECTOR_EQUALS,
			 text);
	}
	return true;
}

bool inspector_texts(const struct inspector_scope *s, const struct place *place, lang l, lang care,
		     bool always, struct inspector_values *out)
{
	struct engine *e = inspector_engine(s);
	bool word = fields[place->field].type == TYPE_WORD;
	const struct literal *literals;
	struct cover cover, others;
	size_t n;
	bool excludes;

	if (always && lang_inside(e, care, l))
		return true; /* always so */
	literals = literals_of(s->literals, place->field, place->key, &n);
	if (!lang_inside(e, care, l) &&
	    cover_find(e, s->c->arena, l, care, literals, n, word ? 0 : COVER_PREFIX, &cover))
		return cover_values(s, place, &cover, false, out);
	excludes = !lang_inside(e, care, l) &&
		   cover_find(e, s->c->arena, lang_not(e, l), care, literals, n, 0, &others);
	if (excludes && always)
		return cover_values(s, place, &others, true, out);
	refuse(s->refusal, excludes ? REFUSE_NEGATIVE : REFUSE_TEXT, place);
	return false;
}

/* The texts that can stand there: repositories and digests of other clouds are not ECR's. */
static lang texts_of(const struct inspector_scope *s, const struct inspector_draft *d,
		     enum field_id field)
{
	bool ecr = fields[field].habitat != HABITAT_IMAGE || d->images == INSPECTOR_IMAGES_ECR;

	return ecr ? lower_texts(s->c->lower, field, VIEW_SINGLE) : LANG_ALL;
}

/* Of the clouds, only those whose criteria Inspector has. */
static bool cloud_fits(const struct inspector_scope *s, const struct place *place, vset set)
{
	struct engine *e = inspector_engine(s);
	lang l = set_lang(e, set), known;

	if (place->field != FIELD_cloud)
		return true;
	known = lang_or(e, lang_string(e, STR("AZURE")), lang_string(e, STR("GCP")));
	if (lang_inside(e, l, known))
		return true;
	refuse(s->refusal, REFUSE_CLOUD, place);
	return false;
}

static bool tag_values(const struct inspector_scope *s, const struct place *place, vset set,
		       struct inspector_values *out)
{
	struct engine *e = inspector_engine(s);
	struct cover cover;

	if (!cover_find(e, s->c->arena, set_lang(e, set), LANG_ALL, NULL, 0, 0, &cover) ||
	    !place->key.len || place->key.len > (size_t)limits[LIMIT_inspector_tag_key].value) {
		refuse(s->refusal, REFUSE_MAP, place);
		return false;
	}
	for (size_t i = 0; i < cover.n; i++) {
		if (cover.tests[i].text.len > (size_t)limits[LIMIT_inspector_tag].value) {
			refuse(s->refusal, REFUSE_MAP, place);
			return false;
		}
		VEC_PUSH(s->c->arena, *out,
			 ((struct inspector_value){.kind = INSPECTOR_TAG,
						   .key = place->key,
						   .text = cover.tests[i].text}));
	}
	return true;
}

/* --- numbers and dates --- */

/* A bound at a point that a criterion can hold, a multiple of `step`: the next one outwards if it
 * may be widened. */
static bool round_bounds(const struct inspector_scope *s, struct interval *i, int64_t step)
{
	bool fits = (i->lo == INT64_MIN || i->lo % step == 0) &&
		    (i->hi == INT64_MAX || i->hi % step == 0);

	if (fits || !s->loose)
		return fits;
	if (i->lo != INT64_MIN)
		i->lo -= (i->lo % step + step) % step;
	if (i->hi != INT64_MAX && i->hi % step)
		i->hi += step - (i->hi % step + step) % step;
	return true;
}

/* Scores have one decimal [U19]: bounds at scores take the same. */
static bool at_scores(struct interval *i)
{
	const int64_t tenth = 2 * TYPE_SCALE / 10;

	i->lo = (i->lo + tenth - 1) / tenth * tenth;
	i->hi = i->hi / tenth * tenth;
	return i->lo <= i->hi;
}

bool inspector_numbers(const struct inspector_scope *s, const struct place *place, vset set,
		       enum inspector_kind kind, struct inspector_values *out)
{
	const struct field *field = &fields[place->field];
	int64_t least = 2 * field->lo, greatest = 2 * field->hi;
	const struct interval *items;
	size_t n = set_intervals(inspector_engine(s), set, &items);

	for (size_t i = 0; i < n; i++) {
		struct interval one = items[i];

		if (one.lo > greatest || one.hi < least)
			continue;
		one.lo = one.lo < least ? least : one.lo;
		one.hi = one.hi > greatest ? greatest : one.hi;
		if (place->field == FIELD_score && !at_scores(&one))
			continue;
		if (!round_bounds(s, &one, field->type == TYPE_INT ? 2 * TYPE_SCALE : 2)) {
			refuse(s->refusal, REFUSE_STRICT, place);
			return false;
		}
		VEC_PUSH(s->c->arena, *out,
			 ((struct inspector_value){.kind = kind, .between = one}));
	}
	return true;
}

static bool date_values(const struct inspector_scope *s, const struct place *place, vset set,
			struct inspector_values *out)
{
	const struct interval *items;
	size_t n = set_intervals(inspector_engine(s), set, &items);

	if (age_tested(s->c->arena, s->c->policy, s->cond, place->field)) {
		refuse(s->refusal, REFUSE_AGE, place);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct interval one = items[i];
		bool open = one.lo == INT64_MIN && one.hi == INT64_MAX;

		if (open || !round_bounds(s, &one, SECOND)) {
			refuse(s->refusal, open ? REFUSE_TEXT : REFUSE_SECONDS, place);
			return false;
		}
		VEC_PUSH(s->c->arena, *out,
			 ((struct inspector_value){.kind = INSPECTOR_DATE, .between = one}));
	}
	return true;
}

/* --- a term --- */

static bool values_of(const struct inspector_scope *s, const struct inspector_draft *d,
		      const struct place *place, vset set, bool always,
		      struct inspector_values *out)
{
	switch (fields[place->field].type) {
	case TYPE_ENUM:
		return word_values(s, place, set, out);
	case TYPE_DECIMAL:
	case TYPE_INT:
		return inspector_numbers(s, place, set, INSPECTOR_NUMBER, out);
	case TYPE_DATE:
		return date_values(s, place, set, out);
	case TYPE_MAP:
		return tag_values(s, place, set, out);
	default:
		return cloud_fits(s, place, set) &&
		       inspector_texts(s, place, set_lang(inspector_engine(s), set),
				       texts_of(s, d, place->field), always, out);
	}
}

/* Two keys of one map would share a criterion, and how they join is not documented. */
static bool has_criterion(const struct inspector_draft *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_is(str_from(d->criteria[i].name), name))
			return true;
	return false;
}

/* What the values take, where bounds may have been widened. */
static vset widened(const struct inspector_scope *s, const struct inspector_values *values,
		    vset set)
{
	struct interval *items = ARENA_ARRAY(s->c->arena, struct interval, values->n + 1);

	for (size_t i = 0; i < values->n; i++) {
		if (values->items[i].kind != INSPECTOR_NUMBER &&
		    values->items[i].kind != INSPECTOR_DATE)
			return set;
		items[i] = values->items[i].between;
	}
	return values->n ? set_numbers(inspector_engine(s), items, values->n, false) : set;
}

/* A vulnerability id is there on every package finding: saying so changes nothing, and lets it be
 * excluded. */
static bool pin_type(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set)
{
	struct engine *e = inspector_engine(s);
	var type = lower_var(s->c->lower, FIELD_finding_type, STR(""), VIEW_SINGLE);
	const char *package = vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE);
	struct inspector_values as_it_is = {0};
	struct refusal refusal = {0};
	struct inspector_scope trial = *s;
	const struct place *place = lower_place(s->c->lower, v);

	trial.refusal = &refusal;
	if (place->field != FIELD_cve || set_has_absent(e, set) || box_term(&d->box, type) ||
	    inspector_texts(&trial, place, set_lang(e, set), LANG_ALL, false, &as_it_is) ||
	    refusal.why != REFUSE_NEGATIVE)
		return false;
	*d = inspector_fork(s, d);
	inspector_tie(s, d, type, set_strings(e, lang_string(e, str_from(package)), false));
	return true;
}

bool inspector_field(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set)
{
	struct engine *e = inspector_engine(s);
	const struct place *place = lower_place(s->c->lower, v);
	struct inspector_values values = {0};
	const char *name;
	bool always, absent;

	/* Every finding that it sees is Inspector's. */
	if (place->field == FIELD_product) {
		inspector_drop(s, d, v);
		return true;
	}
	name = inspector_name(s, d, place);
	if (!name)
		return false;
	always = inspector_always(s, d, v) || pin_type(s, d, v, set);
	absent = var_kind(e, v) == VAR_BITS
			 ? set_mask(e, set) >> (fields[place->field].words->n + 1) & 1
			 : set_has_absent(e, set);
	if (absent && !always) {
		refuse(s->refusal,
		       fields[place->field].type == TYPE_MAP ? REFUSE_MAP : REFUSE_NEGATIVE, place);
		return false;
	}
	if (!values_of(s, d, place, set, always, &values))
		return false;
	if (values.n && has_criterion(d, name)) {
		refuse(s->refusal,
		       fields[place->field].type == TYPE_MAP ? REFUSE_MAP : REFUSE_ONE_CRITERION,
		       place);
		return false;
	}
	inspector_add(d, name, &values);
	d->assumptions |= inspector_rests_on(place->field);
	if (s->loose)
		set = widened(s, &values, set);
	d->also = dd_and(e, d->also, dd_in(e, v, set));
	inspector_drop(s, d, v);
	return true;
}
