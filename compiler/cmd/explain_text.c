/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation for people. */
#include "base/civil.h"
#include "cmd/explain_internal.h"
#include "eval/wording.h"
#include "finding/odd.h"

#define VALUES_SHOWN 4
#define PATHS_SHOWN 3
#define INDENT_MAX 32
#define DEFAULT "a default"

#define Q(x, text) diag_quote((x)->run.diags, (text))

/* --- tests and values --- */

struct str explain_test(struct explanation *x, const struct trace *test)
{
	const struct cond *cond = test->cond;
	struct str text;

	switch (cond->kind) {
	case COND_ATOM:
		return wording_test(x->run.arena, x->run.sources, cond->atom);
	case COND_ANY:
		text = sources_text(x->run.sources, cond->span);
		if (text.len && !memchr(text.ptr, '\n', text.len))
			return text;
		return str_printf(x->run.arena, "any %s { … }", group_name(cond->group));
	default:
		return cond->truth ? STR("true") : STR("false");
	}
}

static struct str any_found(struct explanation *x, const struct trace *test)
{
	const char *name = group_name(test->cond->group);

	if (!test->n)
		return str_printf(x->run.arena, "there is no %s", name);
	return str_printf(x->run.arena, "none of %zu fulfils it", test->n);
}

static void add_age(struct explanation *x, struct strbuf *b, const struct atom *atom,
		    const struct fval *value)
{
	int64_t now = x->run.policy->now;

	if (!atom->age || value->kind != FVAL_NUMBER)
		return;
	if (value->number > now)
		strbuf_puts(b, ", after the day that is judged");
	else
		strbuf_printf(b, ", %lld days ago",
			      (long long)((now - value->number) / NS_PER_DAY));
}

static bool is_same(const struct fval *a, const struct fval *b)
{
	return a->kind == b->kind && a->word == b->word && a->number == b->number &&
	       str_eq(a->str, b->str);
}

/* What is told of a value that is not the document's own: rules see what the provider sent, or what
 * others wrote before them. */
static const char *origin_of(struct explanation *x, const struct trace *test)
{
	const struct atom *atom = test->cond->atom;
	struct fval now = test->n_found ? test->found[0] : (struct fval){.kind = FVAL_ABSENT};
	struct fval own, sent;

	if (fields[atom->field].group != GROUP_FINDING)
		return "";
	own = eval_found(atom, x->finding->root);
	if (is_same(&now, &own))
		return "";
	sent = eval_found(atom, x->finding->original);
	return is_same(&now, &sent) ? ", as the provider sent it" : ", as the policy wrote it";
}

struct str explain_found(struct explanation *x, const struct trace *test)
{
	const struct atom *atom = test->cond->atom;
	struct strbuf b;

	if (test->cond->kind == COND_ANY)
		return any_found(x, test);
	strbuf_init(&b, x->run.arena);
	if (test->cond->kind != COND_ATOM)
		return strbuf_str(&b);
	strbuf_printf(&b, "it is %s", test->n_found ? "" : "absent");
	for (size_t i = 0; i < test->n_found && i < VALUES_SHOWN; i++) {
		struct str text = wording_value(x->run.arena, atom->field, &test->found[i]);
		bool other = test->found[i].kind == FVAL_WORD && test->found[i].word < 0;

		strbuf_printf(&b, "%s%s" STR_FMT, i ? ", " : "", other ? "another word, " : "",
			      STR_ARG(text));
		add_age(x, &b, atom, &test->found[i]);
	}
	if (test->n_found > VALUES_SHOWN)
		strbuf_printf(&b, " and %zu more", test->n_found - VALUES_SHOWN);
	strbuf_puts(&b, origin_of(x, test));
	if (!test->n_found) {
		struct odd odd = finding_odd(x->run.arena, x->finding, atom->field);

		if (odd.path)
			strbuf_printf(&b, ": %s is " STR_FMT ", which is no %s", odd.path,
				      STR_ARG(odd.text), type_name(fields[atom->field].type));
	}
	return strbuf_str(&b);
}

static void add_place(struct explanation *x, struct strbuf *out, struct span span,
		      const char *nowhere)
{
	struct position at = sources_locate(x->run.sources, span.start);

	if (at.source)
		strbuf_printf(out, "%s:%u:%u", Q(x, at.source->path), at.line, at.col);
	else
		strbuf_puts(out, nowhere);
}

