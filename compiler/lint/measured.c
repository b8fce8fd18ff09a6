/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about what the policy does to real findings (measure.h). */
#include "lint/measure.h"

#include <string.h>

#include "base/civil.h"
#include "lint/pass.h"

#define SHOWN 3 /* of the most frequent accounts, repositories and CVEs */
#define WINDOW_DAYS 90

static int64_t threshold(const struct lint *l, enum lint_threshold t)
{
	return l->settings->thresholds[t];
}

static bool in_force(const struct lint *l, const struct statement *s)
{
	if (!s->n_rows)
		return !s->until.has_date || s->until.end > l->policy->now;
	for (size_t i = 0; i < s->n_rows; i++)
		if (!s->rows[i].until.has_date || s->rows[i].until.end > l->policy->now)
			return true;
	return false;
}

/* Somebody decided on each value of the field: they are named. */
static bool names(const struct lint *l, const struct statement *s, enum pin_field field)
{
	if (s->condition)
		return pins_of(l->arena, s->condition).of[field].n > 0;
	for (size_t i = 0; i < s->n_rows; i++)
		if (!pins_of(l->arena, s->rows[i].condition).of[field].n)
			return false;
	return true;
}

/* --- what a suppression hides --- */

static void note_top(struct lint *l, struct diag *diag, const char *what, const struct tally *tally)
{
	const struct tally_entry *top = tally_sorted(tally, l->arena);
	struct strbuf b;

	if (!diag || !tally->entries.n)
		return;
	strbuf_init(&b, l->arena);
	for (size_t i = 0; i < tally->entries.n && i < SHOWN; i++)
		strbuf_printf(&b, "%s`%s` %zu", i ? ", " : "",
			      top[i].text.ptr ? diag_quote(l->diags, top[i].text) : "-", top[i].n);
	if (tally->entries.n > SHOWN)
		strbuf_printf(&b, ", and %zu more", tally->entries.n - SHOWN);
	diag_note(diag, "%s: " STR_FMT, what, STR_ARG(strbuf_str(&b)));
}

static void note_all(struct lint *l, struct diag *diag, const struct measured *m)
{
	note_top(l, diag, "by CVE", &m->cves);
	note_top(l, diag, "by repository", &m->repositories);
	note_top(l, diag, "by account", &m->accounts);
}

static void check_share(struct lint *l, const struct statement *s, const struct measured *m)
{
	size_t all = l->measure->active, tenths;
	struct diag *diag;

	if (!all)
		return;
	tenths = m->active * 1000 / all;
	if ((int64_t)m->active * 100 <= threshold(l, THRESHOLD_measured_share) * (int64_t)all)
		return;
	diag = lint_report_at(
		l, RULE_measured_share,
		(int64_t)m->active * 100 >
				threshold(l, THRESHOLD_measured_share_error) * (int64_t)all
			? LINT_ERROR
			: LINT_WARN,
		s->name_span, "this hides %zu.%zu %% of the active findings: %zu of %zu in %.*s",
		tenths / 10, tenths % 10, m->active, all, STR_ARG(l->measure->files));
	note_all(l, diag, m);
	diag_help(diag, "narrow it to what was decided, or repair what so many findings share");
}

static void check_dangerous(struct lint *l, const struct statement *s, const struct measured *m)
{
	struct diag *diag;

	if (!m->dangerous)
		return;
	diag = lint_report(l, RULE_measured_critical, s->name_span,
			   "this hides %zu active findings that are CRITICAL and exploited, of "
			   "those in %.*s",
			   m->dangerous, STR_ARG(l->measure->files));
	for (size_t i = 0; i < m->dangerous && i < MEASURE_IDS; i++)
		diag_note(diag, "`%s`", diag_quote(l->diags, m->ids[i]));
	diag_help(diag, "add `unless exploit == YES`, or allow it with a reason");
}

static void check_spread(struct lint *l, const struct statement *s, const struct measured *m)
{
	bool cves = (int64_t)m->cves.entries.n > threshold(l, THRESHOLD_measured_spread);
	bool accounts =
		(int64_t)m->accounts.entries.n > threshold(l, THRESHOLD_measured_spread_accounts) &&
		!names(l, s, PIN_ACCOUNT);
	struct diag *diag;

	/* A CVE that was decided on is decided on wherever it is. */
	if ((!cves && !accounts) || names(l, s, PIN_CVE))
		return;
	diag = lint_report(l, RULE_measured_spread, s->name_span,
			   "this hides %zu different CVEs in %zu accounts, in %.*s",
			   m->cves.entries.n, m->accounts.entries.n, STR_ARG(l->measure->files));
	note_all(l, diag, m);
	diag_help(diag, "split it into what was decided for each of them");
}

/* CVEs that were first seen in the days before the newest finding. */
static void check_growth(struct lint *l, const struct statement *s, const struct measured *m)
{
	int64_t since = l->measure->newest - WINDOW_DAYS * NS_PER_DAY, per_month;
	size_t new = 0;
	struct diag *diag;

	if (!l->measure->has_newest || names(l, s, PIN_CVE))
		return;
	for (size_t i = 0; i < m->first.n; i++)
		new += m->first.items[i] != INT64_MAX && m->first.items[i] > since;
	per_month = (int64_t) new * 30 / WINDOW_DAYS;
	if (per_month < threshold(l, THRESHOLD_grows_over_time))
		return;
	diag = lint_report(l, RULE_grows_over_time, s->name_span,
			   "in the %d days before %.*s this would have hidden %zu new CVEs, about "
			   "%lld a month, without anybody deciding",
			   WINDOW_DAYS, STR_ARG(measure_newest(l)), new, (long long)per_month);
	diag_help(diag, "name the CVEs that were decided on, or bound the severity");
}

