/* SPDX-License-Identifier: Apache-2.0
 *
 * The message of a notify: what its topics get in place of the whole event. EventBridge fills it in
 * (an InputTransformer): each `{field}` becomes a variable whose path leads into the event, of an
 * array to its only element (A1). As EventBridge documents it: the template is a JSON string, in
 * quotes, and so is what arrives; a field that the event lacks leaves nothing behind; a value is
 * put in as it is (A21); `<` and `>` cannot be escaped, so no message holds them. An event bus
 * takes events, not texts. */
#ifndef TARGET_MESSAGE_H
#define TARGET_MESSAGE_H

#include "target/target.h"

/* Reports what cannot be sent (VC005, VC503, VC603). */
void message_check(struct compilation *c, const struct unit *unit);
/* The object of the key "InputTransformer". */
void message_write(struct compilation *c, struct json_writer *w, const struct unit *unit);
/* What the message in a rule rests on: a bit per assumption_id. */
uint64_t message_rests_on(struct compilation *c, const struct unit *unit);
/* The message as an expression of a state machine, which tells in place of the rule: what arrives
 * there is the text itself, without quotes. */
struct str message_expression(struct compilation *c, const struct unit *unit);
/* Read back: does it send the unit's message? */
bool message_read(struct compilation *c, const struct unit *unit, const struct json *transformer,
		  const char **why);

#endif
