/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `version`. */
#include "cmd/version.h"

#include <unistd.h>

#include "base/file.h"
#include "cmd/options.h"

int cmd_version(struct arena *arena, int argc, char **argv)
{
	struct diags *d = diags_new(arena, sources_new(arena));

	diags_set_language(d, options_language(argc, argv));
	if (file_write_fd(d, STDOUT_FILENO, "standard output",
			  STR("vulnctl " VERSION " (policy language edition 1)\n")))
		return 0;
	(void)!file_write_fd(d, STDERR_FILENO, "standard error", diags_text(d, arena, false));
	return 3;
}
