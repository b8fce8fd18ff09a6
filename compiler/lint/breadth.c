/* SPDX-License-Identifier: Apache-2.0
 *
 * Suppressions that are too broad: of what they are about (VC101, VC102, VC113 … VC117, VC135) and
 * of what can be hidden by them (VC110 … VC112). Both are asked of the boxes of lint/narrow.h, and
 * each rule speaks once of a suppression, of the box that is worst. */
#include <stdlib.h>

#include "base/strsort.h"
#include "eval/eval.h"
#include "ir/witness.h"
#include "lint/everything.h"
#include "lint/pass.h"

/* Of long lists: nobody has judged each of them. */
#define TABLE_HELP                                                                                 \
	"put them into a table (`each cve { … }`), where each has a reason and an end of its own"

/* What a box is, the gravest first. */
enum kind {
	IS_STATUS,  /* about the status alone, or what is silenced already */
	IS_NOTHING, /* about nothing that is one finding's */
	IS_NEGATIVE,
	IS_REGION,
	IS_TYPE,
	IS_ACCOUNT,
	IS_WEAK,
	IS_FINE,
	KIND_COUNT
};

static const enum lint_id rules[KIND_COUNT] = {
	[IS_STATUS] = RULE_suppress_by_status, [IS_NOTHING] = RULE_no_narrowing_condition,
	[IS_NEGATIVE] = RULE_negative_only,    [IS_REGION] = RULE_whole_region,
	[IS_TYPE] = RULE_whole_resource_type,  [IS_ACCOUNT] = RULE_whole_account,
	[IS_WEAK] = RULE_weak_narrowing,       [IS_FINE] = RULE_COUNT,
};

struct breadth {
	struct lint *l;
	struct narrow *narrow;
	const struct lint_subject *subject;
	struct narrow_boxes boxes;
	const struct narrow_box *first[KIND_COUNT]; /* those that earn least */
	size_t n_of[KIND_COUNT];
};

static const char *name_of(const struct breadth *b)
{
	return diag_quote(b->l->diags, b->subject->statement->name);
}

static struct engine *engine_of(const struct breadth *b)
{
	return lower_engine(b->l->c->lower);
}

static bool meets(const struct breadth *b, const struct narrow_box *box, dd part)
{
	return dd_and(engine_of(b), box->set, part) != DD_FALSE;
}

/* --- what the boxes are --- */

/* Does it ask for the status that the suppression writes? */
static bool is_done(const struct breadth *b, const struct narrow_box *box)
{
	var v = lower_var(b->l->c->lower, FIELD_workflow, STR(""), box->in->view);
	const struct box_term *t = box_term(&box->box, v);

	return t && set_mask(engine_of(b), t->set) == BIT(b->subject->statement->status);
}

static unsigned needed(const struct breadth *b, const struct narrow_box *box)
{
	int64_t full = b->l->settings->thresholds[THRESHOLD_weak_narrowing];

	if (full && !meets(b, box, box->in->critical))
		full--;
	return full > 100 ? 100 : (unsigned)full;
}

/* A kind that has a rule of its own. */
static enum kind special_kind(const struct breadth *b, const struct narrow_box *box)
{
	const unsigned place = NARROW_ACCOUNT | NARROW_REGION | NARROW_TYPE;

	if (box->about == NARROW_STATUS || is_done(b, box))
		return IS_STATUS;
	if (box->about && !(box->about & ~place))
		return box->about & NARROW_ACCOUNT ? IS_ACCOUNT
		       : box->about & NARROW_TYPE  ? IS_TYPE
						   : IS_REGION;
	return box->about == NARROW_NEGATIVE ? IS_NEGATIVE : IS_FINE;
}

/* The special silences the general, unless nobody is told of it. */
static enum kind kind_of(const struct breadth *b, const struct narrow_box *box)
{
	enum kind kind = special_kind(b, box);

	if (kind != IS_FINE && lint_wants(b->l, rules[kind]))
		return kind;
	if (!box->points)
		return IS_NOTHING;
	return box->points < needed(b, box) ? IS_WEAK : IS_FINE;
}

