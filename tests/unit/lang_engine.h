/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that knows languages and nothing else: the tests of ir/lang need no diagrams. */
#ifndef TESTS_UNIT_LANG_ENGINE_H
#define TESTS_UNIT_LANG_ENGINE_H

#include "ir/engine_internal.h"

static struct engine *make_engine(struct arena *arena)
{
	struct engine *e = ARENA_NEW(arena, struct engine);

	e->arena = arena;
	lang_init(e);
	return e;
}

#endif
