/* SPDX-License-Identifier: Apache-2.0
 *
 * Trees of files that are written whole or not at all, under faults that the system itself makes:
 * no descriptors, no room, no permission, no renameat2. */
#include "base/file.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "files.h"

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Everything below a directory: names, contents and targets, in order. */
static void list(struct strbuf *out, struct str dir)
{
	struct dirent **names = NULL;
	int n = scandir(str_cstr(arena, dir), &names, not_dots, alphasort);

	for (int i = 0; i < n; i++) {
		struct str path = path_join(arena, dir, str_from(names[i]->d_name)), text;
		char target[256];
		ssize_t length = readlink(str_cstr(arena, path), target, sizeof target);
		struct stat st;

		strbuf_puts(out, names[i]->d_name);
		if (length >= 0) {
			strbuf_printf(out, "@%.*s", (int)length, target);
		} else if (lstat(str_cstr(arena, path), &st) == 0 && S_ISDIR(st.st_mode)) {
			strbuf_addc(out, '{');
			list(out, path);
			strbuf_addc(out, '}');
		} else if (file_read(arena, diags, path, 1 << 20, &text)) {
			strbuf_printf(out, "=" STR_FMT, STR_ARG(text));
		}
		strbuf_addc(out, ' ');
		free(names[i]);
	}
	free(names);
}

static struct str listed(const char *dir)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	list(&out, str_from(dir));
	return strbuf_str(&out);
}

static const struct file_entry entries[] = {
	{{"manifest.json", 13}, {"M2", 2}},
	{{"a/b/one", 7}, {"1", 1}},
	{{"a/two", 5}, {"2", 1}},
	{{"a/b/three", 9}, {"", 0}},
};
#define NEW "a{b{one=1 three= } two=2 } manifest.json=M2 "
#define OLD "manifest.json=M1 old{stale=x } "

static bool write_it(const char *dir)
{
	fresh();
	return file_write_tree(arena, diags, str_from(dir), "manifest.json", entries,
			       ARRAY_LEN(entries));
}

static void put_old(void)
{
	put("w/out/manifest.json", "M1");
	put("w/out/old/stale", "x");
}

static bool is_new(void)
{
	return str_is(listed("w"), "out{" NEW "} ");
}

static bool is_old(void)
{
	return str_is(listed("w"), "out{" OLD "} ");
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void test_write(void)
{
	mkdir("w", 0755);
	umask(022);
	ok(write_it("w/out") && is_new(), "a tree where there was nothing");
	ok(mode_of("w/out") == 0755 && mode_of("w/out/a/b") == 0755, "directories are 0755");
	ok(mode_of("w/out/a/two") == 0644, "files are 0644");
	remove_all("w/out");
	umask(077);
	ok(write_it("w/out") && mode_of("w/out") == 0700 && mode_of("w/out/a/two") == 0600,
	   "less what the mask takes away");
	umask(022);
	remove_all("w/out");
	put_old();
	ok(is_old() && write_it("w/out") && is_new(), "in the place of an old tree");
	ok(write_it("w/out///") && is_new(), "twice, with slashes behind");
	remove_all("w/out");
	mkdir("w/out", 0755);
	ok(write_it("w/out") && is_new(), "in an empty directory");
	ok(chdir("w") == 0 && write_it("out") && chdir("..") == 0 && is_new(), "here");
}

static bool spares(const char *dir, const char *why)
{
	struct str before = listed("w");

	return !write_it(dir) && says(why) && diags_exit_code(diags) == 3 &&
	       str_eq(before, listed("w"));
}

static void test_refuse(void)
{
	char name[300] = "w/";

	remove_all("w");
	put("w/full/x", "1");
	put("w/file", "1");
	put("w/trap/manifest.json/x", "1");
	put("w/ours/manifest.json", "1");
	link_to("ours", "w/link");
	ok(spares("w/full", "cannot write `w/full`: it is not empty"), "a directory of others");
	ok(spares("w/trap", "it is not empty"), "a marker that is no file");
	ok(spares("w/file", "it is not a directory"), "a file");
	ok(spares("w/link", "it is a symbolic link"), "a symlink");
	ok(spares("w/link/", "it is a symbolic link"), "a symlink with a slash");
	ok(spares("w/none/out", "the directory it stands in does not exist"), "no parent");
	ok(spares("w/file/out", "is not a directory"), "a file for a parent");
	ok(spares(".", "a directory of its own"), "the current directory");
	ok(spares("w/..", "a directory of its own"), "a parent directory");
	ok(spares("/", "a directory of its own"), "the root");
	ok(spares("", "a directory of its own"), "nothing");
	memset(name + 2, 'n', 256);
	ok(spares(name, "the name is too long"), "a name of 256 bytes");
	name[257] = '\0';
	ok(write_it(name), "but not one of 255");
}

static void test_entries(void)
{
	static const char *const bad[] = {"../x", "a/../x", "/x", "a//x", "a/", "", ".", "a/b/"};

	remove_all("w");
	put_old();
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct file_entry two[] = {{{"m", 1}, {"", 0}}, {str_from(bad[i]), {"", 0}}};

		fresh();
		ok(!file_write_tree(arena, diags, STR("w/out"), "manifest.json", two, 2) &&
			   is_old(),
		   "no entry named `%s`", bad[i]);
	}
}

