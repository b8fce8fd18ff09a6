/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for programs. */
#include "cmd/explain_internal.h"
#include "eval/wording.h"
#include "finding/odd.h"

static void pair(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	json_str(w, value);
}

static void number(struct json_writer *w, const char *key, uint64_t value)
{
	json_key(w, key);
	json_int(w, (int64_t)value);
}

static void write_place(struct explanation *x, struct json_writer *w, struct span span)
{
	struct position at = sources_locate(x->run.sources, span.start);

	if (!at.source)
		return;
	pair(w, "file", at.source->path);
	number(w, "line", at.line);
	number(w, "column", at.col);
}

static void write_found(struct explanation *x, struct json_writer *w, const struct trace *test)
{
	const struct atom *atom = test->cond->atom;
	struct odd odd = {NULL, {NULL, 0}};
	bool other = false;

	if (!test->n_found)
		odd = finding_odd(x->run.arena, x->finding, atom->field);
	pair(w, "field", wording_field(x->run.arena, atom));
	for (size_t i = 0; i < test->n_found; i++)
		other = other || (test->found[i].kind == FVAL_WORD && test->found[i].word < 0);
	pair(w, "state",
	     odd.path	      ? STR("other type")
	     : !test->n_found ? STR("absent")
	     : other	      ? STR("another word")
			      : STR("present"));
	if (odd.path) {
		pair(w, "path", str_from(odd.path));
		pair(w, "stands", odd.text);
	}
	json_key(w, "values");
	json_open_array(w);
	for (size_t i = 0; i < test->n_found; i++)
		json_str(w, test->found[i].kind == FVAL_STRING || test->found[i].word < 0
				    ? test->found[i].str
				    : wording_value(x->run.arena, atom->field, &test->found[i]));
	json_close_array(w);
}

static void write_step(struct explanation *x, struct json_writer *w, const struct trace_step *step)
{
	const struct cond *cond = step->test->cond;

	json_open_object(w);
	pair(w, "test", explain_test(x, step->test));
	json_key(w, "holds");
	json_bool(w, step->test->holds);
	json_key(w, "must");
	json_bool(w, step->must);
	write_place(x, w, cond->kind == COND_ATOM ? cond->atom->span : cond->span);
	if (step->tier >= 0)
		pair(w, "tier", x->run.policy->tiers[step->tier]->name);
	if (step->define.len)
		pair(w, "define", step->define);
	if (cond->kind == COND_ATOM)
		write_found(x, w, step->test);
	if (step->within) {
		pair(w, "group", str_from(group_name(step->within->cond->group)));
		number(w, "element", step->element + 1);
		number(w, "elements", step->within->n);
	}
	json_close_object(w);
}

static const char *const rounds[] = {[DECIDE_INSPECTOR] = "inspector",
				     [DECIDE_ORIGINAL] = "automation",
				     [DECIDE_EVENT] = "event"};

static void write_steps(struct explanation *x, struct json_writer *w, const char *key,
			const struct trace_steps *steps)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < steps->n; i++)
		write_step(x, w, &steps->items[i]);
	json_close_array(w);
}

static void write_act(struct explanation *x, struct json_writer *w, const struct act *act)
{
	const struct decide_rule *rule = act->rule;

	json_open_object(w);
	number(w, "order", rule->round + 1u);
	pair(w, "round", str_from(rounds[rule->round]));
	pair(w, "list", str_from(decide_list_name(rule->list)));
	json_key(w, "acts");
	json_bool(w, act->acts);
	if (rule->status >= 0)
		pair(w, "workflow", str_from(vocabulary_workflow.words[rule->status]));
	if (rule->severity >= 0)
		pair(w, "severity", str_from(vocabulary_severity.words[rule->severity]));
	if (rule->note.len)
		pair(w, "note", rule->note);
	json_key(w, "fields");
	json_open_object(w);
	for (size_t i = 0; i < rule->n_sets; i++) {
		json_key_str(w, rule->sets[i].key);
		json_str(w, rule->sets[i].value);
	}
	json_close_object(w);
	write_steps(x, w, "held_by", &act->held);
	json_close_object(w);
}

static void write_means(struct json_writer *w, const struct account *account)
{
	uint64_t used = 0;

	json_key(w, "artefacts");
	json_open_array(w);
	for (size_t i = 0; i < account->artefacts.n; i++) {
		json_str(w, account->artefacts.items[i]->path);
		used |= account->artefacts.items[i]->assumptions;
	}
	json_close_array(w);
	json_key(w, "assumptions");
	json_open_array(w);
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used >> i & 1)
			json_string(w, assumptions[i].name);
	json_close_array(w);
}

static void write_account(struct explanation *x, struct json_writer *w,
			  const struct account *account)
{
	const struct statement *s = account->statement;

	json_open_object(w);
	pair(w, "name", s->name);
	pair(w, "kind", str_from(policy_kind(s->kind)));
	pair(w, "file", s->file);
	number(w, "line", s->line);
	if (account->row)
		pair(w, "row", account->row->value);
	if (account->left_out)
		pair(w, "left_out", str_from(account->left_out->why));
	json_key(w, "matches");
	if (account->trace)
		json_bool(w, account->trace->holds);
	else
		json_null(w);
	write_steps(x, w, "tests", &account->steps);
	json_key(w, "does");
	json_open_array(w);
	for (size_t i = 0; i < account->acts.n; i++)
		write_act(x, w, &account->acts.items[i]);
	json_close_array(w);
	write_means(w, account);
	json_close_object(w);
}

static void write_assumptions(struct explanation *x, struct json_writer *w)
{
	uint64_t used = 0;

	for (size_t i = 0; i < x->n; i++)
		for (size_t j = 0; j < x->accounts[i].artefacts.n; j++)
			if (!x->only || x->only == &x->accounts[i])
				used |= x->accounts[i].artefacts.items[j]->assumptions;
	json_key(w, "assumptions");
	json_open_object(w);
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used >> i & 1)
			pair(w, assumptions[i].name, str_from(assumptions[i].sentence));
	json_close_object(w);
}

void explain_json(struct explanation *x, struct json_writer *w)
{
	json_open_object(w);
	decide_write(w, x->run.policy, x->decision);
	json_key(w, "statements");
	json_open_array(w);
	for (size_t i = 0; i < x->run.policy->n_tiers && !x->only; i++)
		write_account(x, w, &x->tiers[i]);
	for (size_t i = 0; i < x->n && !x->only; i++)
		if (x->accounts[i].statement->kind != STATEMENT_STATUS)
			write_account(x, w, &x->accounts[i]);
	if (x->only)
		write_account(x, w, x->only);
	json_close_array(w);
	if (x->run.options.assumptions)
		write_assumptions(x, w);
	json_close_object(w);
}
