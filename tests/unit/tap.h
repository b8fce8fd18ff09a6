/* SPDX-License-Identifier: Apache-2.0
 *
 * The least a unit test needs: `ok` counts and names a check, `done` ends the program. The output
 * is TAP, which tests/run.py adds up. */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3), unused)) static bool ok(bool holds, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", holds ? "" : "not ", ++tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (!holds)
		tap_failed++;
	return holds;
}

/* A check that cannot run here: said, and counted as skipped. */
__attribute__((unused)) static void skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why);
}

__attribute__((unused)) static int done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
