/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies checked from text, for the tests of ir/check: files that stand in memory, what was
 * reported as "VC001 3:8", and typed conditions as text. */
#ifndef TESTS_UNIT_CHECKED_H
#define TESTS_UNIT_CHECKED_H

#include <string.h>

#include "base/civil.h"
#include "base/json.h"
#include "ir/check.h"
#include "tap.h"

struct checked_file {
	const char *path, *text;
};

struct checked {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	const struct policy *policy;
	struct str errors; /* "VC001 3:8; VC005 4:2", file:line:col outside the root */
	struct str json;
};

static const char checked_yaml[] =
	"version: 1\n"
	"channels:\n"
	"  slack-security: {sns_topic_arn: \"arn:aws:sns:us-east-1:111122223333:security\"}\n"
	"  pagerduty: {sns_topic_arn: \"arn:aws:sns:us-east-1:111122223333:page\"}\n"
	"buckets:\n"
	"  findings-archive: {name: example-findings}\n";

__attribute__((unused)) static struct str checked_errors(struct checked *k)
{
	struct str rest = k->json;
	struct strbuf out;

	strbuf_init(&out, k->arena);
	while (rest.len) {
		struct json_error error;
		const struct json *line;
		size_t n = 0;

		while (n < rest.len && rest.ptr[n] != '\n')
			n++;
		line = json_parse(k->arena, str_slice(rest, 0, n), &error);
		rest = str_slice(rest, n < rest.len ? n + 1 : n, rest.len);
		if (!line || !str_is(json_text(json_get(line, "level")), "error"))
			continue;
		if (out.len)
			strbuf_puts(&out, "; ");
		if (json_text(json_get(line, "id")).ptr)
			strbuf_add(&out, json_text(json_get(line, "id")));
		strbuf_addc(&out, ' ');
		if (!str_is(json_text(json_get(line, "file")), "policy.vpol"))
			strbuf_printf(&out, STR_FMT ":",
				      STR_ARG(json_text(json_get(line, "file"))));
		if (json_is(json_get(line, "line"), JSON_NUMBER))
			strbuf_printf(&out, STR_FMT ":" STR_FMT,
				      STR_ARG(json_get(line, "line")->text),
				      STR_ARG(json_get(line, "col")->text));
	}
	return strbuf_str(&out);
}

/* files[0] is the root, "policy.vpol"; a use names the path of another. */
__attribute__((unused)) static struct checked check_files_of(const struct checked_file *files,
							     size_t n)
{
	struct checked k = {.arena = arena_new()};
	struct ast_program *program = ARENA_NEW(k.arena, struct ast_program);
	struct check_options options = {.has_now = true, .now = STR("2026-04-01")};
	const struct config *config;

	k.sources = sources_new(k.arena);
	k.diags = diags_new(k.arena, k.sources);
	config = config_read(k.arena, k.diags,
			     sources_add(k.sources, STR("vulnctl.yaml"), str_from(checked_yaml)));
	program->files = ARENA_ARRAY(k.arena, struct ast_file *, n);
	program->n = n;
	for (size_t i = 0; i < n; i++) {
		struct str path = str_from(files[i].path);
		struct str text = str_copy(k.arena, str_from(files[i].text));

		program->files[i] = parse_source(k.arena, k.diags, k.sources,
						 sources_add(k.sources, path, text));
		program->files[i]->path = path;
	}
	program->root = program->files[0];
	for (size_t i = 0; i < n; i++) {
		struct ast_file *file = program->files[i];

		file->uses = ARENA_ARRAY(k.arena, struct ast_file *, file->n_statements);
		file->n_uses = 0;
		for (size_t s = 0; s < file->n_statements; s++) {
			if (file->statements[s]->kind != AST_USE)
				continue;
			for (size_t f = 0; f < n; f++)
				if (str_is(file->statements[s]->text, files[f].path))
					file->uses[file->n_uses] = program->files[f];
			file->n_uses++;
		}
	}
	k.policy = check_program(k.arena, k.diags, k.sources, program, config, &options);
	k.json = diags_json(k.diags, k.arena);
	k.errors = checked_errors(&k);
	return k;
}

