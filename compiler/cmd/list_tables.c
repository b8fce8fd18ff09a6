/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the command `list`, as text and as JSON. */
#include "base/vec.h"
#include "cmd/list_internal.h"
#include "model/field.h"
#include "model/limit.h"
#include "model/operator.h"
#include "target/target.h"

struct cells {
	struct str *items;
	size_t n, cap;
};

static void add(struct arena *arena, struct cells *cells, const char *cstr)
{
	VEC_PUSH(arena, *cells, str_from(cstr));
}

/* --- fields --- */

static struct str field_type(struct arena *arena, const struct field *field)
{
	switch (field->type) {
	case TYPE_ENUM:
	case TYPE_WORD:
		return str_from(field->words->name);
	case TYPE_DECIMAL:
	case TYPE_INT:
		return str_printf(arena, "%s %lld..%lld", type_name(field->type),
				  (long long)(field->lo / TYPE_SCALE),
				  (long long)(field->hi / TYPE_SCALE));
	default:
		return str_from(type_name(field->type));
	}
}

void list_fields_text(struct arena *arena, struct strbuf *out)
{
	static const char *const heads[] = {"FIELD", "TYPE",	   "COUNT",
					    "EVENT", "AUTOMATION", "WHAT IT IS"};
	struct cells cells = {0};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		add(arena, &cells, heads[i]);
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field *field = &fields[i];

		add(arena, &cells, field->name);
		VEC_PUSH(arena, cells, field_type(arena, field));
		add(arena, &cells, cardinality_name(field->cardinality));
		add(arena, &cells, capability_name(field->can[MECHANISM_EVENT]));
		add(arena, &cells, capability_name(field->can[MECHANISM_AUTOMATION]));
		add(arena, &cells, field->concept);
	}
	strbuf_add(out, list_table(arena, cells.items, cells.n, ARRAY_LEN(heads)));
	strbuf_puts(out, "\nEVENT, AUTOMATION: how an EventBridge pattern over Security Hub's "
			 "events and a Security Hub\nautomation rule can test the field. "
			 "`--format json` adds the other mechanisms, the field's path in\n"
			 "each shape of a finding, notes and sources.\n");
}

static void text_or_null(struct json_writer *w, const char *key, const char *cstr)
{
	json_key(w, key);
	if (cstr)
		json_string(w, cstr);
	else
		json_null(w);
}

static void strings(struct json_writer *w, const char *key, const char *const *items)
{
	json_key(w, key);
	json_open_array(w);
	for (; *items; items++)
		json_string(w, *items);
	json_close_array(w);
}

static void words(struct json_writer *w, const struct vocabulary *v)
{
	json_key(w, "words");
	json_open_array(w);
	for (unsigned i = 0; v && i < v->n; i++)
		json_string(w, v->words[i]);
	json_close_array(w);
}

static void field_paths(struct json_writer *w, const struct field *field)
{
	json_key(w, "paths");
	json_open_object(w);
	text_or_null(w, "asff", field->asff);
	text_or_null(w, "asff_event", field->event);
	text_or_null(w, "inspector", field->inspector_api);
	text_or_null(w, "inspector_event", field->inspector_event);
	text_or_null(w, "inspector_event_image", field->inspector_image);
	text_or_null(w, "ocsf", field->ocsf);
	text_or_null(w, "automation", field->v1);
	text_or_null(w, "automation_v2", field->v2);
	text_or_null(w, "inspector_filter", field->inspector_filter);
	text_or_null(w, "inspector_filter_cloud", field->inspector_cloud);
	text_or_null(w, "insight", field->insight);
	json_close_object(w);
}

static void field_json(struct arena *arena, struct json_writer *w, const struct field *field)
{
	bool number = field->type == TYPE_DECIMAL || field->type == TYPE_INT;

	json_open_object(w);
	text_or_null(w, "name", field->name);
	text_or_null(w, "what", field->concept);
	json_key(w, "type");
	json_str(w, field->words ? field_type(arena, field) : str_from(type_name(field->type)));
	words(w, field->words);
	if (number) {
		json_key(w, "least");
		json_scaled(w, field->lo);
		json_key(w, "greatest");
		json_scaled(w, field->hi);
	}
	text_or_null(w, "count", cardinality_name(field->cardinality));
	text_or_null(w, "group", group_name(field->group));
	text_or_null(w, "name_in_group", field->inner);
	json_key(w, "can");
	json_open_object(w);
	for (enum mechanism m = 0; m < MECHANISM_COUNT; m++)
		text_or_null(w, mechanism_name(m), capability_name(field->can[m]));
	json_close_object(w);
	field_paths(w, field);
	strings(w, "examples", field->examples);
	text_or_null(w, "note", field->note);
	text_or_null(w, "source", field->source);
	json_close_object(w);
}

void list_fields_json(struct arena *arena, struct json_writer *w)
{
	json_open_object(w);
	json_key(w, "fields");
	json_open_array(w);
	for (int i = 0; i < FIELD_COUNT; i++)
		field_json(arena, w, &fields[i]);
	json_close_array(w);
	json_close_object(w);
}

/* --- operators --- */

static struct str join(struct arena *arena, const char *const *items, size_t n, const char *between)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_puts(&out, between);
		strbuf_puts(&out, items[i]);
	}
	return strbuf_str(&out);
}

static struct str operator_literals(struct arena *arena, const struct operators *row)
{
	const struct vocabulary *v = row->words;

