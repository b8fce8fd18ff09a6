/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress. */
#include "cmd/progress.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"

#define CALLS_PER_LOOK 256 /* at the clock */
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
	for (size_t i = 0; i < n; i++) {
		struct stat s;

		if (stat(str_cstr(arena, files[i]), &s) != 0 || !S_ISREG(s.st_mode)) {
			p->total = 0;
			return;
		}
		p->total += s.st_size;
	}
}

void progress_step(struct progress *p, size_t findings, int64_t bytes)
{
	char line[80];
	int64_t t;
	int n;

	if (!p->on || ++p->calls % CALLS_PER_LOOK || (t = now()) < p->next)
		return;
	p->next = t + INTERVAL;
	p->shown = true;
	if (p->total > 0)
		n = snprintf(line, sizeof line, CLEAR "%zu findings, %d %%", findings,
			     bytes >= p->total ? 100 : (int)(bytes / (p->total / 100 + 1)));
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
