/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing a tree of files as one. From the moment the temporary directory exists until it is gone
 * nothing here takes memory: running out of it would end the process and leave the directory. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_MODE 0755
#define FILE_MODE 0644
#define DEPTH_MAX 16 /* of what we write: three, in truth */

/* A disk takes milliseconds for each fsync; beyond this many files one syncfs is quicker. */
#define SYNC_EACH_MAX 64

struct tree {
	struct diags *d;
	struct str shown;	   /* the directory as the user named it */
	char name[NAME_MAX + 1];   /* its last component */
	char temp[FILE_TEMP_NAME]; /* the temporary sibling; "" while there is none */
	int parent;		   /* the directory around; -1 when closed, like the next */
	int root;		   /* the new tree */
	bool exists;
	dev_t dev; /* of the old directory, so that no other one is removed */
	ino_t ino;
	struct str entry; /* what went wrong: in which file (or empty), */
	int error;	  /* why, */
	const char *why;  /* or why in words */
	bool sync_each;	  /* each file by itself; else the file system, once */
};

static bool fail(struct tree *t, const char *why)
{
	t->why = why;
	return false;
}

static bool fail_errno(struct tree *t)
{
	t->error = errno;
	return false;
}

int file_sync(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
}

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

const char *file_next_name(DIR *dir)
{
	const struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && is_dot(entry->d_name));
	return entry ? entry->d_name : NULL;
}

/* Takes fd over. */
static bool check_empty(struct tree *t, int fd)
{
	DIR *dir = fdopendir(fd);
	const char *name;

	if (!dir) {
		fail_errno(t);
		close(fd);
		return false;
	}
	name = file_next_name(dir);
	if (name)
		fail(t, "it is not empty, and what it holds was not written by vulnctl");
	else if (errno)
		fail_errno(t);
	closedir(dir);
	return !t->why && !t->error;
}

