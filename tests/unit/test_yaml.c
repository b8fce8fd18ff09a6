/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML: what is read, where it stands, and all that is refused. */
#include "base/yaml.h"

#include <string.h>
#include <time.h>

#include "base/vec.h"
#include "tap.h"

static struct arena *arena;
static struct sources *sources;
static struct diags *diags;

static struct yaml *read_text(struct str text)
{
	sources = sources_new(arena);
	diags = diags_new(arena, sources);
	return yaml_read(arena, diags, sources_add(sources, STR("x.yaml"), text));
}

static void dump(struct strbuf *out, const struct yaml *node)
{
	const char *quote = node->quoted ? "'" : "";

	if (node->type == YAML_SCALAR) {
		strbuf_printf(out, "%s" STR_FMT "%s", quote, STR_ARG(node->text), quote);
		return;
	}
	strbuf_addc(out, node->type == YAML_MAPPING ? '{' : '[');
	for (size_t i = 0; i < node->n; i++) {
		if (i)
			strbuf_addc(out, ',');
		if (node->type == YAML_MAPPING)
			strbuf_printf(out, STR_FMT "=", STR_ARG(node->keys[i]));
		dump(out, node->items[i]);
	}
	strbuf_addc(out, node->type == YAML_MAPPING ? '}' : ']');
}

static void test_valid(void)
{
	static const char *const cases[][2] = {
		{"", "{}"},
		{"# only a comment\n", "{}"},
		{"---\n", "{}"},
		{"--- {}\n...\n", "{}"},
		{"%YAML 1.1\n---\na: b\n", "{a=b}"},
		{"''", "''"},
		{"a: 1\nb: [x, 'y', \"z\"]\nc:\n  d: e\n  f:\n  - g\n  - h: i\n",
		 "{a=1,b=[x,'y','z'],c={d=e,f=[g,{h=i}]}}"},
		{"a: NO\nb: on\nc: 0o17\nd: 012345678901\ne: 1e3\nf: ~\ng: null\nh:\ni: ''\n",
		 "{a=NO,b=on,c=0o17,d=012345678901,e=1e3,f=~,g=null,h=,i=''}"},
		{"a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{a='x\ny\n',b='x y'}"},
		{"'<<': quoted, so a key like any other", "{<<=quoted, so a key like any other}"},
		{"a:\r\n- b\r\n- c\r\n", "{a=[b,c]}"},
		{"? a\n: b\n", "{a=b}"},
		{"[]", "[]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct yaml *root = read_text(str_from(cases[i][0]));
		struct strbuf out;

		strbuf_init(&out, arena);
		if (root)
			dump(&out, root);
		ok(root && str_is(strbuf_str(&out), cases[i][1]) && !diags_exit_code(diags),
		   "reads case %zu", i);
	}
}

/* Each is refused with one message at this place, and with exit code 3. */
static const struct {
	struct str text;
	const char *says;
} refused[] = {
#define REFUSED(text, says) {{(text), sizeof(text) - 1}, (says)}
	REFUSED("a: &x 1\n", "x.yaml:1:4: error: anchors"),
	REFUSED("&x [*x]\n", "x.yaml:1:1: error: anchors"),
	REFUSED("a: *x\n", "x.yaml:1:4: error: aliases"),
	REFUSED("a: !!str b\n", "x.yaml:1:4: error: tags"),
	REFUSED("a: !!python/object/apply:os.system [b]\n", "x.yaml:1:4: error: tags"),
	REFUSED("a: ! b\n", "x.yaml:1:4: error: tags"),
	REFUSED("%TAG !e! tag:e,2000:\n---\na: b\n", "x.yaml:1:1: error: tags"),
	REFUSED("a:\n  <<: {b: c}\n", "x.yaml:2:3: error: merge keys"),
	REFUSED("a: 1\nb: 2\n\"a\": 3\n", "x.yaml:3:1: error: `a` stands twice"),
	REFUSED("? [a]\n: b\n", "x.yaml:1:3: error: a key must be a single text"),
	REFUSED("{? {a: b} : c}\n", "x.yaml:1:4: error: a key must be a single text"),
	REFUSED(": b\n", "x.yaml:1:1: error: this is not YAML"),
	REFUSED("?\n: b\n", "error: a key is missing"),
	REFUSED("a: 1\n---\nb: 2\n", "x.yaml:2:1: error: a second document"),
	REFUSED("a: \"x\\0y\"\n", "x.yaml:1:4: error: a NUL character"),
	REFUSED("\"a\\0\": 1\n", "x.yaml:1:1: error: a NUL character"),
	REFUSED("a: x\0y\n", "x.yaml:1:5: error: this is not YAML: control characters"),
	REFUSED("a: \x1b[31m\n", "x.yaml:1:4: error: this is not YAML: control characters"),
	REFUSED("a: \xFF\n", "x.yaml:1:4: error: this is not YAML: invalid leading UTF-8"),
	REFUSED("a: \"\\ud800\"\n", "error: this is not YAML: found invalid Unicode"),
	REFUSED("a:\n\t- b\n", "x.yaml:2:1: error: this is not YAML"),
	REFUSED("a: [b\n", "x.yaml:1:4: note: while parsing a flow sequence"),
	REFUSED("a: 'b\n", "error: this is not YAML"),
	REFUSED("a: b\n]\n", "error: this is not YAML"),
	REFUSED("a: b\n...\n]\n", "error: this is not YAML"),
	REFUSED("%YAML 2.0\n---\na: b\n", "error: this is not YAML: found incompatible YAML"),
	REFUSED("\xE3\x81\x82: [\xE3\x81\x82, &x 1]\n", "x.yaml:1:8: error: anchors"),
};

static void test_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct yaml *root = read_text(refused[i].text);
		struct str shown = diags_text(diags, arena, false);

		ok(!root && str_contains(shown, str_from(refused[i].says)) &&
			   diags_exit_code(diags) == 3 && diags_count(diags, DIAG_ERROR) == 1,
		   "refuses case %zu: %s", i, refused[i].says);
	}
}

