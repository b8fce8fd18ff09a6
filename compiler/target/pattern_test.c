/* SPDX-License-Identifier: Apache-2.0
 *
 * Values to tests: what an event pattern says of one field. */
#include "target/pattern_internal.h"

#include "model/event.h"
#include "model/limit.h"
#include "target/cover.h"

#include <string.h>

#define FORMS (COVER_NEGATIVE | COVER_PREFIX | COVER_SUFFIX | COVER_CONTAINS | COVER_AFFIXES)

static struct arena *arena_of(const struct pattern_scope *s)
{
	return s->c->arena;
}

static struct engine *engine_of(const struct pattern_scope *s)
{
	return lower_engine(s->c->lower);
}

static void add_test(struct pattern_scope *s, struct test_list *tests, enum pattern_op op,
		     struct str text)
{
	struct str *texts = ARENA_ARRAY(arena_of(s), struct str, 1);

	texts[0] = text;
	VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = op, .texts = texts, .n = 1}));
}

/* --- texts --- */

/* event-ruler reads a text that is an IP address as the address, so that "5.6.1.2" equals
 * "5.6.1.02"; as a wildcard without '*' it is compared as text. */
static bool looks_like_address(struct str s)
{
	size_t digits = 0, dots = 0, colons = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool hex =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

		digits += hex;
		dots += c == '.';
		colons += c == ':';
	}
	return digits + dots + colons == s.len && (dots >= 3 || colons >= 1);
}

static void escape(struct strbuf *b, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '*' || s.ptr[i] == '\\')
			strbuf_addc(b, '\\');
		strbuf_addc(b, s.ptr[i]);
	}
}

static struct str wildcard(struct arena *arena, const struct cover_test *t)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	if (t->test == TEST_SUFFIX || t->test == TEST_CONTAINS)
		strbuf_addc(&b, '*');
	escape(&b, t->text);
	if (t->test == TEST_PREFIX || t->test == TEST_CONTAINS || t->test == TEST_RANGE)
		strbuf_addc(&b, '*');
	escape(&b, t->tail);
	return strbuf_str(&b);
}

/* Two anything-buts beside each other would be an `or`, so all exclusions stand in one: of one
 * kind, or as wildcards. */
static enum pattern_op negative_op(const struct cover *cover)
{
	static const enum pattern_op ops[] = {
		[TEST_IN] = PATTERN_BUT,
		[TEST_PREFIX] = PATTERN_BUT_PREFIX,
		[TEST_SUFFIX] = PATTERN_BUT_SUFFIX,
	};
	enum test kind = cover->tests[0].test;

	for (size_t i = 1; i < cover->n; i++)
		if (cover->tests[i].test != kind)
			return PATTERN_BUT_WILDCARD;
	return kind == TEST_IN || kind == TEST_PREFIX || kind == TEST_SUFFIX ? ops[kind]
									     : PATTERN_BUT_WILDCARD;
}

/* event-ruler compares affixes with the quoted text, so a quote in one means the text's end; and it
 * refuses empty ones. A text that is compared as a whole may hold anything. */
static bool has_bad_affix(const struct cover *cover)
{
	bool whole = !cover->negative || negative_op(cover) == PATTERN_BUT;

	for (size_t i = 0; i < cover->n; i++) {
		const struct cover_test *t = &cover->tests[i];

		if (t->test == TEST_IN && whole)
			continue;
		if (!t->text.len || memchr(t->text.ptr, '"', t->text.len) ||
		    (t->tail.len && memchr(t->tail.ptr, '"', t->tail.len)))
			return true;
	}
	return false;
}

static void positive_tests(struct pattern_scope *s, const struct cover *cover,
			   struct test_list *tests)
{
	struct arena *arena = arena_of(s);

	for (size_t i = 0; i < cover->n; i++) {
		const struct cover_test *t = &cover->tests[i];

		switch (t->test) {
		case TEST_PREFIX:
			add_test(s, tests, PATTERN_PREFIX, t->text);
			break;
		case TEST_SUFFIX:
			add_test(s, tests, PATTERN_SUFFIX, t->text);
			break;
		case TEST_CONTAINS:
		case TEST_RANGE:
			add_test(s, tests, PATTERN_WILDCARD, wildcard(arena, t));
			break;
		default:
			if (looks_like_address(t->text))
				add_test(s, tests, PATTERN_WILDCARD, wildcard(arena, t));
			else
				add_test(s, tests, PATTERN_EQUALS, t->text);
		}
	}
}

