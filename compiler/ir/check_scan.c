/* SPDX-License-Identifier: Apache-2.0
 *
 * `source inspector-scan`: the event Inspector sends once per scanned image or instance. It has few
 * fields, some of them a finding's too; the others are typed here. This version emits nothing for
 * it, so a condition over them is checked and kept nowhere. */
#include "ir/check_internal.h"

static const char *const own[] = {
	"scan.status", "counts.critical",      "counts.high",	   "counts.medium",
	"counts.low",  "counts.informational", "counts.untriaged",
};

static const char *const shared[] = {"repository", "image.tag", "image.digest", "account",
				     "region"};

bool check_scan_field(struct str name, struct check_type *type)
{
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (!str_is(name, own[i]))
			continue;
		*type = (struct check_type){
			.type = i ? TYPE_INT : TYPE_STRING,
			.hi = INT64_MAX,
			.identity = own[i],
			.shown = str_from(own[i]),
		};
		return true;
	}
	return false;
}

bool check_scan_shared(enum field_id field)
{
	for (size_t i = 0; i < ARRAY_LEN(shared); i++)
		if (str_is(str_from(fields[field].name), shared[i]))
			return true;
	return false;
}

void check_scan_hint(struct check_hint *hint)
{
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		check_hint_offer(hint, str_from(own[i]));
	for (size_t i = 0; i < ARRAY_LEN(shared); i++)
		check_hint_offer(hint, str_from(shared[i]));
}
