/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedule expressions: what EventBridge Scheduler takes, and the part that is wrong. */
#include "model/schedule.h"

#include "base/vec.h"
#include "tap.h"

static const char *const good[] = {
	"cron(0 9 1 * ? *)",
	"cron(0 9 ? * MON-FRI *)",
	"cron(*/15 0-23/2 L JAN,JUL,10 ? 2026-2030)",
	"cron(15 10 ? * 6L 2026-2027)",
	"cron(0 8 15W * ? *)",
	"cron(59 23 ? 12 7#5 *)",
	"cron(0  9  ?  *  2#1  *)",
	"cron(0/5 * * * ? *)",
	"rate(1 day)",
	"rate(7 days)",
	"rate(12 hours)",
	"rate(1 minute)",
	"at(2026-12-31T23:59:59)",
};

static const struct {
	const char *text, *part, *what;
} bad[] = {
	{"", "", "is no schedule"},
	{"every monday", "every monday", "is no schedule"},
	{"0 9 1 * *", "0 9 1 * *", "is no schedule"},
	{"cron(0 9 1 * ? *", "cron(0 9 1 * ? *", "is no schedule"},
	{"cron(0 9 1 * *)", "0 9 1 * *", "has 5 fields, and cron has six"},
	{"cron(0 9 1 * ? * *)", "0 9 1 * ? * *", "has 7 fields, and cron has six"},
	{"cron(60 9 1 * ? *)", "60", "is no minute of a schedule"},
	{"cron(0 24 1 * ? *)", "24", "is no hour of a schedule"},
	{"cron(0 9 0 * ? *)", "0", "is no day of the month of a schedule"},
	{"cron(0 9 32 * ? *)", "32", "is no day of the month of a schedule"},
	{"cron(0 9 1 13 ? *)", "13", "is no month of a schedule"},
	{"cron(0 9 1 jan ? *)", "jan", "is no month of a schedule"},
	{"cron(0 9 ? * 8 *)", "8", "is no day of the week of a schedule"},
	{"cron(0 9 ? * MON/2 *)", "MON/2", "is no day of the week of a schedule"},
	{"cron(0 9 ? * 2#6 *)", "2#6", "is no day of the week of a schedule"},
	{"cron(0 9 ? * 2#1,3#1 *)", "2#1,3#1", "has another day beside one with `#`"},
	{"cron(0 9 1 * ? 1969)", "1969", "is no year of a schedule"},
	{"cron(0 9 1 * * *)", "*", "names a day beside that of the month"},
	{"cron(0 9 ? * ? *)", "?", "leaves the day open, as the day of the month does"},
	{"cron(? 9 1 * ? *)", "?", "is no minute of a schedule"},
	{"cron(0 9 20-10 * ? *)", "20-10", "is a range that ends before it begins"},
	{"cron(0 9, 1 * ? *)", "", "is no hour of a schedule"},
	{"cron(*/0 9 1 * ? *)", "*/0", "is no minute of a schedule"},
	{"cron(0 9 1W * 3L *)", "3L", "names a day beside that of the month"},
	{"cron(0 L 1 * ? *)", "L", "is no hour of a schedule"},
	{"cron(99999999999 9 1 * ? *)", "99999999999", "is no minute of a schedule"},
	{"rate(0 days)", "0", "is no value of a rate"},
	{"rate(1 days)", "days", "is no unit of this rate"},
	{"rate(2 day)", "day", "is no unit of this rate"},
	{"rate(2 weeks)", "weeks", "is no unit of this rate"},
	{"rate(7days)", "7days", "is no value and unit"},
	{"at(2026-02-30T09:00:00)", "2026-02-30T09:00:00", "is no date and time"},
	{"at(2026-12-31)", "2026-12-31", "is no date and time"},
	{"at(2026-12-31T23:59:59Z)", "2026-12-31T23:59:59Z", "is no date and time"},
};

int main(void)
{
	struct arena *arena = arena_new();
	struct diags *d = diags_new(arena, sources_new(arena));
	struct schedule_fault fault;

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ok(schedule_check(arena, d, str_from(good[i]), &fault), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct str text = str_from(bad[i].text);
		bool taken = schedule_check(arena, d, text, &fault);
		struct str part = taken ? STR("") : str_slice(text, fault.from, fault.to);

		if (!ok(!taken && str_is(fault.what, bad[i].what) && str_is(part, bad[i].part),
			"%s: `%s` %s", bad[i].text, bad[i].part, bad[i].what) &&
		    !taken)
			printf("# got `" STR_FMT "` " STR_FMT "\n", STR_ARG(part),
			       STR_ARG(fault.what));
	}
	arena_free(arena);
	return done();
}