static void test_removal(void)
{
	struct strbuf deep;

	remove_all("w");
	put_old();
	put("w/other/kept", "1");
	link_to("../../other", "w/out/old/away");
	link_to("../other/kept", "w/out/away");
	strbuf_init(&deep, arena);
	strbuf_puts(&deep, "w/out/");
	for (int i = 0; i < 1000; i++)
		strbuf_puts(&deep, "d/");
	put(str_cstr(arena, str_printf(arena, STR_FMT "x", STR_ARG(strbuf_str(&deep)))), "1");
	ok(write_it("w/out") && str_is(listed("w"), "other{kept=1 } out{" NEW "} "),
	   "an old tree is removed however deep, its symlinks not followed");
}

/* Whatever the number of descriptors that may be open, the result is the old or the new tree. */
static int with_few_descriptors(void)
{
	int mistakes = 0, written = 0;
	struct rlimit all, few;

	getrlimit(RLIMIT_NOFILE, &all);
	for (rlim_t n = 3; n < 12; n++) {
		bool good;

		remove_all("w");
		put_old();
		few = (struct rlimit){n, all.rlim_max};
		setrlimit(RLIMIT_NOFILE, &few);
		good = write_it("w/out");
		setrlimit(RLIMIT_NOFILE, &all);
		written += good;
		if (!(good ? is_new() : is_old() && says("too many open files"))) {
			printf("# with %d: " STR_FMT "\n", (int)n, STR_ARG(listed("w")));
			mistakes++;
		}
	}
	return mistakes + (written < 3) + (written == 9);
}

static int with_small_files(void)
{
	struct rlimit small = {1, 1};

	signal(SIGXFSZ, SIG_IGN);
	remove_all("w");
	put_old();
	if (setrlimit(RLIMIT_FSIZE, &small) != 0)
		return CANNOT;
	return !(!write_it("w/out") && is_old() &&
		 says("cannot write `manifest.json` in `w/out`: the file would become too large"));
}

static int without_permission(void)
{
	bool good;

	if (getuid() == 0 && (chown("w", 65534, 65534) != 0 || setuid(65534) != 0))
		return CANNOT;
	chmod("w", 0555);
	good = !write_it("w/out") && is_old() && says("cannot write `w/out`: permission denied");
	chmod("w", 0755);
	return !good;
}

static int on_full_disk(void)
{
	int mistakes;

	remove_all("w");
	mkdir("w", 0755);
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "w", "tmpfs", 0, "size=16k") != 0)
		return CANNOT;
	put_old();
	put("w/ballast", "x");
	mistakes = !(!write_it("w/out") && says("no space left on the device") &&
		     str_is(listed("w"), "ballast=x out{" OLD "} "));
	if (unlink("w/ballast") != 0 || mount("none", "w", NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		return CANNOT;
	mistakes += !(!write_it("w/out") && says("the file system is read-only") && is_old());
	return mistakes;
}

static int without_exchange(void)
{
	remove_all("w");
	put_old();
	if (!forget_calls())
		return CANNOT;
	if (!write_it("w/out") || !is_new())
		return 1;
	return !(rename("w/out", "w/away") == 0 && write_it("w/out") &&
		 str_is(listed("w"), "away{" NEW "} out{" NEW "} "));
}

static int with_a_mount_inside(void)
{
	remove_all("w");
	put_old();
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "w/out/old", "tmpfs", 0, "size=16k") != 0)
		return CANNOT;
	return !(write_it("w/out") && str_is(listed("w/out"), NEW) && diags_exit_code(diags) == 0 &&
		 says("the old `w/out` could not be removed whole: it is in use") &&
		 says("is left stands beside it as `.vulnctl-"));
}

static void test_faults(void)
{
	in_child(with_few_descriptors, "with few descriptors: the old tree or the new one");
	in_child(with_small_files, "with a limit on the size of files: the old tree");
	remove_all("w");
	put_old();
	in_child(without_permission, "without permission: the old tree");
	in_child(on_full_disk, "on a full and on a read-only disk: the old tree");
	in_child(with_a_mount_inside, "an old tree that cannot be removed: a warning");
	in_child(without_exchange, "without renameat2: the new tree by two renames");
}

int main(void)
{
	arena = arena_new();
	fresh();
	if (!place_enter() || !ok(chmod(".", 0755) == 0, "that others may read"))
		return done();
	test_write();
	test_refuse();
	test_entries();
	test_removal();
	test_faults();
	place_remove();
	arena_free(arena);
	return done();
}