static void sort_out(struct breadth *b)
{
	for (size_t i = 0; i < b->boxes.n; i++) {
		const struct narrow_box *box = &b->boxes.items[i];
		enum kind kind = kind_of(b, box);

		b->n_of[kind]++;
		if (!b->first[kind] || box->points < b->first[kind]->points)
			b->first[kind] = box;
	}
}

/* --- what is shown --- */

/* The branch of an `or` that takes the finding; NULL if the condition has none. Depth: as deep as
 * conditions nest. */
static const struct cond *branch_of(const struct breadth *b, const struct cond *cond, bool many,
				    const struct element *finding)
{
	const struct cond *found = NULL;

	for (size_t i = 0; cond->kind == COND_AND && i < cond->n && !found; i++)
		found = branch_of(b, cond->kids[i], many, finding);
	for (size_t i = 0; cond->kind == COND_OR && i < cond->n && !found; i++)
		if (eval_cond(b->l->policy, cond->kids[i], many, finding))
			found = cond->kids[i];
	return found;
}

/* Where there are several boxes, it is of one branch that something is told. */
static void show_branch(const struct breadth *b, struct diag *diag, const struct narrow_box *box)
{
	const struct element *finding;
	const struct cond *branch;
	dd own = box->set;

	if (!diag || b->boxes.n < 2)
		return;
	lint_ask(b->l);
	for (size_t i = 0; i < b->boxes.n; i++) {
		const struct narrow_box *other = &b->boxes.items[i];
		dd less = other == box ? own : dd_minus(engine_of(b), own, other->set);

		own = less == DD_FALSE ? own : less;
	}
	finding = witness_pick(b->l->c->lower, b->l->arena, own, box->in->view);
	engine_clear_exhausted(engine_of(b));
	branch = finding ? branch_of(b, b->subject->cond, box->in->view == VIEW_MANY, finding)
			 : NULL;
	if (branch)
		diag_label(diag, branch->span, "by this branch");
}

/* A finding of the box, in `part` of it, for which `held` holds, too. */
static void show(const struct breadth *b, struct diag *diag, const struct narrow_box *box, dd part,
		 const struct cond *held)
{
	if (!diag)
		return;
	show_branch(b, diag, box);
	lint_ask(b->l);
	lint_witness(b->l, diag, "it hides, for example", dd_and(engine_of(b), box->set, part),
		     box->in->view, b->subject->cond, held, NULL);
}

/* --- of what it is about --- */

static void tell_status(const struct breadth *b)
{
	const struct narrow_box *box = b->first[IS_STATUS];
	struct diag *diag;

	if (!box)
		return;
	if (is_done(b, box)) {
		diag = lint_report(b->l, RULE_suppress_by_status, b->subject->at,
				   "`%s` looks for findings that have the status already that it "
				   "writes",
				   name_of(b));
		diag_help(diag, "leave `workflow` out: the compiler adds what a rule must look at");
	} else {
		diag = lint_report(b->l, RULE_suppress_by_status, b->subject->at,
				   "`%s` asks for a status alone, so it hides everything that has "
				   "it",
				   name_of(b));
		diag_help(diag, EVERYTHING_HELP);
	}
	show(b, diag, box, DD_TRUE, NULL);
}

static void tell_nothing(const struct breadth *b)
{
	const struct narrow_box *box = b->first[IS_NOTHING];
	struct diag *diag;

	if (!box)
		return;
	diag = lint_report_at(b->l, RULE_no_narrowing_condition,
			      box->informational ? LINT_WARN : LINT_ERROR, b->subject->at,
			      "`%s` hides findings that do not exist yet: it names no "
			      "vulnerability, no package and no resource",
			      name_of(b));
	show(b, diag, box, DD_TRUE, NULL);
	diag_help(diag, "add what was decided about, such as `cve`, `package.name` with a version, "
			"`repository` or `control`");
}

/* what: a message about its name; both are said in the language of the run. */
static void tell_class(const struct breadth *b, enum kind kind, const char *what, const char *help)
	__attribute__((format(printf, 3, 0)));

