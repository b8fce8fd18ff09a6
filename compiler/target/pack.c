/* SPDX-License-Identifier: Apache-2.0
 *
 * Units that share automation rules. */
#include "target/pack_internal.h"

#include "base/sha256.h"
#include "base/strsort.h"
#include "target/text.h"
#include "target/tree.h"

#include <stdlib.h>

#define NAME_DIGITS 12

struct packing {
	VEC(struct lowered) shared; /* by effect, and then in policy order of their first members */
	bool *packed;		    /* by place in `all`: it is a member of one of them */
	uint64_t rules;		    /* of all units, then */
};

/* Units of one effect. Its members' numbers are places in `units`. */
struct pack_group {
	struct compilation *c;
	const struct lowered **units; /* in policy order */
	size_t n;
	size_t *parent; /* of a unit: another that shares a rule with it; forests that join */
	struct pack_rules rules;
};

/* --- what units do --- */

static void add_part(struct strbuf *b, const char *what, struct str text)
{
	strbuf_printf(b, "%s %zu " STR_FMT "\n", what, text.len, STR_ARG(text));
}

static void add_word(struct strbuf *b, const char *what, const struct vocabulary *words, int word)
{
	add_part(b, what, word < 0 ? STR("") : str_from(words->asff[word]));
}

/* The effect but for the note of a suppression, which bears its name. */
static struct str effect_text(struct compilation *c, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;
	struct str *keys = ARENA_ARRAY(c->arena, struct str, effect->n_sets + 1);
	bool suppress = unit->statement->kind == STATEMENT_SUPPRESS;
	const size_t *order;
	struct strbuf b;

	strbuf_init(&b, c->arena);
	add_part(&b, "kind", suppress ? STR("suppress") : STR("assign"));
	add_word(&b, "status", &vocabulary_workflow, effect->status);
	add_word(&b, "severity", &vocabulary_severity, effect->severity);
	add_part(&b, "until", unit->until);
	add_part(&b, "note", suppress ? STR("") : effect->note);
	for (size_t i = 0; i < effect->n_sets; i++)
		keys[i] = effect->sets[i].key;
	order = strsort_order(c->arena, keys, effect->n_sets);
	for (size_t i = 0; i < effect->n_sets; i++) {
		add_part(&b, "set", effect->sets[order[i]].key);
		add_part(&b, "to", effect->sets[order[i]].value);
	}
	return strbuf_str(&b);
}

static struct str shared_name(struct compilation *c, const struct unit *unit)
{
	struct str effect = effect_text(c, unit), digits;

	sha256_hex(c->arena, &effect, 1, &digits);
	return str_printf(c->arena, "shared-" STR_FMT, STR_ARG(str_slice(digits, 0, NAME_DIGITS)));
}

/* --- components: units that are tied by the rules they share --- */

static size_t root_of(struct pack_group *g, size_t unit)
{
	while (g->parent[unit] != unit) {
		g->parent[unit] = g->parent[g->parent[unit]];
		unit = g->parent[unit];
	}
	return unit;
}

/* The first in policy order is the root. */
static void join(struct pack_group *g, size_t a, size_t b)
{
	a = root_of(g, a);
	b = root_of(g, b);
	g->parent[a < b ? b : a] = a < b ? a : b;
}

static void tie(struct pack_group *g)
{
	g->parent = ARENA_ARRAY(g->c->arena, size_t, g->n);
	for (size_t i = 0; i < g->n; i++)
		g->parent[i] = i;
	for (size_t i = 0; i < g->rules.n; i++)
		for (size_t k = 1; k < g->rules.items[i].n_units; k++)
			join(g, g->rules.items[i].units[0], g->rules.items[i].units[k]);
}

/* --- a unit of those that share --- */

static const struct cond *some_member(struct compilation *c, const struct unit *const *members,
				      size_t n)
{
	struct cond_list conds = {0};

	for (size_t i = 0; i < n; i++)
		VEC_PUSH(c->arena, conds, members[i]->condition);
	return tree_some(c->arena, conds.items, conds.n);
}

static struct unit *unit_of(struct compilation *c, const struct unit *const *members, size_t n)
{
	struct unit *unit = ARENA_NEW(c->arena, struct unit);

	*unit = *members[0];
	unit->name = shared_name(c, members[0]);
	unit->rows = NULL;
	unit->n_rows = 0;
	unit->own = NULL;
	unit->reason = unit->ticket = STR("");
	unit->first = 1;
	unit->members = members;
	unit->n_members = n;
	unit->condition = unit->guarded = some_member(c, members, n);
	if (unit->statement->kind == STATEMENT_SUPPRESS)
		unit->effect.note = text_shared_note(c, unit);
	return unit;
}

