/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about Security Hub: what it does not get, what it does not get any more, and when it does
 * what it is told. */
#include "lint/edit.h"
#include "lint/pass.h"
#include "lint/unions.h"
#include "target/compile.h"
#include "target/tree.h"

/* --- VC504: what Inspector hides is hidden in Security Hub, too --- */

static bool is_hidden_by_inspector(const struct unit *unit)
{
	return unit->statement->kind == STATEMENT_SUPPRESS && unit->backend == BACKEND_INSPECTOR;
}

/* What is looked at: insights, and the reports of reviews, which hold active findings alone unless
 * a status is asked for (botocore, CreateFindingsReport). */
static struct unions *looks_of(struct lint *l)
{
	VEC(const struct unit *) all = {0};

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];

		if (unit->backend == BACKEND_INSIGHT || unit->backend == BACKEND_REVIEW)
			VEC_PUSH(l->arena, all, unit);
	}
	return unions_new(l, all.items, all.n);
}

/* The unit as it would be without `via inspector`: of active findings. */
static struct unit elsewhere(struct lint *l, const struct unit *unit)
{
	struct unit other = *unit;

	other.condition = tree_both(l->arena, unit->condition,
				    tree_word(l->arena, FIELD_record, RECORD_ACTIVE));
	return other;
}

static void check_hidden(struct lint *l, const struct unit *unit, struct unions *looks)
{
	const struct statement *s = unit->statement;
	const struct ast_property *via = edit_property(edit_statement(l, s), "via");
	struct unit other = elsewhere(l, unit);
	size_t at;
	bool by_rule, by_event;
	struct diag *diag;
	enum view view;
	dd both;

	lint_ask(l);
	at = unions_meet(looks, sets_of_unit(l, unit), 0, false, &both, &view);
	if (!lint_answered(l, RULE_inspector_hides_from_security_hub, s->name_span) ||
	    at == unions_count(looks))
		return; /* nothing that is looked at */
	by_rule = compile_could(l->c, &other, BACKEND_AUTOMATION);
	by_event = !by_rule && compile_could(l->c, &other, BACKEND_EVENT);
	if (!by_rule && !by_event)
		return; /* nothing else could do it */
	diag = lint_report(l, RULE_inspector_hides_from_security_hub,
			   via ? via->span : s->name_span,
			   "what `%s` hides in Inspector is missing in Security Hub and in reviews",
			   diag_quote(l->diags, s->name));
	diag_label(diag, unions_unit(looks, at)->statement->name_span, "not shown here");
	lint_witness(l, diag, "for example", both, view, unit->condition,
		     unions_unit(looks, at)->condition, NULL);
	if (by_rule && via)
		edit_remove(l, diag, via->span);
	diag_help(diag, by_rule ? "an automation rule says it exactly, and keeps it in sight as "
				  "SUPPRESSED"
				: "write `via event`, which keeps it in sight as SUPPRESSED");
}

static void check_all_hidden(struct lint *l)
{
	struct unions *looks = looks_of(l);

	for (size_t i = 0; i < l->plan->units.n; i++)
		if (is_hidden_by_inspector(l->plan->units.items[i]))
			check_hidden(l, l->plan->units.items[i], looks);
}

/* --- VC514: rules begin with what comes in --- */

static void check_existing(struct lint *l)
{
	const struct statement *first = NULL, *last = NULL;
	struct diag *diag;
	size_t more = 0;

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];

		if (unit->backend != BACKEND_AUTOMATION && unit->backend != BACKEND_AUTOMATION_V2)
			continue;
		more += last && unit->statement != last && !unit->n_members;
		last = unit->statement;
		first = first ? first : last;
	}
	if (!first)
		return;
	diag = lint_report(l, RULE_not_retroactive, first->name_span,
			   "`%s` acts on what is imported after its rule is created",
			   diag_quote(l->diags, first->name));
	if (more)
		diag_note(diag, "so do the automation rules of %zu more statements", more);
	diag_help(diag, "what stands there already changes with the provider's next update, or by "
			"BatchUpdateFindings for what `vulnctl eval POLICY FINDINGS` lists");
}

