/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs: made once, run for each finding. */
#include "eval/program.h"

#include "eval/program_internal.h"

#define RUN_MAX (UINT32_MAX / 2)

/* --- texts --- */

/* The slot that holds the text, or the free one where it belongs. */
static inline size_t slot_of(const struct program_texts *texts, uint64_t hash, struct str text)
{
	size_t mask = texts->n_slots - 1, at = (size_t)(hash >> 20) & mask;

	for (; texts->slots[at]; at = (at + 1) & mask) {
		const struct program_entry *entry = &texts->all.items[texts->slots[at] - 1];

		if (entry->hash == hash && str_eq(entry->text, text))
			break;
	}
	return at;
}

uint32_t program_text_find(const struct program_texts *texts, struct str text)
{
	if (!texts->n_slots)
		return PROGRAM_NONE;
	return texts->slots[slot_of(texts, str_hash(text), text)] - 1;
}

static void grow_texts(struct arena *arena, struct program_texts *texts)
{
	texts->n_slots = texts->n_slots ? 2 * texts->n_slots : 16;
	texts->slots = ARENA_ARRAY(arena, uint32_t, texts->n_slots);
	for (size_t i = 0; i < texts->all.n; i++) {
		const struct program_entry *entry = &texts->all.items[i];

		texts->slots[slot_of(texts, entry->hash, entry->text)] = (uint32_t)(i + 1);
	}
}

uint32_t program_text_add(struct arena *arena, struct program_texts *texts, struct str text)
{
	uint64_t hash = str_hash(text);
	size_t at;

	if (2 * (texts->all.n + 1) > texts->n_slots)
		grow_texts(arena, texts);
	at = slot_of(texts, hash, text);
	if (!texts->slots[at]) {
		VEC_PUSH(arena, texts->all, ((struct program_entry){hash, text}));
		texts->slots[at] = (uint32_t)texts->all.n;
	}
	return texts->slots[at] - 1;
}

/* --- building --- */

/* A finding judged as an Inspector finding has one vulnerability and one resource (assumption
 * A1). */
static struct program_use use_of(struct program *p, bool many, enum group group)
{
	return (struct program_use){
		.group = group,
		.first = !many && (group == GROUP_VULNERABILITY || group == GROUP_RESOURCE),
		.to = &p->elements[many][group],
		.parents = &p->elements[many][group_parent(group)],
	};
}

static void list_uses(struct program *p)
{
	for (unsigned many = 0; many < 2; many++) {
		p->elements[many][GROUP_FINDING].items = &p->root;
		p->elements[many][GROUP_FINDING].n = 1;
		for (unsigned g = GROUP_COUNT; g-- > 1;)
			if (p->group_used[many][g])
				p->group_used[many][group_parent(g)] = true;
		for (unsigned g = GROUP_FINDING + 1; g < GROUP_COUNT; g++)
			if (p->group_used[many][g])
				VEC_PUSH(p->arena, p->uses, use_of(p, many != 0, g));
	}
}

static void add_item(struct program *p, uint32_t item, const struct cond *cond, bool many)
{
	uint32_t entry = p->entries[item], at;

	if (entry == PROGRAM_FALSE)
		return;
	if (!memo_get(&p->goal_by_entry, (uint64_t)entry + 1, &at)) {
		VEC_PUSH(p->arena, p->goals, (struct program_goal){.entry = entry});
		at = (uint32_t)p->goals.n;
		memo_put(&p->goal_by_entry, p->arena, (uint64_t)entry + 1, at);
		program_file(p, at - 1, cond, many);
	}
	VEC_PUSH(p->arena, p->goals.items[at - 1].items, item);
}

