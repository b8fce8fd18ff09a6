/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that are not what they look like: a letter among others that belongs to another script and
 * looks the same, and letters in two parts. Only what hardly anybody means: Japanese mixes its
 * scripts, and a unit may be Greek. */
#ifndef LINT_CONFUSABLE_H
#define LINT_CONFUSABLE_H

#include "base/str.h"

enum confusable_kind {
	CONFUSABLE_NONE,
	CONFUSABLE_CYRILLIC, /* among Latin letters, as the next two */
	CONFUSABLE_GREEK,
	CONFUSABLE_FULLWIDTH,
	CONFUSABLE_KATAKANA, /* among kanji */
	CONFUSABLE_KANJI,    /* among katakana */
};

struct confusable {
	enum confusable_kind kind;
	struct str letter; /* in the text */
};

struct confusable confusable_find(struct str text);
/* The text with letters in one part where they stood in two; false if there are none. */
bool confusable_compose(struct arena *arena, struct str text, struct str *composed);

#endif
