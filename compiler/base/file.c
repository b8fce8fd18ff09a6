/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading files, finding them, and writing to a descriptor. */
#include "base/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/vec.h"

#define FIRST_READ ((size_t)64 * 1024)
#define MEBIBYTE ((size_t)1024 * 1024)

const char *file_reason(int error)
{
	static const struct {
		int error;
		const char *reason;
	} reasons[] = {
		{ENOENT, DIAG_TEXT("no such file or directory")},
		{EACCES, DIAG_TEXT("permission denied")},
		{EPERM, DIAG_TEXT("the operation is not permitted")},
		{EISDIR, DIAG_TEXT("is a directory")},
		{ENOTDIR, DIAG_TEXT("a part of the path is not a directory")},
		{ELOOP, DIAG_TEXT("too many symbolic links, or one where none may be")},
		{ENAMETOOLONG, DIAG_TEXT("the name is too long")},
		{ENOSPC, DIAG_TEXT("no space left on the device")},
		{EDQUOT, DIAG_TEXT("the disk quota is used up")},
		{EFBIG, DIAG_TEXT("the file would become too large")},
		{EROFS, DIAG_TEXT("the file system is read-only")},
		{EIO, DIAG_TEXT("input/output error")},
		{EPIPE, DIAG_TEXT("the reader has gone away")},
		{EBADF, DIAG_TEXT("it is closed")},
		{EBUSY, DIAG_TEXT("it is in use, perhaps as a mount point")},
		{EEXIST, DIAG_TEXT("something of this name has come into being meanwhile")},
		{ENOTEMPTY, DIAG_TEXT("the directory is not empty")},
		{EXDEV, DIAG_TEXT("it lies on another file system")},
		{EMFILE, DIAG_TEXT("too many open files")},
		{ENFILE, DIAG_TEXT("too many open files in the system")},
		{EMLINK, DIAG_TEXT("too many directories in one")},
		{ENOMEM, DIAG_TEXT("out of memory")},
		{ENXIO, DIAG_TEXT("is a socket or a device without a driver")},
		{ENODEV, DIAG_TEXT("is a device without a driver")},
		{ETXTBSY, DIAG_TEXT("it is a running program")},
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].error == error)
			return reasons[i].reason;
	}
	return "the operating system refuses";
}

bool file_has_nul(struct str s)
{
	return s.len && memchr(s.ptr, '\0', s.len) != NULL;
}

const char *file_not_regular(mode_t mode)
{
	if (S_ISREG(mode))
		return NULL;
	if (S_ISDIR(mode))
		return "is a directory";
	if (S_ISFIFO(mode))
		return "is a pipe, not a regular file";
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "is a device, not a regular file";
	return "is not a regular file";
}

static void wait_for(int fd, short events)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};

	poll(&poll_fd, 1, -1);
}

ssize_t file_read_some(int fd, char *to, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, to, n);
		if (got < 0 && errno == EAGAIN)
			wait_for(fd, POLLIN);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	return got;
}

static const char *too_large(struct arena *arena, const struct diags *d, size_t limit)
{
	struct str text;

	if (limit >= MEBIBYTE && limit % MEBIBYTE == 0)
		text = diag_piece(d, "is too large: %zu MiB at most", limit / MEBIBYTE);
	else
		text = diag_piece(d, "is too large: %zu bytes at most", limit);
	return str_cstr(arena, text);
}

/* To the end, wherever that is: a file may grow, and those of /proc say 0. NULL, or the reason. */
static const char *read_all(struct arena *arena, const struct diags *d, int fd, size_t size,
			    size_t limit, struct str *text)
{
	size_t cap = size < limit ? size + 1 : limit + 1, len = 0;
	char *data;
	ssize_t got;

	if (size > limit)
		return too_large(arena, d, limit);
	data = arena_alloc(arena, cap);
	while ((got = file_read_some(fd, data + len, cap - len)) > 0) {
		len += (size_t)got;
		if (len > limit)
			return too_large(arena, d, limit);
		if (len < cap)
			continue;
		cap = cap < FIRST_READ ? FIRST_READ : 2 * cap;
		cap = cap < limit + 1 ? cap : limit + 1;
		data = arena_regrow(arena, data, len, cap, 1);
	}
	if (got < 0)
		return file_reason(errno);
	*text = (struct str){data, len};
	return NULL;
}

