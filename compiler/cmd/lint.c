/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `lint`. Its report is what it is for, so it goes to standard output, in every format;
 * what keeps it from its work goes to standard error, as elsewhere, and there is no report then. */
#include "cmd/lint.h"

#include <unistd.h>

#include "base/file.h"
#include "cmd/compiled.h"
#include "cmd/lint_internal.h"
#include "lint/base.h"
#include "lint/baseline.h"
#include "lint/coverage.h"
#include "lint/measure.h"
#include "lint/settle.h"
#include "model/limit.h"

static const struct run_command command = {
	.usage = "vulnctl lint [options] POLICY",
	.summary = "Looks for what is too broad, contradicts itself, or does not do what it seems "
		   "to.\n`--explain RULE` shows the page of a rule. - is standard input.",
	.options = OPTIONS_POLICY | OPTIONS_REPORTS | OPTION_BIT(EXPLAIN) | OPTION_BIT(ONLY) |
		   OPTION_BIT(ENABLE) | OPTION_BIT(DISABLE) | OPTION_BIT(FAIL_LEVEL) |
		   OPTION_BIT(BASE) | OPTION_BIT(BASELINE) | OPTION_BIT(WRITE_BASELINE) |
		   OPTION_BIT(FINDINGS) | OPTION_BIT(COVERAGE) | OPTION_BIT(FIX) |
		   OPTION_BIT(UNSAFE) | OPTION_BIT(DIFF),
	.none = true,
};

static void explain(struct run *run)
{
	struct str name = run->options.explain;
	enum lint_id rule = lint_rule_find(name);

	if (rule == RULE_COUNT)
		diag_help(diag_world(run->diags, "there is no rule `%s`",
				     diag_quote(run->diags, name)),
			  "`vulnctl list rules` shows them");
	else
		(void)!file_write_fd(run->diags, STDOUT_FILENO, "standard output",
				     str_from(lint_rules[rule].page));
}

/* --- the run --- */

static const struct lint_settings *settings(struct run *run)
{
	const struct options *o = &run->options;
	struct lint_choice choice = {
		.only = o->only.items,
		.n_only = o->only.n,
		.enable = o->enable.items,
		.n_enable = o->enable.n,
		.disable = o->disable.items,
		.n_disable = o->disable.n,
		.fail_level = o->fail_level,
	};

	return lint_settings_read(run->arena, run->diags, run->config, &choice);
}

/* What the rules need besides the policy. false after diagnostics. */
static bool read_facts(struct run *run, struct lint *l, struct plan *plan)
{
	const struct options *o = &run->options;

	if (o->coverage.len) {
		l->coverage = coverage_read(run->arena, run->diags, o->coverage);
		if (!l->coverage)
			return false;
	}
	return !plan || !o->findings.n || measure_read(l, plan, o->findings.items, o->findings.n);
}

static void apply_baseline(struct lint *l, struct baseline *baseline)
{
	bool looked_for[RULE_COUNT];

	for (enum lint_id rule = 0; rule < RULE_COUNT; rule++)
		looked_for[rule] = settle_looked_for(l, rule);
	baseline_apply(baseline, l->diags, looked_for);
}

/* What does not compile is linted all the same: its conditions mean what they mean. Does it? */
static bool lint(struct run *run, const struct lint_settings *s, const struct lint_base *base,
		 struct baseline *baseline)
{
	const struct places *places = places_new(run->arena, run->program);
	struct compiled compiled;
	struct lint l = {
		.arena = run->arena,
		.diags = run->diags,
		.sources = run->sources,
		.program = run->program,
		.policy = run->policy,
		.settings = s,
		.c = &compiled.c,
		.places = places,
		.base = base,
	};

	(void)!compiled_plan(run, &compiled); /* what is wrong is told */
	l.plan = compiled.plan;
	if (!read_facts(run, &l, compiled.plan))
		return false;
	lint_run(&l);
	settle_allowances(&l);
	diags_drop_repeats(run->diags);
	settle_names(run->arena, run->diags, run->sources, places);
	if (base)
		base_know(&l);
	if (baseline)
		apply_baseline(&l, baseline);
	return l.plan != NULL;
}

