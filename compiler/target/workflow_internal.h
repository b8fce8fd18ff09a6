/* SPDX-License-Identifier: Apache-2.0
 *
 * What the writers of state machines share: workflow.c writes the machine, workflow_tell.c the
 * state that tells channels. */
#ifndef TARGET_WORKFLOW_INTERNAL_H
#define TARGET_WORKFLOW_INTERNAL_H

#include "target/workflow.h"

void workflow_pair(struct json_writer *w, const char *key, const char *value);
void workflow_open_state(struct json_writer *w, const char *name, const char *type);
void workflow_close_state(struct json_writer *w, const char *next); /* NULL: none */
/* `Retry`: errors that last are not tried again, all others are. */
void workflow_retry(struct json_writer *w, const char *const *lasting, size_t n);
/* The state `Tell`. */
void workflow_tell(struct compilation *c, struct json_writer *w, const struct unit *unit,
		   const char *next);

#endif
