/* SPDX-License-Identifier: Apache-2.0
 *
 * Every call of the system that writing a tree or a file anew makes fails once, one after the
 * other: the result is the old one or the new one, and nothing stands beside it but what a warning
 * names. */
#include "base/file.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/vec.h"
#include "place.h"

/* The call that fails, the number of calls so far, and how; -1: none does. */
static int fault_at = -1, calls, fault_errno;

static bool fault(void)
{
	if (fault_at < 0 || calls++ != fault_at)
		return false;
	errno = fault_errno;
	return true;
}

/* The functions below stand before those of the libc, which REAL finds. */
#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t n)
{
	REAL(write);
	return fault() ? -1 : real(fd, bytes, n);
}

int fsync(int fd)
{
	REAL(fsync);
	return fault() ? -1 : real(fd);
}

int close(int fd)
{
	REAL(close);
	int result = real(fd);

	return fault() ? -1 : result;
}

int open(const char *path, int flags, ...)
{
	REAL(open);
	return fault() ? -1 : real(path, flags);
}

int openat(int dir, const char *path, int flags, ...)
{
	REAL(openat);
	return fault() ? -1 : real(dir, path, flags, 0644);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	REAL(mkdirat);
	return fault() ? -1 : real(dir, path, mode);
}

int renameat(int from, const char *path, int to, const char *name)
{
	REAL(renameat);
	return fault() ? -1 : real(from, path, to, name);
}

int renameat2(int from, const char *path, int to, const char *name, unsigned flags)
{
	REAL(renameat2);
	return fault() ? -1 : real(from, path, to, name, flags);
}

int unlinkat(int dir, const char *path, int flags)
{
	REAL(unlinkat);
	return fault() ? -1 : real(dir, path, flags);
}

int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	REAL(fstatat);
	return fault() ? -1 : real(dir, path, st, flags);
}

int fstat(int fd, struct stat *st)
{
	REAL(fstat);
	return fault() ? -1 : real(fd, st);
}

int faccessat(int dir, const char *path, int mode, int flags)
{
	REAL(faccessat);
	return fault() ? -1 : real(dir, path, mode, flags);
}

int fchmod(int fd, mode_t mode)
{
	REAL(fchmod);
	return fault() ? -1 : real(fd, mode);
}

DIR *fdopendir(int fd)
{
	REAL(fdopendir);
	return fault() ? NULL : real(fd);
}

struct dirent *readdir(DIR *dir)
{
	REAL(readdir);
	return fault() ? NULL : real(dir);
}

ssize_t getrandom(void *to, size_t n, unsigned flags)
{
	REAL(getrandom);
	return fault() ? -1 : real(to, n, flags);
}

static const struct file_entry entries[] = {
	{{"manifest.json", 13}, {"new", 3}},
	{{"a/b/one", 7}, {"1", 1}},
	{{"a/two", 5}, {"2", 1}},
};

static bool shell(const char *command)
{
	return system(command) == 0;
}

static bool reads(struct arena *arena, struct diags *diags, const char *path, const char *want)
{
	struct str text = {NULL, 0};

	return file_read(arena, diags, str_from(path), 10, &text) && str_is(text, want);
}

static bool holds_new(struct arena *arena, struct diags *d)
{
	return reads(arena, d, "out/manifest.json", "new") && reads(arena, d, "out/a/b/one", "1") &&
	       reads(arena, d, "out/a/two", "2") && access("out/x", F_OK) != 0;
}

static bool holds_old(struct arena *arena, struct diags *d)
{
	return reads(arena, d, "out/manifest.json", "old") && reads(arena, d, "out/x/y/z", "z") &&
	       access("out/a", F_OK) != 0;
}

/* The number of names here that begin with a dot and are ours. */
static int count_left(void)
{
	DIR *dir = opendir(".");
	const struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		n += strncmp(entry->d_name, ".vulnctl-", 9) == 0;
	closedir(dir);
	return n;
}

static bool is_right(struct arena *arena, struct diags *diags, bool old, bool written)
{
	bool warned = diags_count(diags, DIAG_WARNING) > 0;

	if (diags_exit_code(diags) != (written ? 0 : 3) || count_left() != warned)
		return false;
	if (written)
		return holds_new(arena, diags);
	return old ? holds_old(arena, diags) : access("out", F_OK) != 0;
}