/* The policy as it was, linted by itself. false after diagnostics: what cannot be read is told. */
static bool lint_old(struct run *run, const struct lint_settings *s, struct lint_base *base)
{
	struct run old = *run;

	old.options.operands = &old.options.base;
	old.options.n_operands = 1;
	old.policy = NULL; /* nor is the new one what is compared if this one is wrong */
	old.diags = diags_again(run->arena, run->sources, run->diags);
	if (!cmd_front_end(&old)) {
		run->diags = old.diags; /* that is all there is to say then */
		return false;
	}
	(void)lint(&old, s, NULL, NULL);
	*base = (struct lint_base){
		.policy = old.policy,
		.program = old.program,
		.places = places_new(run->arena, old.program),
		.diags = old.diags,
	};
	return true;
}

/* false after diagnostics; with --write-baseline there need be none yet. */
static bool read_baseline(struct run *run, struct baseline **baseline)
{
	const struct options *o = &run->options;
	struct str text;

	*baseline = NULL;
	if (o->write_baseline && !o->baseline.len) {
		diag_help(diag_world(run->diags, "--write-baseline needs a file"),
			  "name it: `--baseline vulnctl-baseline.json --write-baseline`");
		return false;
	}
	if (o->write_baseline || !o->baseline.len)
		return true;
	if (!file_read(run->arena, run->diags, o->baseline, (size_t)limits[LIMIT_source_size].value,
		       &text))
		return false;
	*baseline =
		baseline_read(run->arena, run->diags, sources_add(run->sources, o->baseline, text));
	return *baseline != NULL;
}

static bool write_file(struct run *run, struct str path, struct str text)
{
	struct file_output *out = file_output_open(run->arena, run->diags, path);
	bool good;

	if (!out)
		return false;
	good = file_output_write(out, run->diags, text);
	return file_output_close(out, run->diags, good) && good;
}

/* What is written is known from now on. */
static void write_baseline(struct run *run)
{
	struct str path = run->options.baseline, text;
	struct baseline *written;

	if (diags_exit_code(run->diags) ||
	    !baseline_write(run->arena, run->diags, DIAG_INFO, &text) ||
	    !write_file(run, path, text))
		return;
	written = baseline_read(run->arena, run->diags, sources_add(run->sources, path, text));
	if (written)
		baseline_apply(written, run->diags, NULL);
}

/* Does it compile? */
static bool lint_all(struct run *run, const struct lint_settings *s)
{
	struct baseline *baseline;
	struct lint_base base;
	bool compiles = false;

	if (!read_baseline(run, &baseline))
		return false;
	if (!run->options.base.len)
		compiles = lint(run, s, NULL, baseline);
	else if (lint_old(run, s, &base))
		compiles = lint(run, s, &base, baseline);
	if (run->options.write_baseline)
		write_baseline(run);
	return compiles;
}

void cmd_lint_whole(struct lint_done *done)
{
	struct run *run = &done->run;

	if (cmd_front_end(run) && (done->settings = settings(run)))
		done->stage = lint_all(run, done->settings) ? LINT_COMPILED : LINT_CHECKED;
	else if (run->program)
		settle_names(run->arena, run->diags, run->sources,
			     places_new(run->arena, run->program));
	if (!done->settings && run->program)
		done->stage = LINT_READ;
}

enum standing { COUNTS, ALLOWED, KNOWN };

static enum standing standing_of(const struct diag *diag)
{
	return diag_is_known(diag) ? KNOWN : diag_is_allowed(diag) ? ALLOWED : COUNTS;
}

/* level: of those that count; the others are counted of all levels. */
static size_t count(const struct run *run, enum standing standing, enum diag_level level)
{
	const struct diag *diag;
	size_t n = 0;

	for (size_t i = 0; (diag = diags_at(run->diags, i)); i++)
		n += standing_of(diag) == standing &&
		     (standing != COUNTS || diag_level(diag) == level);
	return n;
}

