/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of event patterns: the tests on one path as values, by event-patterns.md §1 and
 * §3. */
#include "model/event.h"
#include "target/eventbridge_internal.h"

#include <string.h>

/* event-ruler compares a text that is an IP address as the address: four numbers, or colons. */
static bool is_address(struct str s)
{
	size_t dots = 0, colons = 0;

	for (size_t i = 0; i < s.len; i++) {
		dots += s.ptr[i] == '.';
		colons += s.ptr[i] == ':';
		if (!strchr("0123456789abcdefABCDEF.:", s.ptr[i]))
			return false;
	}
	return dots >= 3 || colons;
}

static bool affix_text(struct reader *r, const struct json *value, struct str *text)
{
	if (!json_is(value, JSON_STRING))
		return eventbridge_fail(r, "has an affix that is no text");
	*text = json_text(value);
	if (text->len && memchr(text->ptr, '"', text->len))
		return eventbridge_fail(r, "has a quote in an affix");
	return true;
}

/* One of prefix, suffix, wildcard. */
static bool affix_lang(struct reader *r, struct str kind, const struct json *value, lang *l)
{
	struct str text;

	if (!affix_text(r, value, &text))
		return false;
	if (str_is(kind, "prefix"))
		*l = lang_prefix(r->e, text);
	else if (str_is(kind, "suffix"))
		*l = lang_suffix(r->e, text);
	else if (str_is(kind, "wildcard"))
		*l = lang_wildcard(r->e, text);
	else
		return eventbridge_fail(r, "has a test that is not known");
	return true;
}

/* The vocabulary of a leaf whose event spells words in another way than the finding has them. */
static const struct vocabulary *spelled(const struct reader *r, const struct leaf *leaf)
{
	bool other = leaf->field->type == TYPE_WORD && r->mechanism != MECHANISM_EVENT;

	return other ? leaf->field->words : NULL;
}

/* The language of one text, which may be the event's spelling of a word. */
static bool whole_text(struct reader *r, const struct vocabulary *words, struct str text, lang *l)
{
	if (!words) {
		*l = lang_string(r->e, text);
		return true;
	}
	for (unsigned i = 0; i < words->n; i++) {
		struct spelling spelling = event_spelling(r->mechanism, words, i);

		if (spelling.n == 1 && str_is(text, spelling.texts[0])) {
			*l = lang_string(r->e, str_from(vocabulary_canonical(words, i)));
			return true;
		}
	}
	return eventbridge_fail(r, "tests a word that is not in its vocabulary");
}

/* anything-but: a text, a list, or {kind: text or list}; what is NOT taken. */
static bool but_langs(struct reader *r, const struct vocabulary *words, const struct json *but,
		      struct langs *out)
{
	const struct json *list = but;
	struct str kind = STR("");
	size_t n;

	if (json_is(but, JSON_OBJECT)) {
		if (but->n != 1 || words)
			return eventbridge_fail(r, "has an anything-but that is not known");
		kind = but->keys[0];
		list = but->items[0];
	}
	n = json_is(list, JSON_ARRAY) ? list->n : 1;
	if (!n)
		return eventbridge_fail(r, "has an empty anything-but");
	for (size_t i = 0; i < n; i++) {
		const struct json *item = json_is(list, JSON_ARRAY) ? list->items[i] : list;
		lang one;

		if (!json_is(item, JSON_STRING))
			return eventbridge_fail(r,
						"has an anything-but of something else than texts");
		if (!kind.len && !whole_text(r, words, json_text(item), &one))
			return false;
		if (kind.len && (!json_text(item).len || !affix_lang(r, kind, item, &one)))
			return eventbridge_fail(r, "has an empty affix in anything-but");
		VEC_PUSH(r->c->arena, *out, one);
	}
	return true;
}

bool eventbridge_texts(struct reader *r, const struct vocabulary *words, const struct json *test,
		       struct langs *out, bool *negative)
{
	lang l;

	*negative = false;
	if (json_is(test, JSON_STRING)) {
		if (is_address(json_text(test)))
			return eventbridge_fail(r, "compares an address");
		if (!whole_text(r, words, json_text(test), &l))
			return false;
		VEC_PUSH(r->c->arena, *out, l);
		return true;
	}
	if (!json_is(test, JSON_OBJECT) || test->n != 1)
		return eventbridge_fail(r, "has a test that is not known");
	*negative = str_is(test->keys[0], "anything-but");
	if (*negative)
		return but_langs(r, words, test->items[0], out);
	if (words)
		return eventbridge_fail(r, "tests a part of a word");
	if (!affix_lang(r, test->keys[0], test->items[0], &l))
		return false;
	VEC_PUSH(r->c->arena, *out, l);
	return true;
}

