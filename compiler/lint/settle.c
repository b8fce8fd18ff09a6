/* SPDX-License-Identifier: Apache-2.0
 *
 * Allowances and names. */
#include "lint/settle.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/suggest.h"

/* --- allowances --- */

struct held { /* an allowance, and whether it met a problem */
	const struct allowance *allowance;
	enum lint_id rule;
	bool applies, used;
};

static int by_place(const void *left, const void *right)
{
	const struct held *a = left, *b = right;
	uint32_t x = a->allowance->covers.start, y = b->allowance->covers.start;

	if (x == y) {
		x = a->allowance->span.start;
		y = b->allowance->span.start;
	}
	return (x > y) - (x < y);
}

static struct str until_text(struct lint *l, const struct allowance *a)
{
	return civil_format_date(l->arena, a->until_days);
}

bool settle_in_force(const struct policy *policy, const struct allowance *a)
{
	return civil_day_start(a->until_days + 1, policy->offset) > policy->now;
}

static void tell_unknown(struct lint *l, const struct allowance *a)
{
	struct diag *diag = lint_report(l, RULE_unknown_rule_in_allow, a->rule_span,
					"there is no rule `%s`", diag_quote(l->diags, a->rule));
	struct suggest near;

	suggest_init(&near, a->rule);
	for (size_t i = 0; i < RULE_COUNT; i++)
		suggest_offer(&near, str_from(lint_rules[i].name));
	if (suggest_found(&near))
		diag_fix(diag, a->rule_span, near.best);
	else
		diag_help(diag, "`vulnctl list rules` shows them");
}

static void judge(struct lint *l, struct held *held)
{
	const struct allowance *a = held->allowance;

	held->rule = lint_rule_find(a->rule);
	if (held->rule == RULE_COUNT) {
		tell_unknown(l, a);
	} else if (lint_rules[held->rule].standing == LINT_MISTAKE) {
		diag_help(lint_report(l, RULE_allow_on_unallowable, a->rule_span,
				      "`%s` cannot be allowed: such a policy does not compile",
				      lint_rules[held->rule].name),
			  "repair what it finds, and remove this");
	} else if (!settle_in_force(l->policy, a)) {
		struct diag *diag = lint_report(l, RULE_expired_allow, a->span,
						"this has ended with " STR_FMT ", so the problem "
						"is told again",
						STR_ARG(until_text(l, a)));

		diag_help(diag, "repair it, or decide again with a new reason and a new end");
		diag_fix(diag, a->span, STR(""));
	} else {
		held->applies = true;
	}
}

bool settle_looked_for(const struct lint *l, enum lint_id rule)
{
	struct str evidence = str_from(lint_rules[rule].evidence);

	return l->plan && lint_wants(l, rule) &&
	       (l->measure || !str_contains(evidence, STR("findings"))) &&
	       (l->coverage || !str_contains(evidence, STR("coverage"))) &&
	       (l->base || !str_contains(evidence, STR("base")));
}

static void allow(struct lint *l, struct held *all, size_t n, struct diag *diag)
{
	const struct ast_statement *at = places_find(l->places, diag_place(diag));
	enum lint_id rule = diag_id(diag) ? lint_rule_find(str_from(diag_id(diag))) : RULE_COUNT;
	size_t low = 0, high = n;

	if (!at || rule == RULE_COUNT || lint_rules[rule].standing == LINT_MISTAKE ||
	    (!diag_is_lint(diag) && diag_level(diag) == DIAG_ERROR)) /* it does not compile */
		return;
	/* An error of the compiler: whoever allows it has no policy that compiles all the same. */
	if (diag_level(diag) == DIAG_ERROR && !diag_is_lint(diag))
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all[middle].allowance->covers.start < at->span.start)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && all[low].allowance->covers.start == at->span.start; low++) {
		if (!all[low].applies || all[low].rule != rule)
			continue;
		all[low].used = true;
		if (!diag_is_allowed(diag))
			diag_allow(diag, all[low].allowance->reason,
				   until_text(l, all[low].allowance));
	}
}

/* An allowance of an unused allowance can be used, or unused, only when the others are told. */
static void tell_unused(struct lint *l, struct held *all, size_t n, bool last)
{
	size_t first = 0;
	struct diag *diag;

	while (diags_at(l->diags, first))
		first++;
	for (size_t i = 0; i < n; i++) {
		if (!all[i].applies || all[i].used || !settle_looked_for(l, all[i].rule) ||
		    last != (all[i].rule == RULE_unused_allow))
			continue;
		diag = lint_report(l, RULE_unused_allow, all[i].allowance->span,
				   "`%s` finds nothing here, so nothing need be allowed",
				   lint_rules[all[i].rule].name);
		diag_fix(diag, all[i].allowance->span, STR(""));
	}
	for (size_t i = first; (diag = diags_at(l->diags, i)); i++)
		allow(l, all, n, diag);
}

void settle_allowances(struct lint *l)
{
	size_t n = l->policy->n_allows;
	struct held *all = ARENA_ARRAY(l->arena, struct held, n);
	struct diag *diag;

	for (size_t i = 0; i < n; i++)
		all[i] = (struct held){.allowance = &l->policy->allows[i]};
	if (n)
		qsort(all, n, sizeof *all, by_place);
	for (size_t i = 0; i < n; i++)
		judge(l, &all[i]);
	for (size_t i = 0; n && (diag = diags_at(l->diags, i)); i++)
		allow(l, all, n, diag);
	tell_unused(l, all, n, false);
	tell_unused(l, all, n, true);
}

/* --- names --- */

struct named {
	struct diag *diag;
	struct str base;
};

static int by_name(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = str_cmp(a->base, b->base);
	uint32_t x = diag_place(a->diag).start, y = diag_place(b->diag).start;

	return order ? order : (x > y) - (x < y);
}

static struct str base_of(struct arena *arena, struct sources *sources, const struct places *places,
			  const struct diag *diag)
{
	const struct ast_statement *at = places_find(places, diag_place(diag));
	struct position where = sources_locate(sources, diag_place(diag).start);

	if (at)
		return str_printf(arena, "%s/%s/" STR_FMT, diag_id(diag), ast_kind_name(at->kind),
				  STR_ARG(place_name(at)));
	return str_printf(arena, "%s/file/" STR_FMT, diag_id(diag),
			  STR_ARG(where.source ? where.source->path : STR("")));
}

void settle_names(struct arena *arena, struct diags *d, struct sources *sources,
		  const struct places *places)
{
	VEC(struct named) all = {0};
	struct diag *diag;
	size_t nth = 0;

	for (size_t i = 0; (diag = diags_at(d, i)); i++)
		if (diag_id(diag))
			VEC_PUSH(arena, all,
				 ((struct named){diag, base_of(arena, sources, places, diag)}));
	if (!all.n)
		return;
	qsort(all.items, all.n, sizeof *all.items, by_name);
	for (size_t i = 0; i < all.n; i++) {
		struct named *named = &all.items[i];

		nth = i && str_eq(named->base, named[-1].base) ? nth + 1 : 1;
		diag_name(named->diag,
			  nth == 1 ? named->base
				   : str_printf(arena, STR_FMT "/%zu", STR_ARG(named->base), nth));
	}
}
