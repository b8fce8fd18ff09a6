/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass over findings. */
#include "lint/measure.h"

#include "base/civil.h"
#include "eval/decide.h"
#include "finding/batch.h"
#include "target/rules.h"

#define IN_CHARGE "in-charge"

struct job {
	struct lint *l;
	struct measure *m;
	struct decider *decider;
	struct memo position; /* of a statement in policy->statements */
	bool tests_text[FIELD_COUNT];
	bool wanted[WANTED_COUNT];
};

/* --- values --- */

static struct str text_of(const struct element *root, enum field_id field)
{
	const struct fval *value = finding_value(root, field);

	return value ? value->str : (struct str){0};
}

static bool is_word(const struct element *root, enum field_id field, int word)
{
	const struct fval *value = finding_value(root, field);

	return value && value->kind == FVAL_WORD && value->word == word;
}

void measure_lower(struct strbuf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		strbuf_addc(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

static void add_text(struct job *job, enum field_id field, struct str text)
{
	struct measured_texts *texts = &job->m->texts[field];
	size_t before = texts->seen.entries.n;

	if (texts->full)
		return;
	if (tally_add(&texts->seen, job->l->arena, text) < before)
		return;
	if (!before) {
		strbuf_init(&texts->raw, job->l->arena);
		strbuf_init(&texts->lower, job->l->arena);
		strbuf_addc(&texts->raw, MEASURE_MARK);
		strbuf_addc(&texts->lower, MEASURE_MARK);
	}
	strbuf_add(&texts->raw, text);
	measure_lower(&texts->lower, text);
	strbuf_addc(&texts->raw, MEASURE_MARK);
	strbuf_addc(&texts->lower, MEASURE_MARK);
	texts->full = texts->raw.len > MEASURE_TEXTS;
}

/* All values of the field, wherever its group lies. */
static void add_texts(struct job *job, const struct element *at, enum field_id field)
{
	enum group next;

	if (at->group == fields[field].group) {
		const struct fval *value = &at->values[field_slot(field)];

		if (value->kind == FVAL_STRING && value->str.len)
			add_text(job, field, value->str);
		return;
	}
	next = eval_next_group(at->group, fields[field].group);
	for (size_t i = 0; next != GROUP_FINDING && i < at->n_children[next]; i++)
		add_texts(job, at->children[next][i], field);
}

static void see_newest(struct measure *m, const struct element *root)
{
	static const enum field_id dates[] = {FIELD_updated, FIELD_last_observed};

	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		const struct fval *value = finding_value(root, dates[i]);

		if (!value || value->kind != FVAL_NUMBER ||
		    (m->has_newest && value->number <= m->newest))
			continue;
		m->has_newest = true;
		m->newest = value->number;
	}
}

/* --- counting --- */

static void add_cve(struct job *job, struct measured *s, const struct element *root)
{
	const struct fval *seen = finding_value(root, FIELD_first_observed);
	struct str cve = text_of(root, FIELD_cve);
	int64_t first = seen && seen->kind == FVAL_NUMBER ? seen->number : INT64_MAX;
	size_t at;

	if (!cve.ptr)
		return;
	at = tally_add(&s->cves, job->l->arena, cve);
	if (at == s->first.n)
		VEC_PUSH(job->l->arena, s->first, first);
	else if (first < s->first.items[at])
		s->first.items[at] = first;
}

static void add_hidden(struct job *job, struct measured *s, const struct element *root, bool active)
{
	struct arena *arena = job->l->arena;

	s->fixed += is_word(root, FIELD_fix, FIX_YES);
	add_cve(job, s, root);
	tally_add(&s->accounts, arena, text_of(root, FIELD_account));
	tally_add(&s->repositories, arena, text_of(root, FIELD_repository));
	if (!active || !is_word(root, FIELD_severity, SEVERITY_CRITICAL) ||
	    !is_word(root, FIELD_exploit, EXPLOIT_YES))
		return;
	if (s->dangerous < MEASURE_IDS)
		s->ids[s->dangerous] = str_copy(arena, text_of(root, FIELD_finding_id));
	s->dangerous++;
}

static bool has_in_charge(const struct decision *decision)
{
	for (size_t i = 0; i < decision->n_fields; i++)
		if (str_is(decision->fields[i].key, IN_CHARGE))
			return true;
	return false;
}

static void judge(struct job *job, const struct finding *finding)
{
	struct measure *m = job->m;
	const struct decision *decision = decide_finding(job->decider, finding, m->findings);
	/* As it was sent: what Inspector's own suppressions do to it is not said of itself. */
	const struct element *root = finding->root;
	bool active = is_word(root, FIELD_record, RECORD_ACTIVE);

	m->findings++;
	m->active += active;
	see_newest(m, root);
	for (enum decide_list list = 0; list < DECIDE_LIST_COUNT; list++) {
		for (size_t i = 0; i < decision->lists[list].n; i++) {
			uint32_t at = 0;

			memo_get(&job->position,
				 (uint64_t)(uintptr_t)decision->lists[list].items[i], &at);
			m->statements[at].n++;
			m->statements[at].active += active;
			if (list == DECIDE_SUPPRESS)
				add_hidden(job, &m->statements[at], root, active);
		}
	}
	if (active && decision->tier >= 0 && !has_in_charge(decision))
		m->unassigned[decision->tier]++;
	for (enum field_id field = 0; field < FIELD_COUNT; field++)
		if (job->tests_text[field])
			add_texts(job, root, field);
}

static void judge_batch(void *worker, const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		judge(worker, batch->findings[i]);
}

static bool give_batch(void *worker, const struct batch *batch)
{
	(void)worker;
	(void)batch;
	return true;
}

/* --- the run --- */

/* As deep as ir/check allows. */
static void find_text_tests(struct job *job, const struct cond *cond)
{
	if (cond->kind == COND_ATOM && fields[cond->atom->field].type == TYPE_STRING)
		job->tests_text[cond->atom->field] = true;
	for (size_t i = 0; i < cond->n; i++)
		find_text_tests(job, cond->kids[i]);
}

static void begin(struct job *job, struct plan *plan)
{
	static const enum field_id needed[] = {
		FIELD_cve,     FIELD_account,	    FIELD_repository,	  FIELD_severity,
		FIELD_exploit, FIELD_fix,	    FIELD_first_observed, FIELD_updated,
		FIELD_record,  FIELD_last_observed,
	};
	const struct policy *policy = job->l->policy;
	size_t n;
	struct decide_rule *rules = rules_of_plan(job->l->c, plan, &n);

	job->decider = decide_new(job->l->arena, policy, rules, n);
	decide_wanted(policy, rules, n, job->wanted);
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		job->wanted[needed[i]] = true;
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		memo_put(&job->position, job->l->arena, (uint64_t)(uintptr_t)s, (uint32_t)i);
		if (s->condition)
			find_text_tests(job, s->condition);
	}
}