static void tell_class(const struct breadth *b, enum kind kind, const char *what, const char *help)
{
	const struct narrow_box *box = b->first[kind];
	struct diag *diag;

	if (!box)
		return;
	diag = lint_report(b->l, rules[kind], b->subject->at, what, name_of(b));
	show(b, diag, box, DD_TRUE, NULL);
	diag_help(diag, "%s", diag_word(b->l->diags, help));
}

/* One branch beside others that are narrow enough, as it comes of an edit. */
static bool tell_wider(const struct breadth *b, const struct narrow_box *box)
{
	unsigned most = 0;
	struct diag *diag;

	for (size_t i = 0; i < b->boxes.n; i++)
		if (b->boxes.items[i].points > most)
			most = b->boxes.items[i].points;
	if (most < box->points + 2 || !lint_wants(b->l, RULE_disjunct_wider_than_rule))
		return false;
	diag = lint_report(b->l, RULE_disjunct_wider_than_rule, b->subject->at,
			   "one branch of `%s` hides far more than the others", name_of(b));
	diag_note(diag, "its narrowness is %u points, that of another is %u", box->points, most);
	show(b, diag, box, DD_TRUE, NULL);
	diag_help(diag, "make it a suppression of its own, or narrow this branch, too");
	return true;
}

static void tell_weak(const struct breadth *b)
{
	const struct narrow_box *box = b->first[IS_WEAK];
	bool critical = box && meets(b, box, box->in->critical);
	struct diag *diag;

	if (!box || tell_wider(b, box))
		return;
	diag = lint_report(b->l, RULE_weak_narrowing, b->subject->at,
			   "`%s` is narrowed too little for what it can hide", name_of(b));
	diag_note(diag,
		  critical ? "its narrowness is %u of the %u points that are needed where CRITICAL "
			     "findings can be hidden"
			   : "its narrowness is %u of the %u points that are needed",
		  box->points, needed(b, box));
	show(b, diag, box, critical ? box->in->critical : DD_TRUE, NULL);
	if (box->names)
		diag_help(diag, TABLE_HELP);
	else
		diag_help(diag,
			  "name the vulnerability, a version of the package, or the repository");
}

static void tell_breadth(struct breadth *b)
{
	/* What mixes the two is told once, as the worse of them. */
	if (b->first[IS_NOTHING])
		b->first[IS_NEGATIVE] = NULL;
	tell_status(b);
	tell_nothing(b);
	tell_class(b, IS_NEGATIVE, "`%s` says only what it does not hide: everything new is hidden",
		   "say what it hides, such as `account in sandbox` in place of "
		   "`not (account in prod)`");
	tell_class(b, IS_ACCOUNT, "`%s` hides everything in an account",
		   "add a repository, a package or a vulnerability");
	tell_class(b, IS_REGION, "`%s` hides everything in a Region",
		   "add what it is that need not be looked at there");
	tell_class(b, IS_TYPE,
		   "`%s` hides everything on resources of a type, as if they were not scanned",
		   "add a repository, a tag or a package, or `image.in_use == 0` for images");
	tell_weak(b);
}

/* --- of what it can hide --- */

/* The first box with fewer points than that in which there is something of the part. */
static const struct narrow_box *first_in(const struct breadth *b, unsigned points, bool named,
					 size_t part)
{
	for (size_t i = 0; i < b->boxes.n; i++) {
		const struct narrow_box *box = &b->boxes.items[i];
		const dd parts[] = {box->in->critical, box->in->exploited, box->in->top};

		if (box->points < points && (named || !box->names) &&
		    kind_of(b, box) != IS_STATUS && meets(b, box, parts[part]))
			return box;
	}
	return NULL;
}

static const struct narrow_box *dangerous(const struct breadth *b, enum lint_id rule,
					  unsigned points, bool named, size_t part)
{
	const struct narrow_box *box;

	lint_ask(b->l);
	box = first_in(b, points, named, part);
	return lint_answered(b->l, rule, b->subject->at) ? box : NULL;
}

