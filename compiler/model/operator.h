/* SPDX-License-Identifier: Apache-2.0
 *
 * Which operators and literals each type takes (language.md §3), for people and editors. The rules
 * themselves are applied by ir/check. */
#ifndef MODEL_OPERATOR_H
#define MODEL_OPERATOR_H

#include "model/type.h"

struct operators {
	const char *type;
	const struct vocabulary *words; /* or NULL */
	const char *literals;
	const char *const *items;       /* NULL-terminated */
};

enum {
	OPERATOR_COUNT = 0
#define OPERATOR(...) +1
#include "model/operator.def"
#undef OPERATOR
};

extern const struct operators operators[OPERATOR_COUNT];

#endif
