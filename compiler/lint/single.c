/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about single tests of conditions: one walk over each condition, with a table of the tests
 * that each rule looks at. */
#include "lint/single_internal.h"
#include "lint/typical.h"

#define ONE(kind) (1u << STATEMENT_##kind)
#define FINDINGS                                                                                   \
	(ONE(TIER) | ONE(NOTIFY) | ONE(SUPPRESS) | ONE(REOPEN) | ONE(ASSIGN) | ONE(PROTECT) |      \
	 ONE(INSIGHT) | ONE(REVIEW))
#define TELLING (ONE(TIER) | ONE(NOTIFY) | ONE(PROTECT) | ONE(INSIGHT) | ONE(REVIEW))

enum {
	FIELDS_MAX = 16,
	QUESTIONS_MAX = 256, /* of one statement */
};

/* What looks at which tests, in the order of telling: of one test, a row that is named in `after`
 * silences this one when it has told of it. The specific is told, the general is not. */
enum row_name {
	CVE_PREFIX,
	CVE_TITLE,
	NUMERIC_TAIL,
	CONTROL_TITLE,
	SHORT_NEEDLE,
	BARE_PREFIX,
	STALE_NAME,
	BARE_PACKAGE,
	MOVING_TAG,
	DIGEST,
	INSTANCE_ID,
	NEVER_PRESENT,
	ABSENT_MATCHES,
	ABSENT_DROPPED,
	UNTRIAGED,
	REVERSED_AGE,
	NOTE_FIX,
	ROW_COUNT
};

#define AFTER(row) (1u << (row))
#define ON(...)                                                                                    \
	.n_fields = sizeof((enum field_id[]){__VA_ARGS__}) / sizeof(enum field_id),                \
	.fields = {__VA_ARGS__}

static const struct single_row {
	enum lint_id rule;
	unsigned kinds; /* of statements */
	unsigned after;
	single_check *check;
	size_t n_fields; /* 0: of all fields */
	enum field_id fields[FIELDS_MAX];
} rows[ROW_COUNT] = {
	[CVE_PREFIX] = {RULE_cve_prefix, FINDINGS, 0, single_cve_prefix, ON(FIELD_title)},
	[CVE_TITLE] = {RULE_title_instead_of_cve, FINDINGS, AFTER(CVE_PREFIX), single_cve_title,
		       ON(FIELD_title)},
	[NUMERIC_TAIL] = {RULE_numeric_tail, FINDINGS, AFTER(CVE_PREFIX) | AFTER(CVE_TITLE),
			  single_numeric_tail, ON(FIELD_title, FIELD_generator, FIELD_control)},
	[CONTROL_TITLE] = {RULE_title_instead_of_control, FINDINGS,
			   AFTER(CVE_PREFIX) | AFTER(CVE_TITLE) | AFTER(NUMERIC_TAIL),
			   single_control_title, ON(FIELD_title)},
	[SHORT_NEEDLE] = {RULE_short_needle, FINDINGS, AFTER(CVE_PREFIX) | AFTER(CONTROL_TITLE),
			  single_short_needle,
			  ON(FIELD_repository, FIELD_title, FIELD_description, FIELD_package_name,
			     FIELD_package_path, FIELD_account_name, FIELD_resource_id, FIELD_tag,
			     FIELD_field, FIELD_generator, FIELD_lambda_name, FIELD_lambda_layer,
			     FIELD_image_digest, FIELD_code_path, FIELD_finding_id)},
	[BARE_PREFIX] = {RULE_prefix_without_separator, FINDINGS, AFTER(SHORT_NEEDLE),
			 single_bare_prefix,
			 ON(FIELD_repository, FIELD_package_name, FIELD_account_name,
			    FIELD_lambda_name)},
	[STALE_NAME] = {RULE_stale_product_name, FINDINGS, 0, single_stale_name,
			ON(FIELD_product, FIELD_generator)},
	[BARE_PACKAGE] = {RULE_package_without_version, ONE(SUPPRESS), 0, single_bare_package,
			  ON(FIELD_package_name)},
	[MOVING_TAG] = {RULE_mutable_tag, ONE(SUPPRESS), 0, single_moving_tag, ON(FIELD_image_tag)},
	[DIGEST] = {RULE_digest_equality, FINDINGS, 0, single_digest,
		    ON(FIELD_image_digest, FIELD_resource_id)},
	[INSTANCE_ID] = {RULE_ec2_id_form, FINDINGS, 0, single_instance_id, ON(FIELD_resource_id)},
	[NEVER_PRESENT] = {RULE_condition_never_present, FINDINGS, 0, single_never_present},
	[ABSENT_MATCHES] = {RULE_absent_as_match, ONE(SUPPRESS), AFTER(NEVER_PRESENT),
			    single_absent_matches,
			    ON(FIELD_exploit, FIELD_fix, FIELD_score, FIELD_epss, FIELD_compliance,
			       FIELD_tag, FIELD_account_name, FIELD_image_in_use,
			       FIELD_image_pushed, FIELD_image_last_used)},
	[ABSENT_DROPPED] = {RULE_absent_hides, TELLING, AFTER(NEVER_PRESENT), single_absent_dropped,
			    ON(FIELD_exploit, FIELD_fix, FIELD_score, FIELD_epss, FIELD_compliance,
			       FIELD_control, FIELD_tag, FIELD_field, FIELD_account_name,
			       FIELD_image_in_use, FIELD_image_pushed, FIELD_image_last_used)},
	[UNTRIAGED] = {RULE_untriaged, ONE(TIER) | ONE(PROTECT), 0, single_untriaged,
		       ON(FIELD_severity)},
	[REVERSED_AGE] = {RULE_reversed_age, FINDINGS, 0, single_reversed_age,
			  ON(FIELD_first_observed, FIELD_last_observed, FIELD_created,
			     FIELD_updated, FIELD_image_pushed, FIELD_image_last_used,
			     FIELD_exploit_last_seen)},
	[NOTE_FIX] = {RULE_partial_fix_forgotten, FINDINGS, 0, single_note_fix, ON(FIELD_fix)},
};

