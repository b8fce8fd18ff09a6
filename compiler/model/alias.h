/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean", by meaning: the words of the AWS consoles and APIs and what the language calls
 * the same thing (alias.def), and the language's own words in another case or with other signs
 * between their parts. For messages about a word that resolved to nothing. */
#ifndef MODEL_ALIAS_H
#define MODEL_ALIAS_H

#include "base/str.h"

/* The language's word (a field or a constant), or NULL. */
const char *alias_find(struct str word);

#endif
