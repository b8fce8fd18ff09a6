/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `compile`. */
#include "cmd/compile.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/suggest.h"
#include "cmd/run.h"
#include "lint/everything.h"
#include "model/limit.h"
#include "target/compile.h"
#include "target/manifest.h"

#define MANIFEST "manifest.json"
#define PRINT_SIZE (64 << 10)

struct job {
	struct run run;
	bool wanted[TARGET_COUNT];
	size_t n_wanted;
	struct compilation c;
	struct plan *plan;
	bool differs; /* --check: DIR is not what would be written */
};

static void no_target(struct job *job, struct str name)
{
	struct suggest near;
	struct diag *d;

	suggest_init(&near, name);
	for (enum target t = 0; t < TARGET_COUNT; t++)
		suggest_offer(&near, str_from(target_name(t)));
	d = diag_world(job->run.diags, "this version has no target `%s`",
		       diag_quote(job->run.diags, name));
	if (suggest_found(&near))
		diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	else
		diag_help(d, "`vulnctl list targets` shows them");
}

static bool choose_targets(struct job *job)
{
	const struct options *o = &job->run.options;

	for (size_t i = 0; i < o->targets.n; i++) {
		int target = target_find(o->targets.items[i]);

		if (target < 0) {
			no_target(job, o->targets.items[i]);
			return false;
		}
		job->n_wanted += !job->wanted[target];
		job->wanted[target] = true;
	}
	for (enum target t = 0; t < TARGET_COUNT && !o->targets.n; t++)
		job->wanted[t] = target_is_default(t);
	return true;
}

static bool to_stdout(const struct job *job)
{
	return str_is(job->run.options.output, "-");
}

static bool choose_place(struct job *job)
{
	struct options *o = &job->run.options;

	if (to_stdout(job) && o->check) {
		diag_help(diag_world(job->run.diags,
				     "`--check` compares with a directory, and `-o -` is none"),
			  "name the directory that holds the output: `-o DIR`");
		return false;
	}
	if (to_stdout(job) && job->n_wanted != 1) {
		diag_help(diag_world(job->run.diags,
				     job->n_wanted ? "`-o -` prints one target, and more are named"
						   : "`-o -` prints one target, and none is named"),
			  "add `-t eventbridge`, for example");
		return false;
	}
	if (!o->output.len && job->run.config->output.len)
		o->output = path_join(job->run.arena, path_dir(job->run.config->path),
				      job->run.config->output);
	if (o->output.len)
		return true;
	diag_help(diag_world(job->run.diags, "no place for the output is named"),
		  "add `-o DIR`, or `output: DIR` to vulnctl.yaml");
	return false;
}

static bool compile(struct job *job)
{
	struct compilation *c = &job->c;
	struct engine *engine = engine_new(job->run.arena);

	c->arena = job->run.arena;
	c->diags = job->run.diags;
	c->sources = job->run.sources;
	c->policy = job->run.policy;
	for (int t = 0; t < TARGET_COUNT; t++)
		c->unwanted |= job->wanted[t] ? 0 : TARGET_BIT(t);
	c->unasked = c->unwanted;
	if (job->wanted[TARGET_TFVARS])
		c->tfvars = job->n_wanted ? TFVARS_NAMED : TFVARS_ALONG;
	c->ignore = job->wanted[TARGET_INSPECTOR_IGNORE];
	c->lower = lower_new(c->arena, engine, c->policy);
	everything_refuse(c);
	job->plan = compile_policy(c);
	return job->plan != NULL;
}

/* --- output --- */

