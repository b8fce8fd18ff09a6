/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading: encodings, `use`, and that nothing outside the project is read. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "place.h"
#include "syntax.h"
#include "syntax/limits.h"

/* The whole path: `use` may not depend on where the program stands. */
static const char *in_place(const char *path)
{
	return str_cstr(arena, str_printf(arena, "%s/%s", place, path));
}

static void put_str(const char *path, struct str text)
{
	FILE *file = fopen(in_place(path), "wb");

	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0)
		ok(false, "writing %s", path);
}

static void put(const char *path, const char *statements)
{
	put_str(path, str_printf(arena, "edition 1;\n%s", statements));
}

static struct ast_program *load_in(const char *path, const char *config)
{
	begin();
	return load_program(arena, diags, sources, str_from(in_place(path)),
			    config ? str_from(in_place(config)) : STR(""));
}

static struct ast_program *load(const char *path)
{
	return load_in(path, NULL);
}

/* "VC011@2:5" in the first file that has a mistake, with a part of the message. */
static void expect_error(const char *statements, const char *want, const char *message)
{
	struct ast_program *program;

	put("root.vpol", statements);
	program = load("root.vpol");
	if (!ok(program && str_is(places(), want) && told(message) && diags_exit_code(diags) == 2,
		"%s: %s", shown(str_from(statements)), message))
		printf("# " STR_FMT " %s\n", STR_ARG(places()),
		       shown(diags_text(diags, arena, false)));
}

static void expect_bytes(struct str text, const char *want, const char *message)
{
	struct ast_program *program;

	put_str("bytes.vpol", text);
	program = load("bytes.vpol");
	if (!ok(program && str_is(places(), want) && told(message) && diags_exit_code(diags) == 2 &&
			!program->root->complete && !program->root->n_statements,
		"%s: %s", shown(text), message))
		printf("# " STR_FMT " %s\n", STR_ARG(places()),
		       shown(diags_text(diags, arena, false)));
}

static void test_encoding(void)
{
	struct ast_program *program;

	put_str("bytes.vpol", STR("\xEF\xBB\xBF" "edition 1;\r\nlet x = ;\r\n"));
	load("bytes.vpol");
	ok(str_is(places(), "VC015@2:9"), "a BOM and CRLF are accepted, and columns are right");
	put_str("bytes.vpol", STR("\xEF\xBB\xBF"));
	load("bytes.vpol");
	ok(str_is(places(), "VC017@1:1"), "a file that is only a BOM is empty");
	put_str("bytes.vpol", STR(""));
	program = load("bytes.vpol");
	ok(program && str_is(places(), "VC017@1:1") && diags_exit_code(diags) == 2,
	   "an empty file");
	expect_bytes(STR("edition 1;\nlet \0"), "VC015@2:5", "a NUL stands at byte offset 15");
	expect_bytes(STR("\0"), "VC015@1:1", "byte offset 0");
	expect_bytes(STR("edition 1;\n# \xE9t\xE9"), "VC015@2:3", "byte 0xE9 at byte offset 13");
	expect_bytes(STR("\xEF\xBB\xBF# \xC0\xAF"), "VC015@1:3", "byte 0xC0 at byte offset 5");
	expect_bytes(STR("#\xED\xA0\x80"), "VC015@1:2", "byte 0xED at byte offset 1");
	expect_bytes(STR("#\xF4\x90\x80\x80"), "VC015@1:2", "byte 0xF4 at byte offset 1");
	expect_bytes(STR("#\xE3\x81"), "VC015@1:2", "byte 0xE3 at byte offset 1");
	expect_bytes(STR("#\x80"), "VC015@1:2", "byte 0x80 at byte offset 1");
	expect_bytes(STR("\xFF\xFE" "e\0d\0"), "VC015@1:1", "UTF-16");
	expect_bytes(STR("\xFE\xFF\0e\0d"), "VC015@1:1", "UTF-16");
	put("bad.vpol", "\xFF");
	expect_error("use \"bad.vpol\";", "VC015@2:1", "byte offset 11");
}

static void test_world(void)
{
	ok(!load("missing.vpol") && diags_exit_code(diags) == 3, "a root that is missing");
	ok(!load("sub") && diags_exit_code(diags) == 3, "a root that is a directory");
}

