/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets to branches: each box of the set's diagram becomes leaves, one per variable. */
#include "target/pattern.h"

#include "model/limit.h"
#include "target/cover.h"

#include <stdlib.h>
#include <string.h>

#define FORMS (COVER_NEGATIVE | COVER_PREFIX | COVER_SUFFIX | COVER_CONTAINS | COVER_AFFIXES)

struct test_list {
	struct pattern_test *items;
	size_t n, cap;
};

struct leaf_list {
	struct pattern_leaf *items;
	size_t n, cap;
};

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

/* event-ruler compares affixes with the quoted text, so a quote in one means the text's end. */
static bool has_quote(const struct cover *cover)
{
	for (size_t i = 0; i < cover->n; i++)
		if (cover->tests[i].test != TEST_IN &&
		    (memchr(cover->tests[i].text.ptr, '"', cover->tests[i].text.len) ||
		     (cover->tests[i].tail.len &&
		      memchr(cover->tests[i].tail.ptr, '"', cover->tests[i].tail.len))))
			return true;
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

/* Two anything-buts beside each other would be an `or`, so all exclusions stand in one: of one
 * kind, or as wildcards. */
static void negative_test(struct pattern_scope *s, const struct cover *cover,
			  struct test_list *tests)
{
	struct str *texts = ARENA_ARRAY(arena_of(s), struct str, cover->n);
	enum test kind = cover->tests[0].test;
	enum pattern_op op;

	for (size_t i = 1; i < cover->n; i++)
		if (cover->tests[i].test != kind)
			kind = TEST_EXISTS; /* mixed */
	op = kind == TEST_IN	   ? PATTERN_BUT
	     : kind == TEST_PREFIX ? PATTERN_BUT_PREFIX
	     : kind == TEST_SUFFIX ? PATTERN_BUT_SUFFIX
				   : PATTERN_BUT_WILDCARD;
	for (size_t i = 0; i < cover->n; i++)
		texts[i] = op == PATTERN_BUT_WILDCARD ? wildcard(arena_of(s), &cover->tests[i])
						      : cover->tests[i].text;
	VEC_PUSH(arena_of(s), *tests,
		 ((struct pattern_test){.op = op, .texts = texts, .n = cover->n}));
}

/* A constant that ASFF is not known to have: what arrives in its place cannot be told. */
static bool has_unspelled_word(const struct place *place, const struct cover *cover)
{
	const struct vocabulary *words = fields[place->field].words;

	for (size_t i = 0; words && i < cover->n; i++) {
		int word = vocabulary_find_canonical(words, cover->tests[i].text);

		if (word >= 0 && !words->asff[word])
			return true;
	}
	return false;
}

static bool text_tests(struct pattern_scope *s, const struct place *place, vset set,
		       struct test_list *tests)
{
	struct engine *e = engine_of(s);
	lang l = set_lang(e, set), care = lower_texts(s->c->lower, place->field);
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
	if (!cover_find(e, arena_of(s), l, care, literals, n, FORMS, &cover)) {
		refuse(s->refusal, REFUSE_TEXT, place);
		return false;
	}
	if (has_unspelled_word(place, &cover)) {
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return false;
	}
	if (has_quote(&cover)) {
		refuse(s->refusal, REFUSE_QUOTE, place);
		return false;
	}
	if (cover.negative)
		negative_test(s, &cover, tests);
	else
		positive_tests(s, &cover, tests);
	return true;
}

/* --- words and numbers --- */

static bool word_tests(struct pattern_scope *s, const struct place *place, vset set,
		       struct test_list *tests)
{
	const struct vocabulary *words = fields[place->field].words;
	uint64_t mask = set_mask(engine_of(s), set);
	bool other = mask & BIT(words->n);
	struct str *but = ARENA_ARRAY(arena_of(s), struct str, words->n);
	size_t n = 0;

	for (unsigned i = 0; i < words->n; i++) {
		if (!words->asff[i] && other != !!(mask & BIT(i))) {
			/* UNTRIAGED: whatever arrives in its place is an unknown word. */
			refuse(s->refusal, REFUSE_NOT_CARRIED, place);
			return false;
		}
		if (!words->asff[i])
			continue;
		if (!other && (mask & BIT(i)))
			add_test(s, tests, PATTERN_EQUALS, str_from(words->asff[i]));
		if (other && !(mask & BIT(i)))
			but[n++] = str_from(words->asff[i]);
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

static bool number_tests(struct pattern_scope *s, const struct place *place, vset set,
			 struct test_list *tests)
{
	const struct field *field = &fields[place->field];
	const struct interval *items;
	size_t n = set_intervals(engine_of(s), set, &items);

	if (field->can[MECHANISM_EVENT] == CAN_AS_TEXT) {
		/* A date, or a number in quotes: only presence can be told. */
		if (n == 1 && items[0].lo == INT64_MIN && items[0].hi == INT64_MAX) {
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
		if (!number_fits(range)) {
			refuse(s->refusal, REFUSE_NUMBER, place);
			return false;
		}
		VEC_PUSH(arena_of(s), *tests,
			 ((struct pattern_test){.op = PATTERN_NUMERIC, .range = range}));
	}
	return true;
}

/* --- leaves --- */

static void leaf_path(struct pattern_scope *s, const struct place *place, struct pattern_leaf *leaf)
{
	struct str dotted = str_from(fields[place->field].event);
	VEC(struct str) words = {0};
	size_t from = 0;

	for (size_t i = 0; i <= dotted.len; i++)
		if (i == dotted.len || dotted.ptr[i] == '.') {
			VEC_PUSH(arena_of(s), words, str_slice(dotted, from, i));
			from = i + 1;
		}
	if (fields[place->field].type == TYPE_MAP)
		VEC_PUSH(arena_of(s), words, place->key);
	leaf->path = words.items;
	leaf->n_path = words.n;
}

/* Words of the path down to the innermost array that may have several elements in this view. */
static size_t array_words(const struct pattern_scope *s, enum group group)
{
	enum view view = s->unit->view;

	while (group != GROUP_FINDING && !lower_is_group(group, view))
		group = group_parent(group);
	switch (group) {
	case GROUP_VULNERABILITY: /* Vulnerabilities */
	case GROUP_RESOURCE:	  /* Resources */
		return 1;
	case GROUP_PACKAGE: /* Vulnerabilities.VulnerablePackages */
	case GROUP_CVSS:
		return 2;
	default: /* scalars in an array do not constrain one another */
		return 0;
	}
}

static bool leaf_of(struct pattern_scope *s, const struct place *place, vset set,
		    struct pattern_leaf *leaf)
{
	const struct field *field = &fields[place->field];
	struct test_list tests = {0};
	bool made;

	if (field->can[MECHANISM_EVENT] == CAN_NOT || !field->event ||
	    (field->type == TYPE_MAP && !place->key.len)) {
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return false;
	}
	*leaf = (struct pattern_leaf){.place = *place};
	leaf_path(s, place, leaf);
	leaf->n_array = array_words(s, place->group);
	made = field->type == TYPE_ENUM ? word_tests(s, place, set, &tests)
	       : field->type == TYPE_DECIMAL || field->type == TYPE_INT || field->type == TYPE_DATE
		       ? number_tests(s, place, set, &tests)
		       : text_tests(s, place, set, &tests);
	if (!made)
		return false;
	/* What every finding has is never absent. */
	if (set_has_absent(engine_of(s), set) && field->cardinality != CARD_ONE) {
		VEC_PUSH(arena_of(s), tests, ((struct pattern_test){.op = PATTERN_ABSENT}));
		if (leaf->n_array)
			leaf->absence = PATTERN_ABSENCE_ELEMENT;
	}
	leaf->tests = tests.items;
	leaf->n_tests = tests.n;
	if (!tests.n) { /* no event can carry such a value: the box holds no event */
		refuse(s->refusal, REFUSE_NOT_CARRIED, place);
		return false;
	}
	pattern_leaf_finish(arena_of(s), leaf);
	return true;
}

/* --- branches --- */

static bool add_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			 size_t term, unsigned depth, struct pattern_branches *out);

static int by_path(const void *left, const void *right)
{
	const struct pattern_leaf *a = left, *b = right;

	for (size_t i = 0; i < a->n_path && i < b->n_path; i++) {
		int order = str_cmp(a->path[i], b->path[i]);

		if (order)
			return order;
	}
	return (a->n_path > b->n_path) - (a->n_path < b->n_path);
}

static bool same_array(const struct pattern_leaf *a, const struct pattern_leaf *b)
{
	if (b->n_path < a->n_array)
		return false;
	for (size_t i = 0; i < a->n_array; i++)
		if (!str_eq(a->path[i], b->path[i]))
			return false;
	return true;
}

/* exists:false inside an array means "in the element chosen so far" when a path of that array that
 * sorts before it was matched, else "in all elements" (event-patterns.md §2). */
static bool absence_holds(struct pattern_scope *s, const struct pattern_branch *b, size_t i)
{
	const struct pattern_leaf *leaf = &b->leaves[i];
	bool before = false, beside = false;

	for (size_t j = 0; j < b->n; j++) {
		if (j == i || !same_array(leaf, &b->leaves[j]))
			continue;
		beside = true;
		if (j < i && b->leaves[j].absence == PATTERN_ABSENCE_NONE)
			before = true;
	}
	if (leaf->absence == PATTERN_ABSENCE_ELEMENT ? before : !beside)
		return true;
	refuse(s->refusal,
	       leaf->absence == PATTERN_ABSENCE_ELEMENT ? REFUSE_ABSENT_ELEMENT : REFUSE_ELEMENTS,
	       &leaf->place);
	return false;
}

static bool finish_branch(struct pattern_scope *s, const struct leaf_list *leaves,
			  struct pattern_branches *out)
{
	struct pattern_branch b = {.n = leaves->n};

	if (out->n >= (size_t)limits[LIMIT_or_combinations].value *
			      (size_t)s->c->policy->config->quotas.event_rules) {
		refuse(s->refusal, REFUSE_BOXES, NULL);
		return false;
	}
	b.leaves = ARENA_ARRAY(arena_of(s), struct pattern_leaf, leaves->n);
	if (leaves->n)
		memcpy(b.leaves, leaves->items, leaves->n * sizeof *b.leaves);
	if (b.n)
		qsort(b.leaves, b.n, sizeof *b.leaves, by_path);
	for (size_t i = 0; i < b.n; i++)
		if (b.leaves[i].absence != PATTERN_ABSENCE_NONE && !absence_holds(s, &b, i))
			return false;
	VEC_PUSH(arena_of(s), *out, b);
	return true;
}

/* `no element has the field`: the forbidden elements are those in which it is present. */
static bool absent_leaf(struct pattern_scope *s, dd forbidden, struct pattern_leaf *leaf)
{
	struct engine *e = engine_of(s);
	struct test_list tests = {0};

	for (unsigned depth = 0; depth < 4 && forbidden > DD_TRUE; depth++) {
		var v = dd_var(e, forbidden);
		const struct place *place = lower_place(s->c->lower, v);
		const struct group_pair *pairs;
		const struct dd_edge *edges;
		size_t n = dd_edges(e, forbidden, &edges);
		vset label = set_none(e, v);

		for (size_t i = 0; i < n; i++)
			if (edges[i].child == DD_TRUE)
				label = edges[i].label;
		if (n != 2)
			return false;
		if (!place->is_group) {
			if (label != set_not(e, v, set_absent(e, v)) ||
			    fields[place->field].can[MECHANISM_EVENT] == CAN_NOT)
				return false;
			*leaf = (struct pattern_leaf){.place = *place,
						      .absence = PATTERN_ABSENCE_ALL};
			leaf_path(s, place, leaf);
			leaf->n_array = array_words(s, place->group);
			if (!leaf->n_array)
				leaf->absence = PATTERN_ABSENCE_NONE;
			VEC_PUSH(arena_of(s), tests, ((struct pattern_test){.op = PATTERN_ABSENT}));
			leaf->tests = tests.items;
			leaf->n_tests = tests.n;
			pattern_leaf_finish(arena_of(s), leaf);
			return true;
		}
		if (set_pairs(e, label, &pairs) != 1 || pairs[0].n_required != 1 ||
		    pairs[0].forbidden != DD_FALSE)
			return false;
		forbidden = pairs[0].required[0];
	}
	return false;
}

/* One element that satisfies `element`: its boxes are alternatives beside the rest of the box. */
static bool element_branches(struct pattern_scope *s, dd element, const struct box *rest,
			     struct leaf_list *so_far, size_t term, unsigned depth,
			     struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	struct boxes boxes;

	if (!boxes_disjoint(e, arena_of(s), element, (size_t)limits[LIMIT_or_combinations].value,
			    &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	for (size_t i = 0; i < boxes.n; i++) {
		/* The element's terms first, then what is left of the outer box: one list. */
		const struct box *box = &boxes.items[i];
		size_t n_rest = rest->n - term, had = so_far->n;
		struct box joined = {.n = box->n + n_rest};

		joined.terms = ARENA_ARRAY(arena_of(s), struct box_term, joined.n);
		for (size_t j = 0; j < box->n; j++)
			joined.terms[j] = box->terms[j];
		for (size_t j = 0; j < n_rest; j++)
			joined.terms[box->n + j] = rest->terms[term + j];
		if (!box->n) {
			refuse(s->refusal, REFUSE_ELEMENTS,
			       term ? lower_place(s->c->lower, rest->terms[term - 1].v) : NULL);
			return false;
		}
		if (!add_branches(s, &joined, so_far, 0, depth + 1, out))
			return false;
		so_far->n = had;
	}
	return true;
}

static bool group_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			   size_t term, unsigned depth, struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	const struct place *place = lower_place(s->c->lower, box->terms[term].v);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, box->terms[term].set, &pairs), had = so_far->n;
	dd some = DD_FALSE;

	for (size_t i = 0; i < n; i++) {
		struct pattern_leaf leaf;

		if (pairs[i].n_required == 1 && pairs[i].forbidden == DD_FALSE) {
			some = dd_or(e, some, pairs[i].required[0]);
			continue;
		}
		if (pairs[i].n_required) {
			refuse(s->refusal, REFUSE_ELEMENTS, place);
			return false;
		}
		if (!absent_leaf(s, pairs[i].forbidden, &leaf)) {
			refuse(s->refusal, REFUSE_NO_ELEMENT, place);
			return false;
		}
		VEC_PUSH(arena_of(s), *so_far, leaf);
		if (!add_branches(s, box, so_far, term + 1, depth, out))
			return false;
		so_far->n = had;
	}
	return some == DD_FALSE || element_branches(s, some, box, so_far, term + 1, depth, out);
}

static bool add_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			 size_t term, unsigned depth, struct pattern_branches *out)
{
	for (; term < box->n; term++) {
		const struct place *place = lower_place(s->c->lower, box->terms[term].v);
		struct pattern_leaf leaf;

		if (place->is_group)
			return group_branches(s, box, so_far, term, depth, out);
		if (!leaf_of(s, place, box->terms[term].set, &leaf))
			return false;
		VEC_PUSH(arena_of(s), *so_far, leaf);
	}
	return finish_branch(s, so_far, out);
}

bool pattern_branches(struct pattern_scope *s, dd set, struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	struct leaf_list leaves = {0};
	struct boxes boxes;

	if (!boxes_disjoint(e, arena_of(s), set, (size_t)limits[LIMIT_or_combinations].value,
			    &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	/* Every test that was written stays, even where the universe would imply it: a pattern should
	 * not rest on more than it must. Boxes that hold no finding at all are left out. */
	for (size_t i = 0; i < boxes.n; i++) {
		if (relate_empty(e, box_diagram(e, &boxes.items[i])))
			continue;
		leaves.n = 0;
		if (!add_branches(s, &boxes.items[i], &leaves, 0, 0, out))
			return false;
	}
	return true;
}
