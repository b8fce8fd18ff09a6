/* SPDX-License-Identifier: Apache-2.0
 *
 * The calendar. Days are counted in eras of 400 years that begin on 1 March, so that the leap day
 * is the last of its year and no table of months is needed. */
#include "base/civil.h"

#include <inttypes.h>

#define DAYS_PER_ERA 146097
#define SECONDS_PER_DAY 86400
/* 0000-03-01 to 1970-01-01. */
#define EPOCH_DAYS 719468

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in_month(int32_t year, unsigned month)
{
	if (month == 2)
		return is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static bool exists(struct civil date)
{
	return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= days_in_month(date.year, date.month);
}

bool civil_valid(struct civil date)
{
	return date.year >= 1970 && date.year <= 2199 && exists(date);
}

int32_t civil_to_days(struct civil date)
{
	int64_t year = (int64_t)date.year - (date.month <= 2);
	int64_t era = floor_div(year, 400), year_of_era = year - era * 400;
	int64_t month = (date.month + 9) % 12; /* from March */
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int32_t)(era * DAYS_PER_ERA + day_of_era - EPOCH_DAYS);
}

struct civil civil_from_days(int32_t days)
{
	int64_t shifted = (int64_t)days + EPOCH_DAYS;
	int64_t era = floor_div(shifted, DAYS_PER_ERA), day_of_era = shifted - era * DAYS_PER_ERA;
	/* Take out the leap days, of which a cycle of 4, 100 and 400 years has 1, -1 and 1. */
	int64_t year =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* from March */

	return (struct civil){
		.year = (int32_t)(era * 400 + year + (month >= 10)),
		.month = (unsigned)(month < 10 ? month + 3 : month - 9),
		.day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1),
	};
}

/* What is left of a text that is read from left to right. */
static bool take(struct str *s, char c)
{
	if (!s->len || s->ptr[0] != c)
		return false;
	*s = str_slice(*s, 1, s->len);
	return true;
}

static bool take_digits(struct str *s, size_t n, unsigned *value)
{
	*value = 0;
	if (s->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		*value = *value * 10 + (unsigned)(s->ptr[i] - '0');
	}
	*s = str_slice(*s, n, s->len);
	return true;
}

static bool take_date(struct str *s, struct civil *date)
{
	unsigned year;

	if (!take_digits(s, 4, &year) || !take(s, '-') || !take_digits(s, 2, &date->month) ||
	    !take(s, '-') || !take_digits(s, 2, &date->day))
		return false;
	date->year = (int32_t)year;
	return exists(*date);
}

/* Seconds of the day; `short_form` allows the seconds to be missing. */
static bool take_time(struct str *s, bool short_form, unsigned *seconds)
{
	unsigned hour, minute, second = 0;

	if (!take_digits(s, 2, &hour) || !take(s, ':') || !take_digits(s, 2, &minute))
		return false;
	if (take(s, ':') ? !take_digits(s, 2, &second) : !short_form)
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return hour <= 23 && minute <= 59 && second <= 59;
}

static bool take_offset(struct str *s, bool colon_needed, unsigned max_hours, int32_t *seconds)
{
	unsigned hours, minutes;
	bool west = s->len && s->ptr[0] == '-';

	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_digits(s, 2, &hours))
		return false;
	if (!take(s, ':') && colon_needed)
		return false;
	if (!take_digits(s, 2, &minutes) || hours > max_hours || minutes > 59)
		return false;
	*seconds = (int32_t)(hours * 3600 + minutes * 60);
	if (west)
		*seconds = -*seconds;
	return true;
}

bool civil_parse_date(struct str text, int32_t *days)
{
	struct civil date;

	if (!take_date(&text, &date) || text.len || !civil_valid(date))
		return false;
	*days = civil_to_days(date);
	return true;
}

/* false when the instant does not fit; *instant is untouched then. */
static bool join_instant(struct civil date, unsigned seconds, int32_t offset, int64_t fraction,
			 int64_t *instant)
{
	int64_t total = (int64_t)civil_to_days(date) * SECONDS_PER_DAY + seconds - offset;

	if (__builtin_mul_overflow(total, NS_PER_SECOND, &total) ||
	    __builtin_add_overflow(total, fraction, &total))
		return false;
	*instant = total;
	return true;
}

bool civil_parse_datetime(struct str text, int64_t *instant)
{
	struct civil date;
	unsigned seconds;
	int32_t offset = 0;

	if (!take_date(&text, &date) || !civil_valid(date) || !take(&text, 'T') ||
	    !take_time(&text, true, &seconds))
		return false;
	if (!take(&text, 'Z') && !take_offset(&text, true, 14, &offset))
		return false;
	return !text.len && join_instant(date, seconds, offset, 0, instant);
}

/* Nanoseconds; digits behind the ninth are read and dropped. */
static bool take_fraction(struct str *s, int64_t *fraction)
{
	int64_t unit = NS_PER_SECOND / 10;
	unsigned digit;

	*fraction = 0;
	if (!take_digits(s, 1, &digit))
		return false;
	do {
		*fraction += unit * digit;
		unit /= 10;
	} while (take_digits(s, 1, &digit));
	return true;
}

static bool parse_iso(struct str text, bool blank, int64_t *instant)
{
	struct civil date;
	unsigned seconds;
	int32_t offset = 0;
	int64_t fraction = 0;

	if (!take_date(&text, &date) || !(take(&text, 'T') || (blank && take(&text, ' '))) ||
	    !take_time(&text, false, &seconds))
		return false;
	if (take(&text, '.') && !take_fraction(&text, &fraction))
		return false;
	if (!take(&text, 'Z') && !take_offset(&text, false, 23, &offset))
		return false;
	return !text.len && join_instant(date, seconds, offset, fraction, instant);
}

