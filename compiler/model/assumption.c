/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of assumption.def and universe.def. */
#include "model/assumption.h"

const struct assumption assumptions[ASSUMPTION_COUNT] = {
#define ASSUMPTION(id, said, seen)                                                                 \
	[ASSUMPTION_##id] = {.name = #id, .sentence = (said), .source = (seen)},
#define EXPERIMENTAL(id, said, seen)                                                               \
	[ASSUMPTION_##id] = {                                                                      \
		.name = #id, .sentence = (said), .source = (seen), .experimental = true},
#include "model/assumption.def"
#undef EXPERIMENTAL
#undef ASSUMPTION
};

const struct invariant invariants[INVARIANT_COUNT] = {
#define INVARIANT(id, said, seen)                                                                  \
	[INVARIANT_##id] = {.name = #id, .sentence = (said), .source = (seen)},
#include "model/universe.def"
#undef INVARIANT
};
