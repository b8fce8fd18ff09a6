/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of CreateFilter requests: around the criteria, what the unit asks for. */
#include "model/limit.h"
#include "target/expect.h"
#include "target/inspector.h"

static bool fail(const char **why, const char *what)
{
	*why = what;
	return false;
}

static bool is_text(const struct json *json, enum limit_id most)
{
	struct str text = json_text(json);

	/* A character has at most four bytes. */
	return json_is(json, JSON_STRING) && text.len > 0 &&
	       text.len <= 4 * (size_t)limits[most].value;
}

/* An object with all of `keys` and no other. */
static bool has_exactly(const struct json *json, const char *const *keys)
{
	size_t n = 0;

	for (; keys[n]; n++)
		if (!json_get(json, keys[n]))
			return false;
	return json_is(json, JSON_OBJECT) && json->n == n;
}

static bool is_name(struct str name)
{
	if (name.len < (size_t)limits[LIMIT_inspector_name_least].value ||
	    name.len > (size_t)limits[LIMIT_inspector_name].value)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char ch = name.ptr[i];

		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
		    !(ch >= '0' && ch <= '9') && ch != '.' && ch != '_' && ch != '-')
			return false;
	}
	return true;
}

/* The statement's own words, unless they were cut. */
static bool is_reason(struct str text, const struct unit *unit)
{
	struct str kept = unit->reason;

	for (size_t i = 0; i < text.len && i < kept.len; i++)
		if (text.ptr[i] != kept.ptr[i] && text.ptr[i] != ' ')
			return str_ends(text, STR("…"));
	return text.len >= kept.len || str_ends(text, STR("…"));
}

static bool check_request(struct compilation *c, const struct unit *unit, size_t index,
			  const struct json *request, const char **why)
{
	static const char *const suppress[] = {"name",	 "action",	   "description",
					       "reason", "filterCriteria", NULL},
				 *const show[] = {"name", "action", "description", "filterCriteria",
						  NULL};
	bool hides = unit->statement->kind == STATEMENT_SUPPRESS;
	struct str name = json_text(json_get(request, "name"));
	const struct json *criteria = json_get(request, "filterCriteria");

	if (!has_exactly(request, hides ? suppress : show))
		return fail(why, "is no request for a filter, or has keys that are not known");
	if (!str_eq(name, expect_aws_name(c, unit, index)) || !is_name(name))
		return fail(why, "has another name");
	if (!str_is(json_text(json_get(request, "action")), hides ? "SUPPRESS" : "NONE"))
		return fail(why, "has another action");
	if (!is_text(json_get(request, "description"), LIMIT_inspector_description))
		return fail(why, "has no description");
	if (hides && (!is_text(json_get(request, "reason"), LIMIT_inspector_reason) ||
		      !is_reason(json_text(json_get(request, "reason")), unit)))
		return fail(why, "has another reason");
	if (!json_is(criteria, JSON_OBJECT) || !criteria->n)
		return fail(why, "has no criteria");
	if (hides && json_get(criteria, "findingStatus"))
		return fail(why, "tests the status that it changes");
	return true;
}

bool inspector_read(struct compilation *c, const struct unit *unit, const struct artefact *artefact,
		    dd *set, const char **why)
{
	struct json_error error;
	const struct json *request = json_parse(c->arena, artefact->text, &error);

	if (!request)
		return fail(why, error.what);
	return check_request(c, unit, artefact->index, request, why) &&
	       inspector_read_criteria(c, json_get(request, "filterCriteria"), false,
				       artefact->regions, artefact->n_regions, set, why);
}
