/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens to the finding, in the order in which AWS runs it. */
#include "cmd/explain_internal.h"
#include "eval/wording.h"

#define Q(x, text) diag_quote((x)->run.diags, (text))

static const struct {
	const char *title;
	const char *lasts; /* what becomes of it when somebody sets it back; NULL: nothing */
} rounds[DECIDE_ROUND_COUNT] = {
	[DECIDE_INSPECTOR] = {"Inspector's own suppressions, before Security Hub has it", NULL},
	[DECIDE_ORIGINAL] = {"automation rules, on what the provider sent",
			     "again whenever the provider updates the finding, also over what a "
			     "person set"},
	[DECIDE_EVENT] = {"event rules, on what stands then", "what a person sets back stays"},
};

/* --- what a rule does --- */

static void add_part(struct strbuf *out, bool *first, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_part(struct strbuf *out, bool *first, const char *format, ...)
{
	va_list args;

	strbuf_puts(out, *first ? " " : ", ");
	*first = false;
	va_start(args, format);
	strbuf_vprintf(out, format, args);
	va_end(args);
}

static void add_writes(struct explanation *x, struct strbuf *out, const struct decide_rule *rule,
		       bool *first)
{
	if (rule->status >= 0)
		add_part(out, first, "sets workflow to %s",
			 vocabulary_workflow.words[rule->status]);
	if (rule->severity >= 0)
		add_part(out, first, "sets severity to %s",
			 vocabulary_severity.words[rule->severity]);
	for (size_t i = 0; i < rule->n_sets; i++)
		add_part(out, first, "sets field %s to `%s`", Q(x, rule->sets[i].key),
			 Q(x, rule->sets[i].value));
	if (rule->note.len)
		add_part(out, first, "notes `%s`", Q(x, rule->note));
}

static void add_effect(struct explanation *x, struct strbuf *out, const struct decide_rule *rule)
{
	const struct statement *s = rule->statement;
	bool first = true, writes;

	for (size_t i = 0; rule->list == DECIDE_NOTIFY && i < s->n_to; i++)
		add_part(out, &first, "tells %s", Q(x, s->to[i]));
	if (rule->round == DECIDE_INSPECTOR)
		add_part(out, &first, "hides it: Security Hub gets it ARCHIVED");
	writes = first;
	add_writes(x, out, rule, &first);
	writes = writes && !first;
	if (writes && rounds[rule->round].lasts)
		strbuf_printf(out, "; %s", rounds[rule->round].lasts);
	strbuf_addc(out, '\n');
}

static void add_held(struct explanation *x, struct strbuf *out, const struct act *act)
{
	strbuf_puts(out, " does nothing, because its rule also asks for more\n");
	for (size_t i = 0; i < act->held.n; i++) {
		strbuf_puts(out, "         ");
		explain_step(x, out, &act->held.items[i], false, "its guard");
	}
}

static void add_act(struct explanation *x, struct strbuf *out, const struct act *act)
{
	const struct decide_rule *rule = act->rule;
	bool fixed = rule->list == DECIDE_REOPEN && rule->statement->kind != STATEMENT_REOPEN;

	strbuf_printf(out, "     %s%s", Q(x, rule->statement->name),
		      fixed ? ", because it is fixed," : "");
	if (act->acts)
		add_effect(x, out, rule);
	else
		add_held(x, out, act);
}

static void add_round(struct explanation *x, struct strbuf *out, enum decide_round round)
{
	size_t n = 0;

	strbuf_printf(out, "  %u. %s\n", round + 1, rounds[round].title);
	for (size_t i = 0; i < x->n; i++) {
		const struct account *account = &x->accounts[i];

		if (x->only && x->only != account)
			continue;
		for (size_t k = 0; k < account->acts.n; k++)
			if (account->acts.items[k].rule->round == round) {
				add_act(x, out, &account->acts.items[k]);
				n++;
			}
	}
	if (!n)
		strbuf_puts(out, "     nothing\n");
}

/* --- what stands then --- */

static void add_by(struct explanation *x, struct strbuf *out, const struct decide_rule *rule)
{
	if (rule)
		strbuf_printf(out, " (%s)", Q(x, rule->statement->name));
	strbuf_addc(out, '\n');
}

static void add_state(struct explanation *x, struct strbuf *out)
{
	const struct decision *d = x->decision;
	const struct fval *severity = &x->after->values[field_slot(FIELD_severity)];
	const struct fval *record = &x->after->values[field_slot(FIELD_record)];

	strbuf_puts(out, "  then\n");
	strbuf_printf(out, "     workflow is %s",
		      Q(x, wording_value(x->run.arena, FIELD_workflow, &d->workflow)));
	add_by(x, out, d->workflow_by);
	strbuf_printf(out, "     record is %s\n",
		      Q(x, wording_value(x->run.arena, FIELD_record, record)));
	strbuf_printf(out, "     severity is %s\n",
		      Q(x, wording_value(x->run.arena, FIELD_severity, severity)));
	for (size_t i = 0; i < d->n_fields; i++) {
		strbuf_printf(out, "     field %s is `%s`", Q(x, d->fields[i].key),
			      Q(x, d->fields[i].value));
		add_by(x, out, d->fields_by[i]);
	}
}

static void add_views(struct explanation *x, struct strbuf *out)
{
	static const struct {
		enum statement_kind kind;
		const char *what;
	} views[] = {
		{STATEMENT_PROTECT, "no statement may silence it"},
		{STATEMENT_INSIGHT, "this insight shows it"},
		{STATEMENT_REVIEW, "this report holds it"},
		{STATEMENT_ACTION, "a button can be pressed on it"},
	};

	for (size_t v = 0; v < ARRAY_LEN(views); v++)
		for (size_t i = 0; i < x->n; i++) {
			const struct account *account = &x->accounts[i];

			if (account->statement->kind == views[v].kind && !account->left_out &&
			    (!account->trace || account->trace->holds))
				strbuf_printf(out, "     %s: %s\n", views[v].what,
					      Q(x, account->statement->name));
		}
}

void explain_acts(struct explanation *x, struct strbuf *out)
{
	if (x->only && !x->only->rules.n)
		return;
	strbuf_printf(out, "\nwhat %s does to it, in this order\n",
		      x->only ? Q(x, x->only->statement->name) : "the policy");
	for (unsigned r = 0; r < DECIDE_ROUND_COUNT; r++)
		add_round(x, out, r);
	if (x->only)
		return;
	add_state(x, out);
	add_views(x, out);
}
