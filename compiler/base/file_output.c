/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is written a part at a time. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_output {
	const char *shown;
	struct str path;
	int fd;
	int dir;	  /* of what is renamed; -1: nothing is */
	const char *name; /* in it */
	char temporary[FILE_TEMP_NAME];
};

static struct str last_part(struct str path)
{
	size_t at = path.len;

	while (at && path.ptr[at - 1] != '/')
		at--;
	return str_slice(path, at, path.len);
}

/* 0 or an errno. What a link leads to would be replaced by a file: it is written as it is. */
static int open_beside(struct arena *arena, struct file_output *out)
{
	struct stat there;
	int error;

	out->name = str_cstr(arena, last_part(out->path));
	if (!*out->name)
		return EISDIR;
	if (lstat(str_cstr(arena, out->path), &there) == 0 && !S_ISREG(there.st_mode)) {
		out->fd = open(str_cstr(arena, out->path), O_WRONLY | O_TRUNC | O_CLOEXEC);
		return out->fd < 0 ? errno : 0;
	}
	out->dir = open(str_cstr(arena, path_dir(out->path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir < 0)
		return errno;
	error = file_temp_name(out->temporary);
	if (error)
		return error;
	out->fd = openat(out->dir, out->temporary,
			 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	return out->fd < 0 ? errno : 0;
}

struct file_output *file_output_open(struct arena *arena, struct diags *d, struct str path)
{
	struct file_output *out = ARENA_NEW(arena, struct file_output);
	int error;

	*out = (struct file_output){.shown = "standard output", .fd = STDOUT_FILENO, .dir = -1};
	if (!path.len || str_is(path, "-"))
		return out;
	out->path = path;
	out->shown = diag_quote(d, path);
	error = open_beside(arena, out);
	if (!error)
		return out;
	if (out->dir >= 0)
		close(out->dir);
	diag_world(d, "cannot write `%s`: %s", out->shown, diag_word(d, file_reason(error)));
	return NULL;
}

bool file_output_write(struct file_output *out, struct diags *d, struct str text)
{
	return file_write_fd(d, out->fd, out->shown, text);
}

bool file_output_close(struct file_output *out, struct diags *d, bool keep)
{
	int error = 0;

	if (!out->path.len)
		return true;
	if (keep && out->dir >= 0)
		error = file_sync(out->fd);
	if (close(out->fd) != 0 && !error)
		error = errno;
	if (out->dir < 0)
		return true;
	if (!error && keep && renameat(out->dir, out->temporary, out->dir, out->name) != 0)
		error = errno;
	if (error || !keep)
		unlinkat(out->dir, out->temporary, 0);
	close(out->dir);
	if (error)
		diag_world(d, "cannot write `%s`: %s", out->shown,
			   diag_word(d, file_reason(error)));
	return !error;
}
