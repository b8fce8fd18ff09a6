/* SPDX-License-Identifier: Apache-2.0
 *
 * The frame of a command: arguments in, front end, diagnostics out. */
#include "cmd/run.h"

#include <unistd.h>

#include "base/file.h"
#include "cmd/version.h"
#include "lint/rule.h"
#include "model/limit.h"

static void print_help(struct run *run, const struct run_command *command)
{
	struct str options = options_help(run->arena, command->options);
	struct str text = str_printf(run->arena, "usage: %s\n%s\n\n" STR_FMT, command->usage,
				     command->summary, STR_ARG(options));

	if (!file_write_fd(run->diags, STDOUT_FILENO, "standard output", text))
		return; /* the diagnostic makes the exit code */
}

enum run_start run_begin(struct run *run, struct arena *arena, int argc, char **argv,
			 const struct run_command *command)
{
	const char *operand = command->operand ? command->operand : DIAG_TEXT("policy");
	bool fine;

	*run = (struct run){
		.arena = arena,
		.sources = sources_new(arena),
		.reports = command->options & OPTIONS_REPORTS,
	};
	run->diags = diags_new(arena, run->sources);
	fine = options_parse(arena, run->diags, argc, argv, command->options, &run->options);
	if (run->options.help) {
		print_help(run, command);
		return RUN_DONE;
	}
	if (fine && (run->options.n_operands == 1 ||
		     (run->options.n_operands ? command->several : command->none)))
		return RUN_GO;
	if (fine)
		diag_help(diag_world(run->diags,
				     run->options.n_operands ? "more than one %s is named"
							     : "no %s is named",
				     diag_word(run->diags, operand)),
			  "usage: %s", command->usage);
	return RUN_DONE;
}

/* NULL after diagnostics. */
static const struct config *read_config(struct run *run, struct str path)
{
	struct str text, env = run->options.env;
	const struct config *config;

	if (!path.len && env.len)
		diag_help(diag_world(run->diags,
				     "`--env %s` needs a vulnctl.yaml, and there is none",
				     diag_quote(run->diags, env)),
			  "add one beside the policy or above it, or name it with `-c FILE`");
	if (!path.len)
		return env.len ? NULL : config_default(run->arena);
	if (!sources_get(run->sources, path, &text) &&
	    !file_read(run->arena, run->diags, path, (size_t)limits[LIMIT_yaml_size].value, &text))
		return NULL;
	run->config_text = sources_add(run->sources, path, text);
	config = config_read(run->arena, run->diags, run->config_text);
	return config && env.len ? config_choose(run->arena, run->diags, config, env) : config;
}

const struct policy *cmd_check_again(struct run *run)
{
	struct check_options check = {
		.has_now = run->options.has_now,
		.now = run->options.now,
		.clock = run->options.clock,
	};
	const struct policy *policy;

	if (run->options.fail_if_hides.len) {
		check.asked = load_condition(run->arena, run->diags, run->sources,
					     STR("--fail-if-hides"), run->options.fail_if_hides);
		if (!check.asked)
			return NULL;
	}
	policy = check_program(run->arena, run->diags, run->sources, run->program, run->config,
			       &check);
	if (!diags_count(run->diags, DIAG_ERROR))
		run->policy = policy;
	return run->policy;
}

const struct policy *cmd_front_end(struct run *run)
{
	struct str path = run->options.config;

	if (!path.len)
		path = config_find(run->arena, run->options.operands[0]);
	/* A wrong vulnctl.yaml would make echoes of itself: unknown channels, another root. */
	run->config = read_config(run, path);
	if (!run->config)
		return NULL;
	run->program = load_program(run->arena, run->diags, run->sources, run->options.operands[0],
				    path.len ? path_dir(path) : path);
	return run->program ? cmd_check_again(run) : NULL;
}

struct str run_render(const struct run *run, enum diag_level fail)
{
	const struct options *o = &run->options;
	struct diag_rules rules;

	if (o->format == FORMAT_JSON)
		return diags_json(run->diags, run->arena);
	if (o->format == FORMAT_TEXT || !run->reports)
		return diags_text(run->diags, run->arena, o->color);
	rules = lint_rule_table(run->arena, VERSION);
	if (o->format == FORMAT_SARIF)
		return diags_sarif(run->diags, run->arena, &rules);
	if (o->format == FORMAT_GITHUB)
		return diags_github(run->diags, run->arena, &rules);
	return diags_junit(run->diags, run->arena, &rules, fail);
}

int run_finish(struct run *run)
{
	struct str text = run_render(run, DIAG_ERROR);

	/* Nobody is left to be told that the place for messages is gone. */
	if (text.len && !file_write_fd(run->diags, STDERR_FILENO, "standard error", text))
		return 3;
	return diags_exit_code(run->diags);
}
