/* SPDX-License-Identifier: Apache-2.0
 *
 * Fewer rules for the same findings. Rules that differ in one criterion alone are a family: along
 * it they can be united. A rule belongs to a family for each of its criteria (all CVEs of one
 * repository, all repositories of one CVE), so the greatest family is united first, then the
 * greatest of what is left; the outcome is gone over again, because two united rules may now differ
 * in another criterion alone. Where many families are about as great that can be worse than to
 * begin with one criterion for all, so this is tried, too, and the fewest rules are taken. */
#include "target/pack_internal.h"

#include "base/strsort.h"
#include "target/automation.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 16 /* each one has fewer rules than the one before; two or three are usual */
#define NO_FAMILY SIZE_MAX

/* One criterion of one rule. */
struct side {
	size_t rule, criterion;
	uint32_t id;   /* of the criterion's text: equal texts have equal ids, in their order */
	size_t family; /* whose rules differ from this one in this criterion alone */
};

struct family {
	size_t from, to; /* its sides, in the order of families */
	size_t left;	 /* of its rules, those that are not united yet */
	size_t next;	 /* of as many rules */
};

struct merge {
	struct arena *arena;
	const struct pack_rules *rules;
	struct pack_rules out;
	struct side *sides; /* by rule, and in it by criterion */
	size_t n_sides;
	size_t *first;	  /* of each rule's sides */
	size_t *families; /* sides by family */
	VEC(struct family) all;
	bool *united;	  /* by rule */
	const char *only; /* criterion that rules are united along; NULL: any */
	size_t *listed;	  /* by unit: the number of the last list of units that it was put into */
	size_t n_listed;
};

static const struct criterion *criterion_of(const struct merge *m, const struct side *side)
{
	return &m->rules->items[side->rule].rule.criteria[side->criterion];
}

/* --- texts --- */

/* Texts are in the order of their numbers. */
static void add_number(struct strbuf *b, int64_t number)
{
	uint64_t bits = (uint64_t)number ^ UINT64_C(1) << 63;

	for (unsigned shift = 64; shift; shift -= 8)
		strbuf_addc(b, (char)(bits >> (shift - 8)));
}

static void add_text(struct strbuf *b, struct str text)
{
	add_number(b, (int64_t)text.len);
	strbuf_add(b, text);
}

/* Equal for equal filters only. */
static void add_filter(struct strbuf *b, const struct criteria_filter *f)
{
	strbuf_add(b, f->value);
	strbuf_addc(b, '\0');
	strbuf_add(b, f->key);
	strbuf_addc(b, '\0');
	add_number(b, f->comparison | (f->glued ? 256 : 0));
	add_number(b, f->between.lo);
	add_number(b, f->between.hi);
}

static void add_criterion(struct strbuf *b, const struct criterion *c)
{
	strbuf_puts(b, c->name);
	strbuf_addc(b, '\0');
	for (size_t i = 0; i < c->n; i++)
		add_filter(b, &c->filters[i]);
}

struct str pack_text(struct arena *arena, const struct criteria_rule *rule)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < rule->n; i++)
		add_criterion(&b, &rule->criteria[i]);
	return strbuf_str(&b);
}

/* Which values can stand beside each other: OR joins values that are all found in the same way.
 * EQUALS and PREFIX mix, but not in a map. -1: values that are joined by AND. */
static int kind_of(const struct criteria_filter *f)
{
	switch (f->comparison) {
	case CRITERIA_EQUALS:
		return 1;
	case CRITERIA_PREFIX:
		return f->key.len ? 2 : 1;
	case CRITERIA_CONTAINS:
		return 3;
	case CRITERIA_BETWEEN:
		return 4;
	default:
		return -1;
	}
}

static int kind_of_all(const struct criterion *c)
{
	int kind = c->n ? kind_of(&c->filters[0]) : -1;

	for (size_t i = 0; i < c->n; i++)
		if (c->filters[i].glued || kind_of(&c->filters[i]) != kind ||
		    !str_eq(c->filters[i].key, c->filters[0].key))
			return -1;
	return kind;
}

/* --- families --- */

static void number_texts(struct merge *m)
{
	struct str *texts = ARENA_ARRAY(m->arena, struct str, m->n_sides);
	const size_t *order;
	uint32_t id = 0;

	for (size_t i = 0; i < m->n_sides; i++) {
		struct strbuf b;

		strbuf_init(&b, m->arena);
		add_criterion(&b, criterion_of(m, &m->sides[i]));
		texts[i] = strbuf_str(&b);
	}
	order = strsort_order(m->arena, texts, m->n_sides);
	for (size_t i = 0; i < m->n_sides; i++) {
		if (i && !str_eq(texts[order[i]], texts[order[i - 1]]))
			id++;
		m->sides[order[i]].id = id;
	}
}

/* What two sides of one family have in common: the criterion, how its values are found, and all
 * other criteria of their rules. Empty: a criterion that cannot take other values. */