bool single_is_suppress(const struct single *w)
{
	return w->statement->kind == STATEMENT_SUPPRESS;
}

bool single_is_inspector(const struct single *w)
{
	return w->statement->via == VIA_INSPECTOR || (w->statement->source & SOURCE_INSPECTOR);
}

void single_used_by(struct single *w, struct diag *diag, const struct atom *atom)
{
	const struct statement *s = w->statement;

	if (atom->span.start < s->span.start || atom->span.end > s->span.end)
		diag_label(diag, s->name_span, "used by this %s", policy_kind(s->kind));
}

/* --- other conditions --- */

static struct cond *new_cond(struct single *w, enum cond_kind kind, size_t n)
{
	struct cond *cond = ARENA_NEW(w->l->arena, struct cond);

	*cond = (struct cond){.kind = kind, .tier = -1, .span = w->leaf->span, .n = n};
	if (n)
		cond->kids = ARENA_ARRAY(w->l->arena, const struct cond *, n);
	return cond;
}

const struct cond *single_instead(struct single *w, const struct cond *leaf)
{
	for (const struct single_frame *f = w->up; f; f = f->up) {
		struct cond *copy = ARENA_NEW(w->l->arena, struct cond);
		const struct cond **kids =
			ARENA_ARRAY(w->l->arena, const struct cond *, f->cond->n);

		*copy = *f->cond;
		for (size_t i = 0; i < copy->n; i++)
			kids[i] = i == f->kid ? leaf : f->cond->kids[i];
		copy->kids = kids;
		leaf = copy;
	}
	return leaf;
}

const struct cond *single_leaf(struct single *w, const struct atom *like, enum test test,
			       const struct value *values, size_t n)
{
	struct cond *cond = new_cond(w, COND_ATOM, 0);
	struct atom *atom = ARENA_NEW(w->l->arena, struct atom);

	*atom = (struct atom){
		.span = like->span, .field = like->field, .key = like->key, .test = test, .n = n};
	atom->values = ARENA_ARRAY(w->l->arena, struct value, n);
	for (size_t i = 0; i < n; i++)
		atom->values[i] = values[i];
	cond->atom = atom;
	return cond;
}

const struct cond *single_join(struct single *w, enum cond_kind kind, const struct cond *a,
			       const struct cond *b)
{
	struct cond *cond = new_cond(w, kind, b ? 2 : 1);

	cond->kids[0] = a;
	if (b)
		cond->kids[1] = b;
	return cond;
}

const struct cond *single_or_absent(struct single *w, const struct atom *atom)
{
	const struct cond *there = single_leaf(w, atom, TEST_EXISTS, NULL, 0);

	return single_join(w, COND_OR, w->leaf, single_join(w, COND_NOT, there, NULL));
}

bool single_question(struct single *w, enum lint_id rule)
{
	struct diag *diag;

	if (w->questions++ < QUESTIONS_MAX)
		return true;
	if (w->questions > QUESTIONS_MAX + 1)
		return false;
	diag = lint_report(w->l, RULE_analysis_incomplete, w->statement->name_span,
			   "%s (%s) and its like were not checked behind the first %d tests that "
			   "they would look at here",
			   lint_rules[rule].name, lint_rules[rule].id, QUESTIONS_MAX);
	diag_help(diag, "write a list of values instead of many tests, or several statements");
	return false;
}

