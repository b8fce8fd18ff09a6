/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing a directory with a tree of files: what differs, what is missing, what is too many, and
 * that directories of others are not read further than they must. */
#include "base/file.h"

#include <fcntl.h>

#include "files.h"

static const struct file_entry entries[] = {
	{{"a-b", 3}, {"1", 1}},	     {{"a.c", 3}, {"2", 1}},  {{"a/b/one", 7}, {"1", 1}},
	{{"a/b/two", 7}, {"22", 2}}, {{"a/two", 5}, {"", 0}}, {{"manifest.json", 13}, {"M", 1}},
};

static void put_tree(void)
{
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		put(str_cstr(arena, str_printf(arena, "w/" STR_FMT, STR_ARG(entries[i].path))),
		    str_cstr(arena, entries[i].text));
}

/* "=path -path +path ": differs, missing, surplus. */
static struct str compared(const char *dir)
{
	static const char marks[] = {
		[FILE_DIFFERS] = '=', [FILE_MISSING] = '-', [FILE_SURPLUS] = '+'};
	struct file_differences found;
	struct strbuf out;

	fresh();
	strbuf_init(&out, arena);
	if (!file_compare_tree(arena, diags, str_from(dir), entries, ARRAY_LEN(entries), &found))
		return STR("failed");
	for (size_t i = 0; i < found.n; i++)
		strbuf_printf(&out, "%c" STR_FMT " ", marks[found.items[i].change],
			      STR_ARG(found.items[i].path));
	return strbuf_str(&out);
}

static void nothing(void)
{
}

static void other_bytes(void)
{
	put("w/a.c", "3");
	put("w/a/b/one", "");
	put("w/a/b/two", "2");
	put("w/a/two", "2");
	put("w/manifest.json", "MM");
}

static void fewer(void)
{
	unlink("w/a-b");
	unlink("w/a/two");
	remove_all("w/a/b");
}

static void more(void)
{
	put("w/a/b/three", "3");
	put("w/a/one", "1");
	put("w/z", "");
	put("w/a.", "");
	put("w/other/of/others", "");
	mkdir("w/empty", 0755);
	mkdir("w/a/b/one.d", 0755);
}

static void swapped(void)
{
	unlink("w/a-b");
	put("w/a-b/c", "");
	remove_all("w/a/b");
	put("w/a/b", "");
}

static void links(void)
{
	put("elsewhere/one", "1");
	put("elsewhere/two", "22");
	remove_all("w/a/b");
	link_to("../../elsewhere", "w/a/b");
	unlink("w/a-b");
	link_to("a/b/one", "w/a-b");
	link_to("nowhere", "w/dangling");
	link_to("../elsewhere", "w/folder");
}

static void pipes(void)
{
	unlink("w/a.c");
	mkfifo("w/a.c", 0644);
	mkfifo("w/pipe", 0644);
	remove_all("w/a/b");
	mkfifo("w/a/b", 0644);
}

static void huge(void)
{
	int fd = open("w/a.c", O_WRONLY);

	if (ftruncate(fd, (off_t)1 << 40) != 0)
		printf("# no large file: %s\n", strerror(errno));
	close(fd);
	fd = open("w/large", O_WRONLY | O_CREAT, 0644);
	if (ftruncate(fd, (off_t)1 << 40) != 0)
		printf("# no large file: %s\n", strerror(errno));
	close(fd);
}

static const struct {
	const char *name;
	void (*spoil)(void);
	const char *found;
} cases[] = {
	{"the tree itself", nothing, ""},
	{"other bytes", other_bytes, "=a.c =a/b/one =a/b/two =a/two =manifest.json "},
	{"files that are missing", fewer, "-a-b -a/b/one -a/b/two -a/two "},
	{"what is too many, directories of others by their names", more,
	 "+a. +a/b/one.d/ +a/b/three +a/one +empty/ +other/ +z "},
	{"a directory for a file, a file for a directory", swapped, "=a-b +a/b -a/b/one -a/b/two "},
	{"symbolic links, which are not followed", links,
	 "=a-b +a/b =a/b/one =a/b/two +dangling +folder "},
	{"pipes, on which nobody waits", pipes, "=a.c +a/b -a/b/one -a/b/two +pipe "},
	{"files of 1 TiB, which are not read", huge, "=a.c +large "},
};

