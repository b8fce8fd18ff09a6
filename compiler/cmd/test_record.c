/* SPDX-License-Identifier: Apache-2.0
 *
 * A finding by the fields that matter to a case, in the words of the policy language:
 *
 *	record: {cve: CVE-2024-3094, severity: CRITICAL, fix: YES, repository: app/web}
 *
 * What every such finding has beside them is filled in, always in the same way. */
#include "base/civil.h"
#include "base/suggest.h"
#include "cmd/test_internal.h"

struct record_reader {
	struct arena *arena;
	struct diags *d;
	struct element *root;
	bool fixed[FIELD_COUNT];
	bool failed;
};

static struct diag *wrong(struct record_reader *r, struct span at, const char *format,
			  const char *a, const char *b) __attribute__((format(printf, 3, 0)));

static struct diag *wrong(struct record_reader *r, struct span at, const char *format,
			  const char *a, const char *b)
{
	r->failed = true;
	return diag_error(r->d, NULL, at, format, a, b);
}

static const char *quote(struct record_reader *r, struct str text)
{
	return diag_quote(r->d, text);
}

/* --- values --- */

static bool read_word(struct record_reader *r, enum field_id field, const struct yaml *value,
		      struct fval *out)
{
	const struct vocabulary *words = fields[field].words;
	int word = vocabulary_find(words, value->text);
	struct suggest near;
	struct diag *d;

	*out = (struct fval){.kind = FVAL_WORD, .word = word};
	if (word >= 0) {
		out->str = str_from(vocabulary_canonical(words, (unsigned)word));
		return true;
	}
	suggest_init(&near, value->text);
	for (unsigned i = 0; i < words->n; i++)
		suggest_offer(&near, str_from(words->words[i]));
	d = wrong(r, value->span, "`%s` is not a value of %s", quote(r, value->text), words->name);
	if (suggest_found(&near))
		diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	return false;
}

static bool read_number(struct record_reader *r, enum field_id field, const struct yaml *value,
			struct fval *out)
{
	struct json_error error;
	const struct json *json = json_parse(r->arena, value->text, &error);
	int64_t scaled;
	bool sticky;

	if (json_is(json, JSON_NUMBER) && json_decimal(json->text, &scaled, &sticky) &&
	    scaled >= fields[field].lo && scaled <= fields[field].hi) {
		*out = (struct fval){.kind = FVAL_NUMBER, .number = 2 * scaled + sticky};
		return true;
	}
	wrong(r, value->span, "`%s` is no number that `%s` can have", quote(r, value->text),
	      fields[field].name);
	return false;
}

static bool read_date(struct record_reader *r, const struct yaml *value, struct fval *out)
{
	int32_t days;

	*out = (struct fval){.kind = FVAL_NUMBER};
	if (civil_parse_iso(value->text, &out->number))
		return true;
	if (civil_parse_date(value->text, &days)) {
		out->number = days * NS_PER_DAY;
		return true;
	}
	diag_help(wrong(r, value->span, "`%s` is no date", quote(r, value->text), ""),
		  "write 2026-12-31 or 2026-12-31T09:00:00Z");
	return false;
}

static bool read_value(struct record_reader *r, enum field_id field, const struct yaml *value,
		       struct fval *out)
{
	int word;

	if (value->type != YAML_SCALAR) {
		wrong(r, value->span, "the value of `%s` is a text", fields[field].name, "");
		return false;
	}
	*out = (struct fval){.kind = FVAL_STRING, .str = value->text};
	switch (fields[field].type) {
	case TYPE_ENUM:
		return read_word(r, field, value, out);
	case TYPE_WORD:
		word = vocabulary_find(fields[field].words, value->text);
		if (word >= 0)
			out->str =
				str_from(vocabulary_canonical(fields[field].words, (unsigned)word));
		return true;
	case TYPE_DECIMAL:
	case TYPE_INT:
		return read_number(r, field, value, out);
	case TYPE_DATE:
		return read_date(r, value, out);
	default:
		return true;
	}
}

/* --- elements --- */

/* The first element of the group; its parents with it. */
static struct element *first_of(struct record_reader *r, enum group group)
{
	struct element *parent;

	if (group == GROUP_FINDING)
		return r->root;
	parent = first_of(r, group_parent(group));
	return parent->n_children[group] ? parent->children[group][0]
					 : element_add(r->arena, parent, group);
}

static void set_map(struct record_reader *r, enum field_id field, const struct yaml *value)
{
	struct element *element = first_of(r, fields[field].group);

	if (value->type != YAML_MAPPING)
		wrong(r, value->span, "`%s` is a mapping of keys to texts", fields[field].name, "");
	for (size_t i = 0; value->type == YAML_MAPPING && i < value->n; i++) {
		const struct yaml *item = value->items[i];

		if (item->type == YAML_SCALAR)
			element_map_add(r->arena, element,
					(struct map_entry){value->keys[i], item->text});
		else
			wrong(r, item->span, "the value of `%s` is a text",
			      quote(r, value->keys[i]), "");
	}
}

