/* SPDX-License-Identifier: Apache-2.0
 *
 * The Amazon States Language, written: what the writers of state machines share. */
#ifndef TARGET_ASL_H
#define TARGET_ASL_H

#include "base/json.h"

void asl_pair(struct json_writer *w, const char *key, const char *value);
void asl_number(struct json_writer *w, const char *key, int64_t value);
void asl_object(struct json_writer *w, const char *key); /* opened */
/* A state, up to its type; and its end, with the state behind it, or NULL. */
void asl_open(struct json_writer *w, const char *name, const char *type);
void asl_close(struct json_writer *w, const char *next);
void asl_choice(struct json_writer *w, const char *condition, const char *next);
void asl_errors(struct json_writer *w, const char *const *names, size_t n);
/* `Retry`: errors that last are not tried again, all others are. */
void asl_retry(struct json_writer *w, const char *const *lasting, size_t n);

#endif