static void tell_critical(const struct breadth *b)
{
	static struct value value = {.word = SEVERITY_CRITICAL};
	static const struct atom atom = {
		.field = FIELD_severity, .test = TEST_IN, .values = &value, .n = 1};
	static const struct cond critical = {.kind = COND_ATOM, .atom = &atom};
	const struct narrow_box *box = dangerous(b, RULE_hides_critical, NARROW_FULL, true, 0);
	struct diag *diag;

	if (!box)
		return;
	diag = lint_report(b->l, RULE_hides_critical, b->subject->at,
			   "`%s` can hide CRITICAL findings", name_of(b));
	show(b, diag, box, box->in->critical, &critical);
	if (box->names)
		diag_help(diag, TABLE_HELP);
	else
		diag_help(diag, "add `unless severity == CRITICAL;`, or name the vulnerability");
}

static void tell_exploited(const struct breadth *b)
{
	static struct value value = {.word = EXPLOIT_YES};
	static const struct atom atom = {
		.field = FIELD_exploit, .test = TEST_IN, .values = &value, .n = 1};
	static const struct cond exploited = {.kind = COND_ATOM, .atom = &atom};
	const struct narrow_box *box = dangerous(b, RULE_hides_exploited, NARROW_ENOUGH, true, 1);
	struct diag *diag;

	if (!box)
		return;
	diag = lint_report(b->l, RULE_hides_exploited, b->subject->at,
			   "`%s` can hide findings of which exploits are known", name_of(b));
	show(b, diag, box, box->in->exploited, &exploited);
	diag_help(diag, "add `unless exploit == YES;`, or name the vulnerability");
}

static void tell_top(const struct breadth *b)
{
	static const struct cond top = {.kind = COND_TIER, .tier = 0};
	const struct narrow_box *box = dangerous(b, RULE_hides_top_tier, NARROW_FULL, false, 2);
	const char *tier;
	struct diag *diag;

	if (!box)
		return;
	tier = diag_quote(b->l->diags, b->l->policy->tiers[0]->name);
	diag = lint_report(b->l, RULE_hides_top_tier, b->subject->at,
			   "`%s` can hide findings of `%s`, the first tier", name_of(b), tier);
	show(b, diag, box, box->in->top, &top);
	diag_help(diag, "add `unless tier == %s;`, or name the vulnerability", tier);
}

/* --- a suppression --- */

static bool tell_everything(const struct breadth *b)
{
	struct lint *l = b->l;
	struct diag *diag;
	bool is = everything_is(l->c, b->narrow, b->subject->cond, b->subject->statement);

	if (!lint_answered(l, RULE_matches_everything, b->subject->at) || !is)
		return false;
	diag = lint_report(l, RULE_matches_everything, b->subject->at, EVERYTHING_MESSAGE,
			   name_of(b));
	lint_witness(l, diag, "it hides, for example", lint_set(l, b->subject), b->subject->view,
		     b->subject->cond, NULL, NULL);
	diag_help(diag, EVERYTHING_HELP);
	return true;
}

static bool asks_for_workflow(const struct cond *cond)
{
	bool asks = cond->kind == COND_ATOM && cond->atom->field == FIELD_workflow;

	for (size_t i = 0; cond->kind == COND_AND && i < cond->n && !asks; i++)
		asks = asks_for_workflow(cond->kids[i]);
	return asks;
}

/* Plain conditions with the points that they need raise nothing of all this. */
static bool is_plainly_narrow(struct lint *l, struct narrow *narrow,
			      const struct lint_subject *subject)
{
	struct narrow_seen seen = narrow_see(subject->cond);
	const struct statement *s = subject->statement;
	int64_t needed = l->settings->thresholds[THRESHOLD_weak_narrowing] - seen.no_critical;

	if (seen.points < NARROW_ENOUGH || seen.points < needed || asks_for_workflow(subject->cond))
		return false;
	lint_ask(l);
	return seen.points >= NARROW_FULL ||
	       (seen.no_critical && narrow_top_is_critical(narrow, s->given, s->many));
}

