/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a directory holds a tree of files. It may be anybody's directory: what is not of the tree
 * is named and not looked into, and a file is read only when its size is the right one. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

#define CHUNK ((size_t)16 * 1024)

struct comparison {
	struct arena *arena;
	const struct file_entry *entries;
	size_t n;
	int root; /* -1 while it is not open */
	struct strbuf path;
	struct file_differences *out;
	struct str entry; /* what went wrong: with which name (or empty), */
	int error;	  /* and why */
};

static void add(struct comparison *c, struct str path, enum file_change change)
{
	VEC_PUSH(c->arena, *c->out, ((struct file_difference){path, change}));
}

static bool fail(struct comparison *c, struct str entry, int error)
{
	c->entry = entry;
	c->error = error;
	return false;
}

/* --- the files of the tree --- */

static int holds(int fd, struct str text, bool *same)
{
	char chunk[CHUNK];
	struct stat st;

	*same = false;
	if (fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size != text.len)
		return 0;
	for (size_t at = 0; at < text.len;) {
		ssize_t got = file_read_some(fd, chunk, CHUNK);

		if (got < 0)
			return errno;
		if (!got || (size_t)got > text.len - at ||
		    memcmp(chunk, text.ptr + at, (size_t)got) != 0)
			return 0;
		at += (size_t)got;
	}
	*same = true;
	return 0;
}

static bool compare_entry(struct comparison *c, const struct file_entry *entry)
{
	bool same = false;
	int fd, error = file_open_beneath(c->arena, c->root, entry->path, &fd);

	if (!error) {
		error = holds(fd, entry->text, &same);
		close(fd);
	}
	if (error == ENOENT || error == ENOTDIR) {
		add(c, entry->path, FILE_MISSING);
		return true;
	}
	/* A symbolic link, a socket: it is no file, whatever it leads to. */
	if (error && error != ELOOP && error != ENXIO)
		return fail(c, entry->path, error);
	if (!same)
		add(c, entry->path, FILE_DIFFERS);
	return true;
}

/* --- what is too many --- */

/* The first entry whose path is not less. */
static size_t lower_bound(const struct comparison *c, struct str path)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(c->entries[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_entry(const struct comparison *c, struct str path)
{
	size_t at = lower_bound(c, path);

	return at < c->n && str_eq(c->entries[at].path, path);
}

/* `path` ends with a slash. */
static bool has_entries(const struct comparison *c, struct str path)
{
	size_t at = lower_bound(c, path);

	return at < c->n && str_starts(c->entries[at].path, path);
}

/* A name in the directory `prefix`, which is empty or ends with a slash. */
static void look_at(struct comparison *c, int dir, struct str prefix, const char *name)
{
	bool is_dir;
	struct stat st;

	c->path.len = 0;
	strbuf_add(&c->path, prefix);
	strbuf_puts(&c->path, name);
	if (is_entry(c, strbuf_str(&c->path)))
		return;
	is_dir = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
	if (is_dir)
		strbuf_addc(&c->path, '/');
	if (is_dir && has_entries(c, strbuf_str(&c->path)))
		return;
	if (c->out->surplus == FILE_SURPLUS_MAX) {
		c->out->more++;
		return;
	}
	c->out->surplus++;
	add(c, str_copy(c->arena, strbuf_str(&c->path)), FILE_SURPLUS);
}

/* Takes fd over. */
static bool look_through(struct comparison *c, int fd, struct str prefix)
{
	DIR *dir = fdopendir(fd);
	int error = dir ? 0 : errno;
	const char *name;

	if (!dir) {
		close(fd);
		return error == ENOTDIR || fail(c, prefix, error);
	}
	while ((name = file_next_name(dir)))
		look_at(c, dirfd(dir), prefix, name);
	error = errno;
	closedir(dir);
	return !error || fail(c, prefix, error);
}

static bool look_below(struct comparison *c, struct str prefix)
{
	int fd, error;

	error = file_open_beneath(c->arena, c->root, str_slice(prefix, 0, prefix.len - 1), &fd);
	if (!error)
		return look_through(c, fd, prefix);
	/* Then its files are missing, and what is there instead was seen in the directory around.
	 */
	if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENXIO)
		return true;
	return fail(c, prefix, error);
}

/* Entries of one directory stand together, because they are in order. */
static bool look_around(struct comparison *c)
{
	int fd = openat(c->root, ".", FILE_OPEN_DIR);

	if (fd < 0)
		return fail(c, STR(""), errno);
	if (!look_through(c, fd, STR("")))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		struct str path = c->entries[i].path;

		for (size_t at = 0; at < path.len; at++) {
			struct str prefix = str_slice(path, 0, at + 1);

			if (path.ptr[at] == '/' &&
			    !(i && str_starts(c->entries[i - 1].path, prefix)) &&
			    !look_below(c, prefix))
				return false;
		}
	}
	return true;
}

/* --- both --- */

static bool compare(struct comparison *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!compare_entry(c, &c->entries[i]))
			return false;
	return look_around(c);
}

static int by_path(const void *left, const void *right)
{
	const struct file_difference *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

/* 0 with root -1: there is nothing. */
static const char *open_root(struct comparison *c, struct str dir)
{
	const char *name;
	struct stat st;

	while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	name = str_cstr(c->arena, dir);
	if (lstat(name, &st) != 0)
		return errno == ENOENT ? NULL : file_reason(errno);
	if (S_ISLNK(st.st_mode))
		return "it is a symbolic link";
	if (!S_ISDIR(st.st_mode))
		return "it is not a directory";
	c->root = open(name, FILE_OPEN_DIR);
	return c->root < 0 ? file_reason(errno) : NULL;
}

bool file_compare_tree(struct arena *arena, struct diags *d, struct str dir,
		       const struct file_entry *entries, size_t n, struct file_differences *out)
{
	struct comparison c = {.arena = arena, .entries = entries, .n = n, .root = -1, .out = out};
	const char *why;

	*out = (struct file_differences){0};
	strbuf_init(&c.path, arena);
	why = open_root(&c, dir);
	if (why) {
		diag_world(d, "cannot compare with `%s`: %s", diag_quote(d, dir),
			   diag_word(d, why));
		return false;
	}
	if (c.root < 0) {
		for (size_t i = 0; i < n; i++)
			add(&c, entries[i].path, FILE_MISSING);
		return true;
	}
	if (!compare(&c))
		diag_world(d, "cannot read `%s` in `%s`: %s",
			   c.entry.len ? diag_quote(d, c.entry) : ".", diag_quote(d, dir),
			   diag_word(d, file_reason(c.error)));
	close(c.root);
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_path);
	return !c.error;
}
