/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines: what an event rule of a `via event` statement starts. The machine's input is the
 * event; it calls BatchUpdateFindings for the event's finding. One machine per unit. JSONata,
 * because a JSONPath choice on a missing path fails the run (semantics.md §3.14); the user-defined
 * fields written are the event's own map merged with ours, so the call is right whether AWS merges
 * or replaces (semantics.md §3.3). */
#ifndef TARGET_WORKFLOW_H
#define TARGET_WORKFLOW_H

#include "target/residual.h"

/* residual: NULL or an empty test where there is nothing to test. With one, the machine also tells
 * the channels of the statement. */
void workflow_emit(struct compilation *c, const struct unit *unit, const struct residual *residual);

/* What a machine does. */
struct workflow {
	dd test; /* the findings that it does it to */
	bool writes;
	struct effect effect;
};

/* Read back from the text alone. false with *why if it is not a machine of that form (another call,
 * another finding, another channel, a state that cannot be reached, fields that are not merged, …).
 */
bool workflow_read(struct compilation *c, const struct unit *unit, struct str text,
		   struct workflow *workflow, const char **why);

#endif