__attribute__((unused)) static struct checked check_text_of(const char *text)
{
	struct checked_file file = {"policy.vpol", text};

	return check_files_of(&file, 1);
}

static void show_cond(struct strbuf *out, const struct policy *policy, const struct cond *cond);

static void show_bound(struct strbuf *out, const struct atom *atom, int64_t bound)
{
	struct json_writer w;

	if (bound == INT64_MIN || bound == INT64_MAX) {
		strbuf_puts(out, "*");
	} else if (atom->age) {
		strbuf_printf(out, "%lldh", (long long)(bound / NS_PER_HOUR));
	} else if (fields[atom->field].type == TYPE_DATE) {
		strbuf_add(out, civil_format_instant(out->arena, bound));
	} else {
		json_begin(&w, out->arena, 0);
		json_scaled(&w, bound);
		strbuf_add(out, json_end(&w));
	}
}

static void show_atom(struct strbuf *out, const struct atom *atom)
{
	static const char *const tests[] = {[TEST_IN] = "in",
					    [TEST_PREFIX] = "startswith",
					    [TEST_SUFFIX] = "endswith",
					    [TEST_CONTAINS] = "contains"};

	strbuf_printf(out, "%s%s", fields[atom->field].name, atom->age ? ".age" : "");
	if (atom->key.len)
		strbuf_printf(out, "[" STR_FMT "]", STR_ARG(atom->key));
	if (atom->negated)
		strbuf_puts(out, " not");
	if (atom->test == TEST_EXISTS) {
		strbuf_puts(out, " exists");
		return;
	}
	if (atom->test == TEST_RANGE) {
		strbuf_puts(out, atom->lo_open ? " (" : " [");
		show_bound(out, atom, atom->lo);
		strbuf_puts(out, ", ");
		show_bound(out, atom, atom->hi);
		strbuf_puts(out, atom->hi_open ? ")" : "]");
		return;
	}
	strbuf_printf(out, " %s {", tests[atom->test]);
	for (size_t i = 0; i < atom->n; i++) {
		strbuf_puts(out, i ? ", " : "");
		strbuf_add(out, atom->values[i].str);
	}
	strbuf_puts(out, "}");
}

static void show_cond(struct strbuf *out, const struct policy *policy, const struct cond *cond)
{
	static const char *const kinds[] = {
		[COND_AND] = "and", [COND_OR] = "or", [COND_NOT] = "not", [COND_ANY] = "any "};

	if (!cond) {
		strbuf_puts(out, "nothing");
		return;
	}
	if (cond->define.len)
		strbuf_printf(out, STR_FMT ":", STR_ARG(cond->define));
	switch (cond->kind) {
	case COND_CONST:
		strbuf_puts(out, cond->truth ? "true" : "false");
		return;
	case COND_ATOM:
		show_atom(out, cond->atom);
		return;
	case COND_TIER:
		strbuf_puts(out, "tier ");
		strbuf_add(out, cond->tier < 0 ? STR("none") : policy->tiers[cond->tier]->name);
		return;
	case COND_AND:
	case COND_OR:
	case COND_NOT:
	case COND_ANY:
		break;
	}
	strbuf_printf(out, "%s%s(", kinds[cond->kind],
		      cond->kind == COND_ANY ? group_name(cond->group) : "");
	for (size_t i = 0; i < cond->n; i++) {
		strbuf_puts(out, i ? ", " : "");
		show_cond(out, policy, cond->kids[i]);
	}
	strbuf_puts(out, ")");
}

__attribute__((unused)) static struct str shown(const struct checked *k, const struct cond *cond)
{
	struct strbuf out;

	strbuf_init(&out, k->arena);
	show_cond(&out, k->policy, cond);
	return strbuf_str(&out);
}

/* A statement by name, or the tier of that name. */
__attribute__((unused)) static const struct statement *statement_of(const struct checked *k,
								    const char *name)
{
	for (size_t i = 0; i < k->policy->n_statements; i++)
		if (str_is(k->policy->statements[i]->name, name))
			return k->policy->statements[i];
	for (size_t i = 0; i < k->policy->n_tiers; i++)
		if (str_is(k->policy->tiers[i]->name, name))
			return k->policy->tiers[i];
	return NULL;
}

#endif