static void check_use(struct lint *l, const struct statement *s, const struct measured *m)
{
	struct diag *diag;

	if (!m->n) {
		diag = lint_report(l, RULE_unused_suppression, s->name_span,
				   "this hides none of the %zu findings in %.*s",
				   l->measure->findings, STR_ARG(l->measure->files));
		diag_note(diag, "the newest of them is of %.*s", STR_ARG(measure_newest(l)));
		diag_help(diag, "if they are all there are, it can end now");
	} else if (m->fixed == m->n) {
		diag = lint_report(l, RULE_stale_after_fix, s->name_span,
				   "each of the %zu findings that this hides, of those in %.*s, "
				   "has a fix by now",
				   m->n, STR_ARG(l->measure->files));
		diag_help(diag, "update the packages, and let it end: `until fixed` would have");
	}
}

static void check_suppression(struct lint *l, const struct statement *s, const struct measured *m)
{
	if (!in_force(l, s))
		return;
	check_use(l, s, m);
	check_share(l, s, m);
	check_dangerous(l, s, m);
	check_spread(l, s, m);
	check_growth(l, s, m);
}

static void check_notify(struct lint *l, const struct statement *s, const struct measured *m)
{
	struct diag *diag;

	if ((int64_t)m->n < threshold(l, THRESHOLD_notification_storm))
		return;
	diag = lint_report(l, RULE_notification_storm, s->name_span,
			   "%zu of the %zu findings in %.*s would be told, each when it is "
			   "updated next",
			   m->n, l->measure->findings, STR_ARG(l->measure->files));
	diag_help(diag, "tell of what is new: `workflow == NEW`, a higher tier, or "
			"`first_observed.age < 7d` by the state machine");
}

/* --- texts that are written in another case --- */

static struct str in_lower_case(struct arena *arena, struct str text)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	measure_lower(&b, text);
	return strbuf_str(&b);
}

/* Does a value of `all` pass the test? */
static bool stands_in(struct arena *arena, struct str all, enum test test, struct str text,
		      size_t *at)
{
	bool begin = test == TEST_IN || test == TEST_PREFIX;
	bool end = test == TEST_IN || test == TEST_SUFFIX;
	const char *found;
	struct strbuf needle;

	strbuf_init(&needle, arena);
	if (begin)
		strbuf_addc(&needle, MEASURE_MARK);
	strbuf_add(&needle, text);
	if (end)
		strbuf_addc(&needle, MEASURE_MARK);
	found = memmem(all.ptr, all.len, strbuf_str(&needle).ptr, needle.len);

	if (found)
		*at = (size_t)(found - all.ptr) + begin;
	return found != NULL;
}

static void check_text(struct lint *l, const struct atom *atom, struct str text)
{
	const struct measured_texts *texts = &l->measure->texts[atom->field];
	struct str raw = strbuf_str(&texts->raw), lower = strbuf_str(&texts->lower);
	struct diag *diag;
	size_t at, end;

	/* What is not kept may have it. */
	if (texts->full || stands_in(l->arena, raw, atom->test, text, &at) ||
	    !stands_in(l->arena, lower, atom->test, in_lower_case(l->arena, text), &at))
		return;
	while (raw.ptr[at - 1] != MEASURE_MARK)
		at--;
	for (end = at; raw.ptr[end] != MEASURE_MARK;)
		end++;
	diag = lint_report(l, RULE_case_mismatch, atom->span,
			   "no `%s` in %.*s has this text, and `%s` has it in another case",
			   fields[atom->field].name, STR_ARG(l->measure->files),
			   diag_quote(l->diags, str_slice(raw, at, end)));
	diag_help(diag, "AWS compares case and all: write it as it is there");
}

/* As deep as ir/check allows. */
static void check_texts(struct lint *l, const struct cond *cond)
{
	const struct atom *atom = cond->atom;

	for (size_t i = 0; i < cond->n; i++)
		check_texts(l, cond->kids[i]);
	if (cond->kind != COND_ATOM || atom->negated || fields[atom->field].type != TYPE_STRING ||
	    atom->test == TEST_RANGE || atom->test == TEST_EXISTS || atom->key.len)
		return;
	for (size_t i = 0; l->measure->texts[atom->field].raw.len && i < atom->n; i++)
		check_text(l, atom, atom->values[i].str);
}

/* --- tiers --- */

static bool assigns_in_charge(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_statements; i++)
		for (size_t k = 0; k < policy->statements[i]->n_sets; k++)
			if (policy->statements[i]->kind == STATEMENT_ASSIGN &&
			    str_is(policy->statements[i]->sets[k].key, "in-charge"))
				return true;
	return false;
}

static void check_tiers(struct lint *l)
{
	struct diag *diag;

	if (!assigns_in_charge(l->policy))
		return;
	for (size_t i = 0; i < l->policy->n_tiers; i++) {
		if (!l->measure->unassigned[i])
			continue;
		diag = lint_report(l, RULE_nobody_in_charge, l->policy->tiers[i]->name_span,
				   "nobody is in charge of %zu active findings of this tier, of "
				   "those in %.*s",
				   l->measure->unassigned[i], STR_ARG(l->measure->files));
		diag_help(diag, "add an `assign` that sets `in-charge` for them");
	}
}

void lint_measured(struct lint *l)
{
	if (!l->measure)
		return;
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];
		const struct measured *m = &l->measure->statements[i];

		if (s->kind == STATEMENT_SUPPRESS)
			check_suppression(l, s, m);
		else if (s->kind == STATEMENT_NOTIFY)
			check_notify(l, s, m);
		if (!m->n && s->condition && lint_wants(l, RULE_case_mismatch))
			check_texts(l, s->condition);
	}
	check_tiers(l);
}
