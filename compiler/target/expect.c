/* SPDX-License-Identifier: Apache-2.0
 *
 * Names, addresses and shapes as the readers expect them. */
#include "target/expect.h"

#include "model/region.h"

#include <string.h>

struct str expect_name(struct compilation *c, const struct unit *unit, size_t index)
{
	size_t number = unit->first - 1 + index;

	return number == 1 ? unit->name
			   : str_printf(c->arena, STR_FMT "--%zu", STR_ARG(unit->name), number);
}

struct str expect_aws_name(struct compilation *c, const struct unit *unit, size_t index)
{
	struct str name = expect_name(c, unit, index);

	return str_printf(c->arena, STR_FMT STR_FMT, STR_ARG(c->policy->config->rule_prefix),
			  STR_ARG(name));
}

struct str expect_events_role(const struct compilation *c)
{
	struct str role = c->policy->config->roles.events;

	return role.len ? role : STR("${role_events}");
}

struct str expect_scheduler_role(const struct compilation *c)
{
	struct str role = c->policy->config->roles.scheduler;

	return role.len ? role : STR("${role_scheduler}");
}

/* What is one and only can be said; the home Region stands for all, but not for what is in each:
 * Inspector's own events, and the ends of rules that hold in their own Region. */
static struct str the_only(struct config_strings strings, const char *otherwise)
{
	return strings.n == 1 ? strings.items[0] : str_from(otherwise);
}

static struct str expect_arn(struct compilation *c, const struct unit *unit, const char *service,
			     struct str resource)
{
	const struct config_deployment *place = &c->policy->config->deployment;
	bool each = unit->backend == BACKEND_AUTOMATION ||
		    unit->backend == BACKEND_INSPECTOR_EVENT || unit->backend == BACKEND_SCAN_EVENT;
	struct str region = place->home_region.len && !each ? place->home_region
							    : the_only(place->regions, "${region}");
	struct str account = the_only(place->accounts, "${account}");
	int known = region_find(region);

	return str_printf(c->arena, "arn:%s:%s:" STR_FMT ":" STR_FMT ":" STR_FMT,
			  known < 0 ? "${partition}" : regions[known].partition, service,
			  STR_ARG(region), STR_ARG(account), STR_ARG(resource));
}

struct str expect_state_machine(struct compilation *c, const struct unit *unit)
{
	struct str name = expect_aws_name(c, unit, 1);

	return expect_arn(c, unit, "states",
			  str_printf(c->arena, "stateMachine:" STR_FMT, STR_ARG(name)));
}

struct str expect_action_id(struct arena *arena, const struct unit *unit)
{
	struct str name = unit->statement->name, id = STR("");

	for (size_t i = 0; i < name.len && id.len < 20; i++)
		if (memchr("-_", name.ptr[i], 2) == NULL)
			id = str_printf(arena, STR_FMT "%c", STR_ARG(id), name.ptr[i]);
	return id;
}

struct str expect_action(struct compilation *c, const struct unit *unit)
{
	struct str id = expect_action_id(c->arena, unit);

	return expect_arn(c, unit, "securityhub",
			  str_printf(c->arena, "action/custom/" STR_FMT, STR_ARG(id)));
}

bool expect_keys(const struct json *json, const char *const *keys)
{
	size_t n = 0;

	if (!json_is(json, JSON_OBJECT))
		return false;
	for (; keys[n]; n++)
		if (!json_get(json, keys[n]))
			return false;
	return json->n == n;
}

bool expect_text(const struct json *json)
{
	struct str text = json_text(json);

	if (!json_is(json, JSON_STRING))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && (text.ptr[i] < '\t' || text.ptr[i] > '\r'))
			return true;
	return false;
}

bool expect_word(const struct json *json, const char *word)
{
	return json_is(json, JSON_STRING) && str_is(json_text(json), word);
}
