/* SPDX-License-Identifier: Apache-2.0
 *
 * Look-up in the table of alias.def. */
#include "model/alias.h"

#include "base/vec.h"
#include "model/field.h"

static const struct {
	const char *written, *word;
} aliases[] = {
#define ALIAS(they_write, we_say) {(they_write), (we_say)},
#include "model/alias.def"
#undef ALIAS
};

/* The next byte that counts, in lower case; 0 at the end. */
static char next(struct str s, size_t *at)
{
	while (*at < s.len) {
		char c = s.ptr[(*at)++];

		if (c >= 'A' && c <= 'Z')
			return (char)(c - 'A' + 'a');
		if (c != ' ' && c != '.' && c != '_' && c != '-' && c != '/')
			return c;
	}
	return '\0';
}

static bool same(struct str a, const char *cstr)
{
	struct str b = str_from(cstr);
	size_t i = 0, j = 0;
	char c, d;

	do {
		c = next(a, &i);
		d = next(b, &j);
	} while (c == d && c);
	return c == d;
}

static const char *find_word(const struct vocabulary *v, struct str word)
{
	for (unsigned i = 0; i < v->n; i++)
		if (same(word, v->words[i]) || (v->asff[i] && same(word, v->asff[i])))
			return v->words[i];
	return NULL;
}

static const char *find_own(struct str word)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (same(word, fields[i].name))
			return fields[i].name;
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *found = fields[i].words ? find_word(fields[i].words, word) : NULL;

		if (found)
			return found;
	}
	return NULL;
}

const char *alias_find(struct str word)
{
	const char *found = find_own(word);

	for (size_t i = 0; !found && i < ARRAY_LEN(aliases); i++)
		if (same(word, aliases[i].written))
			found = aliases[i].word;
	/* A word is no suggestion for itself, and one of signs alone is no word. */
	return found && !str_is(word, found) ? found : NULL;
}
