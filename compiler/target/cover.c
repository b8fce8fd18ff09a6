/* SPDX-License-Identifier: Apache-2.0
 *
 * Text covers. The tests are tried in an order that does not depend on how the condition was
 * written, so equal languages with equal words give equal covers. */
#include "target/cover.h"

#include <stdlib.h>
#include <string.h>

struct search {
	struct engine *e;
	struct arena *arena;
	lang wanted, care; /* wanted lies inside care */
	const struct literal *literals;
	size_t n_literals;
	unsigned forms;
	VEC(struct cover_test) tests;
};

static int by_kind(const void *left, const void *right)
{
	const struct cover_test *a = left, *b = right;
	int order = (a->test > b->test) - (a->test < b->test);

	if (!order)
		order = str_cmp(a->text, b->text);
	return order ? order : str_cmp(a->tail, b->tail);
}

static lang test_lang(struct engine *e, const struct cover_test *t)
{
	switch (t->test) {
	case TEST_PREFIX:
		return lang_prefix(e, t->text);
	case TEST_SUFFIX:
		return lang_suffix(e, t->text);
	case TEST_CONTAINS:
		return lang_contains(e, t->text);
	case TEST_RANGE:
		return lang_concat(e, lang_prefix(e, t->text), lang_string(e, t->tail));
	default:
		return lang_string(e, t->text);
	}
}

static bool form_allowed(unsigned forms, enum test test)
{
	switch (test) {
	case TEST_PREFIX:
		return forms & COVER_PREFIX;
	case TEST_SUFFIX:
		return forms & COVER_SUFFIX;
	case TEST_CONTAINS:
		return forms & COVER_CONTAINS;
	case TEST_RANGE:
		return forms & COVER_AFFIXES;
	default:
		return false;
	}
}

/* Adds a test whose texts all lie in `target`, unless those found before take them already. */
static void offer(struct search *s, struct cover_test t, lang target, lang *found)
{
	lang l;

	if (!form_allowed(s->forms, t.test))
		return;
	l = lang_and(s->e, test_lang(s->e, &t), s->care);
	if (l == LANG_NONE || !lang_inside(s->e, l, target) || lang_inside(s->e, l, *found))
		return;
	*found = lang_or(s->e, *found, l);
	VEC_PUSH(s->arena, s->tests, t);
}

/* What the tests do not take must be a finite list: single texts. */
static bool add_rest(struct search *s, lang target, lang found)
{
	lang rest = lang_minus(s->e, target, found);
	const struct str *items;
	bool complement;
	size_t n;

	if (!lang_list(s->e, rest, &complement, &items, &n) || complement)
		return false;
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(s->arena, s->tests, ((struct cover_test){TEST_IN, items[i], STR("")}));
	return true;
}

/* `target` as a union of tests. */
static bool search_union(struct search *s, lang target)
{
	static const enum test order[] = {TEST_CONTAINS, TEST_PREFIX, TEST_SUFFIX};
	const struct literal *l = s->literals;
	lang found = LANG_NONE;

	s->tests.n = 0;
	for (size_t k = 0; k < ARRAY_LEN(order); k++)
		for (size_t i = 0; i < s->n_literals; i++)
			if (l[i].test == order[k])
				offer(s, (struct cover_test){order[k], l[i].text, STR("")}, target,
				      &found);
	/* Prefix and suffix together: few literals each, and only when they are still needed. */
	for (size_t i = 0; i < s->n_literals && found != target; i++)
		for (size_t j = 0; j < s->n_literals && l[i].test == TEST_PREFIX; j++)
			if (l[j].test == TEST_SUFFIX)
				offer(s, (struct cover_test){TEST_RANGE, l[i].text, l[j].text},
				      target, &found);
	if (!add_rest(s, target, found))
		return false;
	if (s->tests.n)
		qsort(s->tests.items, s->tests.n, sizeof *s->tests.items, by_kind);
	return true;
}

static void take(struct search *s, struct cover_test **tests, size_t *n)
{
	*n = s->tests.n;
	*tests = ARENA_ARRAY(s->arena, struct cover_test, s->tests.n);
	for (size_t i = 0; i < s->tests.n; i++)
		(*tests)[i] = s->tests.items[i];
}

/* Prefixes that overlap the language, less what they take too much. */
static bool search_minus(struct search *s, struct cover *out)
{
	lang found = LANG_NONE;
	unsigned forms = s->forms;
	bool done;

	s->tests.n = 0;
	for (size_t i = 0; i < s->n_literals; i++) {
		struct cover_test t = {TEST_PREFIX, s->literals[i].text, STR("")};
		lang l = lang_and(s->e, test_lang(s->e, &t), s->care);

		if (s->literals[i].test != TEST_PREFIX ||
		    lang_and(s->e, l, s->wanted) == LANG_NONE || lang_inside(s->e, l, found))
			continue;
		found = lang_or(s->e, found, l);
		VEC_PUSH(s->arena, s->tests, t);
	}
	if (!s->tests.n || !lang_inside(s->e, s->wanted, found))
		return false;
	take(s, &out->tests, &out->n);
	s->forms = COVER_PREFIX;
	done = search_union(s, lang_minus(s->e, found, s->wanted));
	s->forms = forms;
	take(s, &out->minus, &out->n_minus);
	return done;
}

