/* SPDX-License-Identifier: Apache-2.0
 *
 * What the linter is asked for: the level of each rule and the numbers that rules compare with.
 * Defaults are the pages' and those of thresholds.def; vulnctl.yaml changes them
 * (`lint: {levels, thresholds, fail_level}`), the command line comes last. */
#ifndef LINT_SETTINGS_H
#define LINT_SETTINGS_H

#include "lint/rule.h"
#include "model/config.h"

enum lint_threshold {
#define THRESHOLD(id, name, value, days, what) THRESHOLD_##id,
#include "lint/threshold.def"
#undef THRESHOLD
	THRESHOLD_COUNT
};

struct lint_settings {
	enum lint_level levels[RULE_COUNT];
	bool is_set[RULE_COUNT];	     /* by the configuration or the command line */
	int64_t thresholds[THRESHOLD_COUNT]; /* durations in ns */
	enum lint_level fail_level;
};

struct lint_choice { /* of the command line: rules by name or id */
	const struct str *only, *enable, *disable;
	size_t n_only, n_enable, n_disable;
	struct str fail_level; /* empty: not given */
};

/* NULL after diagnostics: an unknown rule or threshold, or one that cannot be set (exit 3). */
const struct lint_settings *lint_settings_read(struct arena *arena, struct diags *d,
					       const struct config *config,
					       const struct lint_choice *choice);

#endif
