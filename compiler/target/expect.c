/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and addresses as the readers expect them. */
#include "target/expect.h"

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

struct str expect_state_machine(struct compilation *c, const struct unit *unit)
{
	struct str name = expect_aws_name(c, unit, 1);

	return str_printf(c->arena,
			  "arn:${partition}:states:${region}:${account}:stateMachine:" STR_FMT,
			  STR_ARG(name));
}
