/* SPDX-License-Identifier: Apache-2.0
 *
 * A run over a policy: its arena, sources, diagnostics and options, and the front end every such
 * command begins with. Diagnostics go to standard error once, at the end (run_finish). */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/options.h"
#include "ir/check.h"

struct run {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	struct options options;
	bool reports;			   /* diagnostics in every format, OPTIONS_REPORTS */
	const struct source *config_text;  /* vulnctl.yaml; NULL: there is none */
	const struct config *config;	   /* with what --env replaces; NULL if it is wrong */
	const struct ast_program *program; /* NULL if the policy could not be read */
	const struct policy *policy;	   /* NULL unless everything was right so far */
};

/* What a command says of itself. */
struct run_command {
	const char *usage;   /* "vulnctl check [options] POLICY" */
	const char *summary; /* one sentence */
	uint64_t options;    /* OPTION_BIT()s */
	bool several;	     /* operands, not one */
	const char *operand; /* what the first one is; NULL: a policy */
	bool none;	     /* no operand may be right, too: the command knows */
};

enum run_start {
	RUN_GO,
	RUN_DONE, /* --help was answered, or the arguments are wrong: run_finish gives the code */
};

/* Arguments of a command; its operands are policies. */
enum run_start run_begin(struct run *run, struct arena *arena, int argc, char **argv,
			 const struct run_command *command) __attribute__((warn_unused_result));
/* vulnctl.yaml, the policy and all it uses, checked. NULL after diagnostics. */
const struct policy *cmd_front_end(struct run *run);
/* The same policy for another day: what was read is checked once more. */
const struct policy *cmd_check_again(struct run *run);
/* The diagnostics in the format that is asked for; where --format speaks of other output, too, what
 * is no shape of theirs leaves them text. JUnit: those of this level and above it are failures. */
struct str run_render(const struct run *run, enum diag_level fail);
/* Prints what there is to say to standard error and returns the exit code (commands.md). */
int run_finish(struct run *run);

#endif
