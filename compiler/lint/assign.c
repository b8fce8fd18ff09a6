/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what `assign` writes. */
#include <stdlib.h>

#include "lint/pass.h"
#include "lint/unions.h"
#include "target/tree.h"

static void check_severity(struct lint *l, const struct statement *s)
{
	const struct cond *critical = tree_word(l->arena, FIELD_severity, SEVERITY_CRITICAL);
	struct slices lowered;
	struct diag *diag;
	enum view view;
	bool found;
	dd set;

	lint_ask(l);
	lowered = conflict_slices(l->c, tree_both(l->arena, s->condition, critical),
				  s->many ? VIEW_MANY : VIEW_SINGLE);
	found = sets_find(l, lowered, false, &set, &view);
	if (!lint_answered(l, RULE_lowers_critical, s->severity_span) || !found)
		return;
	diag = lint_report(l, RULE_lowers_critical, s->severity_span,
			   "`%s` can make a CRITICAL finding %s", diag_quote(l->diags, s->name),
			   vocabulary_severity.words[s->severity]);
	lint_witness(l, diag, "for example", set, view, s->condition, critical, NULL);
	diag_help(diag, "leave them out with `unless severity == CRITICAL`, or suppress with a "
			"reason and an end what needs no action");
}

/* --- fields that one rule writes and another does not --- */

/* A unit and the keys of its fields, as one text. */
struct keyed {
	struct str keys;
	const struct unit *unit;
};

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static int by_keys(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	uint32_t x = a->unit->statement->name_span.start, y = b->unit->statement->name_span.start;
	int order = str_cmp(a->keys, b->keys);

	return order ? order : (x > y) - (x < y);
}

static struct str keys_of(struct lint *l, const struct effect *effect)
{
	struct str *keys = ARENA_ARRAY(l->arena, struct str, effect->n_sets);
	struct str all = STR("");

	for (size_t i = 0; i < effect->n_sets; i++)
		keys[i] = effect->sets[i].key;
	qsort(keys, effect->n_sets, sizeof *keys, by_text);
	for (size_t i = 0; i < effect->n_sets; i++)
		all = str_printf(l->arena, STR_FMT "\n" STR_FMT, STR_ARG(all), STR_ARG(keys[i]));
	return all;
}

static void report_overwrite(void *context, const struct unit *a, const struct unit *b, dd both,
			     enum view view)
{
	struct lint *l = context;
	struct diag *diag;

	if (b->statement->name_span.start < a->statement->name_span.start) {
		const struct unit *swap = a;

		a = b;
		b = swap;
	}
	diag = lint_report(l, RULE_map_overwrite, b->statement->name_span,
			   "`%s` and `%s` write different fields, and can match one finding",
			   diag_quote(l->diags, a->statement->name),
			   diag_quote(l->diags, b->statement->name));
	diag_label(diag, a->statement->name_span, "the other rule");
	lint_witness(l, diag, "for example", both, view, a->condition, b->condition, NULL);
	diag_note(diag, "AWS does not document whether an automation rule adds its fields or "
			"replaces those that stand there");
	diag_help(diag, "write all fields of these findings in one rule, or write `via event`, "
			"which keeps what stands there");
}

/* Automation rules with different sets of keys that can match one finding. */
static void check_overwrites(struct lint *l)
{
	VEC(struct keyed) all = {0};
	const struct unit **units;
	size_t *starts, n_starts = 0;

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];

		if (unit->statement->kind == STATEMENT_ASSIGN && unit->effect.n_sets &&
		    unit->backend == BACKEND_AUTOMATION && !unit->n_members)
			VEC_PUSH(l->arena, all, ((struct keyed){keys_of(l, &unit->effect), unit}));
	}
	if (all.n < 2)
		return;
	qsort(all.items, all.n, sizeof *all.items, by_keys);
	units = ARENA_ARRAY(l->arena, const struct unit *, all.n);
	starts = ARENA_ARRAY(l->arena, size_t, all.n);
	for (size_t i = 0; i < all.n; i++) {
		units[i] = all.items[i].unit;
		if (!i || !str_eq(all.items[i].keys, all.items[i - 1].keys))
			starts[n_starts++] = i;
	}
	unions_cross(unions_new(l, units, all.n), RULE_map_overwrite, starts, n_starts,
		     report_overwrite, l);
}

void lint_assign(struct lint *l)
{
	if (l->plan && lint_wants(l, RULE_map_overwrite))
		check_overwrites(l);
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];

		if (s->kind == STATEMENT_ASSIGN && s->severity >= 0 &&
		    s->severity != SEVERITY_CRITICAL && lint_wants(l, RULE_lowers_critical))
			check_severity(l, s);
	}
}