static bool text_lang(struct reader *r, const struct vocabulary *words, const struct json *test,
		      lang *l)
{
	struct langs langs = {0};
	bool negative;

	if (!eventbridge_texts(r, words, test, &langs, &negative))
		return false;
	*l = lang_or_all(r->e, langs.items, langs.n);
	if (negative)
		*l = lang_not(r->e, *l);
	return true;
}

/* A word is a text: the language decides which words and whether an unknown one is taken. */
static bool word_values(struct reader *r, const struct leaf *leaf, var v, lang l, bool negative,
			vset *values)
{
	const struct vocabulary *words = leaf->field->words;
	uint64_t mask = negative ? BIT(words->n) : 0;
	const struct str *items;
	bool complement;
	size_t n, known = 0;

	for (unsigned i = 0; i < words->n; i++) {
		struct spelling spelling = event_spelling(r->mechanism, words, i);
		unsigned taken = 0;

		for (unsigned k = 0; k < spelling.n; k++)
			taken += lang_accepts(r->e, l, str_from(spelling.texts[k]));
		if (taken && taken != spelling.n)
			return eventbridge_fail(r, "tests one of several words for the same");
		if (spelling.n ? taken : negative)
			mask |= BIT(i);
		known += negative ? spelling.n - taken : taken;
	}
	/* Only lists of known words: anything else would split the unknown words. */
	if (!lang_list(r->e, l, &complement, &items, &n) || complement != negative || n != known)
		return eventbridge_fail(r, "tests a word that is not in its vocabulary");
	*values = set_bits(r->e, v, mask);
	return true;
}

static bool number_operand(struct reader *r, const struct json *number, int64_t *scaled)
{
	bool sticky;

	if (!json_is(number, JSON_NUMBER) || !json_decimal(number->text, scaled, &sticky) || sticky)
		return eventbridge_fail(r, "has a number that cannot be read");
	return true;
}

static bool number_values(struct reader *r, const struct json *ops, vset *values)
{
	struct interval range = {INT64_MIN, INT64_MAX};

	if (!json_is(ops, JSON_ARRAY) || (ops->n != 2 && ops->n != 4))
		return eventbridge_fail(r, "has a numeric test that is not known");
	for (size_t i = 0; i < ops->n; i += 2) {
		struct str op = json_text(ops->items[i]);
		int64_t scaled;

		if (!number_operand(r, ops->items[i + 1], &scaled))
			return false;
		if (str_is(op, "=") && ops->n == 2)
			range = (struct interval){2 * scaled, 2 * scaled};
		else if (str_is(op, ">=") && i == 0)
			range.lo = 2 * scaled;
		else if (str_is(op, ">") && i == 0)
			range.lo = 2 * scaled + 1;
		else if (str_is(op, "<=") && i == 2)
			range.hi = 2 * scaled;
		else if (str_is(op, "<") && i == 2)
			range.hi = 2 * scaled - 1;
		else /* a bare upper bound loses matches in event-ruler */
			return eventbridge_fail(r, "has a numeric operator that is not known");
	}
	if (range.lo > range.hi)
		return eventbridge_fail(r, "has an empty numeric range");
	*values = set_numbers(r->e, &range, 1, false);
	return true;
}

/* The repositories whose ARNs are in a language; false if it also depends on where they lie. */
static bool arn_names(struct reader *r, lang arns, lang *names)
{
	lang heads = lower_repository_heads(r->c->lower), care = lower_repositories(r->c->lower);
	uint32_t n = lang_states(r->e, arns);
	lang *before = ARENA_ARRAY(r->c->arena, lang, n);
	lang *behind = ARENA_ARRAY(r->c->arena, lang, n);
	bool some = false;

	lang_split(r->e, arns, lang_start(r->e, arns), heads, before);
	memcpy(behind, before, n * sizeof *behind);
	lang_tails(r->e, arns, behind);
	*names = LANG_NONE;
	for (uint32_t q = 0; q < n; q++) {
		lang here;

		if (before[q] == LANG_NONE)
			continue;
		here = lang_and(r->e, behind[q], care);
		if (some && here != *names)
			return eventbridge_fail(r, "tells repositories by where they lie");
		*names = here;
		some = true;
	}
	return true;
}

