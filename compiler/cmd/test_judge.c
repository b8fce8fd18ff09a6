/* SPDX-License-Identifier: Apache-2.0
 *
 * One case: the decision, what of it was expected otherwise, and the tests that made it so. */
#include "base/suggest.h"
#include "cmd/explain_internal.h"
#include "cmd/test_internal.h"

#define STEPS_SHOWN 4
#define NAMES_SHOWN 3 /* statements that are explained for one difference */

struct judging {
	struct testing *t;
	struct test_subject *subject;
	struct test_case *one;
	const struct decision *got;
	struct explanation x;
};

/* --- why --- */

static void add_steps(struct judging *j, struct strbuf *why, const struct trace *trace)
{
	struct trace_steps steps = trace_deciding(j->t->run.arena, trace);

	for (size_t i = 0; i < steps.n; i++) {
		if (i == STEPS_SHOWN) {
			strbuf_printf(why, "  and %zu more\n", steps.n - i);
			return;
		}
		strbuf_puts(why, "  ");
		explain_step(&j->x, why, &steps.items[i], trace->holds, "a default");
	}
}

static const struct element *seen_by(const struct judging *j, const struct decide_rule *rule)
{
	return rule->round == DECIDE_EVENT ? j->got->event : j->got->original;
}

static const struct trace *trace_of(struct judging *j, const struct decide_rule *rule,
				    const struct cond *cond)
{
	return trace_cond(j->t->run.arena, j->subject->run.policy, cond, rule->many,
			  seen_by(j, rule));
}

static void tell(struct judging *j, struct strbuf *why, struct str name, const struct trace *trace,
		 const char *holds, const char *fails)
{
	strbuf_printf(why, "`%s` %s\n", diag_quote(j->t->run.diags, name),
		      trace->holds ? holds : fails);
	add_steps(j, why, trace);
}

/* Of some rules the one that holds, or comes nearest. */
struct nearest {
	const struct decide_rule *rule;
	const struct trace *trace;
};

static void try_rule(struct judging *j, struct nearest *best, const struct decide_rule *rule,
		     const struct cond *cond)
{
	const struct trace *trace = trace_of(j, rule, cond);

	if (best->trace &&
	    (best->trace->holds || (!trace->holds && best->trace->flips <= trace->flips)))
		return;
	*best = (struct nearest){rule, trace};
}

static void why_listed(struct judging *j, struct strbuf *why, enum decide_list list,
		       struct str name)
{
	const struct policy *policy = j->subject->run.policy;
	struct nearest best = {0};

	for (size_t i = 0; i < j->subject->compiled.n; i++) {
		const struct decide_rule *rule = &j->subject->compiled.rules[i];

		if (rule->list == list && str_eq(rule->statement->name, name))
			try_rule(j, &best, rule, rule->condition);
	}
	for (size_t i = 0; list == DECIDE_PROTECT && i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->kind == STATEMENT_PROTECT && str_eq(s->name, name))
			best.trace = trace_cond(j->t->run.arena, policy, s->condition, s->many,
						j->got->event);
	}
	if (best.trace)
		tell(j, why, name, best.trace, "holds:", "does not hold:");
	else
		strbuf_printf(why, "nothing is emitted for `%s` on this day\n",
			      diag_quote(j->t->run.diags, name));
}

static void why_tier(struct judging *j, struct strbuf *why, int expected)
{
	const struct policy *policy = j->subject->run.policy;
	int got = j->got->tier,
	    shown = got < 0 || (expected >= 0 && expected < got) ? expected : got;
	const struct statement *tier = policy->tiers[shown];

	tell(j, why, tier->name,
	     trace_cond(j->t->run.arena, policy, tier->condition, tier->many, j->got->event),
	     "holds:", "does not hold:");
}

/* Who wrote it, or who of those that would have came nearest. */
static void why_written(struct judging *j, struct strbuf *why, const struct decide_rule *by,
			int status, const struct map_entry *field)
{
	struct nearest best = {0};

	if (by) {
		tell(j, why, by->statement->name, trace_of(j, by, by->guarded),
		     "writes it, since it holds:", "does not hold:");
		return;
	}
	for (size_t i = 0; i < j->subject->compiled.n; i++) {
		const struct decide_rule *rule = &j->subject->compiled.rules[i];
		bool would = status >= 0 && rule->status == status;

		for (size_t k = 0; field && k < rule->n_sets; k++)
			would = would || (str_eq(rule->sets[k].key, field->key) &&
					  str_eq(rule->sets[k].value, field->value));
		if (would)
			try_rule(j, &best, rule, rule->guarded);
	}
	if (best.trace)
		tell(j, why, best.rule->statement->name, best.trace,
		     "holds:", "would write it, but does not hold:");
	else
		strbuf_puts(why, "no statement writes it\n");
}

