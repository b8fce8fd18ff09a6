/* SPDX-License-Identifier: Apache-2.0
 *
 * Files: what is read and what is refused, above all outside the project; and writing to a
 * descriptor. Trees are written in test_file_tree.c. */
#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "files.h"

static bool reads(const char *path, size_t limit, const char *want)
{
	struct str text = {NULL, 0};

	fresh();
	return file_read(arena, diags, str_from(path), limit, &text) && str_is(text, want) &&
	       diags_exit_code(diags) == 0;
}

static bool refuses(struct str path, size_t limit, const char *why)
{
	struct str text;

	fresh();
	return !file_read(arena, diags, path, limit, &text) && says(why) &&
	       diags_exit_code(diags) == 3;
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
		printf("# no socket: %s\n", strerror(errno));
	close(fd);
}

static void test_read(void)
{
	put("r/five", "12345");
	put("r/empty", "");
	link_to("five", "r/link");
	link_to("nowhere", "r/dangling");
	mkfifo("r/fifo", 0600);
	make_socket("r/socket");
	ok(reads("r/five", 5, "12345"), "a file of exactly the limit");
	ok(refuses(STR("r/five"), 4, "`r/five`: is too large: 4 bytes at most"), "one byte more");
	ok(reads("r/empty", 5, ""), "an empty file");
	ok(reads("r/link", 5, "12345"), "through a symlink");
	ok(refuses(STR("r/dangling"), 5, "no such file"), "a dangling symlink");
	ok(refuses(STR("r/none"), 5, "cannot read `r/none`: no such file"), "a missing file");
	ok(refuses(STR(""), 5, "no such file"), "an empty name");
	ok(refuses(STR("r"), 5, "cannot read `r`: is a directory"), "a directory");
	ok(refuses(STR("r/five/x"), 5, "is not a directory"), "a file as a directory");
	ok(refuses(STR("r/fifo"), 5, "is a pipe"), "a pipe, without waiting for its writer");
	ok(refuses(STR("r/socket"), 5, "is a socket"), "a socket");
	ok(refuses(STR("/dev/zero"), 5, "is a device"), "a device");
	ok(refuses(STR("r/five\0x"), 5, "a NUL"), "a NUL in the name");
	ok(refuses(STR("/proc/self/mem"), 1 << 20, "input/output error"), "an error of read");
	ok(refuses(STR("/proc/self/maps"), 10, "10 bytes at most"), "a file that says size 0");
}

static bool read_stdin(size_t limit, const char *input)
{
	int ends[2], saved = dup(STDIN_FILENO);
	struct str text = {NULL, 0};
	bool good = false;

	if (pipe2(ends, O_NONBLOCK) != 0)
		return false;
	if (write(ends[1], input, strlen(input)) == (ssize_t)strlen(input)) {
		close(ends[1]);
		dup2(ends[0], STDIN_FILENO);
		fresh();
		good = file_read(arena, diags, STR("-"), limit, &text) && str_is(text, input);
	}
	close(ends[0]);
	dup2(saved, STDIN_FILENO);
	close(saved);
	return good;
}

static void test_stdin(void)
{
	ok(read_stdin(5, "12345"), "standard input of exactly the limit");
	ok(!read_stdin(4, "12345") && says("standard input: is too large: 4 bytes"), "and above");
	ok(read_stdin(5, ""), "empty standard input");
}

static const struct {
	const char *path, *why; /* NULL: it is read */
} beneath[] = {
	{"five", NULL},
	{"sub/six", NULL},
	{"./sub/../sub//six", NULL},
	{"sub/../five", NULL},
	{"none", "no such file or directory"},
	{"", "no such file or directory"},
	{"sub", "is a directory"},
	{".", "is a directory"},
	{"../outside", "is outside the project"},
	{"sub/../../outside", "is outside the project"},
	{"/etc/passwd", "is outside the project"},
	{"/", "is outside the project"},
	{"link", "is a symbolic link, or behind one"},
	{"out", "is a symbolic link, or behind one"},
	{"linked/six", "is a symbolic link, or behind one"},
	{"dangling", "is a symbolic link, or behind one"},
	{"five/x", "a part of the path is not a directory"},
	{"fifo", "is a pipe, not a regular file"},
	{"long", "is too large: 10 bytes at most"},
};

