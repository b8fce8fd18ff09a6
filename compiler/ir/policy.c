/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of what a policy is made of. */
#include "ir/policy.h"

const char *policy_kind(enum statement_kind kind)
{
	static const char *const names[] = {
		[STATEMENT_TIER] = "tier",	   [STATEMENT_NOTIFY] = "notify",
		[STATEMENT_SUPPRESS] = "suppress", [STATEMENT_REOPEN] = "reopen",
		[STATEMENT_ASSIGN] = "assign",	   [STATEMENT_PROTECT] = "protect",
		[STATEMENT_INSIGHT] = "insight",   [STATEMENT_ACTION] = "action",
		[STATEMENT_REVIEW] = "review",	   [STATEMENT_LIFECYCLE] = "lifecycle",
		[STATEMENT_STATUS] = "status",
	};

	return names[kind];
}
