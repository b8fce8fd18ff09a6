/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/list.c and cmd/list_*.c share. */
#ifndef CMD_LIST_INTERNAL_H
#define CMD_LIST_INTERNAL_H

#include "base/json.h"

/* Aligned columns with two spaces between; cells are ASCII except in the last column. */
struct str list_table(struct arena *arena, const struct str *cells, size_t n_cells,
		      size_t n_columns);

void list_fields_text(struct arena *arena, struct strbuf *out);
void list_fields_json(struct arena *arena, struct json_writer *w);
void list_operators_text(struct arena *arena, struct strbuf *out);
void list_operators_json(struct arena *arena, struct json_writer *w);
void list_limits_text(struct arena *arena, struct strbuf *out);
void list_limits_json(struct arena *arena, struct json_writer *w);
void list_targets_text(struct arena *arena, struct strbuf *out);
void list_targets_json(struct arena *arena, struct json_writer *w);
void list_rules_text(struct arena *arena, struct strbuf *out);
void list_rules_json(struct arena *arena, struct json_writer *w);

#endif