/* --- failures --- */

static struct strbuf new_text(struct judging *j)
{
	struct strbuf b;

	strbuf_init(&b, j->t->run.arena);
	return b;
}

static void fail(struct judging *j, struct str what, struct str expected, struct str got,
		 const struct strbuf *why)
{
	struct test_failure failure = {what, expected, got, strbuf_str(why)};

	VEC_PUSH(j->t->run.arena, j->one->failures, failure);
}

static struct str name_or_none(struct str name)
{
	return name.len ? name : STR("none");
}

static struct str expected_name(const struct test_names *names)
{
	return names->n ? names->items[0] : STR("");
}

/* --- names that must exist --- */

static void no_name(struct judging *j, struct span at, const char *kind, struct str name,
		    struct suggest *near)
{
	struct diag *d = diag_error(j->t->run.diags, NULL, at, "the policy has no %s `%s`", kind,
				    diag_quote(j->t->run.diags, name));

	if (suggest_found(near))
		diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(near->best));
}

static int find_tier(struct judging *j, struct str name)
{
	const struct policy *policy = j->subject->run.policy;

	for (size_t i = 0; i < policy->n_tiers; i++)
		if (str_eq(policy->tiers[i]->name, name))
			return (int)i;
	return -1;
}

static void check_statement(struct judging *j, struct str name, struct span at,
			    enum decide_list list)
{
	static const enum statement_kind kinds[DECIDE_LIST_COUNT] = {
		[DECIDE_NOTIFY] = STATEMENT_NOTIFY,   [DECIDE_SUPPRESS] = STATEMENT_SUPPRESS,
		[DECIDE_REOPEN] = STATEMENT_REOPEN,   [DECIDE_ASSIGN] = STATEMENT_ASSIGN,
		[DECIDE_PROTECT] = STATEMENT_PROTECT,
	};
	const struct policy *policy = j->subject->run.policy;
	struct suggest near;

	suggest_init(&near, name);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];
		/* A suppression `until fixed` reopens, too. */
		bool fits = list == DECIDE_LIST_COUNT || s->kind == kinds[list] ||
			    (list == DECIDE_REOPEN && s->kind == STATEMENT_SUPPRESS);

		if (fits && str_eq(s->name, name))
			return;
		if (fits)
			suggest_offer(&near, s->name);
	}
	no_name(j, at,
		list == DECIDE_LIST_COUNT ? diag_word(j->t->run.diags, "statement")
					  : decide_list_name(list),
		name, &near);
}

/* --- comparisons --- */

static void judge_tier(struct judging *j)
{
	const struct test_names *names = &j->one->expect.tier;
	const struct policy *policy = j->subject->run.policy;
	struct strbuf why = new_text(j);
	struct suggest near;
	int expected = names->n ? find_tier(j, names->items[0]) : -1, got = j->got->tier;

	if (!names->given)
		return;
	if (names->n && expected < 0) {
		suggest_init(&near, names->items[0]);
		for (size_t i = 0; i < policy->n_tiers; i++)
			suggest_offer(&near, policy->tiers[i]->name);
		no_name(j, names->span, diag_word(j->t->run.diags, "tier"), names->items[0], &near);
		return;
	}
	if (expected == got)
		return;
	why_tier(j, &why, expected);
	fail(j, STR("tier"), name_or_none(expected_name(names)),
	     got < 0 ? STR("none") : policy->tiers[got]->name, &why);
}

static bool has_name(const struct test_names *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->items[i], name))
			return true;
	return false;
}

static bool is_listed(const struct decision *got, enum decide_list list, struct str name)
{
	for (size_t i = 0; i < got->lists[list].n; i++)
		if (str_eq(got->lists[list].items[i]->name, name))
			return true;
	return false;
}

static struct str joined(struct judging *j, const struct test_names *names, enum decide_list list)
{
	struct strbuf b = new_text(j);
	size_t n = names ? names->n : j->got->lists[list].n;

	strbuf_addc(&b, '[');
	for (size_t i = 0; i < n; i++) {
		strbuf_puts(&b, i ? ", " : "");
		strbuf_add(&b, names ? names->items[i] : j->got->lists[list].items[i]->name);
	}
	strbuf_addc(&b, ']');
	return strbuf_str(&b);
}

static void judge_list(struct judging *j, enum decide_list list)
{
	const struct test_names *names = &j->one->expect.lists[list];
	struct strbuf why = new_text(j);
	unsigned different = 0;

	if (!names->given)
		return;
	for (size_t i = 0; i < names->n; i++) {
		check_statement(j, names->items[i], names->spans[i], list);
		if (!is_listed(j->got, list, names->items[i]) && different++ < NAMES_SHOWN)
			why_listed(j, &why, list, names->items[i]);
	}
	for (size_t i = 0; i < j->got->lists[list].n; i++) {
		struct str name = j->got->lists[list].items[i]->name;

		if (!has_name(names, name) && different++ < NAMES_SHOWN)
			why_listed(j, &why, list, name);
	}
	if (different)
		fail(j, str_from(decide_list_name(list)), joined(j, names, list),
		     joined(j, NULL, list), &why);
}