static int exit_code(const struct run *run, const struct lint_settings *s)
{
	static const enum lint_level levels[] = {
		[DIAG_INFO] = LINT_INFO, [DIAG_WARNING] = LINT_WARN, [DIAG_ERROR] = LINT_ERROR};
	int code = diags_exit_code(run->diags);

	for (size_t i = 0; i < sizeof levels / sizeof *levels && s && !code; i++)
		if (levels[i] >= s->fail_level && count(run, COUNTS, (enum diag_level)i))
			code = 1;
	return code;
}

static struct str summary(const struct run *run)
{
	size_t known = count(run, KNOWN, DIAG_INFO);
	struct strbuf b;

	strbuf_init(&b, run->arena);
	strbuf_add(&b,
		   diag_piece(run->diags, "errors: %zu, warnings: %zu, infos: %zu, allowed: %zu",
			      count(run, COUNTS, DIAG_ERROR), count(run, COUNTS, DIAG_WARNING),
			      count(run, COUNTS, DIAG_INFO), count(run, ALLOWED, DIAG_INFO)));
	if (known)
		strbuf_add(&b, diag_piece(run->diags, ", known: %zu", known));
	strbuf_addc(&b, '\n');
	return strbuf_str(&b);
}

static enum diag_level fail_level(const struct lint_settings *s)
{
	if (!s || s->fail_level == LINT_ERROR)
		return DIAG_ERROR;
	return s->fail_level == LINT_WARN ? DIAG_WARNING : DIAG_INFO;
}

static void say(struct run *run, int fd, struct str text)
{
	if (!run->options.quiet && text.len)
		(void)!file_write_fd(run->diags, fd, "standard error", text);
}

/* Beside a diff the report stands where messages do. */
static int report(struct lint_done *done)
{
	struct run *run = &done->run;
	const struct options *o = &run->options;
	int code = exit_code(run, done->settings), fd = o->diff ? STDERR_FILENO : STDOUT_FILENO;
	bool for_people = o->format == FORMAT_TEXT;
	struct str text;

	if (code >= 3)
		return run_finish(run);
	text = run_render(run, fail_level(done->settings));
	if (for_people && !o->quiet)
		text = str_printf(run->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(text),
				  STR_ARG(done->said), STR_ARG(summary(run)));
	if (!file_write_fd(run->diags, fd, o->diff ? "standard error" : "standard output", text))
		return run_finish(run);
	if (!for_people)
		say(run, STDERR_FILENO, done->said);
	return code;
}

/* --- the command --- */

static bool choose_mode(struct run *run)
{
	const struct options *o = &run->options;
	bool fix = o->fix || o->diff;

	if (!o->n_operands)
		diag_help(diag_world(run->diags, "no policy is named"), "usage: %s", command.usage);
	else if (o->unsafe && !fix)
		diag_help(diag_world(run->diags, "--unsafe stands with --fix or --diff"),
			  "usage: %s", command.usage);
	else if (fix && o->write_baseline)
		diag_help(diag_world(run->diags,
				     "--write-baseline stands with neither --fix nor --diff"),
			  "repair first, and write down what is left then");
	else if (o->fix && !o->diff && str_is(o->operands[0], "-"))
		diag_help(diag_world(run->diags, "standard input cannot be rewritten"),
			  "--diff shows what would change");
	else
		return true;
	return false;
}

int cmd_lint(struct arena *arena, int argc, char **argv)
{
	struct lint_done done = {0};
	struct run *run = &done.run;
	int code;

	if (run_begin(run, arena, argc, argv, &command) != RUN_GO)
		return run_finish(run);
	if (run->options.explain.len) {
		explain(run);
		return run_finish(run);
	}
	if (!choose_mode(run))
		return run_finish(run);
	if (run->options.format == FORMAT_JSON)
		diags_show_all(run->diags);
	cmd_lint_whole(&done);
	if (run->options.fix || run->options.diff)
		cmd_lint_fix(&done);
	code = report(&done);
	if (run->arena != arena)
		arena_free(run->arena);
	return code;
}
