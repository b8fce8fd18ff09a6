/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings by several threads: given in order, numbered without a gap, and with the same words
 * said, for any number of threads and any size of blocks. */
#include "finding/batch.h"

#include <string.h>

#include "base/ordered.h"
#include "base/vec.h"
#include "place.h"

#define FINDING(id)                                                                                \
	"{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"" id                                           \
	"\",\"ProductArn\":\"arn:aws:securityhub:eu-central-1::product/aws/inspector\"}"

static struct arena *arena;

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		printf("# cannot write %s\n", path);
}

struct maker {
	struct arena *arena;
	struct strbuf made; /* by work, of one batch */
	struct strbuf *all;
	size_t enough; /* stop behind so many batches */
};

static void work(void *worker, const struct batch *batch)
{
	struct maker *m = worker;

	arena_clear(m->arena);
	strbuf_init(&m->made, m->arena);
	for (size_t i = 0; i < batch->n; i++) {
		const struct fval *id = finding_value(batch->findings[i]->root, FIELD_finding_id);

		strbuf_printf(&m->made, "%zu " STR_FMT "\n", batch->first + i, STR_ARG(id->str));
	}
}

static bool give(void *worker, const struct batch *batch)
{
	struct maker *m = worker;

	(void)batch;
	strbuf_add(m->all, strbuf_str(&m->made));
	return --m->enough > 0;
}

/* What is given and said. */
static struct str run(const struct str *paths, size_t n, size_t threads, size_t block_size,
		      bool keep_going)
{
	struct diags *diags = diags_new(arena, sources_new(arena));
	struct maker makers[8];
	void *workers[8];
	struct strbuf all;
	bool good;

	strbuf_init(&all, arena);
	for (size_t i = 0; i < threads; i++) {
		makers[i] = (struct maker){.arena = arena_new(), .all = &all, .enough = SIZE_MAX};
		workers[i] = &makers[i];
	}
	good = batch_run(&(struct batch_run){
		.arena = arena,
		.diags = diags,
		.paths = paths,
		.n_paths = n,
		.keep_going = keep_going,
		.block_size = block_size,
		.workers = workers,
		.n_workers = threads,
		.work = work,
		.give = give,
	});
	for (size_t i = 0; i < threads; i++)
		arena_free(makers[i].arena);
	strbuf_printf(&all, "%s\n" STR_FMT, good ? "good" : "bad",
		      STR_ARG(diags_text(diags, arena, false)));
	return strbuf_str(&all);
}

/* The same for all threads and blocks, and this. */
static void check(const char *name, const char *const *files, bool keep_going, const char *wanted)
{
	static const size_t sizes[] = {1, 100, 300, INPUT_BLOCK};
	struct str paths[8], first = {NULL, 0};
	size_t n = 0;
	bool same = true;

	for (; files[n]; n++)
		paths[n] = str_from(files[n]);
	for (size_t threads = 1; threads <= 8; threads += 1 + threads / 3)
		for (size_t i = 0; i < ARRAY_LEN(sizes) && same; i++) {
			struct str got = run(paths, n, threads, sizes[i], keep_going);

			if (!first.ptr)
				first = got;
			same = str_eq(got, first);
			if (!same)
				printf("# %zu threads, blocks of %zu:\n" STR_FMT
				       "# one thread:\n" STR_FMT,
				       threads, sizes[i], STR_ARG(got), STR_ARG(first));
		}
	ok(same, "%s: the same for all", name);
	if (!str_is(first, wanted))
		printf("# wanted:\n%s# and got:\n" STR_FMT, wanted, STR_ARG(first));
	ok(str_is(first, wanted), "%s: what is given and said", name);
}

static void make_files(void)
{
	put("lines", FINDING("a") "\n{\"x\":1}\n" FINDING("b") "\n" FINDING("c") "\n");
	put("bad-lines", FINDING("d") "\n{\"x\":}\n" FINDING("e") "\n{\"Id\n");
	put("list", "{\"Findings\": [" FINDING("f") ",\n" FINDING("g") ", 7, " FINDING("h") "]}");
	put("cut-list",
	    "[" FINDING("i") ",\n" FINDING("j") ",\n" FINDING("k") ",\n{\"SchemaVersion\":");
	put("strange", "[1,{},{\"a\":{\"b\":[1]}},4,5,6,7]");
	put("none", "{\"Findings\": []}");
	put("event", "{\"detail\": {\"findings\": [" FINDING("l") "]}}");
	put("report.csv",
	    "Title,Finding ARN,Severity,Resource ID,Status\nCVE-1 - x,m,HIGH,r,ACTIVE\n"
	    "\"two\nlines\",n,LOW,r,ACTIVE\n\"\",o\n\"z\",p,LOW,r,\"ACTIVE\"\n");
	put("table.csv", "A,B\n1,2\n");
	if (system("gzip -c lines >lines.gz && gzip -c list | head -c 60 >cut.gz") != 0)
		printf("# no gzip\n");
}