bool single_between(struct single *w, enum lint_id rule, const struct cond *less,
		    const struct cond *more, dd *gain)
{
	struct lower *lower = w->l->c->lower;
	dd a, b;

	if (!single_question(w, rule))
		return false;
	lint_ask(w->l);
	a = lower_cond(lower, more, w->view);
	b = lower_cond(lower, less, w->view);
	*gain = typical_part(w->l->typical, dd_minus(lower_engine(lower), a, b), w->view);
	return lint_answered(w->l, rule, w->leaf->span) && *gain != DD_FALSE;
}

static bool asked(const struct cond *cond, const enum field_id *list, size_t n)
{
	bool all = cond->n > 0, some = false;

	if (cond->kind == COND_ATOM) {
		for (size_t i = 0; i < n && !some; i++)
			some = cond->atom->field == list[i];
		return some && !cond->atom->negated && cond->atom->test != TEST_EXISTS;
	}
	if (cond->kind != COND_AND && cond->kind != COND_OR && cond->kind != COND_ANY)
		return false;
	for (size_t i = 0; i < cond->n && (cond->kind == COND_OR ? all : !some); i++) {
		bool kid = asked(cond->kids[i], list, n);

		all &= kid;
		some |= kid;
	}
	return cond->kind == COND_OR ? all : some;
}

bool single_asks(const struct single *w, const enum field_id *list, size_t n)
{
	for (const struct single_frame *f = w->up; f; f = f->up)
		for (size_t i = 0; i < f->cond->n && f->cond->kind == COND_AND; i++)
			if (i != f->kid && asked(f->cond->kids[i], list, n))
				return true;
	return false;
}

/* --- the walk --- */

static bool looks_at(const struct single_row *row, const struct atom *atom)
{
	for (size_t i = 0; i < row->n_fields; i++)
		if (row->fields[i] == atom->field)
			return true;
	return !row->n_fields;
}

static void check_atom(struct single *w, const struct atom *atom)
{
	uint64_t key = (uint64_t)(uintptr_t)atom;
	unsigned kind = 1u << w->statement->kind;
	uint32_t told = 0, before;

	if (w->told.n)
		memo_get(&w->told, key, &told);
	before = told;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct single_row *row = &rows[i];

		if ((row->kinds & kind) && !(told & (row->after | 1u << i)) &&
		    looks_at(row, atom) && lint_wants(w->l, row->rule) && row->check(w, atom))
			told |= 1u << i;
	}
	if (told != before)
		memo_put(&w->told, w->l->arena, key, told);
}

/* As deep as conditions are (ir/check_node.c). What the compiler puts in has no place. */
static void walk(struct single *w, const struct cond *cond, const struct single_frame *up,
		 bool negative)
{
	struct single_frame frame = {.up = up, .cond = cond};

	if (cond->kind == COND_ATOM) {
		w->up = up;
		w->leaf = cond;
		w->negative = negative;
		if (cond->span.start)
			check_atom(w, cond->atom);
		return;
	}
	for (frame.kid = 0; frame.kid < cond->n; frame.kid++)
		walk(w, cond->kids[frame.kid], &frame, negative ^ (cond->kind == COND_NOT));
}

static void walk_whole(struct single *w, const struct cond *cond)
{
	w->cond = cond;
	w->has_findings = false;
	if (cond)
		walk(w, cond, NULL, false);
}

/* next: the first of the subjects that may be of this statement. */
static void walk_statement(struct single *w, const struct statement *s, size_t *next)
{
	struct lint *l = w->l;

	w->statement = s;
	w->view = s->many ? VIEW_MANY : VIEW_SINGLE;
	w->subject = NULL;
	w->questions = 0;
	/* The event of a scan is no finding. */
	if (s->source & SOURCE_INSPECTOR_SCAN)
		return;
	for (; *next < l->n_subjects && l->subjects[*next].statement == s; ++*next) {
		w->subject = &l->subjects[*next];
		walk_whole(w, w->subject->cond);
	}
	if (w->subject)
		single_name(w);
	else
		walk_whole(w, s->condition);
}

void lint_single(struct lint *l)
{
	const struct policy *policy = l->policy;
	struct single w = {.l = l};
	size_t next = 0;

	for (size_t i = 0; i < policy->n_tiers; i++)
		walk_statement(&w, policy->tiers[i], &next);
	for (size_t i = 0; i < policy->n_statements; i++)
		if (policy->statements[i]->kind != STATEMENT_LIFECYCLE)
			walk_statement(&w, policy->statements[i], &next);
	single_partial_fix(&w);
}