struct program *program_new(struct arena *arena, const struct policy *policy,
			    const struct program_item *items, size_t n)
{
	struct program *p = ARENA_NEW(arena, struct program);

	p->arena = arena;
	p->policy = policy;
	p->n_items = n;
	p->entries = ARENA_ARRAY(arena, uint32_t, n + policy->n_tiers);
	p->tier_pins = ARENA_ARRAY(arena, struct program_pins *, policy->n_tiers);
	p->hit_bits = ARENA_ARRAY(arena, uint64_t, n / 64 + 1);
	strbuf_init(&p->pair, arena);
	for (size_t i = 0; i < n; i++) {
		p->entries[i] = program_compile(p, items[i].cond, items[i].many);
		if (!items[i].alone)
			add_item(p, (uint32_t)i, items[i].cond, items[i].many);
	}
	for (size_t i = 0; i < policy->n_tiers; i++) {
		const struct statement *tier = policy->tiers[i];

		p->entries[n + i] = tier->condition
					    ? program_compile(p, tier->condition, tier->many)
					    : PROGRAM_FALSE;
	}
	p->seen = ARENA_ARRAY(arena, uint32_t, p->goals.n);
	p->answers = ARENA_ARRAY(arena, uint32_t, p->tests.n);
	list_uses(p);
	return p;
}

/* --- elements --- */

static void join(struct program *p, const struct program_use *use)
{
	const struct program_elements *parents = use->parents;
	struct program_elements *to = use->to;

	to->joined.n = 0;
	for (size_t i = 0; i < parents->n; i++)
		for (size_t k = 0; k < parents->items[i]->n_children[use->group]; k++)
			VEC_PUSH(p->arena, to->joined, parents->items[i]->children[use->group][k]);
	to->items = to->joined.items;
	to->n = to->joined.n;
}

/* Most groups have one parent, whose children are taken as they stand. */
static inline void gather(struct program *p, const struct program_use *use)
{
	struct program_elements *to = use->to;
	const struct element *parent;

	if (use->parents->n != 1) {
		join(p, use);
		return;
	}
	parent = use->parents->items[0];
	to->items = (const struct element *const *)parent->children[use->group];
	to->n = parent->n_children[use->group];
	if (use->first && to->n > 1)
		to->n = 1;
}

/* --- tests --- */

/* Of the few thousand instructions that a finding takes, calls would be a fifth. */
#define INLINE static inline __attribute__((always_inline))
#define APART __attribute__((noinline))

INLINE bool texts_fulfil(const struct program_test *t, struct str text)
{
	for (size_t i = 0; i < t->n; i++) {
		struct str operand = t->texts[i];

		if (t->how == TEST_IN	    ? str_eq(text, operand)
		    : t->how == TEST_PREFIX ? str_starts(text, operand)
		    : t->how == TEST_SUFFIX ? str_ends(text, operand)
					    : str_contains(text, operand))
			return true;
	}
	return false;
}

/* now - instant, held at the ends of int64. */
static int64_t age_of(int64_t now, int64_t instant)
{
	int64_t age;

	if (!__builtin_sub_overflow(now, instant, &age))
		return age;
	return instant < 0 ? INT64_MAX : INT64_MIN;
}

static bool is_one_of(const struct program_test *t, int64_t number)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->numbers[i] == number)
			return true;
	return false;
}

/* Of a value that is there: a word, a number, or anything. */
INLINE bool scalar_fulfils(const struct program *p, const struct program_test *t,
			   const struct fval *value)
{
	int64_t number = value->number;

	switch (t->kind) {
	case PROGRAM_WORDS:
		return value->word >= 0 && (t->words >> value->word & 1) != 0;
	case PROGRAM_AGES:
		number = age_of(p->policy->now, number);
		return t->lo <= number && number <= t->hi;
	case PROGRAM_NUMBERS:
	case PROGRAM_INSTANTS:
		return t->lo <= number && number <= t->hi;
	case PROGRAM_ONE_OF:
		return is_one_of(t, number);
	default:
		return true;
	}
}

static APART bool is_in_set(const struct program_test *t, struct str text)
{
	return program_text_find(t->set, text) != PROGRAM_NONE;
}

INLINE bool text_fulfils(const struct program_test *t, struct str text)
{
	return t->kind == PROGRAM_SET ? is_in_set(t, text) : texts_fulfil(t, text);
}

INLINE bool value_fulfils(const struct program *p, const struct program_test *t,
			  const struct fval *value)
{
	return t->kind >= PROGRAM_TEXTS ? text_fulfils(t, value->str) : scalar_fulfils(p, t, value);
}

static bool run_inside(struct program *p, uint32_t at, const struct element *element);

