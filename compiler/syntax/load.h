/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading: reads and parses the root policy and everything it uses. `use` paths are relative to the
 * including file and confined to the project root (the folder of the nearest vulnctl.yaml upward,
 * else of the root policy): no symlinks, no escape, regular `.vpol` files, each loaded once, depth
 * at most 16, at most 256 files and 64 MiB in all; cycles are errors printed whole (VC011). */
#ifndef SYNTAX_LOAD_H
#define SYNTAX_LOAD_H

#include "base/diag.h"
#include "syntax/ast.h"

struct ast_program {
	struct ast_file *root;
	struct ast_file **files; /* root first, then in order of first use, depth first */
	size_t n;
	struct str project_root; /* a directory, as the user would reach it */
};

/* path "-" is standard input (project root "."). config_dir: folder of vulnctl.yaml or empty.
 * NULL only if the root could not be read; syntax errors are in the diagnostics. */
struct ast_program *load_program(struct arena *arena, struct diags *d, struct sources *sources,
				 struct str path, struct str config_dir);

/* One file by itself, no `use` followed: its bytes, shown as `path`. Never NULL; it is complete if
 * nothing is wrong with it. */
struct ast_file *load_text(struct arena *arena, struct diags *d, struct sources *sources,
			   struct str path, struct str bytes);

/* A condition by itself, shown as `name`: NULL after diagnostics. */
struct ast_expr *load_condition(struct arena *arena, struct diags *d, struct sources *sources,
				struct str name, struct str bytes);

/* One source, no `use` followed: for tests, and load_program's step. Never NULL. */
struct ast_file *parse_source(struct arena *arena, struct diags *d, struct sources *sources,
			      const struct source *source);

#endif
