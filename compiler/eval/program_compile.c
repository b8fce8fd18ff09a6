/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions to steps. */
#include "eval/program_internal.h"

/* So many texts are compared one by one; more of them are looked up. */
#define FEW_TEXTS 4

/* --- tests --- */

static uint64_t mixed(uint64_t hash, uint64_t value)
{
	return memo_mix(hash ^ (value + UINT64_C(0x9e3779b97f4a7c15)));
}

static uint64_t test_hash(const struct program_test *t)
{
	uint64_t hash = mixed((uint64_t)t->kind << 8 | (uint64_t)t->how, t->slot);

	hash = mixed(hash, (uint64_t)t->group << 3 | (uint64_t)t->negated << 2 |
				   (uint64_t)t->many << 1 | (uint64_t)t->map);
	hash = mixed(hash, str_hash(t->key));
	hash = mixed(hash, t->words);
	hash = mixed(mixed(hash, (uint64_t)t->lo), (uint64_t)t->hi);
	for (size_t i = 0; i < t->n && t->texts; i++)
		hash = mixed(hash, str_hash(t->texts[i]));
	for (size_t i = 0; i < t->n && t->numbers; i++)
		hash = mixed(hash, (uint64_t)t->numbers[i]);
	return mixed(mixed(hash, t->code), (uint64_t)t->tier) | 1;
}

static bool same_test(const struct program_test *a, const struct program_test *b)
{
	if (a->kind != b->kind || a->how != b->how || a->negated != b->negated ||
	    a->many != b->many || a->map != b->map || a->group != b->group || a->slot != b->slot ||
	    !str_eq(a->key, b->key) || a->words != b->words || a->lo != b->lo || a->hi != b->hi ||
	    a->n != b->n || a->code != b->code || a->tier != b->tier)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if ((a->texts && !str_eq(a->texts[i], b->texts[i])) ||
		    (a->numbers && a->numbers[i] != b->numbers[i]))
			return false;
	return true;
}

/* Equal tests are one. */
static uint32_t add_test(struct program *p, const struct program_test *test)
{
	uint64_t hash = test_hash(test);
	uint32_t first = 0;

	memo_get(&p->test_by_hash, hash, &first);
	for (uint32_t at = first; at; at = p->test_next.items[at - 1])
		if (same_test(&p->tests.items[at - 1], test))
			return at - 1;
	VEC_PUSH(p->arena, p->tests, *test);
	p->tests.items[p->tests.n - 1].elements = &p->elements[test->many][test->group];
	VEC_PUSH(p->arena, p->test_next, first);
	memo_put(&p->test_by_hash, p->arena, hash, (uint32_t)p->tests.n);
	return (uint32_t)p->tests.n - 1;
}

/* 2 * number + more, held at the ends of int64. */
static int64_t doubled(int64_t number, int64_t more)
{
	if (number > INT64_MAX / 2)
		return INT64_MAX;
	if (number < INT64_MIN / 2)
		return INT64_MIN;
	return 2 * number + more;
}

/* Bounds become inclusive: the next number of a finding above n is 2 * n + 1, which stands for all
 * that have more digits. */
static void set_range(struct program_test *t, const struct atom *atom)
{
	bool number = !atom->age && fields[atom->field].type != TYPE_DATE;

	t->kind = atom->age ? PROGRAM_AGES : number ? PROGRAM_NUMBERS : PROGRAM_INSTANTS;
	t->lo = atom->lo;
	t->hi = atom->hi;
	if (t->lo != INT64_MIN)
		t->lo = number ? doubled(t->lo, atom->lo_open) : t->lo + atom->lo_open;
	if (t->hi != INT64_MAX)
		t->hi = number ? doubled(t->hi, -(int64_t)atom->hi_open) : t->hi - atom->hi_open;
}

static void set_numbers(struct program *p, struct program_test *t, const struct atom *atom)
{
	bool date = fields[atom->field].type == TYPE_DATE;
	int64_t *numbers = ARENA_ARRAY(p->arena, int64_t, atom->n);

	for (size_t i = 0; i < atom->n; i++)
		numbers[i] = date ? atom->values[i].number : doubled(atom->values[i].number, 0);
	t->kind = PROGRAM_ONE_OF;
	t->numbers = numbers;
	t->n = atom->n;
}

static void set_texts(struct program *p, struct program_test *t, const struct atom *atom)
{
	struct str *texts = ARENA_ARRAY(p->arena, struct str, atom->n);

	for (size_t i = 0; i < atom->n; i++)
		texts[i] = atom->values[i].str;
	t->kind = PROGRAM_TEXTS;
	t->how = atom->test;
	t->texts = texts;
	t->n = atom->n;
	if (atom->test != TEST_IN || atom->n <= FEW_TEXTS)
		return;
	t->kind = PROGRAM_SET;
	t->set = ARENA_NEW(p->arena, struct program_texts);
	for (size_t i = 0; i < atom->n; i++)
		program_text_add(p->arena, t->set, texts[i]);
}

