/* SPDX-License-Identifier: Apache-2.0
 *
 * Reserved names of event patterns. */
#include "model/reserved.h"

#include "base/vec.h"

static const char *const names[] = {
	"exactly",
	"equals-ignore-case",
	"prefix",
	"suffix",
	"anything-but",
	"exists",
	"wildcard",
	"numeric",
	"cidr",
	"=",
	"<",
	"<=",
	">",
	">=",
	"regex",
	"not-wildcard",
	"not-equals-ignore-case",
	"date-after",
	"date-on-or-after",
	"date-before",
	"date-on-or-before",
	"in-date-range",
	"ip-address-in-range",
	"ip-address-not-in-range",
};

bool reserved_in_or(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(key, names[i]))
			return true;
	return false;
}
