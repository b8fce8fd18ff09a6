/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents out of files of every form: the same ones, with the same places and the same faults,
 * whatever the size of the blocks; and nothing is taken that is not JSON. */
#include "finding/input.h"

#include <string.h>
#include <sys/mman.h>

#include "base/json_scan.h"
#include "base/vec.h"
#include "jansson_tree.h"
#include "model/limit.h"
#include "place.h"
#include "random_prng.h"

static struct arena *arena;

static void put(const char *path, struct str text)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0)
		printf("# cannot write %s\n", path);
}

static void add_fault(struct strbuf *out, struct input_fault fault)
{
	strbuf_printf(out, "! %zu:%zu byte %zu: %s\n", fault.line, fault.column, fault.offset + 1,
		      fault.why);
}

/* Validates a document as its reader would. */
static bool check(struct strbuf *out, struct input_block *block, const struct input_doc *doc)
{
	struct json_scan s;
	const char *why;
	size_t offset;

	json_scan_start(&s, arena, doc->text);
	if (json_scan_skip(&s))
		json_scan_end(&s);
	if (!json_scan_failed(&s, &offset, &why))
		return true;
	add_fault(out, input_fault_at(block, doc, offset, why));
	return false;
}

struct result {
	struct str said; /* each document with its place, each fault */
	size_t documents;
	bool good;
};

/* All of some files, as `eval --keep-going` would go through them. */
static struct result read_all(const struct str *paths, size_t n, size_t block_size)
{
	struct diags *diags = diags_new(arena, sources_new(arena));
	struct input *in = input_new(arena, diags, paths, n, block_size);
	struct input_block block = {.arena = arena};
	struct result result = {.good = true};
	struct strbuf out;
	struct input_doc doc;

	strbuf_init(&out, arena);
	while (input_take(in, &block)) {
		bool whole = true;

		while (whole && input_next(&block, &doc)) {
			bool right = block.form == INPUT_ROWS || check(&out, &block, &doc);

			result.good &= right;
			result.documents++;
			if (right)
				strbuf_printf(&out, "%s %zu+%zu <" STR_FMT "> " STR_FMT "\n",
					      block.shown, block.offset + doc.at, doc.text.len,
					      STR_ARG(input_place(arena, &block, &doc)),
					      STR_ARG(doc.text));
			whole = right || block.form != INPUT_DOCUMENTS;
		}
		if (!whole)
			input_skip_file(in, block.file);
		else if (block.fault.why)
			add_fault(&out, block.fault);
		result.good &= !block.fault.why;
	}
	input_close(in);
	result.said = strbuf_str(&out);
	return result;
}

/* In a file that is no disk's: one may be long about making a file shorter. */
static struct result read_text(struct str text, size_t block_size)
{
	static int memory = -1;
	struct str path = STR("f");

	if (memory < 0) {
		memory = memfd_create("f", 0);
		if (symlink(str_cstr(arena, str_printf(arena, "/proc/self/fd/%d", memory)), "f"))
			printf("# no symlink\n");
	}
	if (ftruncate(memory, 0) != 0 || pwrite(memory, text.ptr, text.len, 0) != (ssize_t)text.len)
		printf("# cannot write f\n");
	return read_all(&path, 1, block_size);
}

/* Reads a text with every size of blocks up to its own, and then with the usual one. */
static struct result read_everyhow(struct str text, const char *name)
{
	struct result usual = read_text(text, INPUT_BLOCK);
	unsigned differ = 0;

	for (size_t size = 1; size <= text.len + 1 && differ == 0; size++) {
		struct result other = read_text(text, size);

		if (str_eq(other.said, usual.said) && other.good == usual.good)
			continue;
		differ++;
		printf("# %s in blocks of %zu:\n" STR_FMT "# and in one:\n" STR_FMT, name, size,
		       STR_ARG(other.said), STR_ARG(usual.said));
	}
	ok(differ == 0, "%s: the same in blocks of every size", name);
	return usual;
}

struct form {
	const char *name, *text, *said;
};