bool civil_parse_iso(struct str text, int64_t *instant)
{
	return parse_iso(text, false, instant);
}

static bool take_text(struct str *s, const char *text)
{
	if (!str_starts(*s, str_from(text)))
		return false;
	*s = str_slice(*s, strlen(text), s->len);
	return true;
}

/* One of n names of three letters; counted from 1. */
static bool take_name(struct str *s, const char *names, unsigned n, unsigned *number)
{
	for (unsigned i = 0; s->len >= 3 && i < n; i++)
		if (memcmp(s->ptr, names + 3 * i, 3) == 0) {
			*number = i + 1;
			*s = str_slice(*s, 3, s->len);
			return true;
		}
	return false;
}

static bool take_month(struct str *s, unsigned *month)
{
	return take_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, month);
}

/* One digit or two. */
static bool take_short(struct str *s, unsigned *value)
{
	return take_digits(s, 2, value) || take_digits(s, 1, value);
}

/* `Wed Sep 04 16:55:38.411 UTC 2024`. */
static bool parse_long_words(struct str text, int64_t *instant)
{
	struct civil date;
	unsigned weekday, seconds, year;
	int64_t fraction = 0;

	if (!take_name(&text, "MonTueWedThuFriSatSun", 7, &weekday) || !take(&text, ' ') ||
	    !take_month(&text, &date.month) || !take(&text, ' ') || !take_short(&text, &date.day) ||
	    !take(&text, ' ') || !take_time(&text, false, &seconds))
		return false;
	if (take(&text, '.') && !take_fraction(&text, &fraction))
		return false;
	if (!(take_text(&text, " UTC ") || take_text(&text, " GMT ")) ||
	    !take_digits(&text, 4, &year) || text.len)
		return false;
	date.year = (int32_t)year;
	return exists(date) && join_instant(date, seconds, 0, fraction, instant);
}

/* `Dec 3, 2021, 6:02:30 PM`, of no zone: UTC, as the rest of the same document. Newer libraries
 * put a narrow space that does not break before the last word. */
static bool parse_short_words(struct str text, int64_t *instant)
{
	struct civil date;
	unsigned year, hour, minute, second;
	bool afternoon;

	if (!take_month(&text, &date.month) || !take(&text, ' ') || !take_short(&text, &date.day) ||
	    !take_text(&text, ", ") || !take_digits(&text, 4, &year) || !take_text(&text, ", ") ||
	    !take_short(&text, &hour) || !take(&text, ':') || !take_digits(&text, 2, &minute) ||
	    !take(&text, ':') || !take_digits(&text, 2, &second) ||
	    !(take(&text, ' ') || take_text(&text, "\xe2\x80\xaf")))
		return false;
	afternoon = str_is(text, "PM");
	date.year = (int32_t)year;
	if (!(afternoon || str_is(text, "AM")) || hour < 1 || hour > 12 || minute > 59 ||
	    second > 59 || !exists(date))
		return false;
	hour = hour % 12 + (afternoon ? 12 : 0);
	return join_instant(date, hour * 3600 + minute * 60 + second, 0, 0, instant);
}

bool civil_parse_any(struct str text, int64_t *instant)
{
	return parse_iso(text, true, instant) || parse_long_words(text, instant) ||
	       parse_short_words(text, instant);
}

bool civil_parse_offset(struct str text, int32_t *seconds)
{
	int32_t offset;

	if (!take_offset(&text, true, 14, &offset) || text.len)
		return false;
	*seconds = offset;
	return true;
}

struct str civil_format_date(struct arena *arena, int32_t days)
{
	struct civil date = civil_from_days(days);

	return str_printf(arena, "%04" PRId32 "-%02u-%02u", date.year, date.month, date.day);
}

struct str civil_format_instant(struct arena *arena, int64_t instant)
{
	int64_t total = floor_div(instant, NS_PER_SECOND);
	int64_t fraction = instant % NS_PER_SECOND;
	int64_t days = floor_div(total, SECONDS_PER_DAY);
	struct civil date = civil_from_days((int32_t)days);
	unsigned seconds = (unsigned)(total - days * SECONDS_PER_DAY);
	struct strbuf b;

	if (fraction < 0)
		fraction += NS_PER_SECOND;
	strbuf_init(&b, arena);
	strbuf_printf(&b, "%04" PRId32 "-%02u-%02uT%02u:%02u:%02u", date.year, date.month, date.day,
		      seconds / 3600, seconds / 60 % 60, seconds % 60);
	if (fraction % 1000 != 0)
		strbuf_printf(&b, ".%09" PRId64, fraction);
	else if (fraction % 1000000 != 0)
		strbuf_printf(&b, ".%06" PRId64, fraction / 1000);
	else if (fraction != 0)
		strbuf_printf(&b, ".%03" PRId64, fraction / 1000000);
	strbuf_addc(&b, 'Z');
	return strbuf_str(&b);
}

int64_t civil_day_start(int32_t days, int32_t offset_seconds)
{
	int64_t seconds = (int64_t)days * SECONDS_PER_DAY - offset_seconds, instant;

	if (__builtin_mul_overflow(seconds, NS_PER_SECOND, &instant))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return instant;
}

int32_t civil_day_of(int64_t instant, int32_t offset_seconds)
{
	return (int32_t)floor_div(floor_div(instant, NS_PER_SECOND) + offset_seconds,
				  SECONDS_PER_DAY);
}
