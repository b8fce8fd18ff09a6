/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress. */
#include "cmd/progress.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"

#define INTERVAL (NS_PER_SECOND / 5)
#define CLEAR "\r\033[K"

static int64_t now(void)
{
	struct timespec t = {0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

void progress_begin(struct progress *p, struct arena *arena, const struct str *files, size_t n,
		    bool quiet)
{
	*p = (struct progress){.on = !quiet && isatty(STDERR_FILENO) == 1};
	if (!p->on)
		return;
	p->next = now() + NS_PER_SECOND;
	p->before = ARENA_ARRAY(arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct stat s;

		if (stat(str_cstr(arena, files[i]), &s) != 0 || !S_ISREG(s.st_mode))
			return;
		p->before[i + 1] = p->before[i] + s.st_size;
	}
	p->n = n;
}

/* What is read of a packed file may seem to be more than there is. */
static int percent(const struct progress *p, size_t file, size_t bytes)
{
	int64_t all = p->before[p->n], end = p->before[file + 1];
	int64_t at = p->before[file] + (int64_t)bytes;

	if (at > end)
		at = end;
	return all > 0 ? (int)(at / (all / 100 + 1)) : 100;
}

void progress_step(struct progress *p, size_t findings, size_t file, size_t bytes)
{
	char line[80];
	int64_t t;
	int n;

	if (!p->on || (t = now()) < p->next)
		return;
	p->next = t + INTERVAL;
	p->shown = true;
	if (file < p->n)
		n = snprintf(line, sizeof line, CLEAR "%zu findings, %d %%", findings,
			     percent(p, file, bytes));
	else
		n = snprintf(line, sizeof line, CLEAR "%zu findings", findings);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		p->on = false;
}

void progress_end(struct progress *p)
{
	if (p->shown && write(STDERR_FILENO, CLEAR, sizeof CLEAR - 1) < 0)
		p->on = false;
}