/* Reads and closes fd. */
static const char *read_regular(struct arena *arena, const struct diags *d, int fd, size_t limit,
				struct str *text)
{
	const char *why;
	struct stat st;

	if (fstat(fd, &st) != 0)
		why = file_reason(errno);
	else
		why = file_not_regular(st.st_mode);
	if (!why)
		why = read_all(arena, d, fd, st.st_size > 0 ? (size_t)st.st_size : 0, limit, text);
	close(fd);
	return why;
}

static const char *read_path(struct arena *arena, const struct diags *d, struct str path,
			     size_t limit, struct str *text)
{
	int fd;

	if (file_has_nul(path))
		return "a NUL stands in the name";
	fd = open(str_cstr(arena, path), FILE_OPEN_TO_READ);
	if (fd < 0)
		return file_reason(errno);
	return read_regular(arena, d, fd, limit, text);
}

bool file_read(struct arena *arena, struct diags *d, struct str path, size_t limit,
	       struct str *text)
{
	const char *why;

	if (str_is(path, "-")) {
		why = read_all(arena, d, STDIN_FILENO, 0, limit, text);
		if (why)
			diag_world(d, "cannot read standard input: %s", diag_word(d, why));
		return !why;
	}
	why = read_path(arena, d, path, limit, text);
	if (why)
		diag_world(d, "cannot read `%s`: %s", diag_quote(d, path), diag_word(d, why));
	return !why;
}

static const char *beneath_reason(int error)
{
	switch (error) {
	case ELOOP:
		return "is a symbolic link, or behind one";
	case EXDEV:
		return "is outside the project";
	default:
		return file_reason(error);
	}
}

/* The components of a path under the root, `.` and `..` resolved: without symlinks, which none of
 * the components may be, that is what the kernel would do. NULL if it leads out. */
static struct str *components(struct arena *arena, struct str path, size_t *n)
{
	VEC(struct str) parts = {0};

	VEC_RESERVE(arena, parts);
	for (size_t at = 0, end; at <= path.len; at = end + 1) {
		struct str part;

		for (end = at; end < path.len && path.ptr[end] != '/';)
			end++;
		part = str_slice(path, at, end);
		if (str_is(part, "..")) {
			if (!parts.n)
				return NULL;
			parts.n--;
		} else if (part.len && !str_is(part, ".")) {
			VEC_PUSH(arena, parts, part);
		}
	}
	*n = parts.n;
	return parts.items;
}

/* One step of the walk; 0 or an errno. O_DIRECTORY says "no directory" of a symlink. */
static int step(int from, const char *name, int flags, int *fd)
{
	struct stat st;

	*fd = openat(from, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	if (errno == ENOTDIR && fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode))
		return ELOOP;
	return errno;
}

/* What openat2 does, one component after the other, where that call is missing. */
static int walk_beneath(struct arena *arena, int root, struct str path, int *fd)
{
	int at = root, error = 0, next;
	struct str *parts;
	size_t n = 0;

	parts = str_starts(path, STR("/")) ? NULL : components(arena, path, &n);
	if (!parts)
		return EXDEV;
	if (n == 0)
		return path.len ? EISDIR : ENOENT;
	for (size_t i = 0; i < n && !error; i++) {
		error = step(at, str_cstr(arena, parts[i]),
			     i + 1 < n ? O_PATH | O_DIRECTORY : FILE_OPEN_TO_READ, &next);
		if (at != root)
			close(at);
		at = next;
	}
	*fd = at;
	return error;
}

