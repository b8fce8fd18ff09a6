/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema of vulnctl.yaml. */
#include "model/config_internal.h"

#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/strsort.h"
#include "base/vec.h"
#include "model/limit.h"

/* Slots of the keys, by the record they belong to. */
#define IN(record, member) offsetof(struct record, member)

static const struct config_key channel_keys[] = {
	{"sns_topic_arn", config_read_text, IN(config_channel, sns_topic_arn), &config_kind_sns},
	{"event_bus_arn", config_read_text, IN(config_channel, event_bus_arn),
	 &config_kind_bus_arn},
};

static const struct config_key bucket_keys[] = {
	{"name", config_read_text, IN(config_bucket, bucket), &config_kind_bucket},
	{"prefix", config_read_text, IN(config_bucket, prefix), &config_kind_free_text},
	{"kms_key_arn", config_read_text, IN(config_bucket, kms_key_arn), &config_kind_kms},
	{"owner", config_read_text, IN(config_bucket, owner), &config_kind_account},
};

static const struct config_key quota_keys[] = {
	{"automation-rules", config_read_number, IN(config_quota, automation_rules),
	 &config_kind_quota},
	{"event-rules", config_read_number, IN(config_quota, event_rules), &config_kind_quota},
	{"event-pattern-size", config_read_number, IN(config_quota, event_pattern_size),
	 &config_kind_pattern_size},
	{"inspector-suppressions", config_read_number, IN(config_quota, inspector_suppressions),
	 &config_kind_quota},
	{"insights", config_read_number, IN(config_quota, insights), &config_kind_quota},
	{"action-targets", config_read_number, IN(config_quota, action_targets),
	 &config_kind_quota},
};

static const struct config_key role_keys[] = {
	{"events", config_read_text, IN(config_roles, events), &config_kind_role},
	{"scheduler", config_read_text, IN(config_roles, scheduler), &config_kind_role},
	{"states", config_read_text, IN(config_roles, states), &config_kind_role},
};

static const struct config_key order_keys[] = {
	{"first", config_read_number, IN(config, order_first), &config_kind_order},
	{"last", config_read_number, IN(config, order_last), &config_kind_order},
};

/* Whether keys can be missing in what stands here: with a text or a list, that is what is wrong. */
static bool can_lack(const struct yaml *entry)
{
	return entry->type == YAML_MAPPING || config_absent(entry);
}

/* The whole of an entry is read even where its name is wrong, so that one run finds all. */
static void read_channels(struct config_reader *r, const struct config_key *key,
			  const struct yaml *value, void *slot)
{
	struct config *config = slot;

	if (!config_is_mapping(r, key->name, value))
		return;
	config->channels = ARENA_ARRAY(r->arena, struct config_channel, value->n);
	config->n_channels = value->n;
	for (size_t i = 0; i < value->n; i++) {
		struct config_channel *channel = &config->channels[i];
		const struct yaml *entry = value->items[i];
		const char *name = diag_quote(r->d, value->keys[i]);

		channel->name = value->keys[i];
		channel->span = value->key_spans[i];
		config_check(r, key->name, key->kind, channel->name, channel->span);
		config_read_keys(r, name, entry, channel_keys, ARRAY_LEN(channel_keys), channel);
		if (can_lack(entry) &&
		    !yaml_get(entry, "sns_topic_arn") == !yaml_get(entry, "event_bus_arn"))
			diag_error(r->d, NULL, channel->span,
				   "channel `%s` needs either `sns_topic_arn` or `event_bus_arn`",
				   name);
	}
}

static void read_buckets(struct config_reader *r, const struct config_key *key,
			 const struct yaml *value, void *slot)
{
	struct config *config = slot;

	if (!config_is_mapping(r, key->name, value))
		return;
	config->buckets = ARENA_ARRAY(r->arena, struct config_bucket, value->n);
	config->n_buckets = value->n;
	for (size_t i = 0; i < value->n; i++) {
		struct config_bucket *bucket = &config->buckets[i];
		const struct yaml *entry = value->items[i];
		const char *name = diag_quote(r->d, value->keys[i]);

		bucket->name = value->keys[i];
		bucket->span = value->key_spans[i];
		config_check(r, key->name, key->kind, bucket->name, bucket->span);
		config_read_keys(r, name, entry, bucket_keys, ARRAY_LEN(bucket_keys), bucket);
		if (can_lack(entry) && !yaml_get(entry, "name"))
			diag_error(r->d, NULL, bucket->span,
				   "bucket `%s` needs `name`, that of the bucket on S3", name);
	}
}

static void read_quotas(struct config_reader *r, const struct config_key *key,
			const struct yaml *value, void *slot)
{
	config_read_keys(r, key->name, value, quota_keys, ARRAY_LEN(quota_keys), slot);
}