/* Its rules in the order of their texts. */
static struct lowered lowered_of(struct compilation *c, const struct pack_rules *rules,
				 const struct unit *const *members, size_t n_members)
{
	struct str *texts = ARENA_ARRAY(c->arena, struct str, rules->n);
	struct criteria_rule *made = ARENA_ARRAY(c->arena, struct criteria_rule, rules->n);
	const size_t *order;

	for (size_t i = 0; i < rules->n; i++)
		texts[i] = pack_text(c->arena, &rules->items[i].rule);
	order = strsort_order(c->arena, texts, rules->n);
	for (size_t i = 0; i < rules->n; i++)
		made[i] = rules->items[order[i]].rule;
	return (struct lowered){
		.unit = unit_of(c, members, n_members), .made = made, .n = rules->n};
}

/* --- groups --- */

static void take_rules(struct pack_group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct criteria_rule *made = g->units[i]->made;

		for (size_t k = 0; k < g->units[i]->n; k++) {
			struct pack_rule one = {.rule = made[k], .n_units = 1};

			one.units = ARENA_NEW(g->c->arena, size_t);
			*one.units = i;
			VEC_PUSH(g->c->arena, g->rules, one);
		}
	}
}

/* Units whose rules are united among themselves alone stay as they are. */
static void add_components(struct packing *p, struct pack_group *g, const struct lowered *all)
{
	struct arena *arena = g->c->arena;
	VEC(const struct unit *) *members = arena_array(arena, g->n, sizeof *members);
	struct pack_rules *rules = ARENA_ARRAY(arena, struct pack_rules, g->n);

	for (size_t i = 0; i < g->n; i++)
		VEC_PUSH(arena, members[root_of(g, i)], g->units[i]->unit);
	for (size_t i = 0; i < g->rules.n; i++)
		VEC_PUSH(arena, rules[root_of(g, g->rules.items[i].units[0])], g->rules.items[i]);
	for (size_t i = 0; i < g->n; i++) {
		size_t root = root_of(g, i);

		p->packed[g->units[i] - all] = members[root].n > 1;
		if (members[root].n == 1)
			p->rules += g->units[i]->n;
		if (root != i || members[root].n == 1)
			continue;
		p->rules += rules[root].n;
		VEC_PUSH(arena, p->shared,
			 lowered_of(g->c, &rules[root], members[root].items, members[root].n));
	}
}

static void pack_group(struct packing *p, struct pack_group *g, const struct lowered *all)
{
	take_rules(g);
	pack_merge(g->c->arena, &g->rules, g->n);
	tie(g);
	add_components(p, g, all);
}

/* Their effect, and the view that their sets are in. */
static struct str group_text(struct compilation *c, const struct unit *unit)
{
	return str_printf(c->arena, STR_FMT "view %d\n", STR_ARG(effect_text(c, unit)),
			  (int)unit->view);
}

struct packing *pack_new(struct compilation *c, const struct lowered *all, size_t n)
{
	struct packing *p = ARENA_NEW(c->arena, struct packing);
	const struct lowered **units = ARENA_ARRAY(c->arena, const struct lowered *, n);
	struct str *texts = ARENA_ARRAY(c->arena, struct str, n);
	size_t found = 0, from = 0;
	const size_t *order;

	p->packed = ARENA_ARRAY(c->arena, bool, n);
	for (size_t i = 0; i < n; i++) {
		if (all[i].unit->backend != BACKEND_AUTOMATION)
			continue;
		texts[found] = group_text(c, all[i].unit);
		units[found++] = &all[i];
	}
	order = strsort_order(c->arena, texts, found);
	for (size_t i = 1; i <= found; i++) {
		struct pack_group g = {.c = c, .n = i - from};

		if (i < found && str_eq(texts[order[i]], texts[order[from]]))
			continue;
		g.units = ARENA_ARRAY(c->arena, const struct lowered *, g.n);
		for (size_t k = 0; k < g.n; k++)
			g.units[k] = units[order[from + k]];
		pack_group(p, &g, all);
		from = i;
	}
	return p;
}

uint64_t pack_rules(const struct packing *packing)
{
	return packing->rules;
}

size_t pack_apply(struct compilation *c, struct plan *plan, const struct packing *packing,
		  struct lowered *all, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!packing->packed[i])
			all[kept++] = all[i];
	for (size_t i = 0; i < packing->shared.n; i++) {
		struct lowered *shared = &packing->shared.items[i];

		target_ask(c);
		lower_use(c->lower, shared->unit->view);
		shared->unit->wanted =
			lower_cond(c->lower, shared->unit->condition, shared->unit->view);
		target_answered(c, shared->unit->statement);
		if (i && str_eq(shared[-1].unit->name, shared->unit->name))
			shared->unit->first = shared[-1].unit->first + shared[-1].n;
		VEC_PUSH(c->arena, plan->units, shared->unit);
		plan_share(c, plan, shared->unit);
		all[kept++] = *shared;
	}
	return kept;
}