static void test_use(void)
{
	struct ast_program *program;

	put("a.vpol", "use \"sub/b.vpol\"; use \"c.vpol\"; define a = x;");
	put("sub/b.vpol", "use \"../c.vpol\" as c; define b = x;");
	put("c.vpol", "define c = x;");
	program = load("a.vpol");
	ok(program && program->n == 3 && !diags->all.n, "a diamond is loaded once");
	if (!program || program->n != 3)
		return;
	ok(program->root == program->files[0] && str_is(program->files[0]->path, "a.vpol") &&
		   str_is(program->files[1]->path, "sub/b.vpol") &&
		   str_is(program->files[2]->path, "c.vpol"),
	   "files are in the order of first use, depth first");
	ok(program->root->n_uses == 2 && program->root->uses[0] == program->files[1] &&
		   program->root->uses[1] == program->files[2] &&
		   program->files[1]->n_uses == 1 &&
		   program->files[1]->uses[0] == program->files[2],
	   "each use knows its file");
	ok(str_is(program->project_root, place) &&
		   str_is(program->files[1]->source->path, in_place("sub/b.vpol")),
	   "paths are shown as the user reaches them");
	put("d.vpol", "use \"./sub/../c.vpol\"; use \"c.vpol\"; use \"sub//b.vpol\";");
	program = load("d.vpol");
	ok(program && program->n == 3, "spellings of one path are one file");
}

static void test_root(void)
{
	struct ast_program *program;

	put("sub/r.vpol", "use \"../c.vpol\";");
	load("sub/r.vpol");
	ok(str_is(places(), "VC011@2:5"), "without vulnctl.yaml the root's folder is the project");
	program = load_in("sub/r.vpol", ".");
	ok(program && !diags->all.n && program->n == 2 &&
		   str_is(program->root->path, "sub/r.vpol") &&
		   str_is(program->files[1]->path, "c.vpol"),
	   "with it, its folder");
	put("sub/deep/s.vpol", "use \"../../../c.vpol\";");
	load_in("sub/deep/s.vpol", ".");
	ok(told("outside the project"), "but nothing above");
	program = load_in("c.vpol", "sub");
	ok(program && str_is(program->project_root, place) && str_is(program->root->path, "c.vpol"),
	   "a vulnctl.yaml that stands elsewhere moves nothing");
}

static void test_refused(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct strbuf b;

	expect_error("use \"\";", "VC011@2:5", "the path is empty");
	expect_error("use \"/etc/x.vpol\";", "VC011@2:5", "absolute");
	expect_error("use \"../x.vpol\";", "VC011@2:5", "outside the project");
	expect_error("use \"sub/../../x.vpol\";", "VC011@2:5", "outside the project");
	expect_error("use \"c.txt\";", "VC011@2:5", "only `.vpol` files");
	expect_error("use \"missing.vpol\";", "VC011@2:5", "no such file");
	expect_error("use \"c.vpol/x.vpol\";", "VC011@2:5", "not a directory");
	mkdir(in_place("dir.vpol"), 0700);
	expect_error("use \"dir.vpol\";", "VC011@2:5", "is a directory");
	ok(mkfifo(in_place("fifo.vpol"), 0600) == 0, "a pipe is there");
	expect_error("use \"fifo.vpol\";", "VC011@2:5", "is a pipe");
	ok(symlink("c.vpol", in_place("link.vpol")) == 0, "a link is there");
	expect_error("use \"link.vpol\";", "VC011@2:5", "symbolic link");
	ok(symlink("missing", in_place("dangling.vpol")) == 0, "a dangling link is there");
	expect_error("use \"dangling.vpol\";", "VC011@2:5", "symbolic link");
	ok(symlink("sub", in_place("linked")) == 0, "a linked folder is there");
	expect_error("use \"linked/b.vpol\";", "VC011@2:5", "symbolic link");
	ok(symlink("/dev/zero", in_place("zero.vpol")) == 0, "a link to a device is there");
	expect_error("use \"zero.vpol\";", "VC011@2:5", "symbolic link");
	strcpy(address.sun_path, "socket.vpol"); /* a whole path may be too long for it */
	ok(bind(fd, (struct sockaddr *)&address, sizeof address) == 0, "a socket is there");
	expect_error("use \"socket.vpol\";", "VC011@2:5", "socket");
	close(fd);
	expect_error("use \"missing\u200B.vpol\"; let x = 1;", "VC014@2:13", "U+200B");
	expect_error("use \"missing\\q.vpol\"; let x = 1;", "VC015@2:13", "escape");
	strbuf_init(&b, arena);
	while (b.len <= SYNTAX_STRING_SIZE)
		strbuf_addc(&b, 'a');
	expect_error(str_cstr(arena, str_printf(arena, "use \"" STR_FMT ".vpol\";",
						STR_ARG(strbuf_str(&b)))),
		     "VC016@2:5", "at most 4096 bytes");
	expect_error("use \"missing.vpol\"; use \"gone.vpol\"; let x = ;",
		     "VC011@2:5 VC011@2:25 VC015@2:46", "gone");
}