static bool finds(size_t i)
{
	struct str got;

	remove_all("w");
	put_tree();
	cases[i].spoil();
	got = compared("w");
	if (str_is(got, cases[i].found))
		return true;
	printf("# %s: " STR_FMT "\n", cases[i].name, STR_ARG(got));
	return false;
}

static int without_openat2(void)
{
	int mistakes = 0;

	if (!forget_calls())
		return CANNOT;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		mistakes += !finds(i);
	return mistakes;
}

/* What a directory holds that nobody may read is not known to be right or wrong. */
static int without_permission(void)
{
	bool good;

	if (getuid() == 0 && setuid(65534) != 0)
		return CANNOT;
	good = str_is(compared("w/a"), "failed") &&
	       says("cannot compare with `w/a`: permission denied") &&
	       str_is(compared("w"), "failed") && says("cannot read `a/b/one` in `w`: permission");
	return !good || diags_exit_code(diags) != 3;
}

static void test_places(void)
{
	static const char all[] = "-a-b -a.c -a/b/one -a/b/two -a/two -manifest.json ";

	remove_all("w");
	ok(str_is(compared("w"), all), "a directory that is absent");
	ok(str_is(compared("w/x/y"), all), "in one that is absent");
	mkdir("w", 0755);
	ok(str_is(compared("w"), all), "an empty directory");
	put_tree();
	ok(str_is(compared("w///"), ""), "slashes behind its name");
	ok(chdir("w") == 0 && str_is(compared("."), "") && chdir("..") == 0, "this directory");
	link_to("w", "link");
	ok(str_is(compared("link"), "failed") && says("with `link`: it is a symbolic link"),
	   "a link");
	ok(str_is(compared("link/"), "failed") && says("it is a symbolic link"), "with a slash");
	put("file", "");
	ok(str_is(compared("file"), "failed") && says("with `file`: it is not a directory"),
	   "a file");
	ok(str_is(compared("file/w"), "failed") && says("a part of the path is not a directory") &&
		   diags_exit_code(diags) == 3,
	   "below a file");
	chmod("w/a", 0);
	in_child(without_permission, "a directory that may not be read");
	chmod("w/a", 0755);
}

/* As many as there may be, and one more. */
static void test_limit(void)
{
	struct file_differences found;

	remove_all("w");
	put_tree();
	for (int i = 0; i < FILE_SURPLUS_MAX; i++)
		put(str_cstr(arena, str_printf(arena, "w/a/%d", i)), "");
	fresh();
	ok(file_compare_tree(arena, diags, STR("w"), entries, ARRAY_LEN(entries), &found) &&
		   found.n == FILE_SURPLUS_MAX && found.surplus == FILE_SURPLUS_MAX && !found.more,
	   "%d names that are too many", FILE_SURPLUS_MAX);
	put("w/z", "");
	unlink("w/a-b");
	ok(file_compare_tree(arena, diags, STR("w"), entries, ARRAY_LEN(entries), &found) &&
		   found.n == FILE_SURPLUS_MAX + 1 && found.more == 1,
	   "one more is counted, and what is missing is there");
}

int main(void)
{
	arena = arena_new();
	fresh();
	if (!place_enter() || !ok(chmod(".", 0755) == 0, "that others may read"))
		return done();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ok(finds(i), "%s", cases[i].name);
	in_child(without_openat2, "and the same without openat2");
	test_places();
	test_limit();
	place_remove();
	arena_free(arena);
	return done();
}
