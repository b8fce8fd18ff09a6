/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of its own for a test that writes files. The test works in it, so that its paths are
 * short and nothing else is in reach of a mistake. */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char place[200];

__attribute__((unused)) static bool place_enter(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(place, sizeof place, "%.150s/vulnctl-test.XXXXXX",
		 base && *base ? base : P_tmpdir);
	return ok(mkdtemp(place) && chdir(place) == 0, "a place to work in");
}

/* With all that is in it. */
__attribute__((unused)) static void place_remove(void)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		execlp("rm", "rm", "-rf", "--", place, (char *)NULL);
		_exit(1);
	}
	if (waitpid(child, &status, 0) != child || status != 0)
		printf("# cannot remove %s\n", place);
}

#endif
