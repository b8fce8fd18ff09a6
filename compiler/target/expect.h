/* SPDX-License-Identifier: Apache-2.0
 *
 * What a unit's artefacts must be called and point to, worked out again from the policy and
 * vulnctl.yaml, and the shapes of JSON that they are made of: for the readers, which must not ask
 * the emitters (commands.md, layout). */
#ifndef TARGET_EXPECT_H
#define TARGET_EXPECT_H

#include "target/target.h"

/* The artefact's name (NAME, NAME--2, …) and the name on AWS. */
struct str expect_name(struct compilation *c, const struct unit *unit, size_t index);
struct str expect_aws_name(struct compilation *c, const struct unit *unit, size_t index);
/* The roles that EventBridge and its Scheduler take on, and the machine of a unit. */
struct str expect_events_role(const struct compilation *c);
struct str expect_scheduler_role(const struct compilation *c);
struct str expect_state_machine(struct compilation *c, const struct unit *unit);
/* The id of an action, and the ARN by which its event is known. */
struct str expect_action_id(struct arena *arena, const struct unit *unit);
struct str expect_action(struct compilation *c, const struct unit *unit);
/* An object with every key of `keys` (NULL-terminated) and no other. */
bool expect_keys(const struct json *json, const char *const *keys);
/* A string that holds a character which is not blank: AWS's NonEmptyString. */
bool expect_text(const struct json *json);
/* This string. */
bool expect_word(const struct json *json, const char *word);

#endif
