/* SPDX-License-Identifier: Apache-2.0
 *
 * Another text for a file that exists. From the moment the temporary file exists until it is gone
 * nothing here takes memory: running out of it would end the process and leave the file. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX ((size_t)64 << 20)

struct place {
	int dir;	  /* -1: not open */
	const char *name; /* in it */
	struct stat old;
};

/* 0 or an errno. The name is the last component of a path without links. */
static int find_place(struct arena *arena, struct str path, struct place *place)
{
	char *real = realpath(str_cstr(arena, path), NULL);
	struct str whole;

	if (!real)
		return errno;
	whole = str_copy(arena, str_from(real));
	free(real);
	place->name = strrchr(str_cstr(arena, whole), '/') + 1;
	place->dir = open(str_cstr(arena, path_dir(whole)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->dir < 0 ||
	    fstatat(place->dir, place->name, &place->old, AT_SYMLINK_NOFOLLOW) != 0)
		return errno;
	if (!S_ISREG(place->old.st_mode))
		return EEXIST;
	/* What may not be written may not be replaced either. */
	return faccessat(place->dir, place->name, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* The owner first: changing it may take bits of the mode away. 0 or an errno. */
static int keep_rights(int fd, const struct stat *old)
{
	struct stat now;

	if (fstat(fd, &now) != 0)
		return errno;
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(fd, old->st_uid, old->st_gid) != 0)
		return errno;
	return fchmod(fd, old->st_mode & 07777) == 0 ? 0 : errno;
}

/* Writes the file `name`, which does not exist yet; 0 or an errno. */
static int write_beside(const struct place *place, const char *name, struct str text, bool *made)
{
	int fd = openat(place->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	int error;

	*made = fd >= 0;
	if (fd < 0)
		return errno;
	error = file_write_all(fd, text);
	if (!error)
		error = keep_rights(fd, &place->old);
	if (!error)
		error = file_sync(fd);
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

struct fresh {
	struct place place;
	char name[FILE_TEMP_NAME];
	bool made, there; /* it stands beside its place; it has come to it */
};

/* 0 or an errno. */
static int prepare(struct fresh *fresh, struct str text)
{
	int error = file_temp_name(fresh->name);

	return error ? error : write_beside(&fresh->place, fresh->name, text, &fresh->made);
}

/* 0 or an errno. */
static int put(struct fresh *fresh)
{
	if (renameat(fresh->place.dir, fresh->name, fresh->place.dir, fresh->place.name) != 0)
		return errno;
	/* The name may come later to the disk: there is a whole file behind it. */
	fresh->made = false;
	fresh->there = true;
	return 0;
}

static void clear(struct fresh *fresh)
{
	if (fresh->made)
		unlinkat(fresh->place.dir, fresh->name, 0);
	if (fresh->place.dir >= 0)
		close(fresh->place.dir);
}

static void tell(struct diags *d, struct str path, int error)
{
	diag_world(d, "cannot rewrite `%s`: %s", diag_quote(d, path),
		   diag_word(d, file_reason(error)));
}

bool file_replace(struct arena *arena, struct diags *d, struct str path, struct str text)
{
	struct fresh fresh = {.place.dir = -1};
	int error = find_place(arena, path, &fresh.place);

	if (!error)
		error = prepare(&fresh, text);
	if (!error)
		error = put(&fresh);
	clear(&fresh);
	if (error)
		tell(d, path, error);
	return !error;
}

/* --- several --- */

/* false after a diagnostic. */
static bool is_as_read(struct arena *arena, struct diags *d, const struct file_rewrite *file)
{
	struct stat there;
	struct str now;

	if (lstat(str_cstr(arena, file->path), &there) != 0) {
		tell(d, file->path, errno);
		return false;
	}
	if (S_ISLNK(there.st_mode)) {
		diag_world(d, "cannot rewrite `%s`: it is a symbolic link",
			   diag_quote(d, file->path));
		return false;
	}
	if (!file_read(arena, d, file->path, READ_MAX, &now))
		return false;
	if (str_eq(now, file->old))
		return true;
	diag_world(d, "`%s` has changed while it was read", diag_quote(d, file->path));
	return false;
}

/* Those that have come get what they held before. */
static void take_back(struct fresh *fresh, const struct file_rewrite *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fresh[i].there && !prepare(&fresh[i], files[i].old))
			(void)!put(&fresh[i]);
}

enum step { FIND, PREPARE, PUT, STEPS };

/* 0 or an errno. */
static int take(struct arena *arena, struct fresh *fresh, const struct file_rewrite *file,
		enum step step)
{
	if (step == FIND)
		return find_place(arena, file->path, &fresh->place);
	return step == PREPARE ? prepare(fresh, file->text) : put(fresh);
}

bool file_replace_all(struct arena *arena, struct diags *d, const struct file_rewrite *files,
		      size_t n)
{
	struct fresh *fresh = ARENA_ARRAY(arena, struct fresh, n);
	size_t at = 0;
	int error = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_as_read(arena, d, &files[i]))
			return false;
		fresh[i] = (struct fresh){.place.dir = -1};
	}
	for (enum step step = FIND; step < STEPS && !error; step++)
		for (at = 0; at < n && !error; at++)
			error = take(arena, &fresh[at], &files[at], step);
	if (error)
		take_back(fresh, files, n);
	for (size_t i = 0; i < n; i++)
		clear(&fresh[i]);
	if (error)
		tell(d, files[at - 1].path, error);
	return !error;
}
