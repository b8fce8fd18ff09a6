/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom actions, read back. */
#include "target/action.h"
#include "target/expect.h"

static bool is_text(const struct json *json, struct str expected)
{
	return json_is(json, JSON_STRING) && str_eq(json_text(json), expected);
}

static bool is_list_of(const struct json *list, struct str only)
{
	return json_is(list, JSON_ARRAY) && list->n == 1 && is_text(list->items[0], only);
}

/* Texts are shown on one line. */
static bool is_shown(const struct json *json, struct str written)
{
	struct str shown = json_text(json);

	if (!json_is(json, JSON_STRING) || shown.len != written.len)
		return false;
	for (size_t i = 0; i < written.len; i++) {
		bool breaks = written.ptr[i] == '\n' || written.ptr[i] == '\t';

		if (shown.ptr[i] != (breaks ? ' ' : written.ptr[i]))
			return false;
	}
	return true;
}

bool action_check_target(struct compilation *c, const struct unit *unit, struct str text,
			 const char **why)
{
	struct json_error error;
	const struct json *request = json_parse(c->arena, text, &error);
	const struct statement *s = unit->statement;

	*why = "is no action target of this unit";
	if (!json_is(request, JSON_OBJECT) || request->n != 3 ||
	    !json_text(json_get(request, "Description")).len)
		return false;
	*why = "has another name than its statement";
	if (!is_shown(json_get(request, "Name"), s->title))
		return false;
	*why = "has another description than its statement";
	if (s->description.len && !is_shown(json_get(request, "Description"), s->description))
		return false;
	*why = "has another id than its statement";
	return is_text(json_get(request, "Id"), expect_action_id(c->arena, unit));
}

bool action_check_pattern(struct compilation *c, const struct unit *unit, struct str text,
			  const char **why)
{
	struct json_error error;
	const struct json *pattern = json_parse(c->arena, text, &error);

	*why = "is not on the custom actions of Security Hub";
	if (!json_is(pattern, JSON_OBJECT) || pattern->n != 3 ||
	    !is_list_of(json_get(pattern, "source"), STR("aws.securityhub")) ||
	    !is_list_of(json_get(pattern, "detail-type"),
			STR("Security Hub Findings - Custom Action")))
		return false;
	*why = "is on another action";
	return is_list_of(json_get(pattern, "resources"), expect_action(c, unit));
}
