/* SPDX-License-Identifier: Apache-2.0
 *
 * A typed growable array on an arena: `VEC(struct str) names = {0}; VEC_PUSH(arena, names, s);` */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(T)                                                                                     \
	struct {                                                                                   \
		T *items;                                                                          \
		size_t n, cap;                                                                     \
	}

/* Most lists of large things have one: of a property's values, say. */
#define VEC_FIRST(v) (sizeof *(v).items >= 64 ? 1 : 4)

#define VEC_RESERVE(arena, v)                                                                      \
	((v).n < (v).cap                                                                           \
		 ? (void)0                                                                         \
		 : (void)((v).cap = (v).cap ? 2 * (v).cap : VEC_FIRST(v),                          \
			  (v).items = arena_regrow((arena), (v).items, (v).n * sizeof *(v).items,  \
						   (v).cap, sizeof *(v).items)))

#define VEC_PUSH(arena, v, item) (VEC_RESERVE(arena, v), (void)((v).items[(v).n++] = (item)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

#endif
