/* SPDX-License-Identifier: Apache-2.0
 *
 * EventBridge refuses wildcards that are too complex; the measure is event-ruler's: the largest
 * number of beginnings of the patterns, each with at least one '*', that one text can have reached
 * at the same time, over all wildcards on one field. Above LIMIT_wildcard_complexity is refused
 * (facts: event-patterns.md §5, assumption A14). */
#ifndef TARGET_WILDCARD_H
#define TARGET_WILDCARD_H

#include "base/str.h"

/* The measure, or limit + 1 as soon as it is known to be above the limit (or to take too long). */
unsigned wildcard_complexity(const struct str *patterns, size_t n, unsigned limit);

#endif