static void negative_test(struct pattern_scope *s, const struct cover *cover,
			  struct test_list *tests)
{
	struct str *texts = ARENA_ARRAY(arena_of(s), struct str, cover->n);
	enum pattern_op op = negative_op(cover);

	for (size_t i = 0; i < cover->n; i++)
		texts[i] = op == PATTERN_BUT_WILDCARD ? wildcard(arena_of(s), &cover->tests[i])
						      : cover->tests[i].text;
	VEC_PUSH(arena_of(s), *tests,
		 ((struct pattern_test){.op = op, .texts = texts, .n = cover->n}));
}

static struct spelling spelling_of(const struct pattern_scope *s, const struct place *place,
				   unsigned word)
{
	return event_spelling(s->unit->mechanism, fields[place->field].words, word);
}

/* Puts the event's words in place of the canonical ones. false: a constant that the event is not
 * known to have, so that what arrives in its place cannot be told; or, where its words are others,
 * a part of one. */
static bool spell(const struct pattern_scope *s, const struct place *place, struct cover *cover)
{
	const struct vocabulary *words = fields[place->field].words;

	for (size_t i = 0; words && i < cover->n; i++) {
		struct cover_test *t = &cover->tests[i];
		int word = vocabulary_find_canonical(words, t->text);
		struct spelling spelling = {.n = 0};

		if (word >= 0)
			spelling = spelling_of(s, place, (unsigned)word);
		if (word >= 0 && spelling.n != 1)
			return false;
		if (s->unit->mechanism == MECHANISM_EVENT)
			continue;
		if (word < 0 || t->test != TEST_IN)
			return false;
		t->text = str_from(spelling.texts[0]);
	}
	return true;
}

/* What stands around a part of an ARN: before it, right before it, right behind it, behind it. */
struct around {
	lang before, behind;
	const char *begin, *end;
};

/* A repository's own ARN ends with its name; an image's goes on with the digest. */
static struct around around(const struct pattern_scope *s, enum field_id field)
{
	struct engine *e = engine_of(s);
	struct lower *lower = s->c->lower;
	lang heads = lower_repository_heads(lower), slash = lang_string(e, STR("/"));
	lang nothing = lang_string(e, STR(""));

	if (field == FIELD_image_digest)
		return (struct around){
			lang_concat(e, lang_concat(e, heads, lower_repositories(lower)), slash),
			nothing, "/", ""};
	if (s->unit->mechanism == MECHANISM_V2_EVENT)
		return (struct around){heads, lang_concat(e, slash, lower_digests(lower)),
				       ":repository/", "/sha256:"};
	return (struct around){heads, nothing, ":repository/", ""};
}

/* What is written about a part, about the ARN. */
static const struct literal *arn_literals(struct pattern_scope *s, const struct around *a,
					  const struct literal *parts, size_t n)
{
	struct literal *arns = ARENA_ARRAY(arena_of(s), struct literal, n);

	for (size_t i = 0; i < n; i++) {
		enum test test = parts[i].test;
		bool begins = test == TEST_IN || test == TEST_PREFIX;
		bool ends = test == TEST_IN || test == TEST_SUFFIX;

		arns[i] = parts[i];
		arns[i].test = ends && !*a->end ? TEST_SUFFIX : TEST_CONTAINS;
		arns[i].text = str_printf(arena_of(s), "%s" STR_FMT "%s", begins ? a->begin : "",
					  STR_ARG(parts[i].text), ends ? a->end : "");
	}
	return arns;
}

static bool text_tests(struct pattern_scope *s, const struct place *place, vset set,
		       struct test_list *tests)
{
	struct engine *e = engine_of(s);
	lang l = set_lang(e, set);
	bool any = pattern_place(s, place->field) != event_place(s->unit->mechanism, place->field);
	/* Other clouds have other names. */
	lang care = any ? LANG_ALL : lower_texts(s->c->lower, place->field, s->unit->view);
	bool by_arn = fields[place->field].can[s->unit->mechanism] == CAN_BY_ARN;
	enum refusal_why why = REFUSE_NONE;
	const struct literal *literals;
	struct cover cover;
	size_t n;

