/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the halves of the machine that ends suppressions: expire.c says which lines it needs,
 * expire_write.c writes definitions. */
#ifndef TARGET_EXPIRE_INTERNAL_H
#define TARGET_EXPIRE_INTERNAL_H

#include "target/expire.h"

/* The definition of machine number `index`, from 1, with as many of the n lines as fit; *used is
 * how many. `next`: the ARN of the machine behind it, if lines are left. */
struct str expire_write(struct compilation *c, const struct expire_line *lines, size_t n,
			struct str next, size_t *used);

#endif
