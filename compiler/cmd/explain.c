/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `explain`: reads the policy and the finding, compiles (which decides by what
 * mechanism each statement acts), and gathers what belongs to each statement. */
#include "cmd/explain.h"

#include <unistd.h>

#include "base/file.h"
#include "base/suggest.h"
#include "cmd/explain_internal.h"
#include "model/limit.h"

/* --- input --- */

static bool two_operands(struct explanation *x)
{
	const struct options *o = &x->run.options;

	if (o->n_operands == 2)
		return true;
	diag_help(diag_world(x->run.diags, o->n_operands < 2 ? "no finding is named"
							     : "more than one finding is named"),
		  "usage: vulnctl explain [options] POLICY FINDING");
	return false;
}

static void several(struct explanation *x, struct finding *const *all, size_t n)
{
	struct diag *d =
		diag_world(x->run.diags, "`%s` holds %zu findings, and one is explained at a time",
			   diag_quote(x->run.diags, x->run.options.operands[1]), n);

	for (size_t i = 0; i < n && i < 5; i++)
		diag_note(d, "%zu: %s", i,
			  diag_quote(x->run.diags, finding_summary(x->run.arena, all[i]->root)));
	diag_help(d, "choose one by its number or its id: `--finding 0`");
}

/* By its number, from 0, or its id. */
static bool is_chosen(struct explanation *x, const struct finding *finding, size_t number)
{
	struct str wanted = x->run.options.finding;
	const struct fval *id = finding_value(finding->root, FIELD_finding_id);

	return str_eq(wanted, str_printf(x->run.arena, "%zu", number)) ||
	       (id && str_eq(wanted, id->str));
}

static bool read_finding(struct explanation *x)
{
	struct str path = x->run.options.operands[1], text;
	struct finding **all;
	size_t n;

	if (!file_read(x->run.arena, x->run.diags, path, (size_t)limits[LIMIT_file_size].value,
		       &text))
		return false;
	all = findings_read(x->run.arena, x->run.diags, str_cstr(x->run.arena, path), text, &n);
	if (!n)
		return false;
	if (n == 1 && !x->run.options.finding.len)
		x->finding = all[0];
	else if (!x->run.options.finding.len)
		several(x, all, n);
	else
		for (size_t i = 0; i < n && !x->finding; i++)
			if (is_chosen(x, all[i], i))
				x->finding = all[i];
	if (!x->finding && x->run.options.finding.len)
		diag_help(diag_world(x->run.diags, "`%s` holds no finding `%s`",
				     diag_quote(x->run.diags, path),
				     diag_quote(x->run.diags, x->run.options.finding)),
			  "there are %zu, numbered from 0", n);
	return x->finding != NULL;
}

/* --- what belongs to which statement --- */

/* NULL: none of its own (a tier, a status). */
static struct account *account_of(struct explanation *x, const struct memo *index,
				  const struct statement *statement)
{
	uint32_t at;

	return memo_get(index, (uint64_t)(uintptr_t)statement, &at) ? &x->accounts[at] : NULL;
}

static void add_artefact(struct explanation *x, const struct memo *index,
			 const struct artefact *artefact, const struct unit *unit)
{
	struct account *account = account_of(x, index, unit->statement);

	if (account)
		VEC_PUSH(x->run.arena, account->artefacts, artefact);
}

static void gather(struct explanation *x)
{
	const struct policy *policy = x->run.policy;
	const struct plan *plan = x->compiled.plan;
	struct memo index = {0};

	x->accounts = ARENA_ARRAY(x->run.arena, struct account, policy->n_statements);
	for (size_t i = 0; i < policy->n_statements; i++) {
		x->accounts[i].statement = policy->statements[i];
		memo_put(&index, x->run.arena, (uint64_t)(uintptr_t)policy->statements[i],
			 (uint32_t)i);
	}
	x->n = policy->n_statements;
	for (size_t i = 0; i < x->compiled.n; i++)
		VEC_PUSH(x->run.arena, account_of(x, &index, x->compiled.rules[i].statement)->rules,
			 &x->compiled.rules[i]);
	for (size_t i = 0; i < plan->units.n; i++)
		account_of(x, &index, plan->units.items[i]->statement)->backend =
			plan->units.items[i]->backend;
	for (size_t i = 0; i < plan->left_out.n; i++)
		account_of(x, &index, plan->left_out.items[i].statement)->left_out =
			&plan->left_out.items[i];
	for (size_t i = 0; i < x->compiled.c.artefacts.n; i++) {
		const struct artefact *artefact = &x->compiled.c.artefacts.items[i];

		if (!artefact->unit->n_members)
			add_artefact(x, &index, artefact, artefact->unit);
		for (size_t j = 0; j < artefact->unit->n_members; j++)
			add_artefact(x, &index, artefact, artefact->unit->members[j]);
	}
}

/* --- --statement --- */

static bool find_statement(struct explanation *x)
{
	struct str name = x->run.options.statement;
	struct suggest near;
	struct diag *d;

	if (!name.len)
		return true;
	suggest_init(&near, name);
	for (size_t i = 0; i < x->run.policy->n_tiers + x->n && !x->only; i++) {
		const struct account *account = i < x->run.policy->n_tiers
							? &x->tiers[i]
							: &x->accounts[i - x->run.policy->n_tiers];

		if (str_eq(account->statement->name, name))
			x->only = account;
		suggest_offer(&near, account->statement->name);
	}
	if (x->only)
		return true;
	d = diag_world(x->run.diags, "the policy has no statement `%s`",
		       diag_quote(x->run.diags, name));
	if (suggest_found(&near))
		diag_help(d, "did you mean `%s`?", diag_quote(x->run.diags, near.best));
	return false;
}

static void print(struct explanation *x)
{
	struct json_writer w;
	struct strbuf out;
	struct str text;

	if (x->run.options.format == FORMAT_JSON) {
		json_begin(&w, x->run.arena, 2);
		explain_json(x, &w);
		text = json_end(&w);
	} else {
		strbuf_init(&out, x->run.arena);
		explain_text(x, &out);
		text = strbuf_str(&out);
	}
	(void)!file_write_fd(x->run.diags, STDOUT_FILENO, "standard output", text);
}

int cmd_explain(struct arena *arena, int argc, char **argv)
{
	static const struct run_command command = {
		.usage = "vulnctl explain [options] POLICY FINDING",
		.summary = "Says why each statement of a policy takes a finding or does not.",
		.options = OPTIONS_POLICY | OPTION_BIT(STATEMENT) | OPTION_BIT(FINDING) |
			   OPTION_BIT(ASSUMPTIONS),
		.several = true,
	};
	struct explanation x = {0};

	/* Each step needs the one before; what went wrong is in the diagnostics. */
	if (run_begin(&x.run, arena, argc, argv, &command) == RUN_GO && two_operands(&x) &&
	    cmd_front_end(&x.run) && read_finding(&x) && compiled_make(&x.run, &x.compiled)) {
		gather(&x);
		explain_judge(&x);
		if (find_statement(&x))
			print(&x);
	}
	return run_finish(&x.run);
}
