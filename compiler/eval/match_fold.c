/* SPDX-License-Identifier: Apache-2.0
 *
 * Upper and lower case as the engine has them: of each UTF-16 code unit of the pattern by itself,
 * so that half of a surrogate pair is `?`. An event's text is not folded: it has to spell each of
 * them in one of two ways. Neither way is the beginning of the other, nor its end, so there is
 * nothing to try twice. */
#include "eval/match_internal.h"

#include "base/unicode.h"

static const struct {
	uint16_t first, last;
	int step;
	int32_t lower, upper;
} folds[] = {
#define FOLD(first, last, step, lower, upper) {first, last, step, lower, upper},
#define FOLD_LONG(character, lower, upper)
#include "eval/match_fold.def"
#undef FOLD
#undef FOLD_LONG
};

static const struct {
	uint16_t character;
	const char *cases[2];
} long_folds[] = {
#define FOLD(first, last, step, lower, upper)
#define FOLD_LONG(character, lower, upper) {character, {lower, upper}},
#include "eval/match_fold.def"
#undef FOLD
#undef FOLD_LONG
};

static size_t put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xC0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	to[0] = (char)(0xE0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3F));
	to[2] = (char)(0x80 | (c & 0x3F));
	return 3;
}

static void set(struct match_unit *unit, uint32_t lower, uint32_t upper)
{
	unit->n[0] = (unsigned char)put(unit->text[0], lower);
	unit->n[1] = (unsigned char)put(unit->text[1], upper);
}

static void fold(struct match_unit *unit, uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(folds) && folds[i].first <= c; i++)
		if (c <= folds[i].last && (c - folds[i].first) % (unsigned)folds[i].step == 0) {
			set(unit, (uint32_t)((int32_t)c + folds[i].lower),
			    (uint32_t)((int32_t)c + folds[i].upper));
			return;
		}
	set(unit, c, c);
	for (size_t i = 0; i < ARRAY_LEN(long_folds); i++)
		for (int k = 0; k < 2 && long_folds[i].character == c; k++) {
			struct str text = str_from(long_folds[i].cases[k]);

			unit->n[k] = (unsigned char)text.len;
			memcpy(unit->text[k], text.ptr, text.len);
		}
}

struct match_units match_fold(struct arena *arena, struct str text)
{
	struct match_units units = {ARENA_ARRAY(arena, struct match_unit, text.len), 0};

	for (size_t at = 0; at < text.len;) {
		uint32_t c = unicode_next(text, &at);

		if (c < 0x10000) {
			fold(units.items + units.n++, c);
			continue;
		}
		set(units.items + units.n++, '?', '?');
		set(units.items + units.n++, '?', '?');
	}
	return units;
}

/* Which of its ways a text spells a unit at its front (or back); 0 bytes: neither. */
static size_t spelled(const struct match_unit *unit, struct str text, bool back)
{
	for (int k = 0; k < 2; k++) {
		size_t n = unit->n[k];

		if (n <= text.len &&
		    memcmp(back ? text.ptr + text.len - n : text.ptr, unit->text[k], n) == 0)
			return n;
	}
	return 0;
}

size_t match_fold_front(const struct match_units *units, struct str text)
{
	size_t at = 0;

	for (size_t i = 0; i < units->n; i++) {
		size_t n = spelled(units->items + i, str_slice(text, at, text.len), false);

		if (!n)
			return SIZE_MAX;
		at += n;
	}
	return at;
}

size_t match_fold_back(const struct match_units *units, struct str text)
{
	size_t taken = 0;

	for (size_t i = units->n; i-- > 0;) {
		size_t n = spelled(units->items + i, str_slice(text, 0, text.len - taken), true);

		if (!n)
			return SIZE_MAX;
		taken += n;
	}
	return taken;
}
