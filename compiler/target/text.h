/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts and names that stand in artefacts. None of them depends on another statement, on a line
 * number or on the time of day, so that a small change of a policy makes a small change of output.
 * Texts are cut at the target's limit with a visible "…" and a diagnostic; a line break becomes a
 * space (language.md §4). */
#ifndef TARGET_TEXT_H
#define TARGET_TEXT_H

#include "model/limit.h"
#include "target/target.h"

/* `text` on one line. */
struct str text_flat(struct arena *arena, struct str text);
/* The same and at most `limit` characters long; `what` names it in the warning. */
struct str text_cut(struct compilation *c, const struct unit *unit, struct str text,
		    enum limit_id limit, const char *what);
/* `vulnctl NAME until D: reason note`: what a suppression writes beside its status. The beginning
 * `vulnctl NAME ` is its mark. */
struct str text_note(struct compilation *c, const struct unit *unit);
/* The same for a rule that suppressions share, and what it is. */
struct str text_shared_note(struct compilation *c, const struct unit *unit);
struct str text_shared_description(struct compilation *c, const struct unit *unit,
				   enum limit_id limit);
struct str text_mark(struct arena *arena, struct str name);
/* What the rule is, for people in a console: kind, name, title, end, owner, ticket, reason. */
struct str text_description(struct compilation *c, const struct unit *unit, enum limit_id limit);
/* rule_prefix and the artefact's name. */
struct str text_aws_name(struct compilation *c, const struct unit *unit, size_t index);
struct str text_state_machine_arn(struct compilation *c, const struct unit *unit);
/* The letters and digits of an action's name, 20 at most; and its ARN. */
struct str text_action_id(struct arena *arena, const struct unit *unit);
struct str text_action_arn(struct compilation *c, const struct unit *unit);
/* The ARN of a role of vulnctl.yaml ("events", "states", "scheduler"), or its placeholder. */
struct str text_role(struct compilation *c, const char *name);

/* `${name}`, which the manifest lists. */
struct str text_placeholder(struct compilation *c, const char *name);

#endif
