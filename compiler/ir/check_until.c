/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a suppression: a day (inclusive, in the policy's timezone), an instant, `fixed`, or
 * one of the first two together with `fixed`, whichever comes first. */
#include "base/civil.h"
#include "ir/check_internal.h"

#define OFFERED_DAYS 90

static void bad_end(struct check *c, const struct ast_property *p, const struct ast_scalar *scalar)
{
	struct diag *diag;
	int64_t instant;
	int32_t days;

	diag = check_shape(c, p, "a date such as 2026-12-31, a date and time, or `fixed`");
	if (!scalar || scalar->kind != AST_STRING)
		return;
	if (civil_parse_date(scalar->text, &days) || civil_parse_datetime(scalar->text, &instant) ||
	    str_is(scalar->text, "fixed"))
		diag_fix(diag, scalar->span, scalar->text);
}

static bool twice(struct check *c, const struct ast_property *p, const char *what,
		  struct span first)
{
	struct diag *diag = diag_error(c->d, "VC010", p->name_span, "`until` with %s stands twice",
				       diag_word(c->d, what));

	diag_label(diag, first, "first here");
	diag_help(diag, "two ends are one date and `fixed`");
	return false;
}

static bool end_of(struct check *c, const struct ast_property *p, const struct ast_scalar *scalar,
		   struct until *until)
{
	if (scalar->kind == AST_NAME && str_is(scalar->path.text, "fixed")) {
		if (until->fixed)
			return twice(c, p, "`fixed`", until->fixed_span);
		until->fixed = true;
		until->fixed_span = p->value.span;
		return true;
	}
	if (scalar->kind != AST_DATE && scalar->kind != AST_DATETIME) {
		bad_end(c, p, scalar);
		return false;
	}
	if (until->has_date)
		return twice(c, p, "a date", until->span);
	until->has_date = true;
	until->is_datetime = scalar->kind == AST_DATETIME;
	until->text = scalar->text;
	until->span = p->value.span;
	/* An end is inclusive and written to the second at best. */
	until->end = until->is_datetime
			     ? scalar->number + NS_PER_SECOND
			     : civil_day_start((int32_t)scalar->number + 1, c->policy->offset);
	if (civil_valid(civil_from_days(civil_day_of(until->end, 0))))
		return true;
	diag_help(diag_error(c->d, "VC007", p->value.span,
			     "nothing comes back after " STR_FMT ": the calendar ends with it",
			     STR_ARG(scalar->text)),
		  "write the day on which the decision is to be looked at again");
	return false;
}

bool check_until(struct check *c, size_t file, const struct ast_property *p, struct until *until)
{
	const struct ast_value *value = &p->value;

	if (value->kind != AST_VALUE_SCALAR || value->items[0].kind != AST_NAME ||
	    !str_is(value->items[0].path.text, "fixed"))
		value = check_property_value(c, &file, p);
	if (!value)
		return false;
	if (value->kind == AST_VALUE_SCALAR)
		return end_of(c, p, &value->items[0], until);
	bad_end(c, p, value->kind == AST_VALUE_TEXT && value->n == 1 ? &value->items[0] : NULL);
	return false;
}

/* The end of the line before and the blanks before the place, if nothing else stands there. */
static struct str indentation(struct check *c, uint32_t at)
{
	const struct source *source = sources_locate(c->sources, at).source;
	size_t end = at - source->base, start = end;

	while (start && (source->text.ptr[start - 1] == ' ' || source->text.ptr[start - 1] == '\t'))
		start--;
	if (!start || source->text.ptr[start - 1] != '\n')
		return STR(" ");
	start -= start > 1 && source->text.ptr[start - 2] == '\r' ? 2 : 1;
	return str_slice(source->text, start, end);
}

void check_until_offer(struct check *c, struct diag *diag, struct span behind, const char *end)
{
	int32_t day = civil_day_of(c->policy->now, c->policy->offset) + OFFERED_DAYS;
	struct str before = *end ? indentation(c, behind.start) : STR(" ");

	diag_fix_unsafe(diag, (struct span){behind.end, behind.end},
			str_printf(c->arena, STR_FMT "until " STR_FMT "%s", STR_ARG(before),
				   STR_ARG(civil_format_date(c->arena, day)), end));
}