static struct str shown(struct lint *l, const struct str *paths, size_t n)
{
	if (n == 1)
		return str_printf(l->arena, "`%s`", diag_quote(l->diags, paths[0]));
	return str_printf(l->arena, "%zu files", n);
}

bool measure_read(struct lint *l, struct plan *plan, const struct str *paths, size_t n_paths)
{
	struct job *job = ARENA_NEW(l->arena, struct job);
	void *const workers[] = {job};
	struct batch_run run = {
		.arena = l->arena,
		.diags = l->diags,
		.paths = paths,
		.n_paths = n_paths,
		.wanted = job->wanted,
		.block_size = INPUT_BLOCK,
		.workers = workers,
		.n_workers = ARRAY_LEN(workers),
		.work = judge_batch,
		.give = give_batch,
	};

	job->l = l;
	job->m = ARENA_NEW(l->arena, struct measure);
	job->m->files = shown(l, paths, n_paths);
	job->m->statements = ARENA_ARRAY(l->arena, struct measured, l->policy->n_statements);
	job->m->unassigned = ARENA_ARRAY(l->arena, size_t, l->policy->n_tiers);
	begin(job, plan);
	l->measure = job->m;
	return batch_run(&run);
}

struct str measure_newest(struct lint *l)
{
	if (!l->measure->has_newest)
		return STR("unknown date");
	return civil_format_date(l->arena, civil_day_of(l->measure->newest, l->policy->offset));
}