static struct span span_of(const struct cond *cond)
{
	return cond->kind == COND_ATOM ? cond->atom->span : cond->span;
}

void explain_step(struct explanation *x, struct strbuf *out, const struct trace_step *step,
		  bool holds, const char *nowhere)
{
	struct str found = explain_found(x, step->test);

	if (!holds)
		strbuf_puts(out, step->must ? "needs " : "must not be ");
	else
		strbuf_puts(out, step->test->holds ? "" : "not ");
	strbuf_printf(out, "`%s`", Q(x, explain_test(x, step->test)));
	if (found.len)
		strbuf_printf(out, ": %s", Q(x, found));
	if (step->within)
		strbuf_printf(out, " in %s %zu of %zu", group_name(step->within->cond->group),
			      step->element + 1, step->within->n);
	strbuf_puts(out, " (");
	if (step->tier >= 0)
		strbuf_printf(out, "tier %s, ", Q(x, x->run.policy->tiers[step->tier]->name));
	if (step->define.len)
		strbuf_printf(out, "%s, ", Q(x, step->define));
	add_place(x, out, span_of(step->test->cond), nowhere);
	strbuf_puts(out, ")\n");
}

/* --- statements --- */

static void add_means(struct strbuf *out, const struct account *account)
{
	for (size_t i = 0; i < account->artefacts.n; i++) {
		if (i == PATHS_SHOWN) {
			strbuf_printf(out, " and %zu more", account->artefacts.n - i);
			break;
		}
		strbuf_puts(out, i ? ", " : "       by ");
		strbuf_add(out, account->artefacts.items[i]->path);
	}
	if (account->artefacts.n)
		strbuf_addc(out, '\n');
}

static uint64_t rests_on(const struct account *account)
{
	uint64_t used = 0;

	for (size_t i = 0; i < account->artefacts.n; i++)
		used |= account->artefacts.items[i]->assumptions;
	return used;
}

static void add_rests(struct strbuf *out, uint64_t used)
{
	bool first = true;

	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used >> i & 1) {
			strbuf_printf(out, "%s%s", first ? "       rests on " : ", ",
				      assumptions[i].name);
			first = false;
		}
	if (!first)
		strbuf_addc(out, '\n');
}

static void add_account(struct explanation *x, struct strbuf *out, const struct account *account)
{
	const struct statement *s = account->statement;

	strbuf_printf(out, "%s%s %s",
		      !account->trace	      ? "     "
		      : account->trace->holds ? "yes  "
					      : "no   ",
		      policy_kind(s->kind), Q(x, s->name));
	if (s->kind == STATEMENT_TIER && account->trace->holds &&
	    s != x->run.policy->tiers[x->decision->tier])
		strbuf_printf(out, ", but %s comes before",
			      Q(x, x->run.policy->tiers[x->decision->tier]->name));
	if (account->row)
		strbuf_printf(out, ", row %s", Q(x, account->row->value));
	if (account->left_out && account->left_out->until.len)
		strbuf_printf(out, ": ended on %s", Q(x, account->left_out->until));
	else if (account->left_out)
		strbuf_printf(out, ": %s, so nothing is written for it", account->left_out->why);
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < account->steps.n; i++) {
		strbuf_puts(out, "       ");
		explain_step(x, out, &account->steps.items[i], account->trace->holds, DEFAULT);
	}
	add_means(out, account);
	if (x->run.options.assumptions)
		add_rests(out, rests_on(account));
}

/* --- one statement, every test --- */

static const char *node_name(const struct trace *trace)
{
	switch (trace->cond->kind) {
	case COND_AND:
		return "all of";
	case COND_OR:
		return "one of";
	case COND_NOT:
		return "not";
	default:
		return "";
	}
}

static void add_node(struct explanation *x, struct strbuf *out, const struct trace *trace,
		     unsigned depth);

static void indent(struct strbuf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth && i < INDENT_MAX; i++)
		strbuf_puts(out, "  ");
}

/* The tiers before it, and it. */
static void add_tier_node(struct explanation *x, struct strbuf *out, const struct trace *trace,
			  unsigned depth)
{
	int wanted = trace->cond->tier;

	strbuf_printf(out, "tier == %s\n",
		      wanted < 0 ? "none" : Q(x, x->run.policy->tiers[wanted]->name));
	for (size_t i = 0; i < trace->n; i++) {
		strbuf_puts(out, trace->kids[i]->holds ? "yes  " : "no   ");
		indent(out, depth + 1);
		strbuf_printf(out, "the condition of tier %s%s\n",
			      Q(x, x->run.policy->tiers[i]->name),
			      (int)i == wanted ? "" : ", which comes before");
		add_node(x, out, trace->kids[i], depth + 2);
	}
}

