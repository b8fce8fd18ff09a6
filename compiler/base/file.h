/* SPDX-License-Identifier: Apache-2.0
 *
 * Files. Reading: regular files only (opened non-blocking, then fstat), whole, at most `limit`
 * bytes; "-" is standard input where allowed. Writing: a whole tree is built beside its place,
 * fsynced and exchanged as one. Comparing: a directory with such a tree. Errors are world
 * diagnostics (exit 3) that name the path. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/diag.h"

/* false after a diagnostic; *text is not touched then. */
bool file_read(struct arena *arena, struct diags *d, struct str path, size_t limit,
	       struct str *text) __attribute__((warn_unused_result));
/* A file, a pipe, or "-", that is read a part at a time, unpacked if it is packed by gzip. The
 * structure begins as zero and takes one file after the other. NULL, or the reason. */
struct file_input {
	int fd;
	bool at_end; /* of the file itself */
	struct gunzip *gunzip;
	char *bytes;
	struct str part; /* of them, read and not yet handed out or unpacked */
};
const char *file_input_open(struct file_input *in, struct arena *arena, struct str path);
/* The same of a text, which must live as long. */
void file_input_open_text(struct file_input *in, struct arena *arena, struct str text);
/* The next bytes: n of them, or all that are left. NULL, or the reason; *got are there anyhow. */
const char *file_input_read(struct file_input *in, char *to, size_t n, size_t *got);
void file_input_close(struct file_input *in);
/* As file_read, but resolved beneath the directory `root` without following any symlink (openat2
 * RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, or a checked walk where the call
 * is missing). `relative` is the path under root. On failure *why is a short reason for a located
 * message, to be shown by diag_word() ("is a symbolic link", "is outside the project", "is not a
 * regular file", …). */
bool file_read_beneath(struct arena *arena, const struct diags *d, struct str root,
		       struct str relative, size_t limit, struct str *text, const char **why)
	__attribute__((warn_unused_result));
/* Something is there, whatever it is; a dangling symlink is nothing. */
bool file_exists(struct arena *arena, struct str path);
bool file_is_directory(struct arena *arena, struct str path);
/* The names in a directory that end so, sorted. false after a diagnostic. */
bool file_list(struct arena *arena, struct diags *d, struct str dir, struct str suffix,
	       struct str **names, size_t *n) __attribute__((warn_unused_result));
/* The path of the nearest `name` in `dir` or a directory above it; empty if there is none. */
struct str file_find_up(struct arena *arena, struct str dir, struct str name);
/* The directory part ("." if none), and the join of a directory and a name (the name alone when it
 * is absolute or the directory is "."). */
struct str path_dir(struct str path);
struct str path_join(struct arena *arena, struct str dir, struct str name);

struct file_entry {
	struct str path; /* relative, '/'-separated, made of our own names only */
	struct str text;
};

/* Makes `dir` hold exactly these entries: a temporary sibling directory is written, fsynced and
 * exchanged (renameat2 RENAME_EXCHANGE; rename where that is missing or dir does not exist), the
 * old tree is removed. `dir` must be absent, empty, or hold a file `marker`; otherwise an error.
 * The directory it stands in must exist.
 * On failure dir is as it was and nothing of ours is left. When the new tree is in place and the
 * old one cannot be removed whole, that is a warning, which says where it is. */
bool file_write_tree(struct arena *arena, struct diags *d, struct str dir, const char *marker,
		     const struct file_entry *entries, size_t n)
	__attribute__((warn_unused_result));
enum file_change { FILE_DIFFERS, FILE_MISSING, FILE_SURPLUS };

struct file_difference {
	struct str path; /* that of a surplus directory ends with a slash */
	enum file_change change;
};

#define FILE_SURPLUS_MAX 1000 /* names of what is too many; beyond, they are counted */

struct file_differences {
	struct file_difference *items; /* by path */
	size_t n, cap;
	size_t surplus, more; /* surplus ones among them, and beyond */
};

/* What file_write_tree would change in `dir`, which may be absent: paths that do not hold just the
 * bytes of their entry, symbolic links included, and what is no entry (of a directory its name
 * alone). Entries are in the order of their paths. false after a diagnostic. */
bool file_compare_tree(struct arena *arena, struct diags *d, struct str dir,
		       const struct file_entry *entries, size_t n, struct file_differences *out)
	__attribute__((warn_unused_result));
/* Gives an existing regular file another text, all of it or none: a temporary file beside it is
 * written, fsynced and renamed over it, with its mode and its owner. Behind symbolic links the file
 * they lead to is meant; other hard links keep the old text. */
bool file_replace(struct arena *arena, struct diags *d, struct str path, struct str text)
	__attribute__((warn_unused_result));
/* The same of several files, of all of them or of none. Each must hold what was read from it, and
 * is no symbolic link. */
struct file_rewrite {
	struct str path, old, text;
};
bool file_replace_all(struct arena *arena, struct diags *d, const struct file_rewrite *files,
		      size_t n) __attribute__((warn_unused_result));
/* A file that is written a part at a time: beside its place, to be renamed to it when all is there.
 * Where something else than a regular file stands (a pipe, a device) it is written at once; an
 * empty path and "-" are standard output. NULL after a diagnostic. */
struct file_output;
struct file_output *file_output_open(struct arena *arena, struct diags *d, struct str path)
	__attribute__((warn_unused_result));
bool file_output_write(struct file_output *out, struct diags *d, struct str text)
	__attribute__((warn_unused_result));
/* keep: else its place is left as it was. */
bool file_output_close(struct file_output *out, struct diags *d, bool keep)
	__attribute__((warn_unused_result));
/* All bytes to a descriptor; EINTR, EAGAIN and short writes handled; false after a diagnostic.
 * The caller lets SIGPIPE and SIGXFSZ be ignored. */
bool file_write_fd(struct diags *d, int fd, const char *shown_name, struct str text)
	__attribute__((warn_unused_result));

#endif