static void judge_workflow(struct judging *j)
{
	const struct test_names *names = &j->one->expect.workflow;
	struct str expected = expected_name(names),
		   got = j->got->workflow.kind == FVAL_WORD ? j->got->workflow.str : STR("");
	struct strbuf why = new_text(j);

	if (!names->given)
		return;
	if (names->n && vocabulary_find(&vocabulary_workflow, expected) < 0) {
		struct suggest near;

		suggest_init(&near, expected);
		for (unsigned i = 0; i < vocabulary_workflow.n; i++)
			suggest_offer(&near, str_from(vocabulary_workflow.words[i]));
		no_name(j, names->span, diag_word(j->t->run.diags, "workflow status"), expected,
			&near);
		return;
	}
	if (str_eq(expected, got))
		return;
	why_written(j, &why, j->got->workflow_by, vocabulary_find(&vocabulary_workflow, expected),
		    NULL);
	fail(j, STR("workflow"), name_or_none(expected), name_or_none(got), &why);
}

static size_t find_field(const struct decision *got, struct str key)
{
	size_t i = 0;

	while (i < got->n_fields && !str_eq(got->fields[i].key, key))
		i++;
	return i;
}

static struct str field_name(struct judging *j, const char *of, struct str key)
{
	return str_printf(j->t->run.arena, "%s[\"" STR_FMT "\"]", of, STR_ARG(key));
}

static void judge_fields(struct judging *j)
{
	const struct test_entries *entries = &j->one->expect.fields;
	const struct decision *got = j->got;

	for (size_t i = 0; i < entries->n; i++) {
		size_t at = find_field(got, entries->items[i].key);
		bool there = at < got->n_fields;
		struct strbuf why = new_text(j);

		if (there && str_eq(got->fields[at].value, entries->items[i].value))
			continue;
		why_written(j, &why, there ? got->fields_by[at] : NULL, -1, &entries->items[i]);
		fail(j, field_name(j, "fields", entries->items[i].key), entries->items[i].value,
		     there ? got->fields[at].value : STR("none"), &why);
	}
	for (size_t i = 0; entries->given && i < got->n_fields; i++) {
		struct strbuf why = new_text(j);
		size_t at = 0;

		while (at < entries->n && !str_eq(entries->items[at].key, got->fields[i].key))
			at++;
		if (at < entries->n)
			continue;
		if (got->fields_by[i])
			why_written(j, &why, got->fields_by[i], -1, NULL);
		fail(j, field_name(j, "fields", got->fields[i].key), STR("none"),
		     got->fields[i].value, &why);
	}
}

static struct str name_of(const struct decide_rule *by)
{
	return by ? by->statement->name : STR("");
}

static void judge_deciders(struct judging *j)
{
	const struct test_names *names = &j->one->expect.workflow_by;
	const struct test_entries *entries = &j->one->expect.fields_by;
	struct strbuf none = new_text(j);

	if (names->n)
		check_statement(j, names->items[0], names->span, DECIDE_LIST_COUNT);
	if (names->given && !str_eq(expected_name(names), name_of(j->got->workflow_by)))
		fail(j, STR("decided_by.workflow"), name_or_none(expected_name(names)),
		     name_or_none(name_of(j->got->workflow_by)), &none);
	for (size_t i = 0; i < entries->n; i++) {
		const struct map_entry *entry = &entries->items[i];
		size_t at = find_field(j->got, entry->key);
		struct str got = at < j->got->n_fields ? name_of(j->got->fields_by[at]) : STR("");

		if (entry->value.len)
			check_statement(j, entry->value, entries->spans[i], DECIDE_LIST_COUNT);
		if (!str_eq(entry->value, got))
			fail(j, field_name(j, "decided_by.fields", entry->key),
			     name_or_none(entry->value), name_or_none(got), &none);
	}
}

void test_case_judge(struct testing *t, struct test_subject *subject, struct test_case *one)
{
	struct judging j = {.t = t, .subject = subject, .one = one};

	j.got = decide_finding(subject->decider, one->finding, 0);
	j.x.run = subject->run;
	j.x.compiled = subject->compiled;
	j.x.finding = one->finding;
	j.x.decision = j.got;
	coverage_add(subject->coverage->coverage, subject->run.policy, subject->compiled.rules,
		     subject->compiled.n, j.got);
	judge_tier(&j);
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		judge_list(&j, l);
	judge_workflow(&j);
	judge_fields(&j);
	judge_deciders(&j);
}