static const struct form forms[] = {
	{"one document", "{\"a\": 1}", "f 0+8 <> {\"a\": 1}\n"},
	{"lines", "{\"a\":1}\n\n  \r\n{\"b\":\"\\\"}\"}\r\n[2]",
	 "f 0+7 <line 1> {\"a\":1}\nf 13+11 <line 4> {\"b\":\"\\\"}\"}\nf 26+3 <line 5> [2]\n"},
	{"an array", " [ {\"a\":[1,{}]} ,\n\"]\",7, [ ] ]\n",
	 "f 3+12 <[0]> {\"a\":[1,{}]}\nf 18+3 <[1]> \"]\"\nf 22+1 <[2]> 7\nf 25+3 <[3]> [ ]\n"},
	{"no item", "[ ]", ""},
	{"a wrapping",
	 "{\"NextToken\": {\"Findings\": [0]}, \"Findings\": [{},\n{\"x\":\"[\"}], \"n\": []}",
	 "f 46+2 <Findings[0]> {}\nf 50+9 <Findings[1]> {\"x\":\"[\"}\n"},
	{"findings of Inspector", "{\"findings\":[1,2]}\n",
	 "f 13+1 <findings[0]> 1\nf 15+1 <findings[1]> 2\n"},
	{"pages on lines", "{\"Findings\":[1]}\n{\"Findings\":[2]}\n",
	 "f 13+1 <Findings[0]> 1\nf 30+1 <Findings[0]> 2\n"},
	{"indented documents", "{\n \"a\": 1\n}\n{\n \"b\": 2\n}\n",
	 "f 0+11 <> {\n \"a\": 1\n}\nf 12+11 <> {\n \"b\": 2\n}\n"},
	{"arrays on lines", "[1]\n[2, 3]\n", "f 1+1 <[0]> 1\nf 5+1 <[0]> 2\nf 8+1 <[1]> 3\n"},
	{"no list", "{\"Findings\": {\"Findings\": []}}",
	 "f 0+30 <> {\"Findings\": {\"Findings\": []}}\n"},
	{"a byte order mark", "\xEF\xBB\xBF{\"a\":1}\n{}\n",
	 "f 3+7 <line 1> {\"a\":1}\nf 11+2 <line 2> {}\n"},
	{"rows", "A,\"B\n\"\"C\"\"\"\r\n1,2\r\n\"x\ny\",3\n4,5",
	 "f 13+3 <line 3> 1,2\nf 18+7 <line 4> \"x\ny\",3\nf 26+3 <line 6> 4,5\n"},
};

static const struct form broken[] = {
	{"nothing", "", "! 1:1 byte 1: the text ends too early\n"},
	{"only space", " \n\n ", "! 3:0 byte 5: the text ends too early\n"},
	{"a cut document", "{\"a\": 1", "! 1:8 byte 8: the text ends too early\n"},
	{"a wrong document", "{\"a\": x}", "! 1:7 byte 7: a value is expected here\n"},
	{"two on one line", "{} {}",
	 "f 0+2 <> {}\n! 1:0 byte 4: text after the end of the value\n"},
	{"text behind it", "[1]\nx",
	 "f 1+1 <[0]> 1\n! 2:1 byte 5: text after the end of the value\n"},
	{"a cut array",
	 "[{\"a\":1},\n{\"b\":", "f 1+7 <[0]> {\"a\":1}\n! 2:6 byte 16: the text ends too early\n"},
	{"a cut array behind a comma", "[1,",
	 "f 1+1 <[0]> 1\n! 1:0 byte 4: the text ends too early\n"},
	{"a cut array behind an item", "[\"a\" ",
	 "f 1+3 <[0]> \"a\"\n! 1:0 byte 6: the text ends too early\n"},
	{"a wrong item", "[{},{\"a\":01},{}]",
	 "f 1+2 <[0]> {}\n! 1:0 byte 10: a number must not begin with 0\n"},
	{"a wrong item on a line", "[{},\n{\"a\":01},{}]",
	 "f 1+2 <[0]> {}\n! 2:6 byte 11: a number must not begin with 0\n"},
	{"no comma", "[{} {}]", "f 1+2 <[0]> {}\n! 1:0 byte 5: `,` or `]` is expected here\n"},
	{"a comma too many", "[1,]", "f 1+1 <[0]> 1\n! 1:0 byte 4: a value is expected here\n"},
	{"the wrong bracket", "[{\"a\":[1}}, 5]", "! 1:0 byte 9: `,` or `]` is expected here\n"},
	{"a cut wrapping", "{\"Findings\":[1,2]",
	 "f 13+1 <Findings[0]> 1\nf 15+1 <Findings[1]> 2\n! 1:0 byte 18: the text ends too "
	 "early\n"},
	{"a wrong member behind a list", "{\"Findings\":[1], \"a\":tru}",
	 "f 13+1 <Findings[0]> 1\n! 1:0 byte 22: a value is expected here\n"},
	{"a key twice around a list", "{\"a\":0,\"Findings\":[1],\"a\":2}",
	 "f 19+1 <Findings[0]> 1\n! 1:0 byte 23: a key stands twice in one object\n"},
	{"the list twice", "{\"Findings\":[1],\"Findings\":[2]}",
	 "f 13+1 <Findings[0]> 1\n! 1:0 byte 17: a key stands twice in one object\n"},
	{"two lists", "{\"Findings\":[1],\"findings\":[2]}",
	 "f 13+1 <Findings[0]> 1\n! 1:0 byte 29: a second list of findings\n"},
	{"a wrong line", "{\"a\":1}\n{\"b\":}\n{\"c\":3}\n",
	 "f 0+7 <line 1> {\"a\":1}\n! 2:6 byte 14: a value is expected here\nf 15+7 <line 3> "
	 "{\"c\":3}\n"},
	{"a wrong first line", "{\"a\":1,}\n{\"b\":2}\n",
	 "! 1:8 byte 8: a key in double quotes is expected here\nf 9+7 <line 2> {\"b\":2}\n"},
	{"a cut first line", "{\"a\":[\n{\"b\":2}\n{\"c\":3}\n",
	 "! 1:7 byte 7: the text ends too early\nf 7+7 <line 2> {\"b\":2}\nf 15+7 <line 3> "
	 "{\"c\":3}\n"},
	{"a cut last line", "{\"a\":1}\n{\"b\":",
	 "f 0+7 <line 1> {\"a\":1}\n! 2:6 byte 14: the text ends too early\n"},
	{"a wrong byte", "[\"\xFF\"]", "! 1:0 byte 3: invalid UTF-8\n"},
	{"UTF-16", "\xFF\xFE{", "! 1:1 byte 1: is UTF-16: UTF-8 is read\n"},
	{"a zip archive", "PK\3\4xxxxxx",
	 "! 1:1 byte 1: is a zip archive: what is in it is read\n"},
	{"a row that does not end", "A,B\n1,\"2\n3,4\n",
	 "f 4+8 <line 2> 1,\"2\n3,4\n! 2:1 byte 5: a quoted field does not end\n"},
};

