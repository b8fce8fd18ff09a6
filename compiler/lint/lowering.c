/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what becomes of a statement on AWS: what its mechanism cannot keep as it is written,
 * how many rules it takes, and what it asks of those who deploy it. */
#include "lint/atoms.h"
#include "lint/lowering_internal.h"
#include "lint/pass.h"
#include "target/quota.h"

/* Of a test that stands in a define or a tier, the statement is the place. */
static bool is_within(const struct statement *s, struct span at)
{
	return at.start >= s->span.start && at.end <= s->span.end;
}

struct tests { /* of one statement */
	struct lint *l;
	const struct statement *s;
	const struct cond *found; /* the first age */
};

/* --- ages --- */

static void find_age(void *context, const struct cond *cond)
{
	struct tests *tests = context;

	if (cond->kind == COND_ATOM && cond->atom->age && !tests->found)
		tests->found = cond;
}

static void check_age(struct lint *l, const struct statement *s)
{
	struct tests tests = {.l = l, .s = s};
	struct span at;
	struct diag *diag;

	atoms_each(l->arena, l->policy, s->condition, find_age, &tests);
	if (!tests.found)
		return;
	at = tests.found->span;
	diag = lint_report(l, RULE_age_needs_recompile, is_within(s, at) ? at : s->name_span,
			   "the report of `%s` holds findings of every age",
			   diag_quote(l->diags, s->name));
	if (!is_within(s, at))
		diag_label(diag, at, "the age is tested here");
	diag_note(diag, "a report filters by a date, which would stay the same until the policy "
			"is compiled again, so the test is left out of it");
	diag_help(diag,
		  "give what it exports to `vulnctl eval`, which counts from the day: put the age "
		  "into a tier, and it says what is in it");
}

/* --- strict bounds --- */

#define TENTH (TYPE_SCALE / 10)

/* `score < 7.0` as `score <= 6.9`: only a bound of one decimal has such a neighbour. */
static struct str inclusive(struct lint *l, const struct cond *cond)
{
	const struct atom *atom = cond->atom;
	struct str text = sources_text(l->sources, cond->span);
	int64_t bound = atom->hi_open ? atom->hi - TENTH : atom->lo + TENTH;
	size_t at = 0;

	while (at < text.len && text.ptr[at] != '<' && text.ptr[at] != '>')
		at++;
	if (atom->hi_open == atom->lo_open || bound < 0 || bound % TENTH || at + 1 >= text.len ||
	    text.ptr[at + 1] == '=')
		return STR("");
	return str_printf(l->arena, STR_FMT "%c= %lld.%lld", (int)at, text.ptr, text.ptr[at],
			  (long long)(bound / TYPE_SCALE), (long long)(bound / TENTH % 10));
}

static void check_bound(void *context, const struct cond *cond)
{
	struct tests *tests = context;
	struct lint *l = tests->l;
	struct diag *diag;
	struct str text;
	bool within;

	if (cond->kind != COND_ATOM || cond->atom->test != TEST_RANGE || cond->atom->age ||
	    fields[cond->atom->field].type != TYPE_DECIMAL ||
	    (!cond->atom->lo_open && !cond->atom->hi_open))
		return;
	within = is_within(tests->s, cond->span);
	diag = lint_report(l, RULE_strict_bound_on_inclusive_target,
			   within ? cond->span : tests->s->name_span,
			   "a filter of Inspector has no strict bound: this one becomes the next "
			   "value of one decimal");
	diag_note(diag, "that is the same only because scores of Inspector have one decimal, "
			"which AWS does not document");
	text = within ? inclusive(l, cond) : STR("");
	if (!within)
		diag_label(diag, cond->span, "the bound is here");
	if (text.len)
		diag_fix_unsafe(diag, cond->span, text);
	else
		diag_help(diag, "write `<=`, `>=` or `in a..b`");
}

/* --- numbers of rules --- */

static void check_split(struct lint *l, const struct unit *unit)
{
	size_t most = (size_t)l->settings->thresholds[THRESHOLD_split_too_large];
	struct diag *diag;

	if (unit->n_rules <= most)
		return;
	diag = lint_report(l, RULE_split_too_large, unit->statement->name_span,
			   "`%s` takes %zu rules", diag_quote(l->diags, unit->statement->name),
			   unit->n_rules);
	diag_note(diag, "a rule holds one value or list for each field: what is joined by `or` and "
			"does not fit into one list is written as several rules");
	diag_help(diag, "say it with fewer alternatives, or with several statements that each "
			"have a reason of their own");
}

static struct span whole_policy(const struct lint *l)
{
	const struct ast_file *root = l->program->root;

	for (size_t i = 0; i < root->n_statements; i++)
		if (root->statements[i]->kind == AST_POLICY)
			return root->statements[i]->text_span;
	return root->n_statements ? root->statements[0]->kind_span : (struct span){0};
}

static void check_quotas(struct lint *l)
{
	uint64_t percent = (uint64_t)l->settings->thresholds[THRESHOLD_rule_quota];
	struct quota_need needs[QUOTA_COUNT];

	quota_needs(l->c, needs);
	for (size_t i = 0; i < QUOTA_COUNT; i++) {
		uint64_t quota = (uint64_t)needs[i].quota;
		struct diag *diag;

		if (!needs[i].used || needs[i].used * 100 < quota * percent)
			continue;
		diag = lint_report(l, RULE_rule_quota, whole_policy(l),
				   "the policy needs %llu %s, the quota is %llu",
				   (unsigned long long)needs[i].used,
				   diag_word(l->diags, needs[i].what), (unsigned long long)quota);
		diag_note(diag, "what others have made by hand counts too, and is not known here");
		diag_help(diag, "%s", diag_word(l->diags, needs[i].way_out));
	}
}

void lint_lowering(struct lint *l)
{
	const struct statement *last = NULL;

	for (size_t i = 0; i < l->policy->n_statements; i++)
		if (l->policy->statements[i]->kind == STATEMENT_REVIEW &&
		    lint_wants(l, RULE_age_needs_recompile))
			check_age(l, l->policy->statements[i]);
	if (!l->plan)
		return;
	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];
		struct tests tests = {.l = l, .s = unit->statement};

		if (unit->backend == BACKEND_INSPECTOR && unit->statement != last &&
		    lint_wants(l, RULE_strict_bound_on_inclusive_target))
			atoms_each(l->arena, l->policy, unit->condition, check_bound, &tests);
		check_split(l, unit);
		last = unit->statement;
	}
	if (lint_wants(l, RULE_rule_quota))
		check_quotas(l);
	if (lint_wants(l, RULE_provider_floor))
		lowering_floors(l);
}