static APART bool entry_fulfils(const struct program *p, const struct program_test *t,
				const struct element *at)
{
	for (size_t i = 0; i < at->n_map; i++)
		if (str_eq(at->map[i].key, t->key)) {
			struct fval value = {.kind = FVAL_STRING, .str = at->map[i].value};

			return value_fulfils(p, t, &value) != t->negated;
		}
	return false;
}

static bool element_fulfils(struct program *p, const struct program_test *t,
			    const struct element *at)
{
	if (t->kind == PROGRAM_ANY)
		return run_inside(p, t->code, at);
	if (t->map)
		return entry_fulfils(p, t, at);
	return at->values[t->slot].kind != FVAL_ABSENT &&
	       value_fulfils(p, t, &at->values[t->slot]) != t->negated;
}

/* Inside an element: of itself, or of one of those that stand in it. */
static bool some_inside(struct program *p, const struct program_test *t, const struct element *at)
{
	if (at->group == t->group)
		return element_fulfils(p, t, at);
	for (size_t i = 0; i < at->n_children[t->group]; i++)
		if (element_fulfils(p, t, at->children[t->group][i]))
			return true;
	return false;
}

static bool run_inside(struct program *p, uint32_t at, const struct element *element)
{
	while (at < PROGRAM_FALSE) {
		const struct program_step *step = &p->steps.items[at];

		at = some_inside(p, &p->tests.items[step->test], element) ? step->yes : step->no;
	}
	return at == PROGRAM_TRUE;
}

INLINE uint32_t keep_answer(struct program *p, uint32_t test, bool yes)
{
	return p->answers[test] = 2 * p->run + yes;
}

/* Of a field's value, in one of the elements; texts: the kind of test is one of those. */
INLINE bool ask_field(const struct program *p, const struct program_test *t, bool texts)
{
	const struct element *const *at = t->elements->items, *const *end = at + t->elements->n;

	for (; at < end; at++) {
		const struct fval *value = &(*at)->values[t->slot];

		if (value->kind == FVAL_ABSENT)
			continue;
		if ((texts ? text_fulfils(t, value->str) : scalar_fulfils(p, t, value)) !=
		    t->negated)
			return true;
	}
	return false;
}

static bool ask_any(struct program *p, const struct program_test *t)
{
	if (t->kind == PROGRAM_TIER)
		return program_tier(p) == t->tier;
	for (size_t i = 0; i < t->elements->n; i++)
		if (element_fulfils(p, t, t->elements->items[i]))
			return true;
	return false;
}

/* What is asked first is told from what costs more apart, and each has its own function: what one
 * needs to save and restore is not to be paid by the others. */
static APART uint32_t first_of_any(struct program *p, uint32_t test)
{
	return keep_answer(p, test, ask_any(p, &p->tests.items[test]));
}

static APART uint32_t first_of_texts(struct program *p, uint32_t test)
{
	return keep_answer(p, test, ask_field(p, &p->tests.items[test], true));
}

static APART uint32_t first_answer(struct program *p, uint32_t test)
{
	const struct program_test *t = &p->tests.items[test];

	if (t->kind >= PROGRAM_ANY || t->map)
		return first_of_any(p, test);
	if (t->kind >= PROGRAM_TEXTS)
		return first_of_texts(p, test);
	return keep_answer(p, test, ask_field(p, t, false));
}

/* --- runs --- */

INLINE bool run_code(struct program *p, uint32_t at)
{
	const struct program_step *steps = p->steps.items;
	const uint32_t *answers = p->answers;
	uint32_t run = p->run;

	while (at < PROGRAM_FALSE) {
		const struct program_step *step = &steps[at];
		uint32_t answer = answers[step->test];

		if (answer >> 1 != run)
			answer = first_answer(p, step->test);
		at = answer & 1 ? step->yes : step->no;
	}
	return at == PROGRAM_TRUE;
}

bool program_ask(struct program *p, size_t item)
{
	return run_code(p, p->entries[item]);
}

int program_tier(struct program *p)
{
	if (p->tier_asked == p->run)
		return p->tier;
	p->tier = -1;
	for (size_t i = 0; i < p->policy->n_tiers && p->tier < 0; i++)
		if (run_code(p, p->entries[p->n_items + i]))
			p->tier = (int)i;
	p->tier_asked = p->run;
	return p->tier;
}