static void test_forms(const struct form *list, size_t n, bool good)
{
	for (size_t i = 0; i < n; i++) {
		struct result result = read_everyhow(str_from(list[i].text), list[i].name);
		bool same = str_is(result.said, list[i].said);

		if (!same)
			printf("# wanted:\n%s# and got:\n" STR_FMT, list[i].said,
			       STR_ARG(result.said));
		ok(same && result.good == good, "%s: what is in it", list[i].name);
	}
}

/* --- nothing is taken that is not JSON --- */

/* The forms of text that input takes, by jansson: is it one? */
static bool is_json(struct str text)
{
	struct json_error error;

	return jansson_load(arena, text, &error) != NULL;
}

static bool are_lines(struct str text)
{
	for (size_t at = 0, end; at < text.len; at = end + 1) {
		const char *found = memchr(text.ptr + at, '\n', text.len - at);
		struct str line;

		end = found ? (size_t)(found - text.ptr) : text.len;
		line = str_slice(text, at, end);
		while (line.len && strchr(" \t\r", line.ptr[line.len - 1]))
			line.len--;
		if (line.len && !is_json(line))
			return false;
	}
	return true;
}

/* A text that begins as JSON and of which every byte may have become another. */
static struct str mutated(struct prng *r, struct str from)
{
	static const char *const bits[] = {"{",	   "}",	   "[",	    "]",	",", ":",
					   "\"",   "\\",   "\n",    " ",	"0", "\\u00e9",
					   "\xC3", "null", "1.5e3", "\"a\":1,", "/"};
	struct strbuf out;
	size_t cut = chance(r, 20) ? below(r, from.len) : from.len;
	size_t from_here = below(r, from.len + 1), length = chance(r, 50) ? 0 : 1 + below(r, 3);

	strbuf_init(&out, arena);
	strbuf_add(&out, str_slice(from, 0, from_here));
	if (chance(r, 70))
		strbuf_puts(&out, ONE_OF(r, bits));
	strbuf_add(&out, str_slice(from, from_here + length, cut));
	return strbuf_str(&out);
}

/* What a text that is taken is: as many documents as there are. */
static void test_verdicts(void)
{
	static const char *const seeds[] = {
		"[{\"a\":[1,2,{\"b\":null}]},{\"c\":\"x\\\"y\\\\\"},{}]",
		"{\"n\":{\"a\":[]},\"Findings\":[{\"a\":\"]\"},\n {\"b\":1}],\"z\":[true,false]}",
		"{\"a\":{\"b\":[1,-2.5e+3,\"\\ud83d\\ude00\"],\"c\":\"\xE3\x81\x82\"}}",
		"{\"a\":1}\n{\"b\":[2,{}]}\n{\"c\":\"\\\\\"}\n",
	};
	unsigned taken = 0, refused = 0, wrong = 0;

	for (unsigned seed = 0; seed < 20000; seed++) {
		struct prng r = prng_of(seed);
		struct str text = mutated(&r, str_from(ONE_OF(&r, seeds)));
		bool begins = text.len && strchr("{[", text.ptr[0]);
		struct result result = read_text(text, 1 + below(&r, 40));
		bool right = is_json(text) || are_lines(text);

		if (!begins)
			continue;
		taken += result.good;
		refused += !result.good;
		/* Documents on lines of their own are taken, too: they are none as a whole. */
		if (result.good == right || (result.good && memchr(text.ptr, '\n', text.len)))
			continue;
		wrong++;
		printf("# seed %u: %s\n" STR_FMT "\n" STR_FMT, seed, right ? "refused" : "taken",
		       STR_ARG(text), STR_ARG(result.said));
	}
	ok(wrong == 0 && taken > 1000 && refused > 1000,
	   "seeds 0 to 19999: %u texts are taken, %u are not; against jansson's verdict: %u", taken,
	   refused, wrong);
}