static void read_roles(struct config_reader *r, const struct config_key *key,
		       const struct yaml *value, void *slot)
{
	config_read_keys(r, key->name, value, role_keys, ARRAY_LEN(role_keys), slot);
}

static void read_order(struct config_reader *r, const struct config_key *key,
		       const struct yaml *value, void *slot)
{
	struct config *config = slot;

	config_read_keys(r, key->name, value, order_keys, ARRAY_LEN(order_keys), config);
	if (config->order_first > config->order_last)
		diag_config(r->d, config_kind_order.id, value->span,
			    "`%s`: first (%lld) is greater than last (%lld)", key->name,
			    (long long)config->order_first, (long long)config->order_last);
}

static void read_pack(struct config_reader *r, const struct config_key *key,
		      const struct yaml *value, void *slot)
{
	struct str word = STR("auto");

	config_read_text(r, key, value, &word);
	*(bool *)slot = str_is(word, "auto");
}

static void read_owners(struct config_reader *r, const struct config_key *key,
			const struct yaml *value, void *slot)
{
	struct config *config = slot;

	config->has_owners = !config_absent(value);
	config_read_list(r, key, value, &config->owners);
}

static void read_fields(struct config_reader *r, const struct config_key *key,
			const struct yaml *value, void *slot)
{
	struct config *config = slot;

	if (!config_is_mapping(r, key->name, value))
		return;
	config->fields = ARENA_ARRAY(r->arena, struct config_field, value->n);
	config->n_fields = value->n;
	for (size_t i = 0; i < value->n; i++) {
		struct config_key list = {
			.name = diag_quote(r->d, value->keys[i]),
			.kind = &config_kind_field_value,
		};

		config->fields[i].key = value->keys[i];
		config_check(r, key->name, key->kind, value->keys[i], value->key_spans[i]);
		config_read_list(r, &list, value->items[i], &config->fields[i].values);
	}
}

/* A mapping from lint rules to texts of one kind; nothing of it is kept but the mapping. */
static void read_per_lint(struct config_reader *r, const struct config_key *key,
			  const struct yaml *value, void *slot)
{
	struct str unused;

	(void)slot;
	if (!config_is_mapping(r, key->name, value))
		return;
	for (size_t i = 0; i < value->n; i++) {
		struct config_key text = {
			.name = diag_quote(r->d, value->keys[i]),
			.kind = key->kind,
		};

		config_check(r, key->name, &config_kind_lint, value->keys[i], value->key_spans[i]);
		config_read_text(r, &text, value->items[i], &unused);
	}
}

static void read_fail_level(struct config_reader *r, const struct config_key *key,
			    const struct yaml *value, void *slot)
{
	struct str unused;

	(void)slot;
	config_read_text(r, key, value, &unused);
}

static const struct config_key lint_keys[] = {
	{"levels", read_per_lint, 0, &config_kind_level},
	{"thresholds", read_per_lint, 0, &config_kind_threshold},
	{"fail_level", read_fail_level, 0, &config_kind_fail_level},
};

static void read_lint(struct config_reader *r, const struct config_key *key,
		      const struct yaml *value, void *slot)
{
	config_read_keys(r, key->name, value, lint_keys, ARRAY_LEN(lint_keys), NULL);
	if (value->type == YAML_MAPPING)
		*(const struct yaml **)slot = value;
}

/* Read before and after everything else: read_version, read_environments. */
static void read_elsewhere(struct config_reader *r, const struct config_key *key,
			   const struct yaml *value, void *slot)
{
	(void)r;
	(void)key;
	(void)value;
	(void)slot;
}

static const struct config_key top_keys[] = {
	{"version", read_elsewhere, 0, NULL},
	{"channels", read_channels, 0, &config_kind_name},
	{"buckets", read_buckets, 0, &config_kind_name},
	{"repositories", config_read_list, IN(config, repositories), &config_kind_repository},
	{"event_bus", config_read_text, IN(config, event_bus), &config_kind_bus},
	{"rule_prefix", config_read_text, IN(config, rule_prefix), &config_kind_prefix},
	{"rule_order", read_order, 0, NULL},
	{"pack", read_pack, IN(config, pack), &config_kind_pack},
	{"quotas", read_quotas, IN(config, quotas), NULL},
	{"environments", read_elsewhere, 0, NULL},
	{"owners", read_owners, 0, &config_kind_text},
	{"ticket_pattern", config_read_text, IN(config, ticket_pattern), &config_kind_ticket},
	{"roles", read_roles, IN(config, roles), NULL},
	{"schedule_timezone", config_read_text, IN(config, schedule_timezone),
	 &config_kind_timezone},
	{"fields", read_fields, 0, &config_kind_field_key},
	{"lint", read_lint, IN(config, lint), NULL},
	{"output", config_read_text, IN(config, output), &config_kind_text},
};