/* One run. *over: it needed no more calls than those before the fault. */
static bool run(bool old, bool *over)
{
	struct arena *arena = arena_new();
	struct diags *diags = diags_new(arena, sources_new(arena));
	const char *prepare = old ? "rm -rf out .vulnctl-*; mkdir -p out/x/y; "
				    "printf old >out/manifest.json; printf z >out/x/y/z"
				  : "rm -rf out .vulnctl-*";
	bool written, good;

	if (!shell(prepare))
		return false;
	calls = 0;
	written = file_write_tree(arena, diags, STR("out"), "manifest.json", entries,
				  ARRAY_LEN(entries));
	*over = calls <= fault_at;
	fault_at = -1;
	good = is_right(arena, diags, old, written);
	arena_free(arena);
	return good;
}

/* The same for one file. */
static bool run_replace(bool *over)
{
	struct arena *arena = arena_new();
	struct diags *diags = diags_new(arena, sources_new(arena));
	struct stat st = {0};
	bool written, good;

	if (!shell("rm -rf file .vulnctl-*; printf old >file; chmod 640 file"))
		return false;
	calls = 0;
	written = file_replace(arena, diags, STR("file"), STR("new"));
	*over = calls <= fault_at;
	fault_at = -1;
	good = diags_exit_code(diags) == (written ? 0 : 3) && count_left() == 0 &&
	       reads(arena, diags, "file", written ? "new" : "old") && stat("file", &st) == 0 &&
	       (st.st_mode & 07777) == 0640 && (written || !*over);
	arena_free(arena);
	return good;
}

/* And for several: all have the new text, or none has. */
static bool run_replace_all(bool *over)
{
	const struct file_rewrite files[] = {
		{STR("file"), STR("old"), STR("new")},
		{STR("file2"), STR("old2"), STR("new2")},
		{STR("file3"), STR("old3"), STR("new3")},
	};
	struct arena *arena = arena_new();
	struct diags *diags = diags_new(arena, sources_new(arena));
	bool written, good;

	if (!shell("rm -rf file* .vulnctl-*; printf old >file; printf old2 >file2; "
		   "printf old3 >file3"))
		return false;
	calls = 0;
	written = file_replace_all(arena, diags, files, ARRAY_LEN(files));
	*over = calls <= fault_at;
	fault_at = -1;
	good = diags_exit_code(diags) == (written ? 0 : 3) && count_left() == 0 &&
	       reads(arena, diags, "file", written ? "new" : "old") &&
	       reads(arena, diags, "file2", written ? "new2" : "old2") &&
	       reads(arena, diags, "file3", written ? "new3" : "old3") && (written || !*over);
	arena_free(arena);
	return good;
}

static void test_replace(int error, bool (*replace)(bool *over), const char *what)
{
	int at = 0, mistakes = 0;

	for (bool over = false; !over && at < 1000; at++) {
		fault_at = at;
		fault_errno = error;
		if (replace(&over))
			continue;
		printf("# call %d\n", at);
		mistakes++;
	}
	ok(mistakes == 0 && at > 8 && at < 1000, "%s at each of %d calls, %s", strerror(error), at,
	   what);
}

static void test_faults(int error, bool old)
{
	int at = 0, mistakes = 0;

	for (bool over = false; !over && at < 1000; at++) {
		fault_at = at;
		fault_errno = error;
		if (run(old, &over))
			continue;
		printf("# call %d\n", at);
		mistakes++;
	}
	ok(mistakes == 0 && at > 30 && at < 1000, "%s at each of %d calls, %s old tree",
	   strerror(error), at, old ? "with an" : "without an");
}

int main(void)
{
	if (!place_enter())
		return done();
	for (int old = 0; old < 2; old++) {
		test_faults(EIO, old);
		test_faults(EINTR, old);
		test_faults(EINVAL, old);
		test_faults(ENOSYS, old);
	}
	test_replace(EIO, run_replace, "a file");
	test_replace(EIO, run_replace_all, "three files");
	test_replace(EINTR, run_replace, "a file");
	test_replace(EINTR, run_replace_all, "three files");
	test_replace(EINVAL, run_replace, "a file");
	test_replace(EINVAL, run_replace_all, "three files");
	ok(shell("rm -rf out file* .vulnctl-*") && rmdir(place) == 0, "and away");
	return done();
}