int file_open_beneath(struct arena *arena, int root, struct str path, int *fd)
{
	struct open_how how = {
		.flags = FILE_OPEN_TO_READ,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	const char *name = str_cstr(arena, path);
	long got;

	/* EAGAIN: something on the way was renamed, so the kernel could not be sure. */
	for (int i = 0; i < 16; i++) {
		got = syscall(SYS_openat2, root, name, &how, sizeof how);
		if (got >= 0 || errno != EAGAIN)
			break;
	}
	if (got >= 0) {
		*fd = (int)got;
		return 0;
	}
	if (errno == ENOSYS || errno == EPERM || errno == EAGAIN)
		return walk_beneath(arena, root, path, fd);
	return errno;
}

bool file_read_beneath(struct arena *arena, const struct diags *d, struct str root,
		       struct str relative, size_t limit, struct str *text, const char **why)
{
	int root_fd, fd = -1, error;

	*why = "a NUL stands in the name";
	if (file_has_nul(root) || file_has_nul(relative))
		return false;
	root_fd = open(root.len ? str_cstr(arena, root) : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0) {
		*why = file_reason(errno);
		return false;
	}
	error = file_open_beneath(arena, root_fd, relative, &fd);
	close(root_fd);
	*why = error ? beneath_reason(error) : read_regular(arena, d, fd, limit, text);
	return !*why;
}

bool file_exists(struct arena *arena, struct str path)
{
	struct stat st;

	return !file_has_nul(path) && stat(str_cstr(arena, path), &st) == 0;
}

/* The directory above: as written while names are left, through `..` beyond. */
static struct str parent_of(struct arena *arena, struct str dir)
{
	while (dir.len > 1 && (str_ends(dir, STR("/")) || str_ends(dir, STR("/."))))
		dir.len--;
	if (str_is(dir, ".") || !dir.len)
		return STR("..");
	if (str_is(dir, "..") || str_ends(dir, STR("/..")))
		return path_join(arena, dir, STR(".."));
	return path_dir(dir);
}

static bool same_place(struct arena *arena, struct str a, struct str b)
{
	struct stat first, second;

	return stat(str_cstr(arena, a), &first) != 0 || stat(str_cstr(arena, b), &second) != 0 ||
	       (first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

struct str file_find_up(struct arena *arena, struct str dir, struct str name)
{
	/* No path the system takes has more directories than half its length. */
	for (int i = 0; i < 2048 && !file_has_nul(dir); i++) {
		struct str path = path_join(arena, dir, name), up;

		if (file_exists(arena, path))
			return path;
		up = parent_of(arena, dir);
		if (same_place(arena, dir, up))
			break;
		dir = up;
	}
	return (struct str){"", 0};
}

struct str path_dir(struct str path)
{
	while (path.len > 1 && str_ends(path, STR("/")))
		path.len--;
	while (path.len && path.ptr[path.len - 1] != '/')
		path.len--;
	if (!path.len)
		return STR(".");
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	return path;
}

struct str path_join(struct arena *arena, struct str dir, struct str name)
{
	if (!dir.len || str_is(dir, ".") || str_starts(name, STR("/")))
		return name;
	return str_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(dir),
			  str_ends(dir, STR("/")) ? "" : "/", STR_ARG(name));
}

int file_write_all(int fd, struct str text)
{
	for (size_t at = 0; at < text.len;) {
		ssize_t put = write(fd, text.ptr + at, text.len - at);

		if (put >= 0)
			at += (size_t)put;
		else if (errno == EAGAIN)
			wait_for(fd, POLLOUT);
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

bool file_write_fd(struct diags *d, int fd, const char *shown_name, struct str text)
{
	int error = file_write_all(fd, text);

	if (error)
		diag_world(d, "cannot write %s: %s", diag_word(d, shown_name),
			   diag_word(d, file_reason(error)));
	return !error;
}
