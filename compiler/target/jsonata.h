/* SPDX-License-Identifier: Apache-2.0
 *
 * JSONata, the language of expressions in state machines: a condition as a test of the finding that
 * the variable `$finding` holds, and that test read back. Two-valued as language.md §3: every part
 * is true or false on every finding, and none can fail, since a failure would fail the run. So no
 * part relies on `and` stopping early; whatever needs a type is asked for it by `? :` before:
 *
 *   text      `$f = 'x'`, `$f in ['x', 'y']`, `($type($f) = 'string' ? $contains($f, 'x') : false)`
 *   presence  `$type($f) = 'string'` (or 'number')
 *   number    `($type($f) = 'number' ? $f >= 0.5 and $f < 0.9 : false)`
 *   elements  `$exists(LIST[TEST])`, paths inside are those of the element
 *
 * Functions stand in front where they are used: $instant (a date as UTC text with nine decimals, so
 * that texts have the order of instants), $ago (so many seconds before this day began in the
 * policy's timezone: ages are counted when the machine runs), $decimal (a number in quotes), $known
 * (of several types the one that a finding counts as). The reader takes them as they are written
 * here and nothing else; tests/conformance runs them.
 *
 * Rests on A18 (what Step Functions makes of JSONata) and on what event patterns rest on. */
#ifndef TARGET_JSONATA_H
#define TARGET_JSONATA_H

#include "target/refuse.h"

/* --- writing --- */

/* The condition over `$finding`, which is bound where the text stands: one expression, without the
 * brackets `{% %}`. false after a refusal: a field that ASFF does not carry, or a text too large
 * for a state machine. *rests_on: a bit per assumption_id. */
bool jsonata_write(struct compilation *c, const struct cond *cond, enum view view,
		   struct refusal *refusal, struct str *text, uint64_t *rests_on);
/* The path from `$finding` to a field; of a list, to its first element. */
void jsonata_add_field(struct strbuf *b, enum field_id field);
/* A text as a string literal. `%` is escaped so that no text can end the expression. */
void jsonata_add_literal(struct strbuf *b, struct str text);

/* --- reading --- */

/* The set of findings for which the text (without brackets) is true, from the text alone; an age
 * counts from policy->now. false with *why when it is no test that jsonata_write could write. */
bool jsonata_read(struct compilation *c, enum view view, struct str text, dd *set,
		  const char **why);

/* What is left of an expression that is read from left to right. */
struct jsonata {
	struct arena *arena;
	struct str text;
};

/* The inside of `{% … %}`; false if it is a plain string. */
bool jsonata_open(struct arena *arena, struct str text, struct jsonata *j);
bool jsonata_take(struct jsonata *j, const char *token); /* blanks before it are skipped */
bool jsonata_take_literal(struct jsonata *j, struct str *out);
/* What jsonata_add_field writes. */
bool jsonata_take_field(struct jsonata *j, enum field_id *field);
bool jsonata_at_end(struct jsonata *j);

#endif