/* `true`, `false`, or any text, which is another word. */
static bool boolean_values(struct reader *r, const struct leaf *leaf, var v,
			   const struct json *test, vset *values)
{
	const struct vocabulary *words = leaf->field->words;
	const struct json *prefix = json_get(test, "prefix");
	const char *literal = json_is(test, JSON_TRUE)	  ? "true"
			      : json_is(test, JSON_FALSE) ? "false"
							  : NULL;

	if (json_is(prefix, JSON_STRING) && !json_text(prefix).len && test->n == 1) {
		*values = set_bits(r->e, v, BIT(words->n));
		return true;
	}
	for (unsigned i = 0; literal && i < words->n; i++)
		if (!strcmp(event_spelling(r->mechanism, words, i).texts[0], literal)) {
			*values = set_bits(r->e, v, BIT(i));
			return true;
		}
	return eventbridge_fail(r, "compares true or false with something else");
}

/* Scores are texts with one decimal (A12), which have no order but can be named. */
static bool score_values(struct reader *r, const struct leaf *leaf, const struct json *test,
			 vset *values)
{
	const int64_t tenth = 2 * TYPE_SCALE / 10;
	struct interval points[101];
	size_t n = 0;
	lang l;

	if (leaf->id != FIELD_score)
		return eventbridge_fail(r, "compares a number that the event has as text");
	if (!text_lang(r, NULL, test, &l))
		return false;
	for (int64_t i = 0; i <= 100; i++) {
		struct str text = str_printf(r->c->arena, "%d.%d", (int)i / 10, (int)i % 10);

		if (lang_accepts(r->e, l, text))
			points[n++] = (struct interval){i * tenth, i * tenth};
	}
	*values = set_numbers(r->e, points, n, false);
	return true;
}

bool eventbridge_values(struct reader *r, const struct leaf *leaf, var v, vset *values,
			bool *absent)
{
	enum var_kind kind = var_kind(r->e, v);
	lang words = LANG_NONE; /* named one by one; several may stand for one word together */
	vset named;

	*values = set_none(r->e, v);
	*absent = false;
	for (size_t i = 0; i < leaf->tests->n; i++) {
		const struct json *test = leaf->tests->items[i];
		const struct json *exists = json_get(test, "exists");
		bool negative = json_get(test, "anything-but") != NULL;

		if (negative && r->mechanism == MECHANISM_V2_EVENT &&
		    leaf->id == FIELD_finding_type)
			return eventbridge_fail(r, "excludes one of several types");
		vset one = set_none(r->e, v);
		lang l = LANG_NONE;

		if (event_is_boolean(r->mechanism, leaf->id) && !exists) {
			if (!boolean_values(r, leaf, v, test, &one))
				return false;
		} else if (exists) {
			if (!json_is(exists, JSON_TRUE) && !json_is(exists, JSON_FALSE))
				return eventbridge_fail(
					r, "has an exists that is neither true nor false");
			*absent = *absent || json_is(exists, JSON_FALSE);
			if (json_is(exists, JSON_TRUE))
				one = set_not(r->e, v, set_absent(r->e, v));
		} else if (kind == VAR_NUMBER) {
			if (leaf->field->can[r->mechanism] == CAN_DIRECTLY
				    ? !number_values(r, json_get(test, "numeric"), &one)
				    : !score_values(r, leaf, test, &one))
				return false;
		} else if (!text_lang(r, spelled(r, leaf), test, &l)) {
			return false;
		} else if (kind == VAR_BITS && !negative) {
			words = lang_or(r->e, words, l);
		} else if (kind == VAR_BITS) {
			if (!word_values(r, leaf, v, l, true, &one))
				return false;
		} else {
			if (leaf->field->can[r->mechanism] == CAN_BY_ARN && !arn_names(r, l, &l))
				return false;
			one = set_strings(r->e, l, false);
		}
		*values = set_or(r->e, *values, one);
	}
	if (words == LANG_NONE)
		return true;
	if (!word_values(r, leaf, v, words, false, &named))
		return false;
	*values = set_or(r->e, *values, named);
	return true;
}
