/* SPDX-License-Identifier: Apache-2.0
 *
 * vulnctl.yaml: deployment, not policy (language.md §7): nothing here changes what a condition
 * means. Strict schema: an unknown key is an error with a suggestion; every value is typed here,
 * those of environments that nobody chose included. Defaults stand in config_default. A list or
 * mapping with nothing behind its key counts as not written; `version` must be. */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "base/diag.h"
#include "base/yaml.h"

struct config_channel {
	struct str name;
	struct span span;
	struct str sns_topic_arn, event_bus_arn; /* exactly one is set */
};

struct config_bucket {
	struct str name;
	struct span span;
	struct str bucket, prefix, kms_key_arn, owner;
};

struct config_quota { /* "automation-rules" and friends; -1: not given */
	int64_t automation_rules, event_rules, event_pattern_size, inspector_suppressions, insights,
		action_targets;
};

struct config_roles {
	struct str events, scheduler, states; /* ARNs or empty */
};

struct config_strings {
	struct str *items;
	size_t n;
};

struct config_field { /* vocabulary of a user-defined field */
	struct str key;
	struct config_strings values;
};

/* Where the artefacts go: what the chosen environment says, and empty without one. Findings are
 * aggregated in the home Region, if there is one; it is one of the Regions, if these are named. */
struct config_deployment {
	struct str environment;
	struct config_strings accounts, regions;
	struct str home_region;
};

struct config_environment {
	struct str name;
	struct config *config; /* the top level with what it replaces; channels, buckets: its own */
};

struct config {
	struct str path;		 /* of the file, empty if there is none */
	struct config_channel *channels; /* by name */
	size_t n_channels;
	struct config_bucket *buckets; /* by name */
	size_t n_buckets;
	struct config_strings repositories;
	struct str event_bus;			 /* "default" */
	struct str rule_prefix;			 /* "vulnctl-" */
	int64_t order_first, order_last;	 /* 100, 899 */
	bool pack;				 /* auto */
	struct config_quota quotas;		 /* defaults filled in */
	struct config_environment *environments; /* by name */
	size_t n_environments;
	struct config_deployment deployment;
	struct config_roles roles;
	struct str schedule_timezone; /* shaped like an IANA name */
	/* For lint alone: a policy that says otherwise is a warning there, not wrong. */
	bool has_owners;
	struct config_strings owners;
	struct str ticket_pattern; /* a POSIX ERE that compiles */
	struct config_field *fields;
	size_t n_fields;
	const struct yaml *lint; /* levels, thresholds, fail_level: shape checked */
	struct str output;
};

/* The defaults; no path. */
struct config *config_default(struct arena *arena);
/* Parses a vulnctl.yaml; NULL after diagnostics (all world problems: exit 3, but located). */
struct config *config_read(struct arena *arena, struct diags *d, const struct source *source);
/* The configuration with what the environment of that name replaces: its channels, buckets, roles,
 * quotas and numbers one by one. NULL after a diagnostic if there is none (exit 3). */
const struct config *config_choose(struct arena *arena, struct diags *d,
				   const struct config *config, struct str name);
const struct config_channel *config_channel(const struct config *config, struct str name);
/* NULL if there is none; n log n for all names of a policy. */
const struct config_bucket *config_bucket(const struct config *config, struct str name);
/* The nearest vulnctl.yaml from the directory of `policy` upward ("-": from here); empty str if
 * there is none. */
struct str config_find(struct arena *arena, struct str policy);

#endif
