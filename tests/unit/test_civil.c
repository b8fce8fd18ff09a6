/* SPDX-License-Identifier: Apache-2.0
 *
 * The calendar: against a calendar that counts one day after the other, and what the readers of
 * dates, instants and offsets take and refuse. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/civil.h"
#include "tap.h"

/* The next day, by the rules as people say them. */
static struct civil tomorrow(struct civil date)
{
	static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = date.year % 400 == 0 || (date.year % 4 == 0 && date.year % 100 != 0);
	unsigned length = lengths[date.month - 1] + (date.month == 2 && leap);

	if (++date.day > length) {
		date.day = 1;
		date.month++;
	}
	if (date.month > 12) {
		date.month = 1;
		date.year++;
	}
	return date;
}

static bool same(struct civil a, struct civil b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void test_every_day(void)
{
	struct civil date = {.year = 0, .month = 1, .day = 1};
	int32_t day = civil_to_days(date), wrong = 0, in_range = 0;

	ok(day == -719528, "0000-01-01 is day -719528");
	for (; date.year < 10000; date = tomorrow(date), day++) {
		wrong += civil_to_days(date) != day || !same(civil_from_days(day), date);
		in_range += civil_valid(date);
	}
	ok(wrong == 0, "every day of the years 0 to 9999, both ways");
	ok(in_range == 230 * 365 + 56, "1970 to 2199 has 230 years and 56 leap days");
	ok(same(civil_from_days(0), (struct civil){1970, 1, 1}), "day 0");
	ok(civil_from_days(INT32_MAX).year == 5881580, "the last day of int32");
	ok(civil_from_days(INT32_MIN).year == -5877641, "the first day of int32");
}

static void test_dates(void)
{
	static const char *const bad[] = {
		"",	      "2026-02-29",  "2100-02-29", "1969-12-31",  "2200-01-01",
		"2026-13-01", "2026-00-01",  "2026-01-00", "2026-04-31",  "2026-1-01",
		"2026-01-1",  "10000-01-01", "2026/01/01", "2026-01-011", " 2026-01-01",
		"+026-01-01", "0000-01-01",  "9999-12-31", "2026-01-0a",  "2026-01-01T",
	};
	struct arena *arena = arena_new();
	int32_t days = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!civil_parse_date(str_from(bad[i]), &days), "no date: `%s`", bad[i]);
	ok(days == 7, "a refused date changes nothing");
	ok(civil_parse_date(STR("1970-01-01"), &days) && days == 0, "the first day");
	ok(civil_parse_date(STR("2024-02-29"), &days) && days == 19782, "a leap day");
	ok(civil_parse_date(STR("2199-12-31"), &days) && days == 84005, "the last day");
	ok(str_is(civil_format_date(arena, 84005), "2199-12-31"), "written back");
	ok(str_is(civil_format_date(arena, -719528), "0000-01-01"), "four digits of a year");
	arena_free(arena);
}

static void test_datetimes(void)
{
	static const char *const bad[] = {
		"2026-12-31",		     "2026-12-31T09:00",	 "2026-12-31T24:00Z",
		"2026-12-31T23:60Z",	     "2026-12-31T23:59:60Z",	 "2026-12-31 09:00Z",
		"2026-12-31T09:00+0900",     "2026-12-31T09:00+09",	 "2026-12-31T09:00+15:00",
		"2026-12-31T09:00+09:60",    "2026-12-31T09:00z",	 "2026-12-31t09:00Z",
		"2026-12-31T09:00:00.5Z",    "2026-12-31T9:00Z",	 "2026-02-29T09:00Z",
		"1969-12-31T23:59Z",	     "2200-01-01T00:00Z",	 "2026-12-31T09:00ZZ",
		"2026-12-31T09:00:Z",	     "2026-12-31T09:00+09:00Z", "2026-12-31T",
	};
	int64_t instant = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!civil_parse_datetime(str_from(bad[i]), &instant), "no instant: `%s`", bad[i]);
	ok(instant == 7, "a refused instant changes nothing");
	ok(civil_parse_datetime(STR("1970-01-01T00:00Z"), &instant) && instant == 0, "the epoch");
	ok(civil_parse_datetime(STR("2026-12-31T09:00+09:00"), &instant) &&
		   instant == INT64_C(1798675200) * NS_PER_SECOND,
	   "east of UTC the day begins earlier");
	ok(civil_parse_datetime(STR("2026-12-31T00:00:01-14:59"), &instant) &&
		   instant == (INT64_C(1798675200) + 14 * 3600 + 59 * 60 + 1) * NS_PER_SECOND,
	   "west of UTC it begins later");
	ok(civil_parse_datetime(STR("1970-01-01T00:00+14:59"), &instant) &&
		   instant == -INT64_C(53940) * NS_PER_SECOND,
	   "the earliest instant a policy can name");
	ok(civil_parse_datetime(STR("2199-12-31T23:59:59-14:59"), &instant) &&
		   instant == (INT64_C(84006) * 86400 - 1 + 53940) * NS_PER_SECOND,
	   "the latest one");
}