bool cover_find(struct engine *e, struct arena *arena, lang l, lang care,
		const struct literal *literals, size_t n, unsigned forms, struct cover *out)
{
	struct search s = {.e = e,
			   .arena = arena,
			   .wanted = lang_and(e, l, care),
			   .care = care,
			   .literals = literals,
			   .n_literals = n,
			   .forms = forms};

	*out = (struct cover){0};
	if (search_union(&s, s.wanted)) {
		take(&s, &out->tests, &out->n);
		return true;
	}
	if ((forms & COVER_NEGATIVE) && search_union(&s, lang_minus(e, care, s.wanted))) {
		out->negative = true;
		take(&s, &out->tests, &out->n);
		return true;
	}
	return (forms & COVER_MINUS) && search_minus(&s, out);
}

/* --- around a language --- */

/* The longest part of a text without quotation marks; at the beginning or at the end, if asked. */
static struct str without_quotes(struct str text, enum test test)
{
	struct str best = STR("");
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != '"')
			continue;
		if (test == TEST_PREFIX)
			return str_slice(text, 0, i);
		if (i - from > best.len || test == TEST_SUFFIX)
			best = str_slice(text, from, i);
		from = i + 1;
	}
	return best;
}

/* A literal as a test that may stand alone; false if it says nothing or is not allowed. */
static bool as_test(const struct search *s, const struct literal *l, struct cover_test *t)
{
	*t = (struct cover_test){l->test, l->text, STR("")};
	if (l->test == TEST_IN)
		return true;
	t->text = without_quotes(l->text, l->test);
	return t->text.len && form_allowed(s->forms, t->test);
}

/* The one test that takes all of the language and the least beyond it. */
static bool around_alone(struct search *s, struct cover *out)
{
	lang best = s->care;

	s->tests.n = 0;
	for (size_t i = 0; i < s->n_literals; i++) {
		struct cover_test t;
		lang l;

		if (!as_test(s, &s->literals[i], &t))
			continue;
		l = lang_and(s->e, test_lang(s->e, &t), s->care);
		if (l == best || !lang_inside(s->e, s->wanted, l) || !lang_inside(s->e, l, best))
			continue;
		best = l;
		s->tests.n = 0;
		VEC_PUSH(s->arena, s->tests, t);
	}
	take(s, &out->tests, &out->n);
	return out->n != 0;
}

#define PRUNED_MAX 64 /* tests that are tried one by one */

/* Leaves out tests that the others make needless. */
static void prune(struct search *s)
{
	for (size_t i = s->tests.n; i-- > 0 && s->tests.n <= PRUNED_MAX;) {
		lang others = LANG_NONE;

		for (size_t j = 0; j < s->tests.n; j++)
			if (j != i)
				others = lang_or(s->e, others, test_lang(s->e, &s->tests.items[j]));
		if (!lang_inside(s->e, s->wanted, others))
			continue;
		s->tests.n--;
		memmove(&s->tests.items[i], &s->tests.items[i + 1],
			(s->tests.n - i) * sizeof *s->tests.items);
	}
}

/* All tests that take some of it, if together they take all of it. */
static bool around_union(struct search *s, struct cover *out)
{
	lang found = LANG_NONE;

	s->tests.n = 0;
	for (size_t i = 0; i < s->n_literals; i++) {
		struct cover_test t;
		lang l;

		if (s->literals[i].test == TEST_IN || !as_test(s, &s->literals[i], &t))
			continue;
		l = lang_and(s->e, test_lang(s->e, &t), s->care);
		if (lang_inside(s->e, lang_and(s->e, l, s->wanted), found))
			continue;
		found = lang_or(s->e, found, l);
		VEC_PUSH(s->arena, s->tests, t);
	}
	if (lang_inside(s->e, s->care, found) || !add_rest(s, s->wanted, found))
		return false;
	prune(s);
	if (s->tests.n)
		qsort(s->tests.items, s->tests.n, sizeof *s->tests.items, by_kind);
	take(s, &out->tests, &out->n);
	return out->n != 0;
}

/* What is outside it altogether is excluded. */
static bool around_others(struct search *s, struct cover *out)
{
	lang outside = LANG_NONE;

	for (size_t i = 0; i < s->n_literals; i++) {
		struct cover_test t = {s->literals[i].test, s->literals[i].text, STR("")};
		lang l = lang_and(s->e, test_lang(s->e, &t), s->care);

		if (!memchr(t.text.ptr, '"', t.text.len) &&
		    lang_and(s->e, l, s->wanted) == LANG_NONE)
			outside = lang_or(s->e, outside, l);
	}
	return outside != LANG_NONE &&
	       cover_find(s->e, s->arena, lang_minus(s->e, s->care, outside), s->care, s->literals,
			  s->n_literals, s->forms, out);
}

bool cover_around(struct engine *e, struct arena *arena, lang l, lang care,
		  const struct literal *literals, size_t n, unsigned forms, struct cover *out)
{
	struct search s = {.e = e,
			   .arena = arena,
			   .wanted = lang_and(e, l, care),
			   .care = care,
			   .literals = literals,
			   .n_literals = n,
			   .forms = forms};

	*out = (struct cover){0};
	return around_alone(&s, out) || around_union(&s, out) || around_others(&s, out);
}
