/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `eval`. Decisions are written as findings are read; with -o nothing stands at its
 * place unless all of them were. */
#include "cmd/eval.h"

#include "base/file.h"
#include "base/ordered.h"
#include "cmd/compiled.h"
#include "cmd/eval_internal.h"
#include "finding/batch.h"

static const struct run_command command = {
	.usage = "vulnctl eval [options] POLICY FINDINGS...",
	.summary =
		"Decides on each finding of some files as what the policy deploys would, in the\n"
		"order in which AWS runs it: its tier, who is told, what is put on hold, and the\n"
		"status and fields that stand afterwards. - is standard input.",
	.options = OPTIONS_POLICY | OPTION_BIT(OUTPUT) | OPTION_BIT(SUMMARY) |
		   OPTION_BIT(KEEP_GOING) | OPTION_BIT(THREADS),
	.several = true,
};

struct job {
	struct run run;
	struct decide_rule *rules;
	size_t n_rules;
	bool wanted[WANTED_COUNT];
	struct file_output *output;
	size_t n_workers;
	struct worker **workers;
};

/* What a thread has of its own. */
struct worker {
	struct job *job;
	struct arena *arena, *text;
	struct decider *decider; /* NULL: nothing was decided yet */
	struct strbuf out;	 /* the decisions on a batch, in either format; on text */
	struct eval_counts counts;
};

static bool write_out(struct job *job, struct str text)
{
	return file_output_write(job->output, job->run.diags, text);
}

static void put(struct worker *w, const struct decision *decision)
{
	const struct options *o = &w->job->run.options;
	const struct policy *policy = w->job->run.policy;

	if (o->summary) {
		eval_counts_add(&w->counts, decision);
	} else if (o->format == FORMAT_JSON) {
		decide_line(&w->out, policy, decision);
		strbuf_addc(&w->out, '\n');
	} else {
		eval_table_row(&w->out, policy, decision);
	}
}

/* With as much room as the last one took. */
static void begin_batch(struct worker *w)
{
	size_t room = w->out.len;

	arena_clear(w->text);
	strbuf_init(&w->out, w->text);
	strbuf_reserve(&w->out, room);
}

/* A decider costs more than a few findings do: who gets none makes none. */
static void decide_batch(void *worker, const struct batch *batch)
{
	struct worker *w = worker;
	struct job *job = w->job;

	if (!w->decider)
		w->decider = decide_new(w->arena, job->run.policy, job->rules, job->n_rules);
	begin_batch(w);
	for (size_t i = 0; i < batch->n; i++)
		put(w, decide_finding(w->decider, batch->findings[i], batch->first + i));
}

static bool give_batch(void *worker, const struct batch *batch)
{
	struct worker *w = worker;

	(void)batch;
	return write_out(w->job, strbuf_str(&w->out));
}

static bool has_findings(struct run *run)
{
	if (run->options.n_operands > 1)
		return true;
	diag_help(diag_world(run->diags, "no findings are named"), "usage: %s", command.usage);
	return false;
}

static void make_workers(struct job *job)
{
	const struct options *o = &job->run.options;

	job->n_workers = o->threads ? o->threads : ordered_cores();
	job->workers = ARENA_ARRAY(job->run.arena, struct worker *, job->n_workers);
	for (size_t i = 0; i < job->n_workers; i++) {
		struct worker *w = ARENA_NEW(job->run.arena, struct worker);

		*w = (struct worker){.job = job, .arena = arena_new(), .text = arena_new()};
		if (o->summary)
			eval_counts_begin(&w->counts, w->arena, job->run.policy, job->rules,
					  job->n_rules);
		job->workers[i] = w;
	}
}

static void free_workers(struct job *job)
{
	for (size_t i = 0; i < job->n_workers; i++) {
		arena_free(job->workers[i]->arena);
		arena_free(job->workers[i]->text);
	}
}

static bool begin_output(struct job *job)
{
	struct strbuf head;

	if (job->run.options.summary || job->run.options.format != FORMAT_TEXT)
		return true;
	strbuf_init(&head, job->run.arena);
	eval_table_head(&head, job->run.policy);
	return write_out(job, strbuf_str(&head));
}

static bool write_summary(struct job *job)
{
	struct eval_counts *counts = &job->workers[0]->counts;
	struct json_writer w;

	for (size_t i = 1; i < job->n_workers; i++)
		eval_counts_join(counts, &job->workers[i]->counts);
	json_begin(&w, job->run.arena, 2);
	if (job->run.options.format == FORMAT_JSON) {
		eval_counts_json(counts, &w);
		strbuf_addc(&w.out, '\n');
	} else {
		eval_counts_text(counts, &w.out);
	}
	return write_out(job, strbuf_str(&w.out));
}

static void evaluate(struct job *job)
{
	struct run *run = &job->run;
	const struct options *o = &run->options;
	struct batch_run batches = {
		.arena = run->arena,
		.diags = run->diags,
		.paths = o->operands + 1,
		.n_paths = o->n_operands - 1,
		.wanted = job->wanted,
		.keep_going = o->keep_going,
		.block_size = INPUT_BLOCK,
		.work = decide_batch,
		.give = give_batch,
	};
	bool good;

	decide_wanted(run->policy, job->rules, job->n_rules, job->wanted);
	if (o->format == FORMAT_TEXT)
		finding_summary_wanted(job->wanted);
	job->output = file_output_open(run->arena, run->diags, o->output);
	if (!job->output)
		return;
	make_workers(job);
	batches.workers = (void *const *)job->workers;
	batches.n_workers = job->n_workers;
	good = begin_output(job) && batch_run(&batches);
	/* Counts of a part would be taken for counts of all. */
	if (o->summary && (good || o->keep_going))
		good = write_summary(job) && good;
	(void)!file_output_close(job->output, run->diags, good || o->keep_going);
	free_workers(job);
}

int cmd_eval(struct arena *arena, int argc, char **argv)
{
	struct job job = {0};

	if (run_begin(&job.run, arena, argc, argv, &command) == RUN_GO && has_findings(&job.run) &&
	    cmd_front_end(&job.run)) {
		job.rules = compiled_rules(&job.run, &job.n_rules);
		if (job.rules)
			evaluate(&job);
	}
	return run_finish(&job.run);
}
