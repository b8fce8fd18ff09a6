/* SPDX-License-Identifier: Apache-2.0
 *
 * Helpers of the tests that read findings. The fixtures are invented: three Inspector findings
 * (image, instance, function), a closed one of the old shape, a control and a GuardDuty finding.
 * A test sets `arena` first. */
#ifndef TESTS_UNIT_RECORD_H
#define TESTS_UNIT_RECORD_H

#include <stdlib.h>

#include "base/civil.h"
#include "read_one.h"
#include "tap.h"

#define FIXTURES "tests/unit/fixtures/"
#define UNUSED __attribute__((unused))

static struct arena *arena;

UNUSED static struct str read_file(const char *path)
{
	struct strbuf b;
	char block[4096];
	size_t n;
	FILE *file = fopen(path, "rb");

	strbuf_init(&b, arena);
	if (!file)
		return (struct str){NULL, 0};
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		strbuf_add(&b, (struct str){block, n});
	fclose(file);
	return strbuf_str(&b);
}

UNUSED static struct finding *read_text(struct str text)
{
	const char *why = "";
	struct finding *finding = read_one(arena, text, &why);

	if (!finding)
		printf("# not read: %s\n", why);
	return finding;
}

UNUSED static struct finding *fixture(const char *name)
{
	struct str path = str_printf(arena, FIXTURES "%s", name);
	struct finding *finding = read_text(read_file(str_cstr(arena, path)));

	if (!ok(finding != NULL, "%s is read", name))
		exit(done());
	return finding;
}

/* A finding of one line, for one trap each; quotes are written as '. */
UNUSED static struct finding *line(const char *body)
{
	struct str text =
		str_printf(arena, "{'SchemaVersion':'2018-10-08'%s%s}", *body ? "," : "", body);
	char *copy = arena_alloc(arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.ptr[i] == '\'' ? '"' : text.ptr[i];
	return read_text((struct str){copy, text.len});
}

/* A value as text: `~` absent, `=word` or `!other` of a closed vocabulary, numbers as points. */
UNUSED static struct str shown(const struct fval *value, enum field_id id)
{
	if (!value || value->kind == FVAL_ABSENT)
		return STR("~");
	if (value->kind == FVAL_NUMBER && fields[id].type == TYPE_DATE)
		return civil_format_instant(arena, value->number);
	if (value->kind == FVAL_NUMBER)
		return str_printf(arena, "%lld", (long long)value->number);
	if (value->kind == FVAL_WORD && value->word < 0)
		return str_printf(arena, "!" STR_FMT, STR_ARG(value->str));
	if (value->kind == FVAL_WORD)
		return str_printf(arena, "=%s", fields[id].words->words[value->word]);
	return value->str;
}

UNUSED static void is_value(const struct element *root, const char *name, const char *expected)
{
	int id = field_find(str_from(name));
	struct str got = id < 0 ? STR("no such field") : STR("~");

	if (id >= 0)
		got = shown(finding_value(root, (enum field_id)id), (enum field_id)id);
	if (!ok(str_is(got, expected), "%s is %s", name, expected))
		printf("# got " STR_FMT "\n", STR_ARG(got));
}

/* The values of a list, joined by '|'. */
UNUSED static void is_list(const struct element *parent, enum group group, const char *name,
			   const char *expected)
{
	int id = field_find(str_from(name));
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; id >= 0 && i < parent->n_children[group]; i++) {
		strbuf_puts(&b, i ? "|" : "");
		strbuf_add(&b, shown(element_value(parent->children[group][i], (enum field_id)id),
				     (enum field_id)id));
	}
	if (!ok(str_is(strbuf_str(&b), expected), "%s: %s", name, expected))
		printf("# got " STR_FMT "\n", STR_ARG(strbuf_str(&b)));
}

UNUSED static size_t count_read(const char *name, struct str text, struct str *messages, int *code)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	size_t n = 77;
	struct finding **found = findings_read(arena, d, name, text, &n);

	*messages = diags_text(d, arena, false);
	*code = diags_exit_code(d);
	for (size_t i = 0; i < n; i++)
		if (!found || !found[i] || !found[i]->root)
			return 99;
	return n;
}

#endif
