/* SPDX-License-Identifier: Apache-2.0
 *
 * FilterCriteria as JSON, and CreateFilter requests. */
#include "base/civil.h"
#include "model/limit.h"
#include "target/inspector.h"
#include "target/text.h"

/* Step Functions and Scheduler call an API by the names of AWS's SDK for Java: a capital first. */
static void write_name(struct json_writer *w, struct arena *arena, const char *name, bool pascal)
{
	if (pascal)
		json_key_str(w, str_printf(arena, "%c%s", name[0] - 'a' + 'A', name + 1));
	else
		json_key(w, name);
}

static void write_test(struct json_writer *w, struct arena *arena,
		       enum inspector_comparison comparison, struct str text, bool pascal)
{
	static const char *const names[] = {
		[INSPECTOR_EQUALS] = "EQUALS",
		[INSPECTOR_PREFIX] = "PREFIX",
		[INSPECTOR_NOT_EQUALS] = "NOT_EQUALS",
	};

	write_name(w, arena, "comparison", pascal);
	json_string(w, names[comparison]);
	write_name(w, arena, "value", pascal);
	json_str(w, text);
}

static void write_tag(struct json_writer *w, struct arena *arena, const struct inspector_value *v,
		      bool pascal)
{
	write_name(w, arena, "comparison", pascal);
	json_string(w, "EQUALS");
	write_name(w, arena, "key", pascal);
	json_str(w, v->key);
	write_name(w, arena, "value", pascal);
	json_str(w, v->text);
}

static void write_package(struct json_writer *w, struct arena *arena,
			  const struct inspector_value *v, bool pascal)
{
	for (size_t i = 0; i < v->n_parts; i++) {
		write_name(w, arena, v->parts[i].name, pascal);
		json_open_object(w);
		write_test(w, arena, v->parts[i].comparison, v->parts[i].text, pascal);
		json_close_object(w);
	}
}

/* Terraform needs both bounds, so both are there. */
static void write_numbers(struct json_writer *w, struct arena *arena, const char *lower,
			  const char *upper, struct interval between, bool pascal)
{
	write_name(w, arena, lower, pascal);
	json_scaled(w, between.lo / 2);
	write_name(w, arena, upper, pascal);
	json_scaled(w, between.hi / 2);
}

static void write_dates(struct json_writer *w, struct arena *arena, struct interval between,
			bool pascal)
{
	if (between.lo != INT64_MIN) {
		write_name(w, arena, "startInclusive", pascal);
		json_str(w, civil_format_instant(arena, between.lo));
	}
	if (between.hi != INT64_MAX) {
		write_name(w, arena, "endInclusive", pascal);
		json_str(w, civil_format_instant(arena, between.hi));
	}
}

static void write_value(struct json_writer *w, struct arena *arena, const struct inspector_value *v,
			bool pascal)
{
	json_open_object(w);
	switch (v->kind) {
	case INSPECTOR_TEXT:
		write_test(w, arena, v->comparison, v->text, pascal);
		break;
	case INSPECTOR_TAG:
		write_tag(w, arena, v, pascal);
		break;
	case INSPECTOR_NUMBER:
		write_numbers(w, arena, "lowerInclusive", "upperInclusive", v->between, pascal);
		break;
	case INSPECTOR_PORT:
		write_numbers(w, arena, "beginInclusive", "endInclusive", v->between, pascal);
		break;
	case INSPECTOR_DATE:
		write_dates(w, arena, v->between, pascal);
		break;
	case INSPECTOR_PACKAGE:
		write_package(w, arena, v, pascal);
		break;
	}
	json_close_object(w);
}

void inspector_write(struct json_writer *w, struct arena *arena,
		     const struct inspector_criteria *criteria, bool pascal)
{
	json_open_object(w);
	for (size_t i = 0; i < criteria->n; i++) {
		write_name(w, arena, criteria->items[i].name, pascal);
		json_open_array(w);
		for (size_t j = 0; j < criteria->items[i].n; j++)
			write_value(w, arena, &criteria->items[i].values[j], pascal);
		json_close_array(w);
	}
	json_close_object(w);
}

/* --- requests --- */

/* Why it is hidden: the reason, and the note that elsewhere would follow it on the finding. */
static struct str reason_of(struct compilation *c, const struct unit *unit)
{
	struct str reason = unit->reason;

	if (unit->statement->note.len)
		reason = str_printf(c->arena, STR_FMT " " STR_FMT, STR_ARG(reason),
				    STR_ARG(unit->statement->note));
	return text_cut(c, unit, reason, LIMIT_inspector_reason, "reason");
}

static struct str request(struct compilation *c, const struct unit *unit,
			  const struct inspector_criteria *criteria, size_t index)
{
	bool suppress = unit->statement->kind == STATEMENT_SUPPRESS;
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "name");
	json_str(&w, text_aws_name(c, unit, index));
	json_key(&w, "action");
	json_string(&w, suppress ? "SUPPRESS" : "NONE");
	json_key(&w, "description");
	json_str(&w, text_description(c, unit, LIMIT_inspector_description));
	if (suppress) {
		json_key(&w, "reason");
		json_str(&w, reason_of(c, unit));
	}
	json_key(&w, "filterCriteria");
	inspector_write(&w, c->arena, criteria, false);
	json_close_object(&w);
	return json_end(&w);
}

static bool is_name_character(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '.' || ch == '_' || ch == '-';
}

static bool check_name(struct compilation *c, const struct unit *unit, size_t n)
{
	struct str name = text_aws_name(c, unit, n);
	size_t least = (size_t)limits[LIMIT_inspector_name_least].value;
	size_t most = (size_t)limits[LIMIT_inspector_name].value;
	bool fits = name.len >= least && name.len <= most;

	for (size_t i = 0; i < name.len; i++)
		fits = fits && is_name_character(name.ptr[i]);
	if (!fits)
		diag_error(
			c->diags, "VC604", unit->statement->name_span,
			"`%s` is no name for an Inspector filter: %zu to %zu letters, digits and "
			"`. _ -`",
			diag_quote(c->diags, name), least, most);
	return fits;
}

void inspector_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct inspector_criteria *filters = made;

	if (n && !check_name(c, unit, n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct artefact *a =
			target_add(c, unit, TARGET_INSPECTOR, ARTEFACT_INSPECTOR_FILTER,
				   "inspector/filters/", i + 1, ".json",
				   request(c, unit, &filters[i], i + 1), filters[i].assumptions);

		a->regions = filters[i].regions;
		a->n_regions = filters[i].n_regions;
		if (unit->statement->kind == STATEMENT_SUPPRESS)
			c->used_rules[MECHANISM_INSPECTOR]++;
	}
}
