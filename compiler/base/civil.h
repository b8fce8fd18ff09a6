/* SPDX-License-Identifier: Apache-2.0
 *
 * Our own calendar: proleptic Gregorian, instants are int64 nanoseconds since 1970-01-01T00:00:00Z,
 * durations int64 nanoseconds, time zones fixed offsets. No libc time, no leap seconds. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/str.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_HOUR (INT64_C(3600) * NS_PER_SECOND)
#define NS_PER_DAY (INT64_C(86400) * NS_PER_SECOND)

struct civil {
	int32_t year;
	unsigned month, day; /* from 1 */
};

bool civil_valid(struct civil date);	  /* year 1970..2199, month and day exist */
int32_t civil_to_days(struct civil date); /* days since 1970-01-01 */
struct civil civil_from_days(int32_t days);

/* "2026-12-31" -> days; false if malformed, impossible or outside 1970..2199. */
bool civil_parse_date(struct str text, int32_t *days);
/* DATETIME of the policy language: 2026-12-31T09:00[:00](Z|+09:00). */
bool civil_parse_datetime(struct str text, int64_t *instant);
/* ISO 8601 as findings carry it: date-time with optional fraction (any digits; beyond nine the
 * value is cut) and Z or an offset, up to ±23:59, with or without colon. Any year of four digits
 * is read, but false when the instant does not fit (before 1677 or after 2262). */
bool civil_parse_iso(struct str text, int64_t *instant);
/* That, also with a blank for the T; `Wed Sep 04 16:55:38.411 UTC 2024`, as Inspector's events have
 * it since 2024; `Dec 3, 2021, 6:02:30 PM`, as they had it before. */
bool civil_parse_any(struct str text, int64_t *instant);
/* "+09:00", up to ±14:59 -> seconds east of UTC. */
bool civil_parse_offset(struct str text, int32_t *seconds);
struct str civil_format_date(struct arena *arena, int32_t days);
/* 2026-12-31T15:00:00Z, with a fraction of 3, 6 or 9 digits when there is one. */
struct str civil_format_instant(struct arena *arena, int64_t instant);
/* First instant of a day in a zone (cut to the range of int64 far outside 1970..2199), and the day
 * of an instant in a zone. */
int64_t civil_day_start(int32_t days, int32_t offset_seconds);
int32_t civil_day_of(int64_t instant, int32_t offset_seconds);

#endif