static struct str family_text(const struct merge *m, const struct side *side)
{
	const struct criterion *c = criterion_of(m, side);
	int kind = m->only && strcmp(c->name, m->only) != 0 ? -1 : kind_of_all(c);
	size_t from = m->first[side->rule], n = m->rules->items[side->rule].rule.n;
	struct strbuf b;

	strbuf_init(&b, m->arena);
	if (kind < 0)
		return strbuf_str(&b);
	for (size_t i = from; i < from + n; i++)
		if (&m->sides[i] != side)
			add_number(&b, m->sides[i].id);
	add_number(&b, kind);
	add_text(&b, str_from(c->name));
	add_text(&b, c->filters[0].key);
	return strbuf_str(&b);
}

static void find_families(struct merge *m)
{
	struct str *texts = ARENA_ARRAY(m->arena, struct str, m->n_sides);
	size_t *order;

	for (size_t i = 0; i < m->n_sides; i++)
		texts[i] = family_text(m, &m->sides[i]);
	order = m->families = strsort_order(m->arena, texts, m->n_sides);
	for (size_t i = 0; i < m->n_sides; i++) {
		struct side *side = &m->sides[order[i]];

		side->family = NO_FAMILY;
		if (!texts[order[i]].len)
			continue;
		if (!m->all.n || !str_eq(texts[order[i]], texts[order[i - 1]]))
			VEC_PUSH(m->arena, m->all, ((struct family){.from = i}));
		side->family = m->all.n - 1;
		m->all.items[side->family].to = i + 1;
		m->all.items[side->family].left++;
	}
}

/* --- uniting --- */

static void begin_list(struct merge *m, struct pack_rule *rule, size_t most)
{
	m->n_listed++;
	rule->units = ARENA_ARRAY(m->arena, size_t, most);
	rule->n_units = 0;
}

static void list_units(struct merge *m, struct pack_rule *rule, const struct pack_rule *of)
{
	for (size_t i = 0; i < of->n_units; i++) {
		size_t unit = of->units[i];

		if (m->listed[unit] == m->n_listed)
			continue;
		m->listed[unit] = m->n_listed;
		rule->units[rule->n_units++] = unit;
	}
}

/* A value of a family's criterion, and a rule that has it. */
struct value_of {
	const struct criteria_filter *filter;
	const struct pack_rule *rule;
};

/* The family's values in their order; how many different ones there are. */
struct values {
	struct value_of *items;
	const size_t *order;
	bool *fresh; /* by place in the order: another value than the one before */
	size_t n, n_different;
};

static struct values values_of(struct merge *m, const struct family *family)
{
	VEC(struct value_of) found = {0};
	VEC(struct str) texts = {0};
	struct values v = {0};

	for (size_t i = family->from; i < family->to; i++) {
		const struct side *side = &m->sides[m->families[i]];
		const struct criterion *c = criterion_of(m, side);

		for (size_t k = 0; k < c->n && !m->united[side->rule]; k++) {
			struct strbuf b;

			strbuf_init(&b, m->arena);
			add_filter(&b, &c->filters[k]);
			VEC_PUSH(m->arena, texts, strbuf_str(&b));
			VEC_PUSH(m->arena, found,
				 ((struct value_of){&c->filters[k], &m->rules->items[side->rule]}));
		}
	}
	v.items = found.items;
	v.n = found.n;
	v.order = strsort_order(m->arena, texts.items, texts.n);
	v.fresh = ARENA_ARRAY(m->arena, bool, v.n + 1);
	for (size_t i = 0; i < v.n; i++) {
		v.fresh[i] = !i || !str_eq(texts.items[v.order[i]], texts.items[v.order[i - 1]]);
		v.n_different += v.fresh[i];
	}
	return v;
}

/* A rule for the values from place `from` in their order, `most` at most; the place behind them. */
static size_t unite_some(struct merge *m, const struct side *side, const struct values *v,
			 size_t from, size_t most)
{
	const struct criteria_rule *like = &m->rules->items[side->rule].rule;
	struct pack_rule one = {.rule.n = like->n};
	struct criterion *c;
	size_t to = from, units = 0;

	one.rule.criteria = ARENA_ARRAY(m->arena, struct criterion, like->n);
	memcpy(one.rule.criteria, like->criteria, like->n * sizeof *like->criteria);
	c = &one.rule.criteria[side->criterion];
	c->filters = ARENA_ARRAY(m->arena, struct criteria_filter, most);
	for (c->n = 0; to < v->n && c->n + v->fresh[to] <= most; to++) {
		const struct value_of *value = &v->items[v->order[to]];

		if (v->fresh[to])
			c->filters[c->n++] = *value->filter;
		one.rule.assumptions |= value->rule->rule.assumptions;
		units += value->rule->n_units;
	}
	if (c->n > 1)
		one.rule.assumptions |= BIT(ASSUMPTION_A10);
	begin_list(m, &one, units);
	for (size_t i = from; i < to; i++)
		list_units(m, &one, v->items[v->order[i]].rule);
	VEC_PUSH(m->arena, m->out, one);
	return to;
}

