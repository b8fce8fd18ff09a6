/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `eval`. Decisions are written as findings are read; with -o nothing stands at its
 * place unless all of them were. */
#include "cmd/eval.h"

#include "base/file.h"
#include "cmd/compiled.h"
#include "cmd/eval_internal.h"
#include "model/limit.h"

#define PRINT_SIZE (64 << 10)

static const struct run_command command = {
	.usage = "vulnctl eval [options] POLICY FINDINGS...",
	.summary =
		"Decides on each finding of some files as what the policy deploys would, in the\n"
		"order in which AWS runs it: its tier, who is told, what is put on hold, and the\n"
		"status and fields that stand afterwards. - is standard input.",
	.options =
		OPTIONS_POLICY | OPTION_BIT(OUTPUT) | OPTION_BIT(SUMMARY) | OPTION_BIT(KEEP_GOING),
	.several = true,
};

struct job {
	struct run run;
	struct compiled compiled;
	struct decider *decider;
	struct file_output *output;
	struct json_writer w; /* what is not written yet, in either format */
	struct eval_counts counts;
	size_t findings;
};

static bool flush(struct job *job)
{
	struct str text = strbuf_str(&job->w.out);

	job->w.out.len = 0;
	return file_output_write(job->output, job->run.diags, text);
}

static bool put(struct job *job, const struct decision *decision)
{
	const struct options *o = &job->run.options;

	if (o->summary) {
		eval_counts_add(&job->counts, decision);
		return true;
	}
	if (o->format == FORMAT_JSON) {
		json_open_object(&job->w);
		decide_write(&job->w, job->run.policy, decision);
		json_close_object(&job->w);
		strbuf_addc(&job->w.out, '\n');
	} else {
		eval_table_row(&job->w.out, job->run.policy, decision);
	}
	return job->w.out.len < PRINT_SIZE || flush(job);
}

static bool read_file(struct job *job, struct str path)
{
	struct run *run = &job->run;
	struct finding **findings;
	struct str text;
	size_t n, errors = diags_count(run->diags, DIAG_ERROR);
	const char *shown = str_is(path, "-") ? "<stdin>" : str_cstr(run->arena, path);

	if (!file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_file_size].value, &text))
		return false;
	findings = findings_read(run->arena, run->diags, shown, text, &n);
	for (size_t i = 0; i < n; i++)
		if (!put(job, decide_finding(job->decider, findings[i], job->findings++)))
			return false;
	return diags_count(run->diags, DIAG_ERROR) == errors;
}

static bool has_findings(struct run *run)
{
	if (run->options.n_operands > 1)
		return true;
	diag_help(diag_world(run->diags, "no findings are named"), "usage: %s", command.usage);
	return false;
}

static void begin_output(struct job *job)
{
	const struct options *o = &job->run.options;

	json_begin(&job->w, job->run.arena, o->summary ? 2 : 0);
	if (o->summary)
		eval_counts_begin(&job->counts, job->run.arena, job->run.policy,
				  job->compiled.rules, job->compiled.n);
	else if (o->format == FORMAT_TEXT)
		eval_table_head(&job->w.out, job->run.policy);
}

static bool end_output(struct job *job)
{
	const struct options *o = &job->run.options;

	if (o->summary && o->format == FORMAT_JSON) {
		eval_counts_json(&job->counts, &job->w);
		strbuf_addc(&job->w.out, '\n');
	} else if (o->summary) {
		eval_counts_text(&job->counts, &job->w.out);
	}
	return flush(job);
}

static void evaluate(struct job *job)
{
	struct run *run = &job->run;
	const struct options *o = &run->options;
	bool good = true;

	job->decider = decide_new(run->arena, run->policy, job->compiled.rules, job->compiled.n);
	job->output = file_output_open(run->arena, run->diags, o->output);
	if (!job->output)
		return;
	begin_output(job);
	for (size_t i = 1; i < o->n_operands && (good || o->keep_going); i++)
		good = read_file(job, o->operands[i]) && good;
	/* Counts of a part would be taken for counts of all. */
	if (good || o->keep_going || !o->summary)
		good = end_output(job) && good;
	(void)!file_output_close(job->output, run->diags, good || o->keep_going);
}

int cmd_eval(struct arena *arena, int argc, char **argv)
{
	struct job job = {0};

	if (run_begin(&job.run, arena, argc, argv, &command) == RUN_GO && has_findings(&job.run) &&
	    cmd_front_end(&job.run) && compiled_make(&job.run, &job.compiled))
		evaluate(&job);
	return run_finish(&job.run);
}
