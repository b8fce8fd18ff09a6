/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `check`: the front end alone. It prints nothing when all is well, unless asked. */
#include "cmd/check.h"

#include "cmd/run.h"

static void say_what_was_read(struct run *run)
{
	const struct policy *policy = run->policy;

	diag_info(run->diags, NULL, (struct span){0}, "tiers: %zu, statements: %zu, files: %zu",
		  policy->n_tiers, policy->n_statements, policy->n_files);
}

int cmd_check(struct arena *arena, int argc, char **argv)
{
	static const struct run_command command = {
		.usage = "vulnctl check [options] POLICY",
		.summary = "Parses, resolves and types a policy; - is standard input.",
		.options = OPTIONS_POLICY | OPTIONS_REPORTS,
	};
	struct run run;

	if (run_begin(&run, arena, argc, argv, &command) == RUN_GO && cmd_front_end(&run) &&
	    run.options.verbose && !run.options.quiet)
		say_what_was_read(&run);
	return run_finish(&run);
}