static void test_cycles(void)
{
	struct ast_program *program;

	expect_error("use \"root.vpol\";", "VC011@2:5", "`root.vpol` uses `root.vpol`");
	expect_error("use \"sub/../root.vpol\";", "VC011@2:5", "in a circle");
	put("p.vpol", "use \"sub/q.vpol\";");
	put("sub/q.vpol", "use \"../r.vpol\";");
	put("r.vpol", "use \"./p.vpol\";");
	program = load("p.vpol");
	ok(program && program->n == 3 && program->files[2]->n_uses == 1 &&
		   !program->files[2]->uses[0] && str_is(places(), "VC011@2:5") &&
		   told("`p.vpol` uses `sub/q.vpol` uses `r.vpol` uses `p.vpol`"),
	   "a cycle of three is told whole");
}

/* A chain of files, each using the next; the last uses nothing. */
static void put_chain(int n)
{
	for (int i = 0; i < n; i++)
		put(str_cstr(arena, str_printf(arena, "chain%d.vpol", i)),
		    i + 1 < n ? str_cstr(arena, str_printf(arena, "use \"chain%d.vpol\";", i + 1))
			      : "");
}

static void test_limits(void)
{
	struct ast_program *program;
	struct strbuf b;

	put_chain(SYNTAX_USE_DEPTH + 1);
	program = load("chain0.vpol");
	ok(program && program->n == SYNTAX_USE_DEPTH + 1 && !diags->all.n, "depth %d",
	   SYNTAX_USE_DEPTH);
	put_chain(SYNTAX_USE_DEPTH + 2);
	load("chain0.vpol");
	ok(str_is(places(), "VC011@2:5") && told("at most 16 deep"), "depth %d is told",
	   SYNTAX_USE_DEPTH + 1);
	strbuf_init(&b, arena);
	for (int i = 1; i < SYNTAX_FILES; i++) {
		put(str_cstr(arena, str_printf(arena, "file%d.vpol", i)), "tier x { when ; }");
		strbuf_printf(&b, "use \"file%d.vpol\";\n", i);
	}
	put("root.vpol", str_cstr(arena, strbuf_str(&b)));
	program = load("root.vpol");
	ok(program && program->n == SYNTAX_FILES && !told("VC011"), "%d files", SYNTAX_FILES);
	strbuf_puts(&b, "use \"c.vpol\"; use \"file1.vpol\";");
	put("root.vpol", str_cstr(arena, strbuf_str(&b)));
	load("root.vpol");
	ok(told("at most 256 files") && diags_count(diags, DIAG_ERROR) == SYNTAX_FILES,
	   "%d files are told, and those that are loaded may be used again", SYNTAX_FILES + 1);
}

static void test_size(void)
{
	size_t half = SYNTAX_SOURCE_SIZE / 2;
	char *text = arena_alloc(arena, half);
	struct str use = STR("edition 1;use \"half.vpol\";#");

	memset(text, '#', half);
	memcpy(text, "edition 1;", 10);
	put_str("half.vpol", (struct str){text, half});
	memcpy(text, use.ptr, use.len);
	put_str("root.vpol", (struct str){text, half});
	load("root.vpol");
	ok(!diags->all.n, "64 MiB in all");
	put_str("root.vpol", str_printf(arena, STR_FMT "#", (int)half, text));
	load("root.vpol");
	ok(str_is(places(), "VC011@1:15") && told("at most 64 MiB together"), "one byte more");
}

static void test_shared_counts(void)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (int i = 0; i < SYNTAX_DEFINES; i++)
		strbuf_printf(&b, "let x = 1;\n");
	put("many.vpol", str_cstr(arena, strbuf_str(&b)));
	expect_error("use \"many.vpol\"; use \"c.vpol\"; use \"a.vpol\";", "VC016@2:1",
		     "at most 20000 definitions");
}

int main(void)
{
	arena = arena_new();
	if (!place_enter())
		return done();
	mkdir(in_place("sub"), 0700);
	mkdir(in_place("sub/deep"), 0700);
	test_use();
	test_encoding();
	test_world();
	test_root();
	test_refused();
	test_cycles();
	test_limits();
	test_size();
	test_shared_counts();
	place_remove();
	arena_free(arena);
	return done();
}
