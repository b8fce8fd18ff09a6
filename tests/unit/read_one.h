/* SPDX-License-Identifier: Apache-2.0
 *
 * One document, one finding. */
#ifndef TESTS_UNIT_READ_ONE_H
#define TESTS_UNIT_READ_ONE_H

#include "finding/reader.h"

/* The one finding of a document; NULL if it is none, and *why. */
__attribute__((unused)) static struct finding *read_one(struct arena *to, struct str text,
							const char **why)
{
	const struct reading *readings;
	struct json_scan scan;
	size_t offset, n;

	json_scan_start(&scan, to, text);
	if (!reader_next(reader_new(to, NULL), &scan, &readings, &n) || !json_scan_end(&scan)) {
		json_scan_failed(&scan, &offset, why);
		return NULL;
	}
	*why = n == 1 ? readings[0].why : "not one document";
	return n == 1 ? readings[0].finding : NULL;
}

#endif
