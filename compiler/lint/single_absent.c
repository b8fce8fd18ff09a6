/* SPDX-License-Identifier: Apache-2.0
 *
 * What tests make of a field that is not there: it may let findings in, leave findings out, or be
 * all that can ever happen. */
#include "lint/single_internal.h"

static const char *field_text(struct single *w, const struct atom *atom)
{
	struct str text = str_from(fields[atom->field].name);

	if (fields[atom->field].type == TYPE_MAP)
		text = str_printf(w->l->arena, "%s[\"" STR_FMT "\"]", fields[atom->field].name,
				  STR_ARG(atom->key));
	return diag_quote(w->l->diags, text);
}

/* What is said of a vulnerability is missing or not wherever it is found: who names it has seen. */
static bool is_seen(struct single *w, const struct atom *atom)
{
	static const enum field_id named[] = {FIELD_cve, FIELD_finding_id};

	return fields[atom->field].habitat == HABITAT_PACKAGE &&
	       single_asks(w, named, ARRAY_LEN(named));
}

bool single_absent_matches(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	const struct cond *less;
	const char *field;
	struct diag *diag;
	dd gain;

	if (!w->negative || atom->test == TEST_EXISTS ||
	    !single_question(w, RULE_absent_as_match) || is_seen(w, atom))
		return false;
	less = single_instead(w, single_or_absent(w, atom));
	if (!single_between(w, RULE_absent_as_match, less, w->cond, &gain))
		return false;
	field = field_text(w, atom);
	diag = lint_report(l, RULE_absent_as_match, atom->span,
			   "what has no `%s` at all is hidden as well", field);
	lint_witness(l, diag, "hidden", gain, w->view, w->cond, NULL, less);
	single_used_by(w, diag, atom);
	diag_help(diag, "ask for the values that are meant, or add `%s exists`", field);
	return true;
}

bool single_absent_dropped(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	const struct cond *more;
	const char *field;
	struct diag *diag;
	dd gain;

	if (w->negative || !atom->negated)
		return false;
	more = single_instead(w, single_or_absent(w, atom));
	if (!single_between(w, RULE_absent_hides, w->cond, more, &gain))
		return false;
	field = field_text(w, atom);
	diag = lint_report(l, RULE_absent_hides, atom->span, "what has no `%s` at all is left out",
			   field);
	lint_witness(l, diag, "left out", gain, w->view, more, NULL, w->cond);
	single_used_by(w, diag, atom);
	diag_help(diag, "if that is not meant, write `not (%s == …)`, or add `or %s not exists`",
		  field, field);
	return true;
}

/* --- what is never there --- */

static bool names_findings(enum field_id field)
{
	return field == FIELD_product || field == FIELD_product_arn ||
	       field == FIELD_resource_type || field == FIELD_finding_type;
}

/* The findings that the tests of product and type, which all of the condition depends on, leave. */
static dd findings_of(struct single *w, const struct cond *cond)
{
	struct lower *lower = w->l->c->lower;
	const struct cond *test = cond->kind == COND_NOT ? cond->kids[0] : cond;
	dd all = DD_TRUE;

	if (test->kind == COND_ATOM)
		return names_findings(test->atom->field) ? lower_cond(lower, cond, w->view)
							 : DD_TRUE;
	for (size_t i = 0; i < cond->n && cond->kind == COND_AND; i++)
		all = dd_and(lower_engine(lower), all, findings_of(w, cond->kids[i]));
	return all;
}

static vset present(struct engine *e, var v)
{
	return set_not(e, v, set_absent(e, v));
}

static bool all_are(struct single *w, enum field_id field, const char *text)
{
	struct lower *lower = w->l->c->lower;
	struct engine *e = lower_engine(lower);
	vset one = set_strings(e, lang_string(e, str_from(text)), false);
	dd outside;

	return relate_inside(e, w->findings, lower_field_in(lower, field, STR(""), one, w->view),
			     &outside);
}

/* What AWS's products do not send, beside what the universe says of Inspector. */
static bool never_sent(struct single *w, enum field_id field)
{
	static const struct {
		const char *product;
		enum habitat habitat;
	} rows[] = {
		{"GuardDuty", HABITAT_PACKAGE},
		{"GuardDuty", HABITAT_NOT_INSPECTOR},
		{"Security Hub", HABITAT_PACKAGE},
		{"Security Hub CSPM", HABITAT_PACKAGE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].habitat == fields[field].habitat &&
		    all_are(w, FIELD_product, rows[i].product))
			return true;
	/* An image in ECR has no tags as AWS means them: the repository has. */
	return field == FIELD_tag && !single_is_inspector(w) &&
	       all_are(w, FIELD_resource_type, "AwsEcrContainerImage");
}

/* Can a finding of those that the statement is about have the field at all? */
static bool can_be_there(struct single *w, enum field_id field)
{
	struct lower *lower = w->l->c->lower;
	struct engine *e = lower_engine(lower);
	var v = lower_var(lower, field, STR(""), w->view);
	dd both, there;

	if (never_sent(w, field))
		return false;
	if (fields[field].type == TYPE_MAP)
		return true;
	there = lower_field_in(lower, field, STR(""), present(e, v), w->view);
	return relate_overlap(e, w->findings, there, &both);
}