/* --- what a file may be --- */

static void test_files(void)
{
	struct str paths[] = {STR("a"), STR("missing"), STR("b.gz"), STR("c.gz"), STR("d.gz")};
	struct result result;

	put("a", STR("[1]"));
	put("b", STR("{}\n{}\n"));
	if (system("gzip -c b >b.gz; cat b.gz b.gz >c.gz; head -c 20 b.gz >d.gz") != 0)
		printf("# no gzip\n");
	result = read_all(paths, ARRAY_LEN(paths), INPUT_BLOCK);
	ok(str_is(result.said, "a 1+1 <[0]> 1\n! 0:0 byte 1: no such file or directory\n"
			       "b.gz 0+2 <line 1> {}\nb.gz 3+2 <line 2> {}\n"
			       "c.gz 0+2 <line 1> {}\nc.gz 3+2 <line 2> {}\n"
			       "c.gz 6+2 <line 3> {}\nc.gz 9+2 <line 4> {}\n"
			       "! 0:0 byte 1: its gzip data ends too early\n"),
	   "several files, packed ones among them");
}

/* A file of n documents; its size. */
static size_t make_long(const char *path, const char *begin, const char *item, const char *between,
			const char *end, size_t n)
{
	FILE *file = fopen(path, "w");
	size_t size = 0;

	if (!file)
		return 0;
	size += (size_t)fprintf(file, "%s", begin);
	for (size_t i = 0; i < n; i++)
		size += (size_t)fprintf(file, "%s%s", i ? between : "", item);
	size += (size_t)fprintf(file, "%s", end);
	fclose(file);
	return size;
}

/* The memory of all blocks, and how many documents came. */
static size_t memory_of(const char *path, size_t *documents)
{
	struct diags *diags = diags_new(arena, sources_new(arena));
	struct arena *own = arena_new();
	struct str name = str_from(path);
	struct input *in = input_new(own, diags, &name, 1, INPUT_BLOCK);
	struct input_block block = {.arena = own};
	struct input_doc doc;
	size_t used;

	for (*documents = 0; input_take(in, &block);)
		while (input_next(&block, &doc))
			++*documents;
	input_close(in);
	used = arena_used(own);
	arena_free(own);
	return used;
}

static void test_memory(void)
{
	static const struct {
		const char *begin, *item, *between, *end;
	} all[] = {
		{"", "{\"a\": \"some text, and more text, and still more\"}", "\n", "\n"},
		{"[", "{\"a\": \"some text, and more text, and still more\"}", ",", "]"},
		{"{\n  \"Findings\": [\n",
		 "    {\n      \"a\": [\n        \"some text\"\n      ]\n    }", ",\n",
		 "\n  ]\n}\n"},
	};
	size_t n = 300000;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		size_t got, used,
			size = make_long("long", all[i].begin, all[i].item, all[i].between,
					 all[i].end, n);

		used = memory_of("long", &got);
		ok(got == n && used < 1 << 20 && size > 12 << 20,
		   "%zu documents in %zu bytes need %zu", got, size, used);
	}
}

/* Taken is a document of the greatest size, and not one that is a byte larger. */
static void test_limit(void)
{
	size_t limit = (size_t)limits[LIMIT_document_size].value, got;
	char *text = malloc(limit + 3);
	struct result result;

	for (unsigned more = 0; text && more < 2; more++) {
		size_t n = limit + more;

		memset(text, 'a', n + 2);
		memcpy(text, "[\"", 2);
		memcpy(text + n, "\"]", 2);
		result = read_text((struct str){text, n + 2}, INPUT_BLOCK);
		got = result.documents;
		ok(more ? !result.good && str_is(result.said, "! 1:0 byte 2: a document is larger "
							      "than 64 MiB\n")
			: result.good && got == 1,
		   "a document of %zu bytes", n);
		ok(memory_of("f", &got) < 5 * limit / 2, "and it needs no more than its own room");
	}
	free(text);
}

int main(void)
{
	arena = arena_new();
	if (place_enter()) {
		test_forms(forms, ARRAY_LEN(forms), true);
		test_forms(broken, ARRAY_LEN(broken), false);
		test_verdicts();
		test_files();
		test_memory();
		test_limit();
		place_remove();
	}
	arena_free(arena);
	return done();
}
