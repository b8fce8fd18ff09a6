/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking schedule expressions, field by field. */
#include "model/schedule.h"

#include "base/civil.h"
#include "base/vec.h"
#include "model/limit.h"

#include <string.h>

#define CRON "cron(MINUTE HOUR DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)"

struct reader {
	struct arena *arena;
	struct diags *d;
	struct str text;
	struct schedule_fault *fault;
};

static const char *const months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
				     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
static const char *const days[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR, FIELDS };

static const struct field {
	const char *what;
	int64_t least, greatest;
	const char *const *names; /* of the values, from the least */
	bool step;		  /* has `/` */
	const char *help;
} fields[FIELDS] = {
	[MINUTE] = {DIAG_TEXT("minute"), 0, 59, NULL, true, DIAG_TEXT("0 to 59, and `, - * /`")},
	[HOUR] = {DIAG_TEXT("hour"), 0, 23, NULL, true, DIAG_TEXT("0 to 23, and `, - * /`")},
	[DAY] = {DIAG_TEXT("day of the month"), 1, 31, NULL, true,
		 DIAG_TEXT("1 to 31, and `, - * ? / L W`")},
	[MONTH] = {DIAG_TEXT("month"), 1, 12, months, true,
		   DIAG_TEXT("1 to 12 or JAN to DEC, and `, - * /`")},
	[WEEKDAY] = {DIAG_TEXT("day of the week"), 1, 7, days, false,
		     DIAG_TEXT("1 to 7 or SUN to SAT, and `, - * ? L #`")},
	[YEAR] = {DIAG_TEXT("year"), 1970, 2199, NULL, true,
		  DIAG_TEXT("1970 to 2199, and `, - * /`")},
};

static bool fail(struct reader *r, struct str part, const char *what, const char *help)
{
	r->fault->from = part.ptr ? (size_t)(part.ptr - r->text.ptr) : 0;
	r->fault->to = r->fault->from + part.len;
	r->fault->what = str_from(diag_word(r->d, what));
	r->fault->help = help ? diag_word(r->d, help) : NULL;
	return false;
}

static bool fail_field(struct reader *r, struct str part, const struct field *f)
{
	struct str what = diag_piece(r->d, "is no %s of a schedule", diag_word(r->d, f->what));

	return fail(r, part, str_cstr(r->arena, what), f->help);
}

/* What stands before `end`; the whole rest if it does not come. */
static struct str cut(struct str *rest, char end, bool *found)
{
	struct str piece = *rest;

	*found = false;
	for (size_t i = 0; i < rest->len && !*found; i++)
		if (rest->ptr[i] == end) {
			piece = str_slice(*rest, 0, i);
			*rest = str_slice(*rest, i + 1, rest->len);
			*found = true;
		}
	if (!*found)
		*rest = str_slice(*rest, rest->len, rest->len);
	return piece;
}

static bool read_number(struct str text, int64_t *value)
{
	*value = 0;
	if (!text.len || text.len > 9)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*value = 10 * *value + (text.ptr[i] - '0');
	}
	return true;
}

static bool read_value(const struct field *f, struct str text, int64_t *value)
{
	for (int64_t i = 0; f->names && i <= f->greatest - f->least; i++)
		if (str_is(text, f->names[i])) {
			*value = f->least + i;
			return true;
		}
	return read_number(text, value) && *value >= f->least && *value <= f->greatest;
}

/* `L`, `15W`, `6L`, `3#2`: what days alone have. */
static bool is_special_day(size_t field, struct str text)
{
	const struct field *f = &fields[field];
	struct str head = str_slice(text, 0, text.len ? text.len - 1 : 0);
	char last = text.len ? text.ptr[text.len - 1] : 0;
	struct str day = text, week;
	int64_t value;
	bool found;

	if (field != DAY && field != WEEKDAY)
		return false;
	if (str_is(text, "L") || (field == DAY && last == 'W' && read_value(f, head, &value)))
		return true;
	if (field == DAY)
		return false;
	if (last == 'L' && read_value(f, head, &value))
		return true;
	week = text;
	day = cut(&week, '#', &found);
	return found && read_value(f, day, &value) && read_number(week, &value) && value >= 1 &&
	       value <= 5;
}

