/* SPDX-License-Identifier: Apache-2.0
 *
 * Criteria as AWS's filters. */
#include "target/criteria.h"

#include "base/civil.h"

/* The first and the last instant that AWS's date texts can have: an open end. */
#define EVER "0001-01-01T00:00:00Z"
#define NEVER "9999-12-31T23:59:59.999999999Z"

static const char *const comparison_names[] = {
	[CRITERIA_EQUALS] = "EQUALS",
	[CRITERIA_PREFIX] = "PREFIX",
	[CRITERIA_CONTAINS] = "CONTAINS",
	[CRITERIA_NOT_EQUALS] = "NOT_EQUALS",
	[CRITERIA_PREFIX_NOT_EQUALS] = "PREFIX_NOT_EQUALS",
	[CRITERIA_NOT_CONTAINS] = "NOT_CONTAINS",
};

static void write_instant(struct json_writer *w, struct arena *arena, const char *key, int64_t at)
{
	json_key(w, key);
	if (at == INT64_MIN)
		json_string(w, EVER);
	else if (at == INT64_MAX)
		json_string(w, NEVER);
	else
		json_str(w, civil_format_instant(arena, at));
}

/* Points of the engine count halves; an open end is left out. */
static void write_numbers(struct json_writer *w, struct interval between)
{
	if (between.lo == between.hi) {
		json_key(w, "Eq");
		json_scaled(w, between.lo / 2);
		return;
	}
	if (between.lo != INT64_MIN) {
		json_key(w, "Gte");
		json_scaled(w, between.lo / 2);
	}
	if (between.hi != INT64_MAX) {
		json_key(w, "Lte");
		json_scaled(w, between.hi / 2);
	}
}

void criteria_write_filter(struct json_writer *w, struct arena *arena, enum field_id field,
			   const struct criteria_filter *f)
{
	json_open_object(w);
	if (f->comparison == CRITERIA_BETWEEN && fields[field].type == TYPE_DATE) {
		write_instant(w, arena, "Start", f->between.lo);
		write_instant(w, arena, "End", f->between.hi);
	} else if (f->comparison == CRITERIA_BETWEEN) {
		write_numbers(w, f->between);
	} else {
		if (f->key.len) {
			json_key(w, "Key");
			json_str(w, f->key);
		}
		json_key(w, "Value");
		json_str(w, f->value);
		json_key(w, "Comparison");
		json_string(w, comparison_names[f->comparison]);
	}
	json_close_object(w);
}

void criteria_write(struct json_writer *w, struct arena *arena, const struct criteria_rule *rule)
{
	json_open_object(w);
	for (size_t i = 0; i < rule->n; i++) {
		json_key(w, rule->criteria[i].name);
		json_open_array(w);
		for (size_t j = 0; j < rule->criteria[i].n; j++)
			criteria_write_filter(w, arena, rule->criteria[i].field,
					      &rule->criteria[i].filters[j]);
		json_close_array(w);
	}
	json_close_object(w);
}