/* --- VC515: what never gets there --- */

struct code {
	struct lint *l;
	struct memo told; /* atoms, which defines put into several statements */
};

static bool sends_to_hub(const struct statement *s)
{
	switch (s->kind) {
	case STATEMENT_NOTIFY:
		return s->source & (SOURCE_SECURITYHUB | SOURCE_SECURITYHUB_V2);
	case STATEMENT_SUPPRESS:
	case STATEMENT_ASSIGN:
	case STATEMENT_INSIGHT:
		return s->via != VIA_INSPECTOR;
	default:
		return s->kind == STATEMENT_REOPEN;
	}
}

static bool names_code(const struct atom *atom)
{
	struct str word =
		str_from(vocabulary_canonical(&vocabulary_resource_type, RESOURCE_CODE_REPOSITORY));

	if (fields[atom->field].habitat == HABITAT_CODE_REPOSITORY)
		return true;
	for (size_t i = 0; i < atom->n && atom->field == FIELD_resource_type; i++)
		if (str_eq(atom->values[i].str, word))
			return true;
	return false;
}

/* A test that asks for code repositories; as deep as a condition is. */
static const struct cond *asks_for_code(const struct cond *cond, bool positive)
{
	const struct cond *found = NULL;

	if (cond->kind == COND_ATOM)
		return names_code(cond->atom) && positive != cond->atom->negated ? cond : NULL;
	for (size_t i = 0; i < cond->n && !found; i++)
		found = asks_for_code(cond->kids[i], positive != (cond->kind == COND_NOT));
	return found;
}

static void check_code(struct code *c, const struct statement *s, const struct cond *whole)
{
	const struct cond *atom = asks_for_code(whole, true), *code;
	uint64_t key = (uint64_t)(uintptr_t)(atom ? atom->atom : NULL);
	struct lint *l = c->l;
	struct diag *diag;
	uint32_t known;
	bool found;

	if (!atom || memo_get(&c->told, key, &known))
		return;
	memo_put(&c->told, l->arena, key, 1);
	code = tree_text(l->arena, FIELD_resource_type, STR(""), TEST_IN,
			 str_from(vocabulary_canonical(&vocabulary_resource_type,
						       RESOURCE_CODE_REPOSITORY)));
	lint_ask(l);
	lower_use_inspector(l->c->lower);
	found = relate_overlap(lower_engine(l->c->lower),
			       lower_cond(l->c->lower, whole, VIEW_SINGLE),
			       lower_cond(l->c->lower, code, VIEW_SINGLE), NULL);
	if (!lint_answered(l, RULE_code_repository_not_in_hub, atom->atom->span) || !found)
		return;
	diag = lint_report(
		l, RULE_code_repository_not_in_hub, atom->atom->span,
		"findings on code repositories never reach Security Hub, where `%s` acts",
		diag_quote(l->diags, s->name));
	diag_help(diag, s->kind == STATEMENT_NOTIFY
				? "write `source inspector` on a message of its own for them"
				: "write `via inspector` on a statement of its own for them, where "
				  "that is possible");
}

static void check_all_code(struct lint *l)
{
	struct code c = {.l = l};

	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];

		if (!sends_to_hub(s))
			continue;
		if (s->condition)
			check_code(&c, s, s->condition);
		for (size_t r = 0; r < s->n_rows; r++)
			check_code(&c, s, s->rows[r].condition);
	}
}

void lint_hub(struct lint *l)
{
	if (lint_wants(l, RULE_code_repository_not_in_hub))
		check_all_code(l);
	if (l->plan && lint_wants(l, RULE_not_retroactive))
		check_existing(l);
	if (l->plan && lint_wants(l, RULE_inspector_hides_from_security_hub))
		check_all_hidden(l);
}