/* One of a list: `*`, a value, a range, each with a step. */
static bool check_item(struct reader *r, size_t field, struct str item)
{
	const struct field *f = &fields[field];
	struct str rest = item, base, from;
	int64_t first, last, step;
	bool has_step, has_range;

	if (is_special_day(field, item))
		return true;
	base = cut(&rest, '/', &has_step);
	if (has_step && (!f->step || !read_number(rest, &step) || step < 1 || step > f->greatest))
		return fail_field(r, item, f);
	if (str_is(base, "*"))
		return true;
	rest = base;
	from = cut(&rest, '-', &has_range);
	if (!read_value(f, from, &first) || (has_range && !read_value(f, rest, &last)))
		return fail_field(r, item, f);
	if (has_range && last < first)
		return fail(r, item, "is a range that ends before it begins", f->help);
	return true;
}

static bool check_field(struct reader *r, size_t field, struct str text)
{
	struct str rest = text;
	bool more = true;

	if (str_is(text, "?"))
		return field == DAY || field == WEEKDAY || fail_field(r, text, &fields[field]);
	while (more) {
		struct str item = cut(&rest, ',', &more);
		bool several = item.len < text.len;

		if (!check_item(r, field, item))
			return false;
		if (several && memchr(item.ptr, '#', item.len))
			return fail(r, text, "has another day beside one with `#`",
				    "a day of the week with `#` stands alone");
	}
	return true;
}

/* Blanks part the fields. */
static size_t split(struct str body, struct str *out, size_t most)
{
	size_t n = 0, from = 0;

	for (size_t i = 0; i <= body.len; i++) {
		if (i < body.len && body.ptr[i] != ' ')
			continue;
		if (i > from && n < most)
			out[n] = str_slice(body, from, i);
		n += i > from;
		from = i + 1;
	}
	return n;
}

static bool check_cron(struct reader *r, struct str body)
{
	struct str parts[FIELDS];
	size_t n = split(body, parts, FIELDS);
	bool day, weekday;

	if (n != FIELDS)
		return fail(
			r, body,
			str_cstr(r->arena, diag_piece(r->d, "has %zu fields, and cron has six", n)),
			CRON);
	for (size_t i = 0; i < FIELDS; i++)
		if (!check_field(r, i, parts[i]))
			return false;
	day = str_is(parts[DAY], "?");
	weekday = str_is(parts[WEEKDAY], "?");
	if (day == weekday)
		return fail(r, parts[WEEKDAY],
			    day ? "leaves the day open, as the day of the month does"
				: "names a day beside that of the month",
			    "exactly one of the day of the month and the day of the week is `?`");
	return true;
}

static bool check_rate(struct reader *r, struct str body)
{
	static const char *const units[] = {"minute", "hour", "day"};
	static const char help[] = "rate(VALUE UNIT): minute, hour, day for 1, and minutes, hours, "
				   "days for more";
	struct str parts[2];
	int64_t value;

	if (split(body, parts, 2) != 2)
		return fail(r, body, "is no value and unit", help);
	if (!read_number(parts[0], &value) || value < 1)
		return fail(r, parts[0], "is no value of a rate", help);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct str unit = str_from(units[i]);

		if (value == 1 ? str_eq(parts[1], unit)
			       : str_starts(parts[1], unit) && parts[1].len == unit.len + 1 &&
					 parts[1].ptr[unit.len] == 's')
			return true;
	}
	return fail(r, parts[1], "is no unit of this rate", help);
}

static bool check_at(struct reader *r, struct str body)
{
	int64_t instant;

	if (body.len == strlen("2026-04-01T09:00:00") &&
	    civil_parse_iso(str_printf(r->arena, STR_FMT "Z", STR_ARG(body)), &instant))
		return true;
	return fail(r, body, "is no date and time", "at(yyyy-mm-ddThh:mm:ss), without a zone");
}

bool schedule_check(struct arena *arena, struct diags *d, struct str text,
		    struct schedule_fault *fault)
{
	static const struct {
		const char *head;
		bool (*check)(struct reader *r, struct str body);
	} forms[] = {{"cron(", check_cron}, {"rate(", check_rate}, {"at(", check_at}};
	struct reader r = {arena, d, text, fault};

	if (text.len > (size_t)limits[LIMIT_schedule_expression].value)
		return fail(&r, text, "is longer than a schedule can be", NULL);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct str head = str_from(forms[i].head);

		if (str_starts(text, head) && str_ends(text, STR(")")))
			return forms[i].check(&r, str_slice(text, head.len, text.len - 1));
	}
	return fail(&r, text, "is no schedule",
		    "write " CRON ", rate(VALUE UNIT) or at(yyyy-mm-ddThh:mm:ss)");
}
