/* SPDX-License-Identifier: Apache-2.0
 *
 * How the schema of vulnctl.yaml is written down: a mapping is a table of keys, a key has a reader
 * for its shape and, where that is a text, a list of texts or a number, a kind. */
#ifndef MODEL_CONFIG_INTERNAL_H
#define MODEL_CONFIG_INTERNAL_H

#include "base/suggest.h"
#include "model/config.h"

struct config_reader {
	struct arena *arena;
	struct diags *d;
};

/* What a text may be. */
struct config_kind {
	const char *what; /* "an account id of 12 digits" */
	bool (*check)(struct str text);
	const char *help;		  /* or NULL */
	void (*offer)(struct suggest *s); /* the possible words, or NULL */
	int64_t lo, hi;			  /* of a number, which has no check */
	const char *id;			  /* of the rule that a wrong one breaks, or NULL */
};

struct config_key;
/* Reads the value of a key into what lies at `slot`; mistakes become diagnostics. */
typedef void config_read_fn(struct config_reader *r, const struct config_key *key,
			    const struct yaml *value, void *slot);

struct config_key {
	const char *name;
	config_read_fn *read;
	size_t offset; /* of the slot in the record that the mapping fills */
	const struct config_kind *kind;
};

extern const struct config_kind config_kind_name, config_kind_text, config_kind_free_text,
	config_kind_account, config_kind_region, config_kind_repository, config_kind_bus,
	config_kind_prefix, config_kind_order, config_kind_quota, config_kind_pattern_size,
	config_kind_pack, config_kind_timezone, config_kind_ticket, config_kind_bucket,
	config_kind_sns, config_kind_bus_arn, config_kind_role, config_kind_kms,
	config_kind_field_key, config_kind_field_value, config_kind_lint, config_kind_level,
	config_kind_fail_level, config_kind_threshold;

/* Nothing stands behind the key. */
bool config_absent(const struct yaml *value);
/* False after a diagnostic if text is not of the kind; name is that of the key. */
bool config_check(struct config_reader *r, const char *name, const struct config_kind *kind,
		  struct str text, struct span at);
/* False after a diagnostic if value is no mapping; false without one if it is absent. */
bool config_is_mapping(struct config_reader *r, const char *name, const struct yaml *value);
/* Reads a mapping whose keys are those of the table and no others. */
void config_read_keys(struct config_reader *r, const char *name, const struct yaml *value,
		      const struct config_key *keys, size_t n, void *record);

config_read_fn config_read_text;   /* struct str */
config_read_fn config_read_list;   /* struct config_strings */
config_read_fn config_read_number; /* int64_t */

#endif
