/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules, one page each: compiler/lint/rules/VCnnn.md says what a rule finds, why that hurts,
 * a policy to avoid and one to prefer, and all else there is to know of it; the table is made of
 * the pages when vulnctl is built (rules.awk), so what `lint --explain` prints is what stands
 * there. A rule that is named in code is RULE_ and its name. */
#ifndef LINT_RULE_H
#define LINT_RULE_H

#include "base/diag.h"
#include "lint_rules.h"

enum lint_level { LINT_OFF, LINT_INFO, LINT_WARN, LINT_ERROR };

enum lint_standing {
	LINT_CONFIGURABLE, /* vulnctl.yaml sets its level, `@allow` lets single problems stand */
	LINT_LOCKED,	   /* `@allow` alone */
	LINT_MISTAKE,	   /* the policy does not compile: neither */
};

struct lint_rule {
	const char *id, *name;
	enum lint_level level;
	const char *evidence; /* static, date, findings, coverage, configuration, base */
	const char *fix;      /* none, safe, unsafe */
	enum lint_standing standing;
	const char *changes; /* why safe fixes may change what is compiled; empty: they must not */
	const char *summary; /* a paragraph */
	const char *page;    /* Markdown */
};

extern const struct lint_rule lint_rules[RULE_COUNT]; /* by id */

/* By name or id; RULE_COUNT if there is none. */
enum lint_id lint_rule_find(struct str text);
/* off, info, warn, error; -1 if it is none of them. */
int lint_level_find(struct str text);
const char *lint_level_name(enum lint_level level);
const char *lint_standing_name(enum lint_standing standing);
/* What reports say of the rules. */
struct diag_rules lint_rule_table(struct arena *arena, const char *version);

#endif
