/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is read a part at a time, unpacked if it is packed by gzip. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gunzip.h"

#define PART ((size_t)64 << 10)

/* The file's next bytes, into what the last ones have left. NULL, or the reason. */
static const char *read_part(struct file_input *in)
{
	ssize_t got = file_read_some(in->fd, in->bytes, PART);

	if (got < 0)
		return file_reason(errno);
	in->at_end = got == 0;
	in->part = (struct str){in->bytes, (size_t)got};
	return NULL;
}

/* The first bytes tell what it is, and a pipe may give them one by one. */
static const char *read_magic(struct file_input *in)
{
	size_t len = 0;

	while (len < 2 && !in->at_end) {
		ssize_t got = file_read_some(in->fd, in->bytes + len, PART - len);

		if (got < 0)
			return file_reason(errno);
		in->at_end = got == 0;
		len += (size_t)got;
	}
	in->part = (struct str){in->bytes, len};
	return NULL;
}

static const char *open_path(struct arena *arena, struct str path, int *fd)
{
	struct stat st;

	if (str_is(path, "-")) {
		*fd = STDIN_FILENO;
		return NULL;
	}
	if (file_has_nul(path))
		return "a NUL stands in the name";
	*fd = open(str_cstr(arena, path), FILE_OPEN_TO_READ);
	if (*fd < 0)
		return file_reason(errno);
	if (fstat(*fd, &st) != 0)
		return file_reason(errno);
	/* A shell's <(command) is a pipe. */
	return S_ISFIFO(st.st_mode) ? NULL : file_not_regular(st.st_mode);
}

const char *file_input_open(struct file_input *in, struct arena *arena, struct str path)
{
	const char *why;

	*in = (struct file_input){.fd = -1, .bytes = in->bytes};
	if (!in->bytes)
		in->bytes = arena_alloc(arena, PART);
	why = open_path(arena, path, &in->fd);
	if (!why)
		why = read_magic(in);
	if (why)
		file_input_close(in);
	else if (gunzip_is(in->part))
		in->gunzip = gunzip_new(arena);
	return why;
}

void file_input_open_text(struct file_input *in, struct arena *arena, struct str text)
{
	*in = (struct file_input){.fd = -1, .bytes = in->bytes, .at_end = true, .part = text};
	if (gunzip_is(text))
		in->gunzip = gunzip_new(arena);
}

/* As file_input_read, of a file that is not packed: what was read ahead, and then directly. */
static const char *read_plain(struct file_input *in, char *to, size_t n, size_t *got)
{
	size_t some = in->part.len < n ? in->part.len : n;

	if (some)
		memcpy(to, in->part.ptr, some);
	in->part = str_slice(in->part, some, in->part.len);
	for (*got = some; *got < n && !in->at_end;) {
		ssize_t more = file_read_some(in->fd, to + *got, n - *got);

		if (more < 0)
			return file_reason(errno);
		in->at_end = more == 0;
		*got += (size_t)more;
	}
	return NULL;
}

static const char *read_packed(struct file_input *in, char *to, size_t n, size_t *got)
{
	const char *why = NULL;

	for (*got = 0; !why && *got < n;) {
		size_t some;

		if (!in->part.len && !in->at_end)
			why = read_part(in);
		if (!why)
			why = gunzip_some(in->gunzip, &in->part, to + *got, n - *got, &some);
		if (why)
			break;
		*got += some;
		if (!some && in->at_end)
			return gunzip_whole(in->gunzip) ? NULL : "its gzip data ends too early";
	}
	return why;
}

const char *file_input_read(struct file_input *in, char *to, size_t n, size_t *got)
{
	*got = 0;
	return (in->gunzip ? read_packed : read_plain)(in, to, n, got);
}

void file_input_close(struct file_input *in)
{
	if (in->gunzip)
		gunzip_free(in->gunzip);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	*in = (struct file_input){.fd = -1, .bytes = in->bytes};
}
