/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of state machines share: workflow_read.c knows the machine, workflow_tell_read.c
 * the state that tells channels. */
#ifndef TARGET_WORKFLOW_READ_INTERNAL_H
#define TARGET_WORKFLOW_READ_INTERNAL_H

#include "target/workflow.h"

bool workflow_is_text(const struct json *json, const char *expected);
bool workflow_is_number(const struct json *json, const char *expected);
bool workflow_is_list(const struct json *json, size_t n);
bool workflow_is_state(const struct json *state, const char *type);
/* An object with these members and no other; `keys` ends with NULL. */
bool workflow_has_only(const struct json *json, const char *const *keys);

#define HAS_ONLY(json, ...) workflow_has_only(json, (const char *const[]){__VA_ARGS__, NULL})

/* Errors that last are not tried again, all others are. */
bool workflow_check_retry(const struct json *retry, const char *const *lasting, size_t n);
/* The state `Tell` of a unit: its channels, each once and no other. */
bool workflow_check_tell(struct compilation *c, const struct statement *statement,
			 const struct json *state, const char *next);

#endif
