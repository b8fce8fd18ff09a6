/* SPDX-License-Identifier: Apache-2.0
 *
 * Text covers. The tests are tried in an order that does not depend on how the condition was
 * written, so equal languages with equal words give equal covers. */
#include "target/cover.h"

#include <stdlib.h>

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