static const struct config_key environment_keys[] = {
	{"accounts", config_read_list, IN(config, deployment.accounts), &config_kind_account},
	{"regions", config_read_list, IN(config, deployment.regions), &config_kind_region},
	{"home_region", config_read_text, IN(config, deployment.home_region), &config_kind_region},
	{"channels", read_channels, 0, &config_kind_name},
	{"buckets", read_buckets, 0, &config_kind_name},
	{"roles", read_roles, IN(config, roles), NULL},
	{"quotas", read_quotas, IN(config, quotas), NULL},
	{"rule_order", read_order, 0, NULL},
};

static void check_home(struct config_reader *r, const struct yaml *value,
		       const struct config_deployment *deployment)
{
	struct str home = deployment->home_region;

	if (!home.len || !deployment->regions.n)
		return;
	for (size_t i = 0; i < deployment->regions.n; i++)
		if (str_eq(deployment->regions.items[i], home))
			return;
	diag_help(diag_error(r->d, NULL, yaml_get(value, "home_region")->span,
			     "`home_region`: `%s` is not one of the environment's `regions`",
			     diag_quote(r->d, home)),
		  "`regions` are all that are deployed to, the home Region included");
}

/* Roles, quotas and numbers are merged as they are read; channels and buckets are many, so those of
 * the chosen environment alone are, later. */
static void read_environment(struct config_reader *r, const char *name, const struct yaml *value,
			     struct config *config)
{
	size_t errors = diags_count(r->d, DIAG_ERROR);

	config->channels = NULL;
	config->buckets = NULL;
	config->n_channels = config->n_buckets = 0;
	config_read_keys(r, name, value, environment_keys, ARRAY_LEN(environment_keys), config);
	if (diags_count(r->d, DIAG_ERROR) == errors)
		check_home(r, value, &config->deployment);
}

static void read_environments(struct config_reader *r, const struct yaml *value,
			      struct config *config)
{
	if (!value || !config_is_mapping(r, "environments", value))
		return;
	config->environments = ARENA_ARRAY(r->arena, struct config_environment, value->n);
	config->n_environments = value->n;
	for (size_t i = 0; i < value->n; i++) {
		struct config_environment *environment = &config->environments[i];

		environment->name = value->keys[i];
		environment->config = ARENA_NEW(r->arena, struct config);
		*environment->config = *config;
		environment->config->deployment.environment = environment->name;
		config_check(r, "environments", &config_kind_name, environment->name,
			     value->key_spans[i]);
		read_environment(r, diag_quote(r->d, environment->name), value->items[i],
				 environment->config);
	}
}

/* A file of another version may have any keys: nothing else is said about it then. */
static bool read_version(struct config_reader *r, const struct yaml *root)
{
	const struct yaml *version = yaml_get(root, "version");
	struct diag *diag;

	if (version && version->type == YAML_SCALAR && str_is(version->text, "1"))
		return true;
	if (!version)
		diag = diag_error(r->d, NULL, (struct span){root->span.start, root->span.start},
				  "`version` is missing");
	else
		diag = diag_error(r->d, NULL, version->span, "this version is not known");
	diag_help(diag, "write `version: 1`");
	return false;
}

/* Channels, buckets and environments are found by name, which all begin with. */
_Static_assert(IN(config_channel, name) == 0 && IN(config_bucket, name) == 0 &&
		       IN(config_environment, name) == 0,
	       "the name is first");

static struct str name_at(const void *records, size_t at, size_t size)
{
	return *(const struct str *)(const void *)((const unsigned char *)records + at * size);
}

static void *sort_by_name(struct arena *arena, const void *records, size_t n, size_t size)
{
	struct str *names = ARENA_ARRAY(arena, struct str, n);
	unsigned char *sorted = arena_array(arena, n, size);
	const size_t *order;

	for (size_t i = 0; i < n; i++)
		names[i] = name_at(records, i, size);
	order = strsort_order(arena, names, n);
	for (size_t i = 0; i < n; i++)
		memcpy(sorted + i * size, (const unsigned char *)records + order[i] * size, size);
	return sorted;
}