static void set_values(struct program *p, struct program_test *t, const struct atom *atom)
{
	switch (fields[atom->field].type) {
	case TYPE_ENUM:
		t->kind = PROGRAM_WORDS;
		for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++)
			if (atom->values[i].word >= 0)
				t->words |= UINT64_C(1) << atom->values[i].word;
		break;
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		set_numbers(p, t, atom);
		break;
	default:
		set_texts(p, t, atom);
	}
}

/* Is there at most one element however many the finding has, unless fields are many-valued? */
static bool below_single(enum group group)
{
	while (group != GROUP_FINDING && group_parent(group) != GROUP_FINDING)
		group = group_parent(group);
	return group == GROUP_VULNERABILITY || group == GROUP_RESOURCE;
}

uint32_t program_test_of(struct program *p, const struct atom *atom, bool many)
{
	const struct field *field = &fields[atom->field];
	struct program_test test = {.kind = PROGRAM_EXISTS,
				    .negated = atom->negated,
				    .group = field->group,
				    .map = field->type == TYPE_MAP,
				    .key = atom->key};

	test.many = many && below_single(field->group);
	if (!test.map)
		test.slot = field_slot(atom->field);
	if (atom->test == TEST_EXISTS)
		test.negated = false;
	else if (atom->test == TEST_RANGE)
		set_range(&test, atom);
	else
		set_values(p, &test, atom);
	p->group_used[test.many][test.group] = true;
	return add_test(p, &test);
}

/* --- steps --- */

static uint32_t compile(struct program *p, const struct cond *cond, bool many, uint32_t yes,
			uint32_t no);

/* Equal steps are one, so conditions with the same end share it. */
static uint32_t add_step(struct program *p, uint32_t test, uint32_t yes, uint32_t no)
{
	uint64_t hash = mixed(mixed(test, yes), no) | 1;
	uint32_t first = 0;

	if (yes == no)
		return yes;
	memo_get(&p->step_by_hash, hash, &first);
	for (uint32_t at = first; at; at = p->step_next.items[at - 1]) {
		const struct program_step *step = &p->steps.items[at - 1];

		if (step->test == test && step->yes == yes && step->no == no)
			return at - 1;
	}
	VEC_PUSH(p->arena, p->steps, ((struct program_step){test, yes, no}));
	VEC_PUSH(p->arena, p->step_next, first);
	memo_put(&p->step_by_hash, p->arena, hash, (uint32_t)p->steps.n);
	return (uint32_t)p->steps.n - 1;
}

static uint32_t compile_any(struct program *p, const struct cond *cond, bool many, uint32_t yes,
			    uint32_t no)
{
	struct program_test test = {.kind = PROGRAM_ANY,
				    .group = cond->group,
				    .many = many && below_single(cond->group)};

	test.code = compile(p, cond->kids[0], many, PROGRAM_TRUE, PROGRAM_FALSE);
	p->group_used[test.many][test.group] = true;
	return add_step(p, add_test(p, &test), yes, no);
}

static uint32_t compile_tier(struct program *p, const struct cond *cond, uint32_t yes, uint32_t no)
{
	struct program_test test = {.kind = PROGRAM_TIER, .tier = cond->tier};

	return add_step(p, add_test(p, &test), yes, no);
}

/* What is rare is asked first, what nearly all have last; ranks are few, so this is linear. */
static uint32_t compile_all(struct program *p, const struct cond *cond, bool many, uint32_t yes,
			    uint32_t no)
{
	enum program_rank *ranks = ARENA_ARRAY(p->arena, enum program_rank, cond->n);

	for (size_t i = 0; i < cond->n; i++) {
		ranks[i] = program_rank_of(p, cond->kids[i]);
		if (ranks[i] == PROGRAM_RANK_NOTHING)
			ranks[i] = PROGRAM_RANK_WORD;
	}
	for (unsigned rank = PROGRAM_RANK_USUAL + 1; rank-- > 0;)
		for (size_t i = cond->n; i-- > 0;)
			if (ranks[i] == rank)
				yes = compile(p, cond->kids[i], many, yes, no);
	return yes;
}

/* From the last to the first, since a step knows where it goes on. Conditions nest as deep as the
 * plain evaluator follows them. */
static uint32_t compile(struct program *p, const struct cond *cond, bool many, uint32_t yes,
			uint32_t no)
{
	switch (cond->kind) {
	case COND_CONST:
		return cond->truth ? yes : no;
	case COND_AND:
		return compile_all(p, cond, many, yes, no);
	case COND_OR:
		for (size_t i = cond->n; i-- > 0;)
			no = compile(p, cond->kids[i], many, yes, no);
		return no;
	case COND_NOT:
		return compile(p, cond->kids[0], many, no, yes);
	case COND_ANY:
		return compile_any(p, cond, many, yes, no);
	case COND_ATOM:
		return add_step(p, program_test_of(p, cond->atom, many), yes, no);
	case COND_TIER:
		return compile_tier(p, cond, yes, no);
	}
	return no;
}

uint32_t program_compile(struct program *p, const struct cond *cond, bool many)
{
	return compile(p, cond, many, PROGRAM_TRUE, PROGRAM_FALSE);
}