static void test_files(void)
{
	check("lines and lists", (const char *const[]){"lines", "list", NULL}, false,
	      "0 a\n"
	      "1 b\n"
	      "2 c\n"
	      "3 f\n"
	      "4 g\n"
	      "5 h\n"
	      "good\n"
	      "vulnctl: warning: `lines`: 1 of 4 documents are no findings and are left out\n"
	      "  note: line 2: no finding\n"
	      "vulnctl: warning: `list`: 1 of 4 documents are no findings and are left out\n"
	      "  note: Findings[2]: no object\n");
	check("packed, and a pipe", (const char *const[]){"lines.gz", NULL}, false,
	      "0 a\n"
	      "1 b\n"
	      "2 c\n"
	      "good\n"
	      "vulnctl: warning: `lines.gz`: 1 of 4 documents are no findings and are left out\n"
	      "  note: line 2: no finding\n");
}

static void test_broken(void)
{
	check("what is broken ends it", (const char *const[]){"bad-lines", "lines", NULL}, false,
	      "0 d\n"
	      "bad\n"
	      "vulnctl: error: `bad-lines`, line 2, column 6: a value is expected here\n");
	check("or is passed over", (const char *const[]){"bad-lines", "lines", NULL}, true,
	      "0 d\n"
	      "1 e\n"
	      "2 a\n"
	      "3 b\n"
	      "4 c\n"
	      "bad\n"
	      "vulnctl: error: `bad-lines`, line 2, column 6: a value is expected here\n"
	      "vulnctl: error: `bad-lines`, line 4, column 5: the text ends too early\n"
	      "vulnctl: warning: `lines`: 1 of 4 documents are no findings and are left out\n"
	      "  note: line 2: no finding\n");
	check("a cut list", (const char *const[]){"cut-list", "list", NULL}, false,
	      "0 i\n"
	      "1 j\n"
	      "2 k\n"
	      "bad\n"
	      "vulnctl: error: `cut-list`, line 4, column 18: the text ends too early\n");
	check("a cut list, passed over", (const char *const[]){"cut-list", "list", NULL}, true,
	      "0 i\n"
	      "1 j\n"
	      "2 k\n"
	      "3 f\n"
	      "4 g\n"
	      "5 h\n"
	      "bad\n"
	      "vulnctl: error: `cut-list`, line 4, column 18: the text ends too early\n"
	      "vulnctl: warning: `list`: 1 of 4 documents are no findings and are left out\n"
	      "  note: Findings[2]: no object\n");
}

static void test_none(void)
{
	check("nothing but strangers", (const char *const[]){"strange", "none", "event", NULL},
	      true,
	      "0 l\n"
	      "bad\n"
	      "vulnctl: error: `strange` holds no finding\n"
	      "  note: [0]: no object\n"
	      "  note: [1]: no finding\n"
	      "  note: [2]: no finding\n"
	      "  note: [3]: no object\n"
	      "  note: [4]: no object\n"
	      "  note: and 2 more\n"
	      "vulnctl: error: `none` holds no finding\n");
	check("the first of nothing but strangers", (const char *const[]){"none", "event", NULL},
	      false, "bad\nvulnctl: error: `none` holds no finding\n");
	check("rows", (const char *const[]){"report.csv", "table.csv", "event", NULL}, true,
	      "0 m\n"
	      "1 n\n"
	      "2 p\n"
	      "3 l\n"
	      "bad\n"
	      "vulnctl: error: `report.csv`, line 5, column 5: fewer cells than columns\n"
	      "vulnctl: error: `table.csv`, line 1, column 1: no JSON, and no report of Inspector "
	      "as CSV\n");
	check("files that cannot be read",
	      (const char *const[]){"missing", ".", "cut.gz", "event", NULL}, true,
	      "0 l\n"
	      "bad\n"
	      "vulnctl: error: cannot read `missing`: no such file or directory\n"
	      "vulnctl: error: cannot read `.`: is a directory\n"
	      "vulnctl: error: cannot read `cut.gz`: its gzip data ends too early\n");
	check("the first of them", (const char *const[]){"missing", "event", NULL}, false,
	      "bad\n"
	      "vulnctl: error: cannot read `missing`: no such file or directory\n");
}

int main(void)
{
	arena = arena_new();
	if (place_enter()) {
		make_files();
		test_files();
		test_broken();
		test_none();
		place_remove();
	}
	arena_free(arena);
	return done();
}
