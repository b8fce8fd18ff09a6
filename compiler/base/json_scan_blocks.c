/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes that json_scan compares with, apart from their use: compilers that see them make them
 * anew for each string. */
#include "base/json_scan_internal.h"

#ifdef __x86_64__
#define TIMES_8(c) c, c, c, c, c, c, c, c
#define TIMES_32(c)                                                                                \
	{                                                                                          \
		TIMES_8(c), TIMES_8(c), TIMES_8(c), TIMES_8(c)                                     \
	}

const struct json_scan_blocks json_scan_blocks = {
	.space = TIMES_32(' '), .quote = TIMES_32('"'), .back = TIMES_32('\\')};
#endif
