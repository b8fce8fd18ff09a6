/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of all areas, and an open hash of them. */
#include "base/japanese.h"

#include "base/str.h"
#include "base/vec.h"

#define MESSAGE(english, japanese) {english, japanese},

static const struct {
	const char *english, *japanese;
} rows[] = {
#include "base/japanese_base.def"
#include "base/japanese_cmd.def"
#include "base/japanese_ir.def"
#include "base/japanese_lint.def"
#include "base/japanese_lint_text.def"
#include "base/japanese_model.def"
#include "base/japanese_syntax.def"
#include "base/japanese_target.def"
};

#undef MESSAGE

/* A power of two that stays half empty. */
#define SLOTS 4096

_Static_assert(2 * ARRAY_LEN(rows) <= SLOTS, "the index has room for all rows");

struct japanese {
	uint16_t slots[SLOTS]; /* number of a row, from 1; 0: none */
};

static size_t slot_of(const char *english)
{
	return str_hash(str_from(english)) % SLOTS;
}

struct japanese *japanese_new(struct arena *arena)
{
	struct japanese *japanese = ARENA_NEW(arena, struct japanese);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t at = slot_of(rows[i].english);

		while (japanese->slots[at])
			at = (at + 1) % SLOTS;
		japanese->slots[at] = (uint16_t)(i + 1);
	}
	return japanese;
}

const char *japanese_of(const struct japanese *japanese, const char *english)
{
	for (size_t at = slot_of(english); japanese->slots[at]; at = (at + 1) % SLOTS)
		if (!strcmp(rows[japanese->slots[at] - 1].english, english))
			return rows[japanese->slots[at] - 1].japanese;
	return english;
}
