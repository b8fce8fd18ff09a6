/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `list`: its tables are whole, its JSON is JSON, and a wrong word is answered with
 * the right one. */
#include "tap.h"

#include <unistd.h>

#include "base/json.h"
#include "base/vec.h"
#include "cmd/list.h"
#include "model/field.h"
#include "model/limit.h"
#include "model/operator.h"
#include "target/target.h"

struct run {
	int code;
	struct str out, err;
};

static struct str slurp(struct arena *arena, FILE *file)
{
	char *text;
	long size;

	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = ARENA_ARRAY(arena, char, (size_t)size + 1);
	size = (long)fread(text, 1, (size_t)size, file);
	fclose(file);
	return (struct str){text, (size_t)size};
}

/* `words` after the command's name, up to NULL. */
static struct run run(struct arena *arena, const char *const *words)
{
	FILE *files[2] = {tmpfile(), tmpfile()};
	int saved[2];
	char *argv[8] = {(char[]){"list"}};
	int argc = 1;
	struct run result;

	for (; words[argc - 1]; argc++) {
		struct str copy = str_printf(arena, "%s", words[argc - 1]);

		argv[argc] = ARENA_ARRAY(arena, char, copy.len + 1);
		for (size_t i = 0; i < copy.len; i++)
			argv[argc][i] = copy.ptr[i];
	}
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		saved[i] = dup(i + 1);
		dup2(fileno(files[i]), i + 1);
	}
	result.code = cmd_list(arena, argc, argv);
	for (int i = 0; i < 2; i++) {
		dup2(saved[i], i + 1);
		close(saved[i]);
	}
	result.out = slurp(arena, files[0]);
	result.err = slurp(arena, files[1]);
	return result;
}

#define RUN(arena, ...) run((arena), (const char *const[]){__VA_ARGS__, NULL})

static size_t lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

static void test_json(struct arena *arena)
{
	static const struct {
		const char *what;
		size_t n;
	} lists[] = {{"fields", FIELD_COUNT},
		     {"operators", OPERATOR_COUNT},
		     {"targets", TARGET_COUNT},
		     {"limits", LIMIT_COUNT}};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct run r = RUN(arena, lists[i].what, "--format", "json");
		struct json_error error;
		const struct json *json = json_parse(arena, r.out, &error);
		const struct json *rows = json_get(json, lists[i].what);

		ok(r.code == 0 && !r.err.len && json_is(rows, JSON_ARRAY) && rows->n == lists[i].n,
		   "list %s --format json: %zu rows", lists[i].what, lists[i].n);
		r = RUN(arena, "--format=json", lists[i].what);
		ok(r.code == 0 && str_eq(r.out, RUN(arena, lists[i].what, "--format=json").out),
		   "list --format=json %s: the same in any order", lists[i].what);
		r = RUN(arena, lists[i].what);
		ok(r.code == 0 && lines(r.out) > lists[i].n &&
			   str_eq(r.out, RUN(arena, lists[i].what, "--format", "text").out),
		   "list %s: a line for each row", lists[i].what);
	}
}

static void test_refused(struct arena *arena)
{
	static const struct {
		const char *words[4];
		const char *said;
	} rows[] = {
		{{NULL}, "`list` needs the name of a table"},
		{{"feilds"}, "did you mean `fields`?"},
		{{"lints"}, "`lints` is no table of `vulnctl list`"},
		{{"fields", "limits"}, "not `limits` too"},
		{{"fields", "--format"}, "`--format` needs `text` or `json`"},
		{{"fields", "--format", "jsn"}, "did you mean `json`?"},
		{{"fields", "--format="}, "`` is no format"},
		{{"--fromat", "json"}, "did you mean `--format`?"},
		{{"--format=text", "--format=json"}, "`--format` stands twice"},
		{{""}, "`` is no table"},
		{{"##[error]x"}, "`##\\[error]x` is no table"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run r = run(arena, rows[i].words);

		ok(r.code == 3 && !r.out.len && str_contains(r.err, str_from(rows[i].said)),
		   "refused: %s", rows[i].said);
	}
}

static void test_help(struct arena *arena)
{
	static const char *const rows[][3] = {{"--help"}, {"-h"}, {"fields", "-h"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run r = run(arena, rows[i]);

		ok(r.code == 0 && !r.err.len && str_starts(r.out, STR("usage: vulnctl list ")),
		   "help: %s", rows[i][rows[i][1] ? 1 : 0]);
	}
}

/* A target or a kind of artefact that is added without a row would be missing. */
static void test_targets(struct arena *arena)
{
	struct str text = RUN(arena, "targets").out;
	size_t n;
	const struct target_file *files = target_files(&n);
	bool in_order = true, seen[ARTEFACT_KIND_COUNT] = {false};

	for (enum target t = 0; t < TARGET_COUNT; t++) {
		bool writes = false;

		for (size_t i = 0; i < n; i++)
			writes |= files[i].target == t;
		ok(writes && str_contains(text, str_printf(arena, "\n%s  ", target_name(t))),
		   "the target %s writes something", target_name(t));
		ok(!target_is_native(t) || target_is_default(t), "all native ones are written");
	}
	for (size_t i = 0; i < n; i++) {
		in_order &= !i || files[i - 1].target <= files[i].target;
		seen[files[i].kind] = true;
		ok(str_contains(text, str_from(files[i].path)) &&
			   str_contains(text, str_from(files[i].what)),
		   "%s is listed", files[i].path);
	}
	for (enum artefact_kind kind = 0; kind < ARTEFACT_KIND_COUNT; kind++)
		ok(seen[kind] == (kind != ARTEFACT_HOLDER), "some target writes the kind %s",
		   artefact_kind_name(kind));
	ok(in_order, "by target");
}

int main(void)
{
	struct arena *arena = arena_new();

	test_json(arena);
	test_targets(arena);
	test_help(arena);
	test_refused(arena);
	arena_free(arena);
	return done();
}