static bool reads(const char *text, int64_t expected)
{
	int64_t instant;

	return civil_parse_iso(str_from(text), &instant) && instant == expected;
}

static void test_iso(void)
{
	static const char *const bad[] = {
		"2026-12-31",
		"2026-12-31T09:00Z",
		"2026-12-31T09:00:00",
		"2026-12-31T09:00:00.Z",
		"2026-12-31T09:00:00+9:00",
		"2026-12-31T09:00:00+24:00",
		"2026-12-31T09:00:00+09:00 ",
		"2026-02-30T09:00:00Z",
		"Wed Sep 04 16:55:38.411 UTC 2024",
		"0000-01-01T00:00:00Z",
		"1677-09-21T00:12:43.145224191Z",
		"2262-04-11T23:47:16.854775808Z",
		"9999-12-31T23:59:59.999999999Z",
	};
	int64_t instant = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!civil_parse_iso(str_from(bad[i]), &instant), "no ISO instant: `%s`", bad[i]);
	ok(instant == 7, "a refused instant changes nothing");
	ok(reads("1970-01-01T00:00:00Z", 0), "no fraction");
	ok(reads("1970-01-01T00:00:00.5Z", 500000000), "one digit");
	ok(reads("1970-01-01T00:00:00.000000001Z", 1), "nine digits");
	ok(reads("1970-01-01T00:00:00.0000000019999999999999999999999Z", 1), "the rest is cut");
	ok(reads("1969-12-31T23:59:59.9999999999Z", -1), "and cut downwards before 1970 too");
	ok(reads("1970-01-01T09:00:00+0900", 0), "offset without colon");
	ok(reads("1969-12-31T06:01:00.25-17:59", 250000000), "offset of 18 hours, with fraction");
	ok(reads("1970-01-01T00:00:00-00:00", 0), "-00:00 is UTC");
	ok(reads("2262-04-11T23:47:16.854775807Z", INT64_MAX), "the last instant of int64");
	ok(reads("1677-09-21T00:12:44Z", -INT64_C(9223372036000000000)), "one of the first");
}

static void test_offsets(void)
{
	static const char *const bad[] = {"",	    "Z",      "09:00",	"+9:00",   "+0900",
					  "+15:00", "-15:00", "+09:60", "+09:00 ", "+09:0"};
	int32_t seconds = 7;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!civil_parse_offset(str_from(bad[i]), &seconds), "no offset: `%s`", bad[i]);
	ok(seconds == 7, "a refused offset changes nothing");
	ok(civil_parse_offset(STR("+14:59"), &seconds) && seconds == 53940, "+14:59");
	ok(civil_parse_offset(STR("-14:59"), &seconds) && seconds == -53940, "-14:59");
	ok(civil_parse_offset(STR("-00:30"), &seconds) && seconds == -1800, "-00:30");
	ok(civil_parse_offset(STR("+00:00"), &seconds) && seconds == 0, "+00:00");
}

static bool writes(int64_t instant, const char *expected)
{
	struct arena *arena = arena_new();
	bool same_text = str_is(civil_format_instant(arena, instant), expected);

	arena_free(arena);
	return same_text;
}

static void test_format(void)
{
	ok(writes(0, "1970-01-01T00:00:00Z"), "no fraction");
	ok(writes(500000000, "1970-01-01T00:00:00.500Z"), "three digits");
	ok(writes(1000, "1970-01-01T00:00:00.000001Z"), "six digits");
	ok(writes(1, "1970-01-01T00:00:00.000000001Z"), "nine digits");
	ok(writes(-1, "1969-12-31T23:59:59.999999999Z"), "before 1970");
	ok(writes(INT64_MAX, "2262-04-11T23:47:16.854775807Z"), "the last instant");
	ok(writes(INT64_MIN, "1677-09-21T00:12:43.145224192Z"), "the first instant");
}

static void test_days_in_zones(void)
{
	int32_t wrong = 0;

	for (int32_t days = 0; days <= 84005; days += 83) {
		for (int32_t offset = -53940; offset <= 53940; offset += 1798) {
			int64_t start = civil_day_start(days, offset);

			wrong += civil_day_of(start, offset) != days ||
				 civil_day_of(start - 1, offset) != days - 1 ||
				 civil_day_of(start + NS_PER_DAY - 1, offset) != days;
		}
	}
	ok(wrong == 0, "a day holds its first instant and its last, in every zone");
	ok(civil_day_start(0, 9 * 3600) == -9 * NS_PER_HOUR, "Tokyo begins nine hours earlier");
	ok(civil_day_start(INT32_MAX, 0) == INT64_MAX, "far days are cut");
	ok(civil_day_start(INT32_MIN, 0) == INT64_MIN, "on both sides");
	ok(civil_day_of(INT64_MIN, -53940) == -106753, "the first instant has a day");
	ok(civil_day_of(INT64_MAX, 53940) == 106752, "and so has the last");
}

int main(void)
{
	test_every_day();
	test_dates();
	test_datetimes();
	test_iso();
	test_offsets();
	test_format();
	test_days_in_zones();
	return done();
}
