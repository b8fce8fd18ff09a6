/* SPDX-License-Identifier: Apache-2.0
 *
 * What the writers of state machines share: workflow.c writes the machine, workflow_tell.c the
 * state that tells channels. */
#ifndef TARGET_WORKFLOW_INTERNAL_H
#define TARGET_WORKFLOW_INTERNAL_H

#include "target/asl.h"
#include "target/workflow.h"

/* The state `Tell`. */
void workflow_tell(struct compilation *c, struct json_writer *w, const struct unit *unit,
		   const char *next);

#endif
