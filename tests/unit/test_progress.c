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

static void steps(struct progress *p, size_t n, size_t findings, int64_t bytes)
{
	for (size_t i = 0; i < n; i++)
		progress_step(p, findings, bytes);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct str none = STR("/nonexistent");
	struct progress p;
	int ends[2], kept = dup(STDERR_FILENO);

	if (pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
		return 1;
	progress_begin(&p, arena, &none, 1, false);
	ok(!p.on, "what is no terminal gets no progress");
	p = (struct progress){.on = true, .next = INT64_MAX};
	steps(&p, 1000, 7, 7);
	ok(!p.shown, "nothing in the first second");
	p.next = 0;
	p.total = 1000000;
	steps(&p, 1000, 123, 250000);
	ok(strstr(written(ends[0]), "123 findings, 24 %"), "findings, and the part of the bytes");
	p.next = 0;
	steps(&p, 1000, 456, 1000000);
	ok(strstr(written(ends[0]), "456 findings, 100 %"), "at the end it is all of them");
	p.next = 0;
	p.total = 0;
	steps(&p, 1000, 789, 10);
	ok(!strchr(written(ends[0]), '%'), "without a total no part is told");
	progress_end(&p);
	ok(strcmp(written(ends[0]), "\r\033[K") == 0, "nothing of it is left");
	dup2(kept, STDERR_FILENO);
	arena_free(arena);
	return done();
}
