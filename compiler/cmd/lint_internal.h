/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/lint.c and cmd/lint_fix.c share. */
#ifndef CMD_LINT_INTERNAL_H
#define CMD_LINT_INTERNAL_H

#include "cmd/run.h"
#include "lint/settings.h"

/* How far a run came. */
enum lint_stage { LINT_NOT_READ, LINT_READ, LINT_CHECKED, LINT_COMPILED };

struct lint_done {
	struct run run;
	const struct lint_settings *settings; /* NULL before LINT_CHECKED, or if they are wrong */
	enum lint_stage stage;
	struct str said; /* of what --fix did, for people */
};

/* The whole of a run, from vulnctl.yaml to the names of problems, all but the report. */
void cmd_lint_whole(struct lint_done *done);

/* --fix, --diff: repairs what *done found, and what is found then, until there is nothing left that
 * can be repaired; writes the files, or shows what would change. *done is then what is left, and
 * its arena another one than before, or the same. */
void cmd_lint_fix(struct lint_done *done);

#endif