static struct str repeated(const char *before, const char *part, size_t n, const char *after)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_puts(&b, before);
	for (size_t i = 0; i < n; i++)
		strbuf_puts(&b, part);
	strbuf_puts(&b, after);
	return strbuf_str(&b);
}

static bool refused_with(struct str text, const char *what)
{
	struct timespec from, to;
	bool good;

	clock_gettime(CLOCK_MONOTONIC, &from);
	good = !read_text(text) && str_contains(diags_text(diags, arena, false), str_from(what));
	clock_gettime(CLOCK_MONOTONIC, &to);
	return good && to.tv_sec - from.tv_sec < 5;
}

static struct str nested(const char *open, const char *close, size_t n)
{
	return str_printf(arena, STR_FMT STR_FMT, STR_ARG(repeated("", open, n, "")),
			  STR_ARG(repeated("", close, n, "\n")));
}

static void test_limits(void)
{
	struct str comment = repeated("# ", "x", YAML_SIZE_MAX - 3, "\n");

	ok(read_text(nested("[", "]", 64)) != NULL, "64 levels of lists");
	ok(refused_with(nested("[", "]", 65), "x.yaml:1:65: error: lists and mappings are nested"),
	   "but not 65");
	ok(refused_with(nested("[", "]", 100000), "too deep"), "nor 100000");
	ok(refused_with(nested("{a: ", "}", 65), "too deep"), "nor of mappings");
	ok(refused_with(repeated("", "- ", 100000, "a\n"), "too deep"), "nor of blocks");
	ok(refused_with(repeated("", "[a,", 160000, "\n"), "too deep"), "nor with values between");
	/* Six events are the beginnings and ends of stream, document and list. */
	ok(read_text(repeated("[", "a,", YAML_EVENTS_MAX - 6, "]")) != NULL, "100000 events");
	ok(refused_with(repeated("[", "a,", YAML_EVENTS_MAX - 5, "]"), "100000 at most"),
	   "but not one more");
	ok(comment.len == YAML_SIZE_MAX && read_text(comment) != NULL, "1 MiB");
	ok(refused_with(str_printf(arena, "#" STR_FMT, STR_ARG(comment)), "1 MiB at most"),
	   "but not one more");
	ok(refused_with(repeated("", "- &a b\n", 40000, ""), "anchors"), "40000 anchors");
}

static void test_spans(void)
{
	struct yaml *root = read_text(STR("\xC3\xA9: [a, \xC3\xA9\xC3\xA9]\nk:\n  m: v\n  n: 'w'\n"
					  "# tail\n"));
	const struct yaml *list = root ? root->items[0] : NULL;
	const struct yaml *block = yaml_get(root, "k");

	if (!ok(list && block, "a document with places"))
		return;
	ok(str_is(sources_text(sources, list->span), "[a, \xC3\xA9\xC3\xA9]"), "of a list");
	ok(str_is(sources_text(sources, list->items[1]->span), "\xC3\xA9\xC3\xA9"), "of a text");
	ok(str_is(sources_text(sources, root->key_spans[0]), "\xC3\xA9"), "of a key");
	ok(str_is(sources_text(sources, block->span), "m: v\n  n: 'w'"), "of a block");
	ok(str_is(sources_text(sources, block->items[1]->span), "'w'"), "of a quoted text");
	ok(yaml_get(root, "none") == NULL && yaml_get(NULL, "k") == NULL &&
		   yaml_get(list, "k") == NULL,
	   "what is not there");
}

static void test_places_far_in(void)
{
	struct str text = repeated("", "# \xE3\x81\x82\xE3\x81\x84\n", 1000, "a: &x b\n");

	ok(refused_with(text, "x.yaml:1001:4: error: anchors"), "a place behind 4000 characters");
}

static void test_several(void)
{
	ok(!read_text(STR("a: {x: 1, x: 2}\nb: {y: 1, y: 2}\n")) &&
		   diags_count(diags, DIAG_ERROR) == 2,
	   "two mappings with duplicates are two errors");
}

int main(void)
{
	arena = arena_new();
	test_valid();
	test_refused();
	test_limits();
	test_spans();
	test_places_far_in();
	test_several();
	arena_free(arena);
	return done();
}
