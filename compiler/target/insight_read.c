/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of insights: the text of a CreateInsight request to the set of findings it shows
 * (criteria_read.c). It follows targets.md part D and changes.md alone. */
#include "target/insight.h"

#include "model/limit.h"
#include "target/criteria.h"
#include "target/expect.h"

static const struct json *read_request(struct compilation *c, struct str text, const char **why)
{
	static const char *const keys[] = {"Name", "Filters", "GroupByAttribute", NULL};
	struct json_error error;
	const struct json *request = json_parse(c->arena, text, &error);

	if (!request)
		*why = error.what;
	else if (!expect_keys(request, keys))
		*why = "is no request for an insight, or has keys that are not known";
	return request && expect_keys(request, keys) ? request : NULL;
}

/* Filters "are applied to all active findings". */
bool insight_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		  const char **why)
{
	const struct json *request = read_request(c, text, why), *filters;
	struct engine *e = lower_engine(c->lower);
	var record = lower_var(c->lower, FIELD_record, STR(""), unit->view);

	filters = json_get(request, "Filters");
	if (!request)
		return false;
	if (filters->n > (size_t)limits[LIMIT_insight_attributes].value) {
		*why = "filters by too many attributes";
		return false;
	}
	if (!criteria_read(c, unit, MECHANISM_INSIGHT, filters, set, why))
		return false;
	*set = dd_and(e, *set, dd_in(e, record, set_bits(e, record, BIT(RECORD_ACTIVE))));
	return true;
}

static bool is_active_alone(const struct json *filter)
{
	return json_is(filter, JSON_ARRAY) && filter->n == 1 &&
	       expect_word(json_get(filter->items[0], "Value"), "ACTIVE") &&
	       expect_word(json_get(filter->items[0], "Comparison"), "EQUALS");
}

static size_t characters(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* The title on one line; one that is too long ends in `…` where AWS's limit is. */
static bool is_title(struct compilation *c, struct str title, struct str name)
{
	size_t most = (size_t)limits[LIMIT_insight_name].value;
	char *line = arena_alloc(c->arena, title.len + 1);
	struct str whole = {line, title.len}, kept;

	for (size_t i = 0; i < title.len; i++)
		line[i] = title.ptr[i] == '\n' || title.ptr[i] == '\t' ? ' ' : title.ptr[i];
	if (characters(whole) <= most)
		return str_eq(name, whole);
	kept = str_slice(name, 0, name.len - STR("…").len);
	return characters(name) == most && str_ends(name, STR("…")) && str_starts(whole, kept);
}

bool insight_check(struct compilation *c, const struct unit *unit, struct str text,
		   const char **why)
{
	const struct json *request = read_request(c, text, why);
	enum field_id by = (enum field_id)unit->statement->group_by;
	struct str title = unit->statement->title;
	struct str name = json_text(json_get(request, "Name"));

	if (!request)
		return false;
	if (title.len ? !is_title(c, title, name) : !str_eq(name, expect_aws_name(c, unit, 1)))
		*why = "has another name";
	else if (fields[by].can[MECHANISM_INSIGHT] != CAN_DIRECTLY ||
		 !expect_word(json_get(request, "GroupByAttribute"),
			      field_called(by, MECHANISM_INSIGHT)))
		*why = "is grouped by something else";
	else if (!is_active_alone(json_get(json_get(request, "Filters"), "RecordState")))
		*why = "does not keep archived findings out itself";
	else
		return true;
	return false;
}
