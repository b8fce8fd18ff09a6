/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress: what stands on the line, when, and that nothing of it is left. Standard error is a pipe
 * here, which progress_begin takes for what it is; the rest is asked with the switch put by hand.
 */
#include "cmd/progress.h"

#include <string.h>
#include <unistd.h>

#include "tap.h"

static char seen[256];

/* Everything written to standard error since the last call. */
static const char *written(int from)
{
	ssize_t n = read(from, seen, sizeof seen - 1);

	seen[n > 0 ? n : 0] = '\0';
	return seen;
}

int main(void)
{
	struct arena *arena = arena_new();
	struct str none = STR("/nonexistent");
	int64_t sizes[] = {0, 500000, 1000000};
	struct progress p;
	int ends[2], kept = dup(STDERR_FILENO);

	if (pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return 1;
	progress_begin(&p, arena, &none, 1, false);
	ok(!p.on, "what is no terminal gets no progress");
	p = (struct progress){.on = true, .next = INT64_MAX, .before = sizes, .n = 2};
	progress_step(&p, 7, 0, 7);
	ok(!p.shown, "nothing in the first second");
	p.next = 0;
	progress_step(&p, 123, 0, 250000);
	ok(strstr(written(ends[0]), "123 findings, 24 %"), "findings, and the part of the bytes");
	progress_step(&p, 200, 0, 260000);
	ok(p.next > 0, "and nothing again for a while");
	p.next = 0;
	progress_step(&p, 456, 1, 9999999);
	ok(strstr(written(ends[0]), "456 findings, 99 %"), "a packed file is not more than itself");
	p.next = 0;
	p.n = 0;
	progress_step(&p, 789, 0, 10);
	ok(!strchr(written(ends[0]), '%'), "without all sizes no part is told");
	progress_end(&p);
	ok(strcmp(written(ends[0]), "\r\033[K") == 0, "nothing of it is left");
	dup2(kept, STDERR_FILENO);
	arena_free(arena);
	return done();
}