static void add_any_node(struct explanation *x, struct strbuf *out, const struct trace *trace,
			 unsigned depth)
{
	const char *name = group_name(trace->cond->group);

	strbuf_printf(out, "any %s: %zu\n", name, trace->n);
	for (size_t i = 0; i < trace->n; i++) {
		strbuf_puts(out, trace->kids[i]->holds ? "yes  " : "no   ");
		indent(out, depth + 1);
		strbuf_printf(out, "%s %zu\n", name, i + 1);
		add_node(x, out, trace->kids[i], depth + 2);
	}
}

/* The recursion is that of the trace. */
static void add_node(struct explanation *x, struct strbuf *out, const struct trace *trace,
		     unsigned depth)
{
	const struct cond *cond = trace->cond;

	strbuf_puts(out, trace->holds ? "yes  " : "no   ");
	indent(out, depth);
	if (cond->define.len)
		strbuf_printf(out, "%s: ", Q(x, cond->define));
	switch (cond->kind) {
	case COND_TIER:
		add_tier_node(x, out, trace, depth);
		return;
	case COND_ANY:
		add_any_node(x, out, trace, depth);
		return;
	case COND_CONST:
	case COND_ATOM:
		strbuf_printf(out, "`%s`", Q(x, explain_test(x, trace)));
		if (cond->kind == COND_ATOM)
			strbuf_printf(out, ": %s", Q(x, explain_found(x, trace)));
		strbuf_puts(out, " (");
		add_place(x, out, span_of(cond), DEFAULT);
		strbuf_puts(out, ")\n");
		return;
	default:
		strbuf_printf(out, "%s\n", node_name(trace));
	}
	for (size_t i = 0; i < trace->n; i++)
		add_node(x, out, trace->kids[i], depth + 1);
}

void explain_tree(struct explanation *x, struct strbuf *out, const struct account *account)
{
	if (!account->trace) {
		strbuf_puts(out, "\nit is not about findings\n");
		return;
	}
	strbuf_puts(out, "\nevery test:\n");
	add_node(x, out, account->trace, 0);
}

/* --- the whole --- */

static void add_head(struct explanation *x, struct strbuf *out)
{
	const struct element *root = x->finding->root;
	const struct fval *id = finding_value(root, FIELD_finding_id);

	strbuf_printf(out, "%s\n", Q(x, finding_summary(x->run.arena, root)));
	if (id)
		strbuf_printf(out, "%s\n", Q(x, id->str));
	if (x->finding->layout == LAYOUT_INSPECTOR)
		strbuf_puts(out, "Inspector's own document, read as Security Hub would first "
				 "import it: workflow NEW, no fields, no note\n");
	strbuf_printf(out, "tier: %s\n\n",
		      x->decision->tier < 0 ? "none"
					    : Q(x, x->run.policy->tiers[x->decision->tier]->name));
}

static void add_assumptions(struct explanation *x, struct strbuf *out)
{
	uint64_t used = 0;

	for (size_t i = 0; i < x->n; i++)
		if (!x->only || x->only == &x->accounts[i])
			used |= rests_on(&x->accounts[i]);
	strbuf_puts(out, used ? "\nwhat AWS does not document, and this rests on:\n" : "");
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used >> i & 1)
			strbuf_printf(out, "  %s: %s\n", assumptions[i].name,
				      assumptions[i].sentence);
}

void explain_text(struct explanation *x, struct strbuf *out)
{
	add_head(x, out);
	for (size_t i = 0; i < x->run.policy->n_tiers && !x->only; i++)
		add_account(x, out, &x->tiers[i]);
	for (size_t i = 0; i < x->n && !x->only; i++)
		if (x->accounts[i].statement->kind != STATEMENT_STATUS)
			add_account(x, out, &x->accounts[i]);
	if (x->only) {
		add_account(x, out, x->only);
		explain_tree(x, out, x->only);
	}
	explain_acts(x, out);
	if (x->run.options.assumptions)
		add_assumptions(x, out);
}
