/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and addresses as the readers expect them. */
#include "target/expect.h"

#include "model/region.h"

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

/* What is one and only can be said; the home Region stands for all. */
static struct str the_only(struct config_strings strings, const char *otherwise)
{
	return strings.n == 1 ? strings.items[0] : str_from(otherwise);
}

struct str expect_state_machine(struct compilation *c, const struct unit *unit)
{
	const struct config_deployment *place = &c->policy->config->deployment;
	struct str region =
		place->home_region.len ? place->home_region : the_only(place->regions, "${region}");
	struct str account = the_only(place->accounts, "${account}");
	int known = region_find(region);
	struct str name = expect_aws_name(c, unit, 1);

	return str_printf(c->arena, "arn:%s:states:" STR_FMT ":" STR_FMT ":stateMachine:" STR_FMT,
			  known < 0 ? "${partition}" : regions[known].partition, STR_ARG(region),
			  STR_ARG(account), STR_ARG(name));
}
