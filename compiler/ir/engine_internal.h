/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine's record, for ir/diagram and ir/lang only. Each of the two halves hangs its own tables
 * below it and never looks at the other's; what they share is the arena, the budget of a question
 * and one flag. */
#ifndef IR_ENGINE_INTERNAL_H
#define IR_ENGINE_INTERNAL_H

#include "ir/lang.h"

struct diagram_state; /* ir/diagram.c */
struct lang_state;    /* ir/lang.c */

struct engine {
	struct arena *arena;
	struct diagram_state *diagrams;
	struct lang_state *langs;
	uint64_t work, work_limit; /* elementary steps since engine_start_question; 0: no limit */
	bool exhausted; /* set by either half, cleared only by engine_clear_exhausted */
};

bool engine_spend(struct engine *e, size_t work); /* false: exhausted */

/* Called once by engine_new, with e->arena set. */
void lang_init(struct engine *e);

#endif
