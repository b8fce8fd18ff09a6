/* SPDX-License-Identifier: Apache-2.0
 *
 * The passes in their order, and what they share. */
#include "lint/lint.h"

#include "eval/eval.h"
#include "finding/describe.h"
#include "ir/witness.h"
#include "lint/pass.h"
#include "lint/settle.h"
#include "lint/typical.h"

bool lint_wants(const struct lint *l, enum lint_id rule)
{
	return l->settings->levels[rule] != LINT_OFF;
}

static enum diag_level diag_level_of(enum lint_level level)
{
	static const enum diag_level levels[] = {
		[LINT_OFF] = DIAG_INFO,
		[LINT_INFO] = DIAG_INFO,
		[LINT_WARN] = DIAG_WARNING,
		[LINT_ERROR] = DIAG_ERROR,
	};

	return levels[level];
}

static struct diag *report(struct lint *l, enum lint_id rule, enum lint_level level, struct span at,
			   const char *format, va_list args) __attribute__((format(printf, 5, 0)));

static struct diag *report(struct lint *l, enum lint_id rule, enum lint_level level, struct span at,
			   const char *format, va_list args)
{
	if (level == LINT_OFF)
		return NULL;
	return diag_lint(l->diags, diag_level_of(level), lint_rules[rule].id, lint_rules[rule].name,
			 at, format, args);
}

struct diag *lint_report(struct lint *l, enum lint_id rule, struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = report(l, rule, l->settings->levels[rule], at, format, args);
	va_end(args);
	return diag;
}

struct diag *lint_report_at(struct lint *l, enum lint_id rule, enum lint_level level,
			    struct span at, const char *format, ...)
{
	struct diag *diag;
	va_list args;

	if (l->settings->is_set[rule] || !lint_wants(l, rule))
		level = l->settings->levels[rule];
	va_start(args, format);
	diag = report(l, rule, level, at, format, args);
	va_end(args);
	return diag;
}

void lint_ask(struct lint *l)
{
	target_ask(l->c);
}

bool lint_answered(struct lint *l, enum lint_id rule, struct span at)
{
	struct engine *e = lower_engine(l->c->lower);
	struct diag *diag;

	if (!engine_exhausted(e))
		return true;
	engine_clear_exhausted(e);
	diag = lint_report(l, RULE_analysis_incomplete, at,
			   "%s (%s) was not checked here: the analysis ran out of its budget",
			   lint_rules[rule].name, lint_rules[rule].id);
	diag_help(diag, "use fewer `contains` on one field, or several smaller statements");
	return false;
}

/* --- witnesses --- */

#define SHOWN 6 /* values, beside the summary */

struct shown {
	const struct lint *l;
	const struct element *root;
	struct strbuf out;
	bool fields[FIELD_COUNT];
	size_t n;
};

/* What the policy's defaults ask for is the same for all. */
static bool is_telling(const struct atom *atom)
{
	return atom->field != FIELD_record && atom->field != FIELD_product &&
	       atom->field != FIELD_resource_type && atom->field != FIELD_resource_id;
}

/* The values that the tests of a condition are about, once each. As deep as ir/check allows. */
static void show_tested(struct shown *s, const struct cond *cond)
{
	const struct atom *atom = cond->atom;
	struct str text;

	for (size_t i = 0; i < cond->n; i++)
		show_tested(s, cond->kids[i]);
	if (cond->kind == COND_TIER && cond->tier >= 0)
		show_tested(s, s->l->policy->tiers[cond->tier]->condition);
	if (cond->kind != COND_ATOM || s->fields[atom->field] || s->n == SHOWN || !is_telling(atom))
		return;
	s->fields[atom->field] = true;
	text = describe_values(s->l->arena, s->root, atom->field, atom->key);
	if (str_contains(strbuf_str(&s->out), text))
		return;
	strbuf_puts(&s->out, ", ");
	strbuf_add(&s->out, text);
	s->n++;
}

static struct str summary(struct lint *l, const struct element *root,
			  const struct cond *const *conds, size_t n)
{
	struct shown s = {.l = l, .root = root};

	strbuf_init(&s.out, l->arena);
	strbuf_add(&s.out, finding_summary(l->arena, root));
	for (size_t i = 0; i < n; i++)
		if (conds[i])
			show_tested(&s, conds[i]);
	return strbuf_str(&s.out);
}

/* NULL as well if the budget ran out over it. */
static const struct element *pick(struct lint *l, dd set, enum view view)
{
	struct lint_shown *shown = &l->shown;

	if (shown->set != set || shown->view != view)
		*shown = (struct lint_shown){set, view,
					     witness_pick(l->c->lower, l->arena, set, view)};
	if (engine_exhausted(lower_engine(l->c->lower)))
		*shown = (struct lint_shown){0};
	return shown->finding;
}

bool lint_witness(struct lint *l, struct diag *diag, const char *what, dd set, enum view view,
		  const struct cond *held, const struct cond *also_held,
		  const struct cond *not_held)
{
	const struct cond *const conds[] = {held, also_held, not_held};
	const struct element *root;
	bool many = view == VIEW_MANY, confirmed;

	lint_ask(l);
	set = typical_part(l->typical, set, view);
	root = pick(l, set, view);
	engine_clear_exhausted(lower_engine(l->c->lower));
	if (!root)
		return false;
	confirmed = (!held || eval_cond(l->policy, held, many, root)) &&
		    (!also_held || eval_cond(l->policy, also_held, many, root)) &&
		    (!not_held || !eval_cond(l->policy, not_held, many, root));
	if (confirmed)
		diag_witness(diag, "%s: `%s`", diag_word(l->diags, what),
			     diag_quote(l->diags, summary(l, root, conds, ARRAY_LEN(conds))));
	else
		diag_bug(l->diags, diag ? diag_place(diag) : (struct span){0},
			 "the evaluator does not confirm a lint's witness");
	return confirmed;
}

/* --- subjects --- */

static void add_subject(struct lint *l, const struct statement *s, const struct row *row)
{
	struct lint_subject *subject = &l->subjects[l->n_subjects++];

	*subject = (struct lint_subject){
		.statement = s,
		.row = row,
		.cond = row ? row->condition : s->condition,
		.until = row ? &row->until : &s->until,
		.at = row ? row->span : s->name_span,
		.view = s->many ? VIEW_MANY : VIEW_SINGLE,
	};
	subject->live = !subject->until->has_date || subject->until->end > l->policy->now;
}

dd lint_set(struct lint *l, const struct lint_subject *subject)
{
	return lower_cond(l->c->lower, subject->cond, subject->view);
}

static void find_subjects(struct lint *l)
{
	const struct policy *policy = l->policy;
	size_t n = 0;

	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->kind == STATEMENT_SUPPRESS)
			n += s->n_rows ? s->n_rows : 1;
	}
	l->subjects = ARENA_ARRAY(l->arena, struct lint_subject, n);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		if (s->kind != STATEMENT_SUPPRESS)
			continue;
		for (size_t r = 0; r < s->n_rows; r++)
			add_subject(l, s, &s->rows[r]);
		if (!s->n_rows)
			add_subject(l, s, NULL);
	}
}

void lint_run(struct lint *l)
{
	static void (*const passes[])(struct lint * l) = {
#define PASS(name) lint_##name,
#include "lint/pass.def"
#undef PASS
	};

	l->typical = typical_new(l);
	find_subjects(l);
	for (size_t i = 0; i < ARRAY_LEN(passes); i++)
		passes[i](l);
}