static const void *find_by_name(const void *records, size_t n, size_t size, struct str name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(name, name_at(records, middle, size));

		if (order == 0)
			return (const unsigned char *)records + middle * size;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

struct config *config_default(struct arena *arena)
{
	struct config *config = ARENA_NEW(arena, struct config);

	*config = (struct config){
		.path = STR(""),
		.event_bus = STR("default"),
		.rule_prefix = STR("vulnctl-"),
		.order_first = 100,
		.order_last = 899,
		.pack = true,
		.quotas =
			{
				.automation_rules = limits[LIMIT_automation_rules].value,
				.event_rules = limits[LIMIT_event_rules].value,
				.event_pattern_size = limits[LIMIT_event_pattern_size].value,
				.inspector_suppressions =
					limits[LIMIT_inspector_suppressions].value,
				.insights = limits[LIMIT_insights].value,
				.action_targets = limits[LIMIT_action_targets].value,
			},
	};
	return config;
}

struct config *config_read(struct arena *arena, struct diags *d, const struct source *source)
{
	struct config_reader r = {arena, d};
	size_t errors = diags_count(d, DIAG_ERROR);
	const struct yaml *root = yaml_read(arena, d, source);
	struct config *config = config_default(arena);

	if (!root)
		return NULL;
	config->path = source->path;
	if (root->type != YAML_MAPPING) {
		diag_error(d, NULL, root->span, "vulnctl.yaml is a mapping of keys to values");
		return NULL;
	}
	if (!read_version(&r, root))
		return NULL;
	config_read_keys(&r, "", root, top_keys, ARRAY_LEN(top_keys), config);
	read_environments(&r, yaml_get(root, "environments"), config);
	config->channels =
		sort_by_name(arena, config->channels, config->n_channels, sizeof *config->channels);
	config->buckets =
		sort_by_name(arena, config->buckets, config->n_buckets, sizeof *config->buckets);
	config->environments = sort_by_name(arena, config->environments, config->n_environments,
					    sizeof *config->environments);
	return diags_count(d, DIAG_ERROR) == errors ? config : NULL;
}

/* Those at the top level, each replaced by the environment's of its name, and what is left of the
 * environment's. */
static void *merge_by_name(struct arena *arena, const void *top, size_t n_top, const void *own,
			   size_t n_own, size_t size, size_t *n)
{
	unsigned char *merged = arena_array(arena, n_top + n_own, size);

	*n = n_top;
	if (n_top)
		memcpy(merged, top, n_top * size);
	for (size_t i = 0; i < n_own; i++) {
		const unsigned char *from = (const unsigned char *)own + i * size;
		const unsigned char *old = find_by_name(top, n_top, size, name_at(own, i, size));
		size_t at = old ? (size_t)(old - (const unsigned char *)top) : (*n)++ * size;

		memcpy(merged + at, from, size);
	}
	return sort_by_name(arena, merged, *n, size);
}

static void no_environment(struct arena *arena, struct diags *d, const struct config *config,
			   struct str name)
{
	struct suggest suggest;
	struct strbuf known;
	struct diag *diag;

	suggest_init(&suggest, name);
	strbuf_init(&known, arena);
	for (size_t i = 0; i < config->n_environments; i++) {
		suggest_offer(&suggest, config->environments[i].name);
		strbuf_printf(&known, "%s`" STR_FMT "`", i ? ", " : "",
			      STR_ARG(config->environments[i].name));
	}
	diag = diag_world(d, "`%s` has no environment `%s`", diag_quote(d, config->path),
			  diag_quote(d, name));
	if (suggest_found(&suggest))
		diag_help(diag, "did you mean `%s`?", diag_quote(d, suggest.best));
	else if (known.len)
		diag_note(diag, "its environments are " STR_FMT, STR_ARG(strbuf_str(&known)));
	else
		diag_note(diag, "it has no `environments`");
}

const struct config *config_choose(struct arena *arena, struct diags *d,
				   const struct config *config, struct str name)
{
	const struct config_environment *environment = find_by_name(
		config->environments, config->n_environments, sizeof *config->environments, name);
	struct config *chosen;

	if (!environment) {
		no_environment(arena, d, config, name);
		return NULL;
	}
	chosen = ARENA_NEW(arena, struct config);
	*chosen = *environment->config;
	chosen->environments = config->environments;
	chosen->channels =
		merge_by_name(arena, config->channels, config->n_channels, chosen->channels,
			      chosen->n_channels, sizeof *chosen->channels, &chosen->n_channels);
	chosen->buckets =
		merge_by_name(arena, config->buckets, config->n_buckets, chosen->buckets,
			      chosen->n_buckets, sizeof *chosen->buckets, &chosen->n_buckets);
	return chosen;
}

const struct config_channel *config_channel(const struct config *config, struct str name)
{
	return find_by_name(config->channels, config->n_channels, sizeof *config->channels, name);
}

const struct config_bucket *config_bucket(const struct config *config, struct str name)
{
	return find_by_name(config->buckets, config->n_buckets, sizeof *config->buckets, name);
}

struct str config_find(struct arena *arena, struct str policy)
{
	return file_find_up(arena, str_is(policy, "-") ? STR(".") : path_dir(policy),
			    STR("vulnctl.yaml"));
}
