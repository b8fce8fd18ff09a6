/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of operator.def. */
#include "model/operator.h"

const struct operators operators[OPERATOR_COUNT] = {
#define OPERATOR(named, vocabulary, written, ...)                                                  \
	{                                                                                          \
		.type = (named),                                                                   \
		.words = (vocabulary),                                                             \
		.literals = (written),                                                             \
		.items = (const char *const[]){__VA_ARGS__, NULL},                                 \
	},
#include "model/operator.def"
#undef OPERATOR
};
