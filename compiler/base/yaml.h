/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML, read strictly: libyaml's event API only; anchors, aliases, tags, merge keys, duplicate
 * keys, complex keys, several documents, UTF-16, NUL, depth over 64, over 10^5 events and over
 * 1 MiB are refused with a located message; every scalar is text (so NO stays NO). */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/diag.h"

#define YAML_SIZE_MAX (1024 * 1024)
#define YAML_DEPTH_MAX 64      /* sequences and mappings inside each other */
#define YAML_EVENTS_MAX 100000 /* of libyaml: about one for each value, key, beginning and end */

enum yaml_type { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml {
	enum yaml_type type;
	struct span span;
	struct str text;         /* SCALAR */
	bool quoted;             /* SCALAR in quotes: an empty plain scalar means "no value" */
	size_t n;                /* SEQUENCE, MAPPING */
	struct yaml **items;     /* elements or values */
	struct str *keys;        /* MAPPING */
	struct span *key_spans;  /* MAPPING */
};

/* NULL after a diagnostic (a world problem with a place); an empty document is an empty mapping. */
struct yaml *yaml_read(struct arena *arena, struct diags *d, const struct source *source);
/* NULL when mapping is NULL, no mapping, or has no such key. */
const struct yaml *yaml_get(const struct yaml *mapping, const char *key);

#endif