static void mark_united(struct merge *m, size_t rule)
{
	m->united[rule] = true;
	for (size_t i = m->first[rule]; i < m->first[rule] + m->rules->items[rule].rule.n; i++)
		if (m->sides[i].family != NO_FAMILY)
			m->all.items[m->sides[i].family].left--;
}

/* Nothing, if that would take as many rules as there are. */
static void unite(struct merge *m, const struct family *family)
{
	const struct side *side = &m->sides[m->families[family->from]];
	size_t most = automation_most_values(criterion_of(m, side)->name);
	struct values v = values_of(m, family);

	if ((v.n_different + most - 1) / most >= family->left)
		return;
	for (size_t at = 0; at < v.n;)
		at = unite_some(m, side, &v, at, most);
	for (size_t i = family->from; i < family->to; i++) {
		size_t rule = m->sides[m->families[i]].rule;

		if (!m->united[rule])
			mark_united(m, rule);
	}
}

/* --- the greatest first --- */

/* Families by the number of their rules; one that has become smaller moves down. */
static void unite_families(struct merge *m)
{
	size_t n = m->rules->n;
	size_t *lists = ARENA_ARRAY(m->arena, size_t, n + 1); /* number of a family + 1 */

	for (size_t i = m->all.n; i-- > 0;) {
		m->all.items[i].next = lists[m->all.items[i].left];
		lists[m->all.items[i].left] = i + 1;
	}
	for (size_t left = n; left >= 2; left--)
		while (lists[left]) {
			size_t at = lists[left] - 1;
			struct family *family = &m->all.items[at];

			lists[left] = family->next;
			if (family->left == left) {
				unite(m, family);
				continue;
			}
			family->next = lists[family->left];
			lists[family->left] = at + 1;
		}
}

static void begin(struct merge *m, const struct pack_rules *rules)
{
	size_t n = 0;

	m->rules = rules;
	m->out = (struct pack_rules){0};
	m->all.n = 0;
	m->first = ARENA_ARRAY(m->arena, size_t, rules->n);
	m->united = ARENA_ARRAY(m->arena, bool, rules->n);
	for (size_t i = 0; i < rules->n; i++)
		n += rules->items[i].rule.n;
	m->sides = ARENA_ARRAY(m->arena, struct side, n);
	m->n_sides = 0;
	for (size_t i = 0; i < rules->n; i++) {
		m->first[i] = m->n_sides;
		for (size_t k = 0; k < rules->items[i].rule.n; k++)
			m->sides[m->n_sides++] = (struct side){.rule = i, .criterion = k};
	}
}

/* Rounds until nothing is united any more; the first one along `first` alone, if that is not NULL.
 */
static void merge_by(struct arena *arena, struct pack_rules *rules, size_t n_units,
		     const char *first)
{
	struct merge m = {.arena = arena, .listed = ARENA_ARRAY(arena, size_t, n_units)};

	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		m.only = round ? NULL : first;
		begin(&m, rules);
		number_texts(&m);
		find_families(&m);
		unite_families(&m);
		if (!m.out.n && !m.only)
			return;
		for (size_t i = 0; i < rules->n; i++)
			if (!m.united[i])
				VEC_PUSH(arena, m.out, rules->items[i]);
		*rules = m.out;
	}
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The names of criteria that have different values, each once, in their order. */
static size_t names_of(struct arena *arena, const struct pack_rules *rules,
		       const char *names[FIELD_COUNT])
{
	struct str seen[FIELD_COUNT];
	size_t n = 0, differ = 0;
	bool differs[FIELD_COUNT] = {false};

	for (size_t i = 0; i < rules->n; i++)
		for (size_t k = 0; k < rules->items[i].rule.n; k++) {
			const struct criterion *c = &rules->items[i].rule.criteria[k];
			struct strbuf text;
			size_t at = 0;

			strbuf_init(&text, arena);
			add_criterion(&text, c);
			while (at < n && strcmp(names[at], c->name) != 0)
				at++;
			if (at == n) {
				names[n] = c->name;
				seen[n++] = strbuf_str(&text);
			}
			differs[at] = differs[at] || !str_eq(seen[at], strbuf_str(&text));
		}
	for (size_t i = 0; i < n; i++)
		if (differs[i])
			names[differ++] = names[i];
	qsort(names, differ, sizeof *names, by_name);
	return differ;
}

void pack_merge(struct arena *arena, struct pack_rules *rules, size_t n_units)
{
	const char *names[FIELD_COUNT];
	size_t n = names_of(arena, rules, names);
	struct pack_rules fewest = *rules;

	merge_by(arena, &fewest, n_units, NULL);
	for (size_t i = 0; i < n; i++) {
		struct pack_rules other = *rules;

		merge_by(arena, &other, n_units, names[i]);
		if (other.n < fewest.n)
			fewest = other;
	}
	*rules = fewest;
}