	if (!v)
		return str_from(row->literals);
	if (!v->ordered)
		return str_printf(arena, STR_FMT " (%s)",
				  STR_ARG(join(arena, v->words, v->n, ", ")), row->literals);
	return str_printf(arena, STR_FMT "; unordered: " STR_FMT " (%s)",
			  STR_ARG(join(arena, v->words, v->n_ordered, " < ")),
			  STR_ARG(join(arena, v->words + v->n_ordered, v->n - v->n_ordered, ", ")),
			  row->literals);
}

void list_operators_text(struct arena *arena, struct strbuf *out)
{
	struct cells cells = {0};

	add(arena, &cells, "TYPE");
	add(arena, &cells, "OPERATORS");
	add(arena, &cells, "LITERALS");
	for (int i = 0; i < OPERATOR_COUNT; i++) {
		size_t n = 0;

		while (operators[i].items[n])
			n++;
		add(arena, &cells, operators[i].type);
		VEC_PUSH(arena, cells, join(arena, operators[i].items, n, " "));
		VEC_PUSH(arena, cells, operator_literals(arena, &operators[i]));
	}
	strbuf_add(out, list_table(arena, cells.items, cells.n, 3));
	strbuf_puts(out, "\n`not` may stand before `in`, `startswith`, `endswith`, `contains` and "
			 "`exists`. A test of an absent\nvalue is false, `!=` and `not in` "
			 "included; `not (…)` is the full complement.\n");
}

void list_operators_json(struct arena *arena, struct json_writer *w)
{
	(void)arena;
	json_open_object(w);
	json_key(w, "operators");
	json_open_array(w);
	for (int i = 0; i < OPERATOR_COUNT; i++) {
		json_open_object(w);
		text_or_null(w, "type", operators[i].type);
		strings(w, "operators", operators[i].items);
		text_or_null(w, "literals", operators[i].literals);
		words(w, operators[i].words);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

/* --- targets --- */

void list_targets_text(struct arena *arena, struct strbuf *out)
{
	static const char *const heads[] = {"TARGET", "NATIVE", "DEFAULT",
					    "KIND",   "PATH",	"WHAT IT IS"};
	struct cells cells = {0};
	size_t n;
	const struct target_file *files = target_files(&n);

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		add(arena, &cells, heads[i]);
	for (size_t i = 0; i < n; i++) {
		add(arena, &cells, target_name(files[i].target));
		add(arena, &cells, target_is_native(files[i].target) ? "yes" : "no");
		add(arena, &cells, target_is_default(files[i].target) ? "yes" : "no");
		add(arena, &cells, artefact_kind_name(files[i].kind));
		add(arena, &cells, files[i].path);
		add(arena, &cells, files[i].what);
	}
	strbuf_add(out, list_table(arena, cells.items, cells.n, ARRAY_LEN(heads)));
	strbuf_puts(out, "\nNATIVE: AWS itself takes it. DEFAULT: written when no target is named "
			 "with `-t`. PATH: in the output\ndirectory, where `manifest.json` lists "
			 "all that is there; NAME is the statement's.\n");
}

static void file_json(struct json_writer *w, const struct target_file *file)
{
	json_open_object(w);
	text_or_null(w, "kind", artefact_kind_name(file->kind));
	text_or_null(w, "path", file->path);
	text_or_null(w, "what", file->what);
	json_close_object(w);
}

void list_targets_json(struct arena *arena, struct json_writer *w)
{
	size_t n;
	const struct target_file *files = target_files(&n);

	(void)arena;
	json_open_object(w);
	json_key(w, "targets");
	json_open_array(w);
	for (enum target t = 0; t < TARGET_COUNT; t++) {
		json_open_object(w);
		text_or_null(w, "name", target_name(t));
		json_key(w, "native");
		json_bool(w, target_is_native(t));
		json_key(w, "default");
		json_bool(w, target_is_default(t));
		json_key(w, "artefacts");
		json_open_array(w);
		for (size_t i = 0; i < n; i++)
			if (files[i].target == t)
				file_json(w, &files[i]);
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

/* --- limits --- */

void list_limits_text(struct arena *arena, struct strbuf *out)
{
	struct cells cells = {0};

	add(arena, &cells, "LIMIT");
	add(arena, &cells, "     VALUE");
	add(arena, &cells, "");
	add(arena, &cells, "WHAT IT IS");
	for (int i = 0; i < LIMIT_COUNT; i++) {
		add(arena, &cells, limits[i].name);
		VEC_PUSH(arena, cells, str_printf(arena, "%10lld", (long long)limits[i].value));
		add(arena, &cells, limits[i].unit);
		add(arena, &cells, limits[i].what);
	}
	strbuf_add(out, list_table(arena, cells.items, cells.n, 4));
	strbuf_puts(out, "\n`--format json` adds where each number comes from.\n");
}

void list_limits_json(struct arena *arena, struct json_writer *w)
{
	(void)arena;
	json_open_object(w);
	json_key(w, "limits");
	json_open_array(w);
	for (int i = 0; i < LIMIT_COUNT; i++) {
		json_open_object(w);
		text_or_null(w, "name", limits[i].name);
		json_key(w, "value");
		json_int(w, limits[i].value);
		text_or_null(w, "unit", limits[i].unit);
		text_or_null(w, "what", limits[i].what);
		text_or_null(w, "source", limits[i].source);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}
