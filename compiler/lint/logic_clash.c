/* SPDX-License-Identifier: Apache-2.0
 *
 * Contradictions: a statement that no finding can meet, and the least of its tests that exclude
 * each other. The compiler warns of the same, and so do checks of texts that cannot be
 * (check_form): these warnings are taken away, and told here as the rule's, each cause once. */
#include "lint/logic_internal.h"

#include <stdlib.h>

enum { CONJUNCTS_MAX = 64, SHOWN_MAX = 4 };

struct conjuncts {
	const struct cond *items[CONJUNCTS_MAX];
	size_t n;
};

static void add_conjuncts(struct conjuncts *all, const struct cond *cond)
{
	if (cond->kind == COND_AND && all->n + cond->n <= CONJUNCTS_MAX) {
		for (size_t i = 0; i < cond->n; i++)
			add_conjuncts(all, cond->kids[i]);
		return;
	}
	if (all->n < CONJUNCTS_MAX)
		all->items[all->n++] = cond;
}

static bool is_empty(struct lint *l, const struct conjuncts *all, enum view view)
{
	dd sets[CONJUNCTS_MAX];

	for (size_t i = 0; i < all->n; i++)
		sets[i] = lower_cond(l->c->lower, all->items[i], view);
	return relate_empty(logic_engine(l), dd_and_all(logic_engine(l), sets, all->n));
}

/* Those that cannot be spared: without any of them the rest can be met. The defaults of the policy
 * stand last and go first. */
static struct conjuncts find_core(struct lint *l, const struct logic_item *item)
{
	struct conjuncts core = {.n = 0};

	lint_ask(l);
	logic_use(l, item->statement);
	add_conjuncts(&core, item->cond);
	for (size_t i = core.n; i-- > 0 && core.n > 1;) {
		struct conjuncts less = core;

		for (size_t k = i + 1; k < less.n; k++)
			less.items[k - 1] = less.items[k];
		less.n--;
		if (is_empty(l, &less, item->view))
			core = less;
	}
	engine_clear_exhausted(logic_engine(l));
	return core;
}

/* --- what was told of it --- */

struct taken {
	struct diag **items; /* by place */
	bool *done;
	size_t n;
};

static int by_place(const void *left, const void *right)
{
	uint32_t a = diag_place(*(struct diag *const *)left).start;
	uint32_t b = diag_place(*(struct diag *const *)right).start;

	return (a > b) - (a < b);
}

/* The first of them that does not stand before `start`. */
static size_t first_from(const struct taken *taken, uint32_t start)
{
	size_t low = 0, high = taken->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (diag_place(taken->items[middle]).start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Is one of them told in a special way: a range without values, a text that cannot be? */
static bool is_told(const struct logic *logic, const struct taken *taken,
		    const struct conjuncts *core)
{
	uint32_t told;

	for (size_t i = 0; i < core->n; i++) {
		const struct cond *cond = core->items[i];
		size_t first = first_from(taken, cond->span.start);

		if (memo_get(&logic->told, (uint64_t)(uintptr_t)cond, &told))
			return true;
		if (cond->kind == COND_ATOM && first < taken->n &&
		    diag_place(taken->items[first]).start < cond->span.end)
			return true;
	}
	return false;
}

/* What the compiler said of the whole statement is said here. */
static void replace(struct taken *taken, struct span at)
{
	for (size_t i = first_from(taken, at.start);
	     i < taken->n && diag_place(taken->items[i]).start == at.start; i++)
		taken->done[i] = true;
}

/* --- the rule --- */

static void show_core(struct diag *diag, const struct conjuncts *core)
{
	for (size_t i = 0; i < core->n && i < SHOWN_MAX; i++) {
		const struct cond *cond = core->items[i];

		if (cond->span.start)
			diag_label(diag, cond->span,
				   core->n == 1	 ? "no finding can meet this"
				   : core->n > 2 ? "one of those that exclude each other"
				   : i == 0	 ? "this"
						 : "excludes this");
		else if (cond->kind == COND_ATOM)
			diag_note(diag, "a default of the policy excludes it: that of `%s`",
				  fields[cond->atom->field].name);
	}
	diag_help(diag, core->n == 1 ? "remove it, or write what was meant"
				     : "take one of them away, or write two statements");
}

static void report(struct logic *logic, struct taken *taken, const struct logic_item *item,
		   bool whole)
{
	struct span at = whole ? item->statement->name_span : item->at;
	struct conjuncts core = find_core(logic->l, item);
	struct diag *diag;

	replace(taken, item->statement->name_span);
	if (is_told(logic, taken, &core))
		return;
	diag = lint_report(logic->l, RULE_contradiction, at,
			   whole ? "`%s` can never match" : "this row of `%s` can never match",
			   diag_quote(logic->l->diags, item->statement->name));
	show_core(diag, &core);
}

/* What has ended is told as that. */
static bool is_dead(const struct logic_item *item)
{
	return item->live && item->answered && item->empty;
}

/* Of a table without a row that can match, one is shown for all. */
static size_t check_table(struct logic *logic, struct taken *taken, size_t from)
{
	const struct logic_item *items = logic->items.items;
	size_t to = from, n_dead = 0, n_live = 0;

	for (; to < logic->items.n && items[to].statement == items[from].statement; to++) {
		n_dead += is_dead(&items[to]);
		n_live += items[to].live;
	}
	for (size_t i = from; i < to && n_dead; i++) {
		if (!is_dead(&items[i]))
			continue;
		report(logic, taken, &items[i], n_dead == n_live);
		if (n_dead == n_live)
			break;
	}
	return to;
}

void logic_contradictions(struct logic *logic)
{
	struct lint *l = logic->l;
	static const enum diag_level levels[] = {
		[LINT_INFO] = DIAG_INFO, [LINT_WARN] = DIAG_WARNING, [LINT_ERROR] = DIAG_ERROR};
	enum lint_level level = l->settings->levels[RULE_contradiction];
	const struct lint_rule *rule = &lint_rules[RULE_contradiction];
	struct taken taken;

	taken.n = diags_take(l->diags, rule->id, &taken.items);
	if (taken.n)
		qsort(taken.items, taken.n, sizeof *taken.items, by_place);
	taken.done = ARENA_ARRAY(l->arena, bool, taken.n + 1);
	if (!lint_wants(l, RULE_contradiction))
		return;
	for (size_t i = 0; i < logic->items.n;)
		i = check_table(logic, &taken, i);
	for (size_t i = 0; i < taken.n; i++)
		if (!taken.done[i])
			diag_adopt(taken.items[i], levels[level], rule->name);
}