/* Only what is ours may be replaced: nothing, an empty directory, one with our marker. */
static bool inspect(struct tree *t, const char *marker)
{
	struct stat st;
	int fd;

	if (fstatat(t->parent, t->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || fail_errno(t);
	t->exists = true;
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	if (S_ISLNK(st.st_mode))
		return fail(t, "it is a symbolic link");
	if (!S_ISDIR(st.st_mode))
		return fail(t, "it is not a directory");
	fd = openat(t->parent, t->name, FILE_OPEN_DIR);
	if (fd < 0)
		return fail_errno(t);
	if (fstatat(fd, marker, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
		close(fd);
		return true;
	}
	return check_empty(t, fd);
}

static bool open_parent(struct arena *arena, struct tree *t, struct str dir)
{
	struct str name;

	if (dir.len && memchr(dir.ptr, '\0', dir.len))
		return fail(t, "a NUL stands in the name");
	while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	name = dir;
	for (size_t i = 0; i < dir.len; i++) {
		if (dir.ptr[i] == '/')
			name = str_slice(dir, i + 1, dir.len);
	}
	if (!name.len || str_is(name, ".") || str_is(name, ".."))
		return fail(t, "the output needs a directory of its own, with a name");
	if (name.len > NAME_MAX)
		return fail(t, file_reason(ENAMETOOLONG));
	memcpy(t->name, name.ptr, name.len);
	t->parent = open(str_cstr(arena, path_dir(dir)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->parent < 0 && errno == ENOENT)
		return fail(t, "the directory it stands in does not exist");
	return t->parent >= 0 || fail_errno(t);
}

int file_temp_name(char name[FILE_TEMP_NAME])
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
		return errno;
	snprintf(name, FILE_TEMP_NAME, ".vulnctl-%016" PRIx64 ".tmp", random);
	return 0;
}

static bool make_temp(struct tree *t)
{
	char name[FILE_TEMP_NAME];

	for (int i = 0; i < 16; i++) {
		t->error = file_temp_name(name);
		if (t->error)
			return false;
		if (mkdirat(t->parent, name, DIR_MODE) == 0) {
			memcpy(t->temp, name, sizeof name);
			t->root = openat(t->parent, name, FILE_OPEN_DIR);
			return t->root >= 0 || fail_errno(t);
		}
		if (errno != EEXIST)
			return fail_errno(t);
	}
	return fail_errno(t);
}

/* One component of an entry's path, which must be a name and nothing else. */
static bool take_name(struct tree *t, struct str part, char *name)
{
	if (!part.len || part.len > NAME_MAX || memchr(part.ptr, '\0', part.len))
		return fail(t, "a name in the output is not possible");
	memcpy(name, part.ptr, part.len);
	name[part.len] = '\0';
	return !is_dot(name) || fail(t, "a name in the output is not possible");
}

/* Replaces *dir by the directory below it, which is made if need be. */
static bool descend(struct tree *t, int *dir, const char *name)
{
	int below = -1;

	if (mkdirat(*dir, name, DIR_MODE) == 0 || errno == EEXIST)
		below = openat(*dir, name, FILE_OPEN_DIR);
	if (below < 0)
		fail_errno(t);
	if (*dir != t->root)
		close(*dir);
	*dir = below;
	return below >= 0;
}

static bool write_file(struct tree *t, int dir, const char *name, struct str text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	if (fd < 0)
		return fail_errno(t);
	t->error = file_write_all(fd, text);
	if (!t->error && t->sync_each)
		t->error = file_sync(fd);
	if (close(fd) != 0 && !t->error)
		t->error = errno;
	return !t->error;
}

static bool write_entry(struct tree *t, const struct file_entry *entry)
{
	struct str rest = entry->path;
	char name[NAME_MAX + 1];
	int dir = t->root;
	const char *slash;
	bool good = true;

	t->entry = entry->path;
	while (good && rest.len && (slash = memchr(rest.ptr, '/', rest.len))) {
		size_t n = (size_t)(slash - rest.ptr);

		good = take_name(t, str_slice(rest, 0, n), name) && descend(t, &dir, name);
		rest = str_slice(rest, n + 1, rest.len);
	}
	good = good && take_name(t, rest, name) && write_file(t, dir, name, entry->text);
	if (dir >= 0 && dir != t->root)
		close(dir);
	if (good)
		t->entry = (struct str){NULL, 0};
	return good;
}

/* Makes the names in a directory durable, after those below it. Takes fd over; 0 or an errno. */
static int sync_dirs(int fd, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	int error = 0, below;
	const char *name;

	if (!dir) {
		error = errno;
		close(fd);
		return error;
	}
	while (!error && (name = file_next_name(dir))) {
		below = openat(dirfd(dir), name, FILE_OPEN_DIR);
		if (below >= 0 && depth == DEPTH_MAX) {
			close(below);
			error = ENAMETOOLONG;
		} else if (below >= 0) {
			error = sync_dirs(below, depth + 1);
		} else if (errno != ENOTDIR) {
			error = errno;
		}
	}
	if (!error)
		error = errno;
	if (!error)
		error = file_sync(dirfd(dir));
	closedir(dir);
	return error;
}

static bool build(struct tree *t, const struct file_entry *entries, size_t n)
{
	int root;

	t->sync_each = n <= SYNC_EACH_MAX;
	if (!make_temp(t))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!write_entry(t, &entries[i]))
			return false;
	}
	if (!t->sync_each && syncfs(t->root) != 0)
		return fail_errno(t);
	root = t->root;
	t->root = -1;
	t->error = sync_dirs(root, 1);
	return !t->error;
}

/* What becomes of a directory in a directory that is removed; 0 or an errno. */
typedef int remove_fn(int from, const char *name, int top);

/* Removes what a directory holds. A pass may miss names because it removes others: as long as one
 * does something, there is another. */
static int remove_content(DIR *dir, int top, remove_fn *remove_below)
{
	const char *name;
	bool removed;
	int error;

	do {
		error = 0;
		removed = false;
		rewinddir(dir);
		while ((name = file_next_name(dir))) {
			int now = unlinkat(dirfd(dir), name, 0) == 0 ? 0 : errno;

			if (now == EISDIR || now == EPERM)
				now = remove_below(dirfd(dir), name, top);
			removed |= !now;
			if (now)
				error = now;
		}
		if (errno)
			error = errno;
	} while (removed);
	return error;
}

/* top < 0: this is the top one itself. */
static int remove_dir(int parent, const char *name, int top, remove_fn *remove_below)
{
	int fd = openat(parent, name, FILE_OPEN_DIR), error;
	DIR *dir;

	if (fd < 0)
		return errno;
	dir = fdopendir(fd);
	if (!dir) {
		error = errno;
		close(fd);
		return error;
	}
	error = remove_content(dir, top < 0 ? fd : top, remove_below);
	closedir(dir);
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
		return 0;
	return error ? error : errno;
}

/* Moves a directory up into the top one, where its turn will come. */
static int hoist(int from, const char *name, int top)
{
	char there[FILE_TEMP_NAME];
	int error = file_temp_name(there);

	if (!error && renameat(from, name, top, there) != 0)
		error = errno;
	return error;
}

static int remove_second(int from, const char *name, int top)
{
	return remove_dir(from, name, top, hoist);
}

/* Removes a directory and all in it, following no symlink; 0 or an errno. However deep it is, three
 * descriptors are enough, and no recursion: what lies below the second level is moved up. */
static int remove_tree(int parent, const char *name)
{
	return remove_dir(parent, name, -1, remove_second);
}

/* Where a file system cannot exchange: the old one steps aside under a third name, which is the
 * temporary one from then on. Between the two renames the directory is missing. */
static bool exchange_by_hand(struct tree *t)
{
	char aside[FILE_TEMP_NAME];

	t->error = file_temp_name(aside);
	if (t->error)
		return false;
	if (renameat(t->parent, t->name, t->parent, aside) != 0)
		return fail_errno(t);
	if (renameat(t->parent, t->temp, t->parent, t->name) == 0) {
		memcpy(t->temp, aside, sizeof aside);
		return true;
	}
	fail_errno(t);
	renameat(t->parent, aside, t->parent, t->name);
	return false;
}

static bool exchange(struct tree *t)
{
	if (renameat2(t->parent, t->temp, t->parent, t->name, RENAME_EXCHANGE) == 0)
		return true;
	if (errno != ENOSYS && errno != EINVAL)
		return fail_errno(t);
	return exchange_by_hand(t);
}

static bool put_in_place(struct tree *t)
{
	if (t->exists)
		return exchange(t);
	if (renameat2(t->parent, t->temp, t->parent, t->name, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != ENOSYS && errno != EINVAL)
		return fail_errno(t);
	return renameat(t->parent, t->temp, t->parent, t->name) == 0 || fail_errno(t);
}

/* The reason why stays; nothing better can be done if this fails, too. */
static void take_back(struct tree *t)
{
	int error = t->error;
	const char *why = t->why;

	if (t->exists)
		exchange(t);
	else
		renameat(t->parent, t->name, t->parent, t->temp);
	t->error = error;
	t->why = why;
}

/* What was exchanged must be what was looked at, because it will be removed. */
static bool check_old(struct tree *t)
{
	struct stat st;

	if (!t->exists)
		return true;
	if (fstatat(t->parent, t->temp, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return fail_errno(t);
	if (st.st_dev == t->dev && st.st_ino == t->ino)
		return true;
	return fail(t, "it has become another directory meanwhile");
}

static bool install(struct tree *t)
{
	if (!put_in_place(t))
		return false;
	if (check_old(t))
		t->error = file_sync(t->parent);
	if (!t->error && !t->why)
		return true;
	take_back(t);
	return false;
}

static void report(struct tree *t)
{
	const char *why = t->why ? t->why : file_reason(t->error);

	if (t->entry.len)
		diag_world(t->d, "cannot write `%s` in `%s`: %s", diag_quote(t->d, t->entry),
			   diag_quote(t->d, t->shown), diag_word(t->d, why));
	else
		diag_world(t->d, "cannot write `%s`: %s", diag_quote(t->d, t->shown),
			   diag_word(t->d, why));
}

static void warn_left(struct tree *t, int error)
{
	struct diag *diag = diag_warning(
		t->d, NULL, (struct span){0}, "the old `%s` could not be removed whole: %s",
		diag_quote(t->d, t->shown), diag_word(t->d, file_reason(error)));

	diag_note(diag, "the new one is complete; what is left stands beside it as `%s`", t->temp);
}

bool file_write_tree(struct arena *arena, struct diags *d, struct str dir, const char *marker,
		     const struct file_entry *entries, size_t n)
{
	struct tree t = {.d = d, .shown = dir, .parent = -1, .root = -1};
	int left = 0;
	bool good;

	good = open_parent(arena, &t, dir) && inspect(&t, marker) && build(&t, entries, n) &&
	       install(&t);
	if (t.root >= 0)
		close(t.root);
	/* On success this is the old tree, otherwise the new one. */
	if (t.temp[0] && (!good || t.exists))
		left = remove_tree(t.parent, t.temp);
	if (t.parent >= 0)
		close(t.parent);
	if (!good)
		report(&t);
	else if (left)
		warn_left(&t, left);
	return good;
}
