/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking rules up. */
#include "lint/rule.h"

#include "base/vec.h"

static const char *const levels[] = {
	[LINT_OFF] = "off",
	[LINT_INFO] = "info",
	[LINT_WARN] = "warn",
	[LINT_ERROR] = "error",
};

enum lint_id lint_rule_find(struct str text)
{
	enum lint_id id = 0;

	while (id < RULE_COUNT && !str_is(text, lint_rules[id].id) &&
	       !str_is(text, lint_rules[id].name))
		id++;
	return id;
}

int lint_level_find(struct str text)
{
	for (int level = 0; level < (int)ARRAY_LEN(levels); level++)
		if (str_is(text, levels[level]))
			return level;
	return -1;
}

const char *lint_level_name(enum lint_level level)
{
	return levels[level];
}

const char *lint_standing_name(enum lint_standing standing)
{
	static const char *const names[] = {
		[LINT_CONFIGURABLE] = "configurable",
		[LINT_LOCKED] = "locked",
		[LINT_MISTAKE] = "mistake",
	};

	return names[standing];
}

struct diag_rules lint_rule_table(struct arena *arena, const char *version)
{
	static const enum diag_level in_reports[] = {
		[LINT_OFF] = DIAG_INFO,
		[LINT_INFO] = DIAG_INFO,
		[LINT_WARN] = DIAG_WARNING,
		[LINT_ERROR] = DIAG_ERROR,
	};
	struct diag_rule *rules = ARENA_ARRAY(arena, struct diag_rule, RULE_COUNT);

	for (size_t i = 0; i < RULE_COUNT; i++)
		rules[i] = (struct diag_rule){
			.id = lint_rules[i].id,
			.name = lint_rules[i].name,
			.level = in_reports[lint_rules[i].level],
			.summary = str_from(lint_rules[i].summary),
			.help = str_from(lint_rules[i].page),
		};
	return (struct diag_rules){.version = version, .items = rules, .n = RULE_COUNT};
}