/* A list, or its only value. */
static void set_list(struct record_reader *r, enum field_id field, const struct yaml *value)
{
	enum group group = fields[field].group;
	struct element *parent = first_of(r, group_parent(group));
	size_t n = value->type == YAML_SEQUENCE ? value->n : 1;
	struct fval one;

	for (size_t i = 0; i < n; i++)
		if (read_value(r, field, value->type == YAML_SEQUENCE ? value->items[i] : value,
			       &one))
			*element_value(element_add(r->arena, parent, group), field) = one;
}

static void set_field(struct record_reader *r, enum field_id field, const struct yaml *value)
{
	enum group group = fields[field].group;
	struct fval one;

	r->fixed[field] = true;
	if (fields[field].type == TYPE_MAP)
		set_map(r, field, value);
	else if (group != GROUP_FINDING && group != GROUP_VULNERABILITY && group != GROUP_RESOURCE)
		set_list(r, field, value);
	else if (value->type == YAML_SCALAR && !value->quoted && str_is(value->text, "null"))
		return; /* absent, and not to be filled in */
	else if (read_value(r, field, value, &one))
		*element_value(first_of(r, group), field) = one;
}

/* `package: [{name: openssl, version: "3"}]`: elements with several fields. */
static void set_elements(struct record_reader *r, enum group group, const struct yaml *value)
{
	struct element *parent = first_of(r, group_parent(group));

	if (value->type != YAML_SEQUENCE)
		wrong(r, value->span, "`%s` is a list of mappings", group_name(group), "");
	for (size_t i = 0; value->type == YAML_SEQUENCE && i < value->n; i++) {
		const struct yaml *item = value->items[i];
		struct element *element = element_add(r->arena, parent, group);

		for (size_t k = 0; item->type == YAML_MAPPING && k < item->n; k++) {
			int field = field_find_inner(group, item->keys[k]);
			struct fval one;

			if (field < 0 || fields[field].group != group)
				wrong(r, item->key_spans[k], "`%s` is no field of a %s",
				      quote(r, item->keys[k]), group_name(group));
			else if (read_value(r, (enum field_id)field, item->items[k], &one))
				*element_value(element, (enum field_id)field) = one;
		}
	}
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		r->fixed[field] = r->fixed[field] || fields[field].group == group;
}

static void no_field(struct record_reader *r, const struct yaml *record, size_t i)
{
	struct suggest near;
	struct diag *d = wrong(r, record->key_spans[i], "there is no field `%s`",
			       quote(r, record->keys[i]), "");

	suggest_init(&near, record->keys[i]);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		suggest_offer(&near, str_from(fields[field].name));
	if (suggest_found(&near))
		diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(near.best));
	else
		diag_help(d, "`vulnctl list fields` shows them");
}

/* As Security Hub would have imported it: what customers write is not the provider's. */
static const struct finding *finding_of(struct record_reader *r)
{
	static const enum field_id customers[] = {FIELD_note, FIELD_verification};
	struct finding *finding = ARENA_NEW(r->arena, struct finding);
	struct element *original = element_new(r->arena, GROUP_FINDING);
	struct fval *values = original->values;

	*original = *r->root;
	original->values = values;
	memcpy(values, r->root->values, group_slots(GROUP_FINDING) * sizeof *values);
	original->map = NULL;
	original->n_map = 0;
	for (size_t i = 0; i < ARRAY_LEN(customers); i++)
		*element_value(original, customers[i]) = (struct fval){.kind = FVAL_ABSENT};
	*element_value(original, FIELD_workflow) =
		(struct fval){.kind = FVAL_WORD, .word = WORKFLOW_NEW, .str = STR("NEW")};
	*finding = (struct finding){.root = r->root, .original = original};
	return finding;
}

const struct finding *test_record_read(struct testing *t, const struct yaml *record)
{
	struct record_reader r = {.arena = t->run.arena, .d = t->run.diags};

	r.root = element_new(r.arena, GROUP_FINDING);
	if (record->type != YAML_MAPPING)
		wrong(&r, record->span, "`%s` is a mapping of fields to values", "record", "");
	for (size_t i = 0; record->type == YAML_MAPPING && i < record->n; i++) {
		int field = field_find(record->keys[i]), group = group_find(record->keys[i]);

		if (field >= 0 && field < FIELD_COUNT)
			set_field(&r, (enum field_id)field, record->items[i]);
		else if (group > GROUP_RESOURCE)
			set_elements(&r, (enum group)group, record->items[i]);
		else
			no_field(&r, record, i);
	}
	if (r.failed)
		return NULL;
	finding_complete(r.arena, r.root, r.fixed);
	return finding_of(&r);
}
