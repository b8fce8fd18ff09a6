/* SPDX-License-Identifier: Apache-2.0
 *
 * `source inspector-scan`: the event Inspector sends once per scanned image or instance. It has few
 * fields, some of them a finding's too. */
#include "ir/check_internal.h"

bool check_scan_has(enum field_id field)
{
	return fields[field].can[MECHANISM_SCAN_EVENT] != CAN_NOT;
}

void check_scan_hint(struct check_hint *hint)
{
	for (enum field_id f = 0; f < FIELD_ALL; f++)
		if (check_scan_has(f))
			check_hint_offer(hint, str_from(fields[f].name));
}

struct check_node check_scan_whole(struct check *c, struct check_statement *s)
{
	struct check_node all[4];
	size_t n = 0;

	all[n++] = s->when.node;
	if (s->unless.node.cond)
		all[n++] = check_negate(c, s->unless.node.cond->span, s->unless.node);
	if (c->defaults.accounts.cond)
		all[n++] = c->defaults.accounts;
	if (c->defaults.regions.cond)
		all[n++] = c->defaults.regions;
	return n == 1 ? all[0] : check_join(c, COND_AND, s->ast->name_span, all, n);
}