	if (lang_and(e, l, care) == LANG_NONE)
		return true;
	if (lang_inside(e, care, l)) {
		VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
		return true;
	}
	literals = literals_of(s->literals, place->field, place->key, &n);
	if (by_arn) {
		struct around a = around(s, place->field);

		l = lang_concat(e, a.before, lang_concat(e, lang_and(e, l, care), a.behind));
		care = lang_concat(e, a.before, lang_concat(e, care, a.behind));
		literals = arn_literals(s, &a, literals, n);
	}
	if (!cover_find(e, arena_of(s), l, care, literals, n, FORMS, &cover))
		why = by_arn ? REFUSE_IN_ARN : REFUSE_TEXT;
	else if (!spell(s, place, &cover))
		why = REFUSE_NOT_CARRIED;
	else if (has_bad_affix(&cover))
		why = REFUSE_QUOTE;
	else if (cover.negative && s->unit->mechanism == MECHANISM_V2_EVENT &&
		 place->field == FIELD_finding_type)
		why = REFUSE_TYPES; /* beside it stands another */
	if (why != REFUSE_NONE && (!s->loose || why == REFUSE_NOT_CARRIED)) {
		refuse(s->refusal, why, place);
		return false;
	}
	if (why != REFUSE_NONE &&
	    (!cover_around(e, arena_of(s), l, care, literals, n, FORMS, &cover) ||
	     has_bad_affix(&cover))) {
		VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
		return true;
	}
	if (cover.negative)
		negative_test(s, &cover, tests);
	else
		positive_tests(s, &cover, tests);
	return true;
}

/* --- words and numbers --- */

/* Nothing can be excluded from `true` and `false`, so what is taken is named: any text is another
 * word. */
static bool boolean_tests(struct pattern_scope *s, const struct place *place, uint64_t mask,
			  struct test_list *tests)
{
	unsigned n = fields[place->field].words->n;

	if ((mask & (BIT(n + 1) - 1)) == BIT(n + 1) - 1) {
		VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
		return true;
	}
	for (unsigned i = 0; i < n; i++)
		if (mask & BIT(i))
			add_test(s, tests, PATTERN_LITERAL,
				 str_from(spelling_of(s, place, i).texts[0]));
	if (mask & BIT(n))
		add_test(s, tests, PATTERN_PREFIX, STR(""));
	return true;
}

static bool word_tests(struct pattern_scope *s, const struct place *place, vset set,
		       struct test_list *tests)
{
	const struct vocabulary *words = fields[place->field].words;
	uint64_t mask = set_mask(engine_of(s), set);
	bool other = mask & BIT(words->n);
	struct str *but = ARENA_ARRAY(arena_of(s), struct str, 2 * words->n);
	size_t n = 0;

