/* SPDX-License-Identifier: Apache-2.0
 *
 * Event patterns as AWS's own engine reads them (event-ruler 2.1.0, facts/event-patterns.md): which
 * events one takes, for every operator. This is a reader of what others wrote, by hand or by other
 * tools: it has nothing in common with the emitter of patterns, and refuses only what the engine
 * refuses.
 *
 * The same in what surprises: a path that is written twice keeps its last list; a string that is an
 * address is compared as one; affixes and cidr look at the text with its quotes and at the digits
 * of numbers; absence is judged in the order of the paths. Not the same: branches of `$or`, lists
 * and matchers never disturb each other (B1, B4, B5 and B7 of the facts, where the engine loses a
 * match or finds one too many: match_faults tells), and half of a surrogate pair is `?`.
 *
 * Price: the pattern is compiled once; an event costs a pass over its text, a test for each of its
 * values at a path of the pattern and each list there, and then, for each combination of `$or`, the
 * search for elements of arrays on which all paths agree: as many steps as there are elements,
 * unless paths occur through several keys (dots, duplicates), for which there is a limit. */
#ifndef EVAL_MATCH_H
#define EVAL_MATCH_H

#include "base/str.h"

struct match_pattern;

/* What is wrong in a text: where, in bytes, and why (static text, lower case). */
struct match_wrong {
	size_t offset;
	const char *why;
	bool limit; /* it is well-formed, and too large for us */
};

/* The text is one object; *end is behind it, and what follows there is no matter of the engine's.
 * The text must live as long as the pattern. NULL after *wrong. */
const struct match_pattern *match_compile(struct arena *arena, struct str text, size_t *end,
					  struct match_wrong *wrong)
	__attribute__((warn_unused_result));
/* The combinations of its `$or`s. */
size_t match_combinations(const struct match_pattern *pattern);

/* A known fault of the engine that the pattern may meet: then AWS may decide otherwise than we. */
struct match_fault {
	size_t offset;
	const char *what, *remedy;
};

/* At most MATCH_FAULTS of them, one of each kind. */
#define MATCH_FAULTS 4
size_t match_faults(const struct match_pattern *pattern, struct arena *scratch,
		    struct match_fault faults[MATCH_FAULTS]);

struct match_event {
	bool match;
	struct str id; /* its member "id", if that is a string; ptr NULL: there is none */
};

/* The event is the object that begins at *at (spaces before it are allowed); *at moves behind it.
 * What is in scratch is needed as long as the answer. False after *wrong. */
bool match_event(const struct match_pattern *pattern, struct arena *scratch, struct str text,
		 size_t *at, struct match_event *event, struct match_wrong *wrong)
	__attribute__((warn_unused_result));

#endif
