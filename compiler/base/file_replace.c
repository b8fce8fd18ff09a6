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

static int replace(const struct place *place, struct str text)
{
	char name[FILE_TEMP_NAME];
	bool made = false;
	int error = file_temp_name(name);

	if (!error)
		error = write_beside(place, name, text, &made);
	if (!error && renameat(place->dir, name, place->dir, place->name) != 0)
		error = errno;
	if (error && made)
		unlinkat(place->dir, name, 0);
	return error; /* the name may come later to the disk: there is a whole file behind it */
}

bool file_replace(struct arena *arena, struct diags *d, struct str path, struct str text)
{
	struct place place = {.dir = -1};
	int error = find_place(arena, path, &place);

	if (!error)
		error = replace(&place, text);
	if (place.dir >= 0)
		close(place.dir);
	if (error)
		diag_world(d, "cannot rewrite `%s`: %s", diag_quote(d, path),
			   diag_word(d, file_reason(error)));
	return !error;
}
