/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `preview`. */
#include "cmd/preview.h"

#include <unistd.h>

#include "base/file.h"
#include "cmd/preview_internal.h"
#include "cmd/progress.h"
#include "finding/batch.h"

static const struct run_command command = {
	.usage = "vulnctl preview [options] POLICY FINDINGS...",
	.summary =
		"Says what each suppression of a policy would hide of the findings in some files.\n"
		"With --against, what a change hides and shows anew. With --fail-if-hides, ends "
		"with\n"
		"1 if what is hidden (anew) fulfils the condition. - is standard input.",
	.options = OPTIONS_POLICY | OPTION_BIT(AGAINST) | OPTION_BIT(FAIL_IF_HIDES) |
		   OPTION_BIT(KEEP_GOING),
	.several = true,
};

/* A policy at work. */
struct side {
	struct compiled compiled;
	struct decider *decider;
};

struct job {
	struct preview p;
	struct side new, old;
	struct memo position; /* of a suppression in policy->statements */
	struct progress progress;
};

/* --- policies --- */

static bool begin_side(struct run *run, struct side *side)
{
	if (!cmd_front_end(run) || !compiled_make(run, &side->compiled))
		return false;
	side->decider = decide_new(run->arena, run->policy, side->compiled.rules, side->compiled.n);
	return true;
}

static bool begin_old(struct job *job)
{
	struct run old = job->p.run;

	if (!old.options.against.len)
		return true;
	old.options.operands = &old.options.against;
	old.options.n_operands = 1;
	old.options.fail_if_hides = STR("");
	if (!begin_side(&old, &job->old))
		return false;
	job->p.old = old.policy;
	return true;
}

static bool begin(struct job *job)
{
	struct run *run = &job->p.run;

	if (run->options.n_operands < 2) {
		diag_help(diag_world(run->diags, "no findings are named"), "usage: %s",
			  command.usage);
		return false;
	}
	if (!begin_side(run, &job->new) || !begin_old(job))
		return false;
	job->p.policy = run->policy;
	job->p.suppressions =
		ARENA_ARRAY(run->arena, struct preview_group, run->policy->n_statements);
	for (size_t i = 0; i < run->policy->n_statements; i++)
		memo_put(&job->position, run->arena,
			 (uint64_t)(uintptr_t)run->policy->statements[i], (uint32_t)i);
	return true;
}

/* --- findings --- */

static void add(struct job *job, struct preview_group *group, const struct decision *decision)
{
	preview_add(group, job->p.run.arena, decision, job->p.policy->n_tiers);
}

static void add_names(struct job *job, struct preview_group *group, const struct decision *decision)
{
	for (size_t i = 0; i < decision->lists[DECIDE_SUPPRESS].n; i++)
		tally_add(&group->by, job->p.run.arena,
			  decision->lists[DECIDE_SUPPRESS].items[i]->name);
}

/* Of an `each`: whose row it is. What rows test is one value of the finding. */
static void add_row(struct job *job, struct preview_group *group, const struct statement *s,
		    const struct decision *decision)
{
	const struct fval *value;

	if (!s->n_rows || s->rows[0].own->kind != COND_ATOM)
		return;
	value = finding_value(decision->event, s->rows[0].own->atom->field);
	tally_add(&group->by, job->p.run.arena, value ? value->str : (struct str){0});
}

/* The guard of an event rule lets stand what a person set back. */
static bool stays_shown(const struct decision *decision)
{
	const struct fval *record = finding_value(decision->event, FIELD_record);

	return decision->workflow.kind == FVAL_WORD && decision->workflow.word == WORKFLOW_NEW &&
	       !(record && record->word == RECORD_ARCHIVED);
}

static void judge(struct job *job, const struct finding *finding)
{
	struct preview *p = &job->p;
	const struct decision *new = decide_finding(job->new.decider, finding, p->findings);
	const struct decision *old =
		p->old ? decide_finding(job->old.decider, finding, p->findings) : NULL;
	size_t hides = new->lists[DECIDE_SUPPRESS].n;
	size_t hid = old ? old->lists[DECIDE_SUPPRESS].n : 0;

	p->findings++;
	p->hidden += hides > 0;
	for (size_t i = 0; i < hides; i++) {
		const struct statement *s = new->lists[DECIDE_SUPPRESS].items[i];
		uint32_t at = 0;

		memo_get(&job->position, (uint64_t)(uintptr_t)s, &at);
		add(job, &p->suppressions[at], new);
		add_row(job, &p->suppressions[at], s, new);
		p->suppressions[at].shown += stays_shown(new);
	}
	if (hides && !hid && old) {
		add(job, &p->newly_hidden, new);
		add_names(job, &p->newly_hidden, new);
	}
	if (!hides && hid) {
		add(job, &p->newly_shown, new);
		add_names(job, &p->newly_shown, old);
	}
	if (hides && !hid && p->policy->asked &&
	    eval_cond(p->policy, p->policy->asked, true, new->event)) {
		add(job, &p->must_not, new);
		add_names(job, &p->must_not, new);
	}
}

static void judge_batch(void *worker, const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		judge(worker, batch->findings[i]);
}

static bool give_batch(void *worker, const struct batch *batch)
{
	struct job *job = worker;

	progress_step(&job->progress, batch->first + batch->n, batch->file, batch->end);
	return true;
}

static bool read_all(struct job *job)
{
	struct run *run = &job->p.run;
	void *const workers[] = {job};
	struct batch_run batches = {
		.arena = run->arena,
		.diags = run->diags,
		.paths = run->options.operands + 1,
		.n_paths = run->options.n_operands - 1,
		.keep_going = run->options.keep_going,
		.block_size = INPUT_BLOCK,
		.workers = workers,
		.n_workers = ARRAY_LEN(workers),
		.work = judge_batch,
		.give = give_batch,
	};
	bool good;

	progress_begin(&job->progress, run->arena, batches.paths, batches.n_paths,
		       run->options.quiet);
	good = batch_run(&batches);
	progress_end(&job->progress);
	return good || run->options.keep_going;
}

static void print(struct job *job)
{
	struct json_writer w;
	struct strbuf out;
	struct str text;

	if (job->p.run.options.format == FORMAT_JSON) {
		json_begin(&w, job->p.run.arena, 2);
		preview_json(&job->p, &w);
		text = json_end(&w);
	} else {
		strbuf_init(&out, job->p.run.arena);
		preview_text(&job->p, &out);
		text = strbuf_str(&out);
	}
	(void)!file_write_fd(job->p.run.diags, STDOUT_FILENO, "standard output", text);
}

int cmd_preview(struct arena *arena, int argc, char **argv)
{
	struct job job = {0};
	int code;

	/* Counts of a part would be taken for counts of all. */
	if (run_begin(&job.p.run, arena, argc, argv, &command) == RUN_GO && begin(&job) &&
	    read_all(&job))
		print(&job);
	code = run_finish(&job.p.run);
	return !code && job.p.must_not.n ? 1 : code;
}