static inline void look_at_one(struct program *p, uint32_t goal)
{
	const struct program_goal *g = &p->goals.items[goal];

	if (!run_code(p, g->entry))
		return;
	for (size_t i = 0; i < g->items.n; i++)
		VEC_PUSH(p->arena, p->hits, g->items.items[i]);
}

/* A value that it asks for was found; in an element that it sees, if it sees all. */
static inline void note_known(struct program *p, uint32_t test)
{
	const struct program_test *t = &p->tests.items[test];

	if (t->elements->n == p->elements[true][t->group].n)
		keep_answer(p, test, true);
}

static void look_at(struct program *p, const struct program_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		uint32_t goal = list->items[i];

		if (p->seen[goal] == p->run)
			continue;
		p->seen[goal] = p->run;
		if (p->goals.items[goal].known)
			note_known(p, p->goals.items[goal].known - 1);
		look_at_one(p, goal);
	}
}

static void look_up_text(struct program *p, const struct program_table *t, struct str text)
{
	uint32_t at;

	if (text.len < t->prefix)
		return;
	if (t->prefix)
		text = str_slice(text, 0, t->prefix);
	at = program_text_find(&t->texts, text);
	if (at != PROGRAM_NONE)
		look_at(p, &t->lists.items[at]);
}

static void look_up(struct program *p, const struct program_table *t, const struct element *at)
{
	const struct fval *value = &at->values[t->slot];

	for (size_t i = 0; t->map && i < at->n_map; i++)
		look_up_text(p, t, program_pair(p, at->map[i].key, at->map[i].value));
	if (t->map || value->kind == FVAL_ABSENT)
		return;
	if (!t->words)
		look_up_text(p, t, value->str);
	else if (value->word >= 0 && (size_t)value->word < t->lists.n)
		look_at(p, &t->lists.items[value->word]);
}

/* Many are sorted as the bits of a set. */
static void sort_many(struct program *p)
{
	size_t first = SIZE_MAX, last = 0, n = 0;

	for (size_t i = 0; i < p->hits.n; i++) {
		size_t word = p->hits.items[i] / 64;

		p->hit_bits[word] |= UINT64_C(1) << p->hits.items[i] % 64;
		first = word < first ? word : first;
		last = word > last ? word : last;
	}
	for (size_t word = first; word <= last; word++)
		for (; p->hit_bits[word]; p->hit_bits[word] &= p->hit_bits[word] - 1)
			p->hits.items[n++] = (uint32_t)(64 * word) +
					     (uint32_t)__builtin_ctzll(p->hit_bits[word]);
}

static void sort_hits(struct program *p)
{
	uint32_t *hits = p->hits.items;

	if (p->hits.n > 16) {
		sort_many(p);
		return;
	}
	for (size_t i = 1; i < p->hits.n; i++) {
		uint32_t hit = hits[i];
		size_t at = i;

		for (; at && hit < hits[at - 1]; at--)
			hits[at] = hits[at - 1];
		hits[at] = hit;
	}
}

/* A new number, so that no answer of the last finding is taken for one of this. */
static void next_run(struct program *p)
{
	if (++p->run <= RUN_MAX)
		return;
	memset(p->seen, 0, p->goals.n * sizeof *p->seen);
	memset(p->answers, 0, p->tests.n * sizeof *p->answers);
	p->tier_asked = 0;
	p->run = 1;
}

const uint32_t *program_run(struct program *p, const struct element *finding, size_t *n)
{
	next_run(p);
	p->root = finding;
	p->hits.n = 0;
	for (size_t i = 0; i < p->uses.n; i++)
		gather(p, &p->uses.items[i]);
	for (size_t i = 0; i < p->always.n; i++)
		look_at_one(p, p->always.items[i]);
	for (size_t i = 0; i < p->tables.n; i++) {
		const struct program_table *t = &p->tables.items[i];
		const struct program_elements *elements = &p->elements[true][t->group];

		for (size_t k = 0; k < elements->n; k++)
			look_up(p, t, elements->items[k]);
	}
	sort_hits(p);
	*n = p->hits.n;
	return p->hits.items;
}