static void check(struct lint *l, struct narrow *narrow, const struct lint_subject *subject)
{
	struct breadth b = {.l = l, .narrow = narrow, .subject = subject};
	const struct statement *s = subject->statement;
	bool good;

	if (is_plainly_narrow(l, narrow, subject) ||
	    (lint_wants(l, RULE_matches_everything) && tell_everything(&b)))
		return;
	lint_ask(l);
	good = narrow_boxes(narrow, subject->cond, s->given, s->many, &b.boxes);
	if (good)
		sort_out(&b);
	if (!lint_answered(l, RULE_no_narrowing_condition, subject->at))
		return;
	if (!good) {
		lint_report(l, RULE_analysis_incomplete, subject->at,
			    "how narrow `%s` is was not found out: it has more than %d branches",
			    name_of(&b), NARROW_BOXES);
		return;
	}
	tell_breadth(&b);
	tell_critical(&b);
	tell_exploited(&b);
	tell_top(&b);
}

/* --- all of them --- */

struct owner {
	struct str name;
	size_t n;
};

static int by_count(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;

	return a->n == b->n ? str_cmp(a->name, b->name) : (a->n < b->n) - (a->n > b->n);
}

/* Who has how many; those who have most first. */
static struct owner *count_owners(struct lint *l, struct str *names, size_t n, size_t *n_owners)
{
	struct owner *owners = ARENA_ARRAY(l->arena, struct owner, n);
	size_t *order = strsort_order(l->arena, names, n);

	*n_owners = 0;
	for (size_t i = 0; i < n; i++) {
		if (!i || !str_eq(names[order[i]], names[order[i - 1]]))
			owners[(*n_owners)++] = (struct owner){names[order[i]], 0};
		owners[*n_owners - 1].n++;
	}
	qsort(owners, *n_owners, sizeof *owners, by_count);
	return owners;
}

static void check_number(struct lint *l)
{
	int64_t most = l->settings->thresholds[THRESHOLD_too_many_suppressions];
	struct str *names = ARENA_ARRAY(l->arena, struct str, l->n_subjects + 1);
	const struct statement *last = NULL;
	size_t n = 0, n_owners;
	struct owner *owners;
	struct diag *diag;

	/* A table counts once: it is gone over as one. */
	for (size_t i = 0; i < l->n_subjects; i++) {
		const struct lint_subject *subject = &l->subjects[i];

		if (!subject->live || subject->statement == last)
			continue;
		last = subject->statement;
		names[n++] = last->owner;
	}
	if ((int64_t)n <= most)
		return;
	diag = lint_report(l, RULE_too_many_suppressions, place_policy(l->program),
			   "%zu suppressions are in force, more than the %lld that can be kept in "
			   "view",
			   n, (long long)most);
	owners = count_owners(l, names, n, &n_owners);
	for (size_t i = 0; i < n_owners && i < 5; i++)
		diag_note(diag, "owner `%s`: %zu", diag_quote(l->diags, owners[i].name),
			  owners[i].n);
	diag_help(diag, "end those that are no longer needed, and put CVEs with one reason into "
			"one table (`each cve { … }`)");
}

static bool wants_any(const struct lint *l)
{
	static const enum lint_id others[] = {RULE_matches_everything, RULE_hides_critical,
					      RULE_hides_exploited, RULE_hides_top_tier,
					      RULE_disjunct_wider_than_rule};
	bool wants = false;

	for (enum kind kind = 0; kind < IS_FINE; kind++)
		wants |= lint_wants(l, rules[kind]);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		wants |= lint_wants(l, others[i]);
	return wants;
}

void lint_breadth(struct lint *l)
{
	struct narrow *narrow = narrow_new(l->arena, l->c->lower);
	bool wants = wants_any(l);

	for (size_t i = 0; wants && i < l->n_subjects; i++)
		if (l->subjects[i].live)
			check(l, narrow, &l->subjects[i]);
	if (lint_wants(l, RULE_too_many_suppressions))
		check_number(l);
}
