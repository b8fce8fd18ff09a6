/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that must not be keys inside an `$or` of an event pattern, at any depth: the engine takes
 * the whole for something else or refuses it [event-ruler 2.1.0, Constants,
 * RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP]. Outside an `$or` all but `$or` itself are plain names.
 */
#ifndef MODEL_RESERVED_H
#define MODEL_RESERVED_H

#include "base/str.h"

bool reserved_in_or(struct str key);

#endif