static bool is_never_there(struct single *w, const struct atom *atom)
{
	struct lower *lower = w->l->c->lower;
	bool inspector = single_is_inspector(w);
	uint64_t key;
	uint32_t known;

	lint_ask(w->l);
	if (inspector)
		lower_use_inspector(lower);
	else
		lower_use(lower, w->view);
	if (!w->has_findings) {
		w->findings = findings_of(w, w->cond);
		w->has_findings = !engine_exhausted(lower_engine(lower));
	}
	key = (uint64_t)w->findings << 16 | (uint64_t)atom->field << 4 | (uint64_t)w->view << 2 |
	      (uint64_t)inspector << 1 | 1;
	if (memo_get(&w->carried, key, &known))
		return !known;
	known = w->findings == DD_FALSE || can_be_there(w, atom->field);
	if (!lint_answered(w->l, RULE_condition_never_present, atom->span))
		return false;
	memo_put(&w->carried, w->l->arena, key, known);
	return !known;
}

bool single_never_present(struct single *w, const struct atom *atom)
{
	bool notify = w->statement->kind == STATEMENT_NOTIFY;
	struct lint *l = w->l;
	struct diag *diag;

	/* Those that every finding has stand in most tests: they cost nothing. */
	if ((fields[atom->field].habitat == HABITAT_ANY && atom->field != FIELD_tag) ||
	    !is_never_there(w, atom))
		return false;
	diag = lint_report_at(l, RULE_condition_never_present,
			      notify && atom->field != FIELD_tag ? LINT_ERROR : LINT_WARN,
			      atom->span, "the findings that this %s is about never have `%s`",
			      policy_kind(w->statement->kind), field_text(w, atom));
	if (atom->field == FIELD_tag)
		diag_note(diag, "no finding on an image in ECR is known to bear tags; AWS does not "
				"document it");
	single_used_by(w, diag, atom);
	diag_help(diag, "test what they do have, or name another product or type of resource");
	return true;
}

/* --- a fix for some of the packages --- */

bool single_note_fix(struct single *w, const struct atom *atom)
{
	if (atom->test != TEST_IN || atom->n != 1 || atom->negated || w->view != VIEW_SINGLE)
		return false;
	if (atom->values[0].word == FIX_YES && !w->fix_yes)
		w->fix_yes = atom;
	if (atom->values[0].word == FIX_NO && !w->fix_no)
		w->fix_no = atom;
	return false;
}

static bool tests_fix(const struct cond *cond)
{
	if (cond->kind == COND_ATOM)
		return cond->atom->field == FIELD_fix;
	for (size_t i = 0; i < cond->n; i++)
		if (tests_fix(cond->kids[i]))
			return true;
	return false;
}

static bool decides(const struct statement *s)
{
	return (s->kind == STATEMENT_SUPPRESS || s->kind == STATEMENT_NOTIFY ||
		s->kind == STATEMENT_REVIEW) &&
	       !s->many && !(s->source & SOURCE_INSPECTOR_SCAN) && s->condition &&
	       tests_fix(s->condition);
}

/* The findings that a tier decides about, or a statement which looks at fixes. */
static const struct cond *decided(struct single *w)
{
	const struct policy *policy = w->l->policy;
	struct cond *any = ARENA_NEW(w->l->arena, struct cond);
	VEC(const struct cond *) all = {0};

	for (size_t i = 0; i < policy->n_tiers; i++)
		VEC_PUSH(w->l->arena, all, policy->tiers[i]->condition);
	for (size_t i = 0; i < policy->n_statements; i++)
		if (decides(policy->statements[i]))
			VEC_PUSH(w->l->arena, all, policy->statements[i]->condition);
	*any = (struct cond){.kind = COND_OR, .kids = all.items, .n = all.n, .tier = -1};
	return any;
}

static dd fix_is(struct lower *lower, enum fix_word word)
{
	struct engine *e = lower_engine(lower);
	var v = lower_var(lower, FIELD_fix, STR(""), VIEW_SINGLE);

	return dd_in(e, v, set_bits(e, v, BIT(word)));
}

/* The findings that would be decided about if their fix were this. */
static dd decided_if(struct lower *lower, dd all, enum fix_word word)
{
	struct engine *e = lower_engine(lower);

	return dd_forget(e, dd_and(e, all, fix_is(lower, word)),
			 lower_var(lower, FIELD_fix, STR(""), VIEW_SINGLE));
}

void single_partial_fix(struct single *w)
{
	static const struct value partial = {.word = FIX_PARTIAL};
	struct lint *l = w->l;
	struct lower *lower = l->c->lower;
	struct engine *e = lower_engine(lower);
	const struct cond *some;
	struct diag *diag;
	dd all, forgotten;
	bool none;

	if (!w->fix_yes || !w->fix_no || !lint_wants(l, RULE_partial_fix_forgotten))
		return;
	lint_ask(l);
	lower_use(lower, VIEW_SINGLE);
	some = decided(w);
	all = lower_cond(lower, some, VIEW_SINGLE);
	forgotten = dd_and(e, decided_if(lower, all, FIX_YES), decided_if(lower, all, FIX_NO));
	forgotten = dd_minus(e, dd_and(e, forgotten, fix_is(lower, FIX_PARTIAL)), all);
	none = relate_empty(e, forgotten);
	if (!lint_answered(l, RULE_partial_fix_forgotten, w->fix_yes->span) || none)
		return;
	diag = lint_report(l, RULE_partial_fix_forgotten, w->fix_yes->span,
			   "`fix` can be PARTIAL, too: fixed in some of the packages");
	lint_witness(l, diag, "nothing decides about", forgotten, VIEW_SINGLE,
		     single_leaf(w, w->fix_yes, TEST_IN, &partial, 1), NULL, some);
	diag_label(diag, w->fix_no->span, "NO is decided about here");
	diag_help(diag, "say where PARTIAL belongs: `fix in [YES, PARTIAL]` or "
			"`fix in [NO, PARTIAL]`");
}