	if (event_is_boolean(s->unit->mechanism, place->field))
		return boolean_tests(s, place, mask, tests);
	for (unsigned i = 0; i < words->n; i++) {
		struct spelling spelling = spelling_of(s, place, i);
		bool taken = mask & BIT(i);

		if (!spelling.n && other != taken) {
			/* UNTRIAGED: whatever arrives in its place is an unknown word. */
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		for (unsigned k = 0; k < spelling.n && taken != other; k++)
			if (taken)
				add_test(s, tests, PATTERN_EQUALS, str_from(spelling.texts[k]));
			else
				but[n++] = str_from(spelling.texts[k]);
	}
	if (other && n)
		VEC_PUSH(arena_of(s), *tests,
			 ((struct pattern_test){.op = PATTERN_BUT, .texts = but, .n = n}));
	else if (other)
		VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
	return true;
}

/* The bounds that an event pattern holds: ±5e9 with six decimals, and an open low end only as the
 * field's own (event-ruler loses matches below a bare "<"). */
static bool number_fits(struct interval range)
{
	const int64_t most = limits[LIMIT_event_number].value * TYPE_SCALE;

	for (int i = 0; i < 2; i++) {
		int64_t point = i ? range.hi : range.lo;
		int64_t scaled = point >> 1;

		if (point == INT64_MAX)
			continue;
		if (i && (point & 1))
			scaled++; /* below the next value */
		if (scaled % 1000 != 0 || scaled > most || scaled < -most)
			return false;
	}
	return range.lo != INT64_MIN && !(range.lo == range.hi && (range.lo & 1));
}

static bool holds(const struct interval *items, size_t n, int64_t point)
{
	for (size_t i = 0; i < n; i++)
		if (items[i].lo <= point && point <= items[i].hi)
			return true;
	return false;
}

/* The texts of scores, which have one decimal (A12): ten of one whole number are a prefix. */
static bool score_tests(struct pattern_scope *s, vset set, struct test_list *tests)
{
	const int64_t tenth = 2 * TYPE_SCALE / 10;
	const struct interval *items;
	size_t n = set_intervals(engine_of(s), set, &items), had = tests->n;
	unsigned all = 0;

	for (unsigned whole = 0; whole <= 10; whole++) {
		unsigned most = whole < 10 ? 10 : 1, taken = 0;

		for (unsigned k = 0; k < most; k++)
			taken += holds(items, n, (10 * whole + k) * tenth);
		all += taken;
		if (taken == 10)
			add_test(s, tests, PATTERN_PREFIX, str_printf(arena_of(s), "%u.", whole));
		for (unsigned k = 0; k < most && taken < 10; k++)
			if (holds(items, n, (10 * whole + k) * tenth))
				add_test(s, tests, PATTERN_EQUALS,
					 str_printf(arena_of(s), "%u.%u", whole, k));
	}
	if (all == 101) {
		tests->n = had;
		VEC_PUSH(arena_of(s), *tests, ((struct pattern_test){.op = PATTERN_EXISTS}));
	}
	return true;
}

static bool number_tests(struct pattern_scope *s, const struct place *place, vset set,
			 struct test_list *tests)
{
	const struct field *field = &fields[place->field];
	const struct interval *items;
	size_t n = set_intervals(engine_of(s), set, &items);

	if (field->can[s->unit->mechanism] == CAN_AS_TEXT && place->field == FIELD_score)
		return score_tests(s, set, tests);
	if (field->can[s->unit->mechanism] == CAN_AS_TEXT) {
		/* A date, or a number in quotes: only presence can be told. */
		if (n && (s->loose || (items[0].lo == INT64_MIN && items[0].hi == INT64_MAX))) {
			VEC_PUSH(arena_of(s), *tests,
				 ((struct pattern_test){.op = PATTERN_EXISTS}));
			return true;
		}
		if (n)
			refuse(s->refusal, field->type == TYPE_DATE ? REFUSE_ORDER : REFUSE_AS_TEXT,
			       place);
		return !n;
	}
	for (size_t i = 0; i < n; i++) {
		struct interval range = items[i];

		if (range.lo < 2 * field->lo)
			range.lo = 2 * field->lo;
		if (range.hi >= 2 * field->hi)
			range.hi = INT64_MAX;
		if (range.lo > range.hi)
			continue;
		if (range.lo == 2 * field->lo && range.hi == INT64_MAX) {
			VEC_PUSH(arena_of(s), *tests,
				 ((struct pattern_test){.op = PATTERN_EXISTS}));
			continue;
		}
		if (!number_fits(range) && s->loose) {
			VEC_PUSH(arena_of(s), *tests,
				 ((struct pattern_test){.op = PATTERN_EXISTS}));
			continue;
		}
		if (!number_fits(range)) {
			refuse(s->refusal, REFUSE_NUMBER, place);
			return false;
		}
		VEC_PUSH(arena_of(s), *tests,
			 ((struct pattern_test){.op = PATTERN_NUMERIC, .range = range}));
	}
	return true;
}

bool pattern_tests(struct pattern_scope *s, const struct place *place, vset set,
		   struct test_list *tests)
{
	switch (fields[place->field].type) {
	case TYPE_ENUM:
		return word_tests(s, place, set, tests);
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return number_tests(s, place, set, tests);
	default:
		return text_tests(s, place, set, tests);
	}
}