/* The number of cases that go wrong. */
static int beneath_mistakes(void)
{
	int mistakes = 0;

	for (size_t i = 0; i < ARRAY_LEN(beneath); i++) {
		const char *want = beneath[i].why, *why = NULL;
		struct str text;
		bool good = file_read_beneath(arena, diags, STR("b/root"),
					      str_from(beneath[i].path), 10, &text, &why);

		if (good == !want && (good ? !why && text.len == 5 : strcmp(why, want) == 0))
			continue;
		printf("# %s: %s\n", beneath[i].path, why ? why : "read");
		mistakes++;
	}
	return mistakes;
}

static int beneath_without_openat2(void)
{
	return forget_calls() ? beneath_mistakes() : CANNOT;
}

static void test_beneath(void)
{
	struct str text;
	const char *why;

	fresh();
	put("b/root/five", "12345");
	put("b/root/sub/six", "67890");
	put("b/root/long", "12345678901");
	put("b/outside", "secret");
	link_to("five", "b/root/link");
	link_to("../outside", "b/root/out");
	link_to("sub", "b/root/linked");
	link_to("nowhere", "b/root/dangling");
	mkfifo("b/root/fifo", 0600);
	ok(beneath_mistakes() == 0, "files beneath a root");
	in_child(beneath_without_openat2, "and the same without openat2");
	ok(!file_read_beneath(arena, diags, STR("b/root"), STR("five\0x"), 10, &text, &why) &&
		   str_contains(str_from(why), STR("NUL")),
	   "a NUL in the name");
	ok(!file_read_beneath(arena, diags, STR("none"), STR("five"), 10, &text, &why),
	   "no such root");
}

static void test_paths(void)
{
	static const char *const dirs[][2] = {
		{"a/b", "a"},  {"a", "."},    {"", "."},    {"/", "/"},	 {"/a", "/"},
		{"a/b/", "a"}, {"a//b", "a"}, {"//a", "/"}, {"a/", "."}, {"../a", ".."},
	};

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		ok(str_is(path_dir(str_from(dirs[i][0])), dirs[i][1]), "the directory of `%s`",
		   dirs[i][0]);
	ok(str_is(path_join(arena, STR("a"), STR("b")), "a/b"), "a join");
	ok(str_is(path_join(arena, STR("a/"), STR("b")), "a/b"), "with a slash there already");
	ok(str_is(path_join(arena, STR("."), STR("b")), "b"), "with the current directory");
	ok(str_is(path_join(arena, STR("a"), STR("/b")), "/b"), "with an absolute name");
}

static void test_find_up(void)
{
	put("u/mark", "");
	put("u/v/w/x", "");
	put("u/v/mark", "");
	ok(str_is(file_find_up(arena, STR("u/v/w"), STR("mark")), "u/v/mark"), "one level up");
	ok(str_is(file_find_up(arena, STR("u/v/w/.."), STR("mark")), "u/v/w/../mark"), "with ..");
	ok(str_is(file_find_up(arena, STR("u/v/w/../.."), STR("x")), ""), "nothing up to the root");
	if (chdir("u/v/w") != 0)
		return;
	ok(str_is(file_find_up(arena, STR("."), STR("mark")), "../mark"), "from here upward");
	ok(chdir("../../..") == 0 && str_is(file_find_up(arena, STR("u"), STR("r")), "r"),
	   "and from a name to where we are");
}

static bool fails_to_write(int fd, const char *why)
{
	bool good;

	fresh();
	good = !file_write_fd(diags, fd, "standard output", STR("text")) && says(why) &&
	       diags_exit_code(diags) == 3;
	close(fd);
	return good;
}

static void test_write_fd(void)
{
	int ends[2];
	char got[5] = "";

	signal(SIGPIPE, SIG_IGN);
	fresh();
	ok(pipe2(ends, O_NONBLOCK) == 0 && file_write_fd(diags, ends[1], "it", STR("text")) &&
		   read(ends[0], got, 4) == 4 && strcmp(got, "text") == 0,
	   "writes to a descriptor");
	close(ends[0]);
	ok(fails_to_write(ends[1], "cannot write standard output: the reader has gone away"),
	   "a pipe without a reader");
	ok(fails_to_write(open("/dev/full", O_WRONLY), "no space left"), "a full device");
	ok(fails_to_write(-1, "it is closed"), "a closed descriptor");
}

int main(void)
{
	arena = arena_new();
	fresh();
	if (!place_enter())
		return done();
	test_read();
	test_stdin();
	test_beneath();
	test_paths();
	test_find_up();
	test_write_fd();
	place_remove();
	arena_free(arena);
	return done();
}
