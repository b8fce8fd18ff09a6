/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for letters of another script. Unicode's Scripts.txt says what belongs to which; which of
 * them look like others is our choice. */
#include "lint/confusable.h"

#include "base/diag.h"
#include "base/unicode.h"
#include "base/vec.h"

enum script { OTHER, LATIN, GREEK, CYRILLIC, FULLWIDTH, KATAKANA, KANJI };

static const struct {
	uint32_t first, last;
	enum script script;
} ranges[] = {
	{'0', '9', OTHER},	     {'A', 'Z', LATIN},		  {'a', 'z', LATIN},
	{0x00c0, 0x00d6, LATIN},     {0x00d8, 0x00f6, LATIN},	  {0x00f8, 0x024f, LATIN},
	{0x0370, 0x03ff, GREEK},     {0x0400, 0x052f, CYRILLIC},  {0x1c80, 0x1c8f, CYRILLIC},
	{0x1e00, 0x1eff, LATIN},     {0x1f00, 0x1fff, GREEK},	  {0x30a1, 0x30fe, KATAKANA},
	{0x3400, 0x4dbf, KANJI},     {0x4e00, 0x9fff, KANJI},	  {0xa640, 0xa69f, CYRILLIC},
	{0xff21, 0xff3a, FULLWIDTH}, {0xff41, 0xff5a, FULLWIDTH},
};

static enum script script_of(uint32_t scalar)
{
	for (size_t i = 0; i < ARRAY_LEN(ranges) && scalar >= ranges[i].first; i++)
		if (scalar <= ranges[i].last)
			return ranges[i].script;
	return OTHER;
}

static bool is_one_of(uint32_t scalar, const uint32_t *set)
{
	while (*set && *set != scalar)
		set++;
	return *set;
}

/* Does it stand in words as a Latin letter would? μ and Δ do not. */
static enum confusable_kind among_latin(uint32_t scalar)
{
	static const uint32_t greek[] = {0x0391, 0x0392, 0x0395, 0x0396, 0x0397, 0x0399,
					 0x039a, 0x039c, 0x039d, 0x039f, 0x03a1, 0x03a4,
					 0x03a5, 0x03a7, 0x03bd, 0x03bf, 0x03c1, 0};

	switch (script_of(scalar)) {
	case CYRILLIC:
		return CONFUSABLE_CYRILLIC;
	case FULLWIDTH:
		return CONFUSABLE_FULLWIDTH;
	case GREEK:
		return is_one_of(scalar, greek) ? CONFUSABLE_GREEK : CONFUSABLE_NONE;
	default:
		return CONFUSABLE_NONE;
	}
}

/* 力カ 口ロ 工エ 夕タ, and of kanji among katakana 一ー 二ニ 八ハ 卜ト, too. */
static bool looks_kanji(uint32_t scalar)
{
	static const uint32_t katakana[] = {0x30ab, 0x30ed, 0x30a8, 0x30bf, 0};

	return is_one_of(scalar, katakana);
}

static bool looks_katakana(uint32_t scalar)
{
	static const uint32_t kanji[] = {0x529b, 0x53e3, 0x5de5, 0x5915, 0x4e00,
					 0x4e8c, 0x516b, 0x535c, 0};

	return is_one_of(scalar, kanji);
}

/* A letter and its neighbours; 0: none. */
static enum confusable_kind kind_of(uint32_t before, uint32_t scalar, uint32_t after)
{
	enum script left = script_of(before), right = script_of(after);

	if (left == LATIN || right == LATIN)
		return among_latin(scalar);
	if (left == KANJI && right == KANJI && looks_kanji(scalar))
		return CONFUSABLE_KATAKANA;
	if (left == KATAKANA && right == KATAKANA && looks_katakana(scalar))
		return CONFUSABLE_KANJI;
	return CONFUSABLE_NONE;
}

struct confusable confusable_find(struct str text)
{
	uint32_t before = 0, scalar = 0, after;
	size_t start = 0, behind = 0, at = 0;

	if (unicode_ascii(text) == text.len)
		return (struct confusable){0};
	for (;; before = scalar, scalar = after, start = behind, behind = at) {
		enum confusable_kind kind;

		after = at < text.len ? unicode_next(text, &at) : 0;
		kind = kind_of(before, scalar, after);
		if (kind != CONFUSABLE_NONE)
			return (struct confusable){kind, str_slice(text, start, behind)};
		if (!after)
			return (struct confusable){0};
	}
}

bool confusable_compose(struct arena *arena, struct str text, struct str *composed)
{
	bool changed = false;
	uint32_t pending;
	struct strbuf out;
	size_t at = 0;

	if (unicode_ascii(text) == text.len)
		return false;
	strbuf_init(&out, arena);
	pending = unicode_next(text, &at);
	while (at < text.len) {
		uint32_t next = unicode_next(text, &at), both = unicode_compose(pending, next);

		if (!both)
			unicode_add(&out, pending);
		changed |= both != 0;
		pending = both ? both : next;
	}
	unicode_add(&out, pending);
	*composed = strbuf_str(&out);
	return changed;
}