static int by_path(const void *left, const void *right)
{
	const struct file_entry *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

/* The artefacts of the wanted targets, by path, and the manifest of what is written to a place. */
static struct file_entry *entries(struct job *job, size_t *n)
{
	struct compilation *c = &job->c;
	struct file_entry *all;
	size_t kept = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		if (job->wanted[c->artefacts.items[i].target])
			c->artefacts.items[kept++] = c->artefacts.items[i];
	c->artefacts.n = kept;
	all = ARENA_ARRAY(c->arena, struct file_entry, kept + 1);
	for (size_t i = 0; i < kept; i++)
		all[i] =
			(struct file_entry){c->artefacts.items[i].path, c->artefacts.items[i].text};
	if (!to_stdout(job))
		all[kept++] = (struct file_entry){STR(MANIFEST), manifest_write(c, job->plan)};
	qsort(all, kept, sizeof *all, by_path);
	*n = kept;
	return all;
}

static bool print(struct job *job, struct str text)
{
	return file_write_fd(job->run.diags, STDOUT_FILENO, "standard output", text);
}

/* path -> document, as one JSON object; a part at a time, because it may be large. */
static bool print_entries(struct job *job, const struct file_entry *all, size_t n)
{
	struct json_writer w;

	json_begin(&w, job->run.arena, 2);
	json_open_object(&w);
	for (size_t i = 0; i < n; i++) {
		json_key_str(&w, all[i].path);
		if (str_ends(all[i].path, STR(".json")))
			json_document(&w, all[i].text);
		else
			json_str(&w, all[i].text);
		if (w.out.len < PRINT_SIZE)
			continue;
		if (!print(job, strbuf_str(&w.out)))
			return false;
		w.out.len = 0;
	}
	json_close_object(&w);
	return print(job, json_end(&w));
}

/* A directory is only replaced if its manifest is ours: the name alone is a common one. */
static bool may_replace(struct job *job)
{
	struct str dir = job->run.options.output, text;
	struct str path = path_join(job->run.arena, dir, STR(MANIFEST));

	if (!file_exists(job->run.arena, path))
		return true;
	if (!file_read(job->run.arena, job->run.diags, path, (size_t)limits[LIMIT_file_size].value,
		       &text))
		return false;
	if (manifest_is_ours(job->run.arena, text))
		return true;
	diag_help(diag_world(job->run.diags, "`%s` holds a %s that vulnctl did not write",
			     diag_quote(job->run.diags, dir), MANIFEST),
		  "name a directory that is absent, empty or written by vulnctl");
	return false;
}

/* With -v: what AWS does not document and the artefacts rest on. */
static void show_assumptions(struct job *job)
{
	uint64_t used = 0;

	for (size_t i = 0; i < job->c.artefacts.n; i++)
		used |= job->c.artefacts.items[i].assumptions;
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used & BIT(i))
			diag_info(job->run.diags, NULL, (struct span){0, 0},
				  "the artefacts rest on %s: %s", assumptions[i].name,
				  diag_word(job->run.diags, assumptions[i].sentence));
}

static void say_shared(struct job *job)
{
	const struct compilation *c = &job->c;

	if (c->unshared_rules)
		diag_info(job->run.diags, NULL, (struct span){0, 0},
			  "statements with the same effect share automation rules: %llu in place "
			  "of %llu, because the quota is %lld",
			  (unsigned long long)c->used_rules[MECHANISM_AUTOMATION],
			  (unsigned long long)c->unshared_rules,
			  (long long)c->policy->config->quotas.automation_rules);
}

/* A line for each file that is not what it should be. Names of strangers' files are quoted, because
 * they may be anything. */
static bool check_output(struct job *job, const struct file_entry *all, size_t n)
{
	static const char *const words[] = {[FILE_DIFFERS] = "differs",
					    [FILE_MISSING] = "missing",
					    [FILE_SURPLUS] = "too many"};
	struct file_differences differences;
	struct strbuf out;

	if (!file_compare_tree(job->run.arena, job->run.diags, job->run.options.output, all, n,
			       &differences))
		return false;
	job->differs = differences.n > 0;
	strbuf_init(&out, job->run.arena);
	for (size_t i = 0; i < differences.n; i++)
		strbuf_printf(&out, "%s: %s\n", words[differences.items[i].change],
			      diag_quote(job->run.diags, differences.items[i].path));
	if (differences.more)
		strbuf_printf(&out, "%s: %zu more\n", words[FILE_SURPLUS], differences.more);
	return job->run.options.quiet ||
	       file_write_fd(job->run.diags, STDOUT_FILENO, "standard output", strbuf_str(&out));
}

static bool write_output(struct job *job)
{
	size_t n;
	struct file_entry *all = entries(job, &n);

	if (job->run.options.verbose)
		show_assumptions(job);
	if (!job->run.options.quiet)
		say_shared(job);
	if (to_stdout(job))
		return print_entries(job, all, n);
	if (job->run.options.check)
		return check_output(job, all, n);
	if (!may_replace(job))
		return false;
	if (!file_write_tree(job->run.arena, job->run.diags, job->run.options.output, MANIFEST, all,
			     n))
		return false;
	if (!job->run.options.quiet)
		diag_info(job->run.diags, NULL, (struct span){0, 0}, "wrote %zu files to `%s`", n,
			  diag_quote(job->run.diags, job->run.options.output));
	return true;
}

int cmd_compile(struct arena *arena, int argc, char **argv)
{
	static const struct run_command command = {
		.usage = "vulnctl compile [options] POLICY",
		.summary = "Compiles a policy: every artefact means exactly what the policy says, "
			   "or nothing is written.",
		.options = OPTIONS_POLICY | OPTIONS_REPORTS | OPTION_BIT(TARGET) |
			   OPTION_BIT(OUTPUT) | OPTION_BIT(CHECK),
	};
	struct job job = {0};
	int code;

	/* Each step needs the one before; what went wrong is in the diagnostics. */
	if (run_begin(&job.run, arena, argc, argv, &command) == RUN_GO && choose_targets(&job) &&
	    cmd_front_end(&job.run) && choose_place(&job) && compile(&job))
		(void)!write_output(&job);
	code = run_finish(&job.run);
	return !code && job.differs ? 1 : code;
}
